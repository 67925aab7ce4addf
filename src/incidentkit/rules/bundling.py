"""Which messages go out as one: news of several orders for one person, notices for one agent.

Laws: every message is in exactly one bundle; a bundle is for one recipient, one channel and one purpose; what was carried by a
message once is never carried by another, so that sending a bundle again says the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from attrs import frozen

from incidentkit.domain.effects import Intent
from incidentkit.domain.shop import Shop
from incidentkit.domain.verdicts import SendReason

__all__ = ["MOST_IN_ONE", "Bundle", "bundles", "goes_along", "patience"]

MOST_IN_ONE = 20
"""Messages in one bundle at the most."""

_FIXED = "fixed"
_PUT_OFF = frozenset({SendReason.QUIET_HOURS, SendReason.TOO_MANY, SendReason.OFF_DUTY})


@frozen
class Bundle:
    """One message to hand over, with those that it says along with its own.

    Args:
        carrier: whose key the message has.
        carried: the others; none where it goes alone.
        step: the text that it carries.
        values: for that text; of several, ``item.1.step`` and ``item.1.NAME`` for the first, and so on.
    """

    carrier: Intent
    carried: tuple[Intent, ...]
    step: str
    values: tuple[tuple[str, str], ...]


def patience(step: str, shop: Shop) -> timedelta:
    """How long a message waits for others to go with."""
    if step.startswith("staff."):
        return shop.sending.staff_bundle_within
    return shop.sending.bundle_within if step.startswith("order.") else timedelta(0)


def goes_along(intent: Intent, shop: Shop) -> bool:
    """Whether a message may be one of several: it waited to be, or waited for another reason, and was never tried alone."""
    if intent.attempts > 1 or not intent.step.startswith(("order.", "staff.")):
        return False
    return patience(intent.step, shop) > timedelta(0) or intent.reason in _PUT_OFF


def bundles(intents: Sequence[Intent], shop: Shop) -> tuple[Bundle, ...]:
    """Messages that are to go out at one instant, as they are handed over; in the order of their first ones."""
    fixed = {intent.carrier for intent in intents if intent.carrier is not None}
    groups: dict[tuple[str, ...], list[list[Intent]]] = {}
    every: list[list[Intent]] = []
    for intent in intents:
        parts = groups.setdefault(key := _group(intent, fixed, shop), [])
        if not parts or (len(parts[-1]) >= MOST_IN_ONE and key[0] != _FIXED):
            parts.append([])
            every.append(parts[-1])
        parts[-1].append(intent)
    return tuple(map(_bundle, every))


def _group(intent: Intent, fixed: set[str], shop: Shop) -> tuple[str, ...]:
    if intent.carrier is not None:
        return (_FIXED, intent.carrier)
    if intent.key in fixed or not goes_along(intent, shop):
        return (_FIXED, intent.key)
    whom = dict(intent.values).get("agent", "") if intent.purpose == "staff" else intent.customer or ""
    return (intent.step.partition(".")[0], whom, intent.channel, intent.purpose)


def _bundle(group: list[Intent]) -> Bundle:
    """The carrier is the one that the others were carried by before, else the first."""
    by = next((intent.carrier for intent in group if intent.carrier is not None), group[0].key)
    carrier = next((intent for intent in group if intent.key == by), group[0])
    carried = tuple(intent for intent in group if intent is not carrier)
    if not carried:
        return Bundle(carrier, (), carrier.step, carrier.values)
    step = "bundle.staff" if carrier.purpose == "staff" else "bundle.orders"
    return Bundle(carrier, carried, step, tuple(_items((carrier, *carried))))


def _items(intents: Sequence[Intent]) -> list[tuple[str, str]]:
    said = []
    for place, intent in enumerate(intents, 1):
        said.append((f"item.{place}.step", intent.step))
        said += [(f"item.{place}.{name}", value) for name, value in intent.values]
    return said
