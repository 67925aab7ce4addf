"""The protocols that come with every desk: one for each built-in type of incident."""

from __future__ import annotations

from datetime import timedelta

from incidentkit.domain.protocols import DoneBy, Protocol, ProtocolStep

__all__ = ["DEFAULT_PROTOCOLS"]

_HOUR = timedelta(hours=1)
_WORKING_DAY = timedelta(hours=8)


def _step(name: str, done_by: DoneBy, *after: str, within: timedelta | None = None) -> ProtocolStep:
    return ProtocolStep(name, done_by=done_by, after=after, within=within)


def _task(name: str, within: timedelta) -> ProtocolStep:
    return _step(name, "task", within=within)


_TELL = _step("tell", "notify")
_OFFER = _step("offer", "offer", "tell", within=_WORKING_DAY)
_AGREE = _step("agree", "accept", "offer")
_CARRY_OUT = _step("carry_out", "carry_out", "agree")
_RESOLVE = _step("resolve", "resolve", "carry_out")
_CONFIRM = _step("confirm", "satisfy", "resolve")
_MAKE_GOOD = (_TELL, _OFFER, _AGREE, _CARRY_OUT, _RESOLVE, _CONFIRM)
"""What is done about most: the customer is told, chooses, gets what was agreed, and says that all is well."""


def _with(own: ProtocolStep) -> tuple[ProtocolStep, ...]:
    """What is done about most, with a step of the type's own once the customer is told, or while they are."""
    return (_TELL, own, *_MAKE_GOOD[1:])


def _protocol(
    type_: str,
    severity: str,
    steps: tuple[ProtocolStep, ...],
    remedies: str = "",
    *,
    group: str = "",
    hours: int = 4,
    days: int = 3,
    step: str = "",
) -> Protocol:
    return Protocol(
        type_,
        severity=severity,
        group=group,
        step=step,
        communicate_within=hours * _HOUR,
        resolve_within=days * _WORKING_DAY,
        steps=steps,
        remedies=tuple(remedies.split()),
    )


_MONEY = "refund discount store_credit apology"
"""Kinds of remedies where no goods are missing."""

DEFAULT_PROTOCOLS: tuple[Protocol, ...] = (
    _protocol("out_of_stock", "minor", _MAKE_GOOD, f"substitution restock {_MONEY}", step="stock"),
    _protocol("damaged", "critical", _with(_step("photos", "conversation", "tell")), days=2, step="transit"),
    _protocol("wrong_product", "critical", _MAKE_GOOD, days=2, step="picking"),
    _protocol("missing_item", "critical", _with(_task("recount", within=4 * _HOUR)), days=2, step="picking"),
    _protocol("late", "minor", _MAKE_GOOD, group="logistics", step="transit"),
    _protocol("lost", "critical", _with(_task("trace", within=4 * _HOUR)), group="logistics", days=2, step="transit"),
    _protocol(
        "not_received",
        "critical",
        _with(_task("proof", within=2 * _HOUR)),
        group="logistics",
        hours=2,
        days=2,
        step="delivery",
    ),
    _protocol("wrong_address", "critical", _with(_task("redirect", within=2 * _HOUR)), hours=2, days=2, step="ordering"),
    _protocol("quality", "minor", _with(_step("hear", "conversation", "tell")), days=5, step="product"),
    _protocol("billing", "minor", _with(_task("check_charge", within=_WORKING_DAY)), _MONEY, days=5, step="payment"),
    _protocol("other", "minor", _MAKE_GOOD, days=5),
)
"""The built-in incident types, each with its protocol."""
