"""Signatures: what makes two incidents the same trouble again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Literal

from attrs import frozen

from incidentkit.domain.incidents import Incident
from incidentkit.domain.orders import WHOLE, Line, Order
from incidentkit.domain.shop import Shop

__all__ = ["REPEATS_WITHIN", "Signature", "SubjectKind", "signatures_of"]

SubjectKind = Literal["product", "line", "carrier", "step"]

REPEATS_WITHIN = timedelta(days=90)
"""An incident repeats an earlier one of the same customer and narrow signature if that was detected so shortly before."""

_UNKNOWN = "unknown"
"""The category of causes that say nothing: two of them are not the same."""


@frozen
class Signature:
    """A cause with what it is about.

    Args:
        cause: the code of a cause.
        subject_kind: what the cause is about: a ``product``, a ``carrier``, the ``line`` of one order whose products are not
            known, or a ``step`` of the process.
        subject: the shop's code of that product, carrier or step; of a line, the order's id and the line's.
        narrow: whether it is the closest description of the incident. Repeats go by those alone; the step's is also there
            where a product or carrier is known, so that all incidents of a cause and step can be counted.
    """

    cause: str
    subject_kind: SubjectKind
    subject: str
    narrow: bool = True

    @property
    def key(self) -> str:
        """The signature as one text: the same for the same cause and subject, and different for others."""
        return f"{_plain(self.cause)}/{self.subject_kind}/{self.subject}"

    @classmethod
    def of_key(cls, key: str, *, narrow: bool = True) -> Signature:
        """The signature that has that key.

        Raises:
            ValueError: it is no such key.
        """
        cause, kind, subject = key.split("/", 2)
        for known in ("product", "line", "carrier", "step"):
            if kind == known:
                return cls(cause.replace("%2F", "/").replace("%25", "%"), known, subject, narrow)
        raise ValueError(f"no kind of subject: {kind!r}")


def signatures_of(incident: Incident, orders: Iterable[Order], shop: Shop) -> tuple[Signature, ...]:
    """What an incident is a case of, the narrow ones first; none while its cause is not known.

    A cause of stock or of the product itself is about each affected product, one of the carrier about each carrier that its
    orders' parcels have, and every other one about the step of the process that it comes from.

    Args:
        orders: those that it was reported with (`Incident.own_orders`).
        shop: says of a cause what category and step it has.
    """
    cause = shop.causes.get(incident.cause) if incident.cause else None
    if cause is None or cause.category == _UNKNOWN:
        return ()
    step = shop.step_of(incident.type, cause.code)
    narrow = tuple(dict.fromkeys(_narrow(incident, orders, cause.code, _about(cause.category, step))))
    of_step = (Signature(cause.code, "step", step, narrow=not narrow),) if step else ()
    return narrow + of_step


def _about(category: str, step: str) -> SubjectKind:
    if category == "carrier" or step == "transit":
        return "carrier"
    return "product" if category in ("stock", "product") or step in ("stock", "product") else "step"


def _narrow(incident: Incident, orders: Iterable[Order], cause: str, about: SubjectKind) -> Iterator[Signature]:
    for order in orders if about != "step" else ():
        if about == "carrier":
            yield from (Signature(cause, "carrier", parcel.carrier) for parcel in order.shipments if parcel.carrier)
            continue
        for line in order.lines:
            if line.id == WHOLE:
                yield Signature(cause, "line", f"{order.id}/{line.id}")
            elif _affected(incident, line):
                yield Signature(cause, "product", line.product)


def _affected(incident: Incident, line: Line) -> bool:
    by_line = not incident.lines or line.id in incident.lines
    return by_line and (not incident.products or line.product in incident.products)


def _plain(cause: str) -> str:
    return cause.replace("%", "%25").replace("/", "%2F")
