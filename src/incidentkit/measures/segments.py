"""Segments: what a measure can be cut by beside time, and where the value of each is found."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from attrs import frozen

from incidentkit.errors import InvalidInput
from incidentkit.measures.measure import FactsName, Measure

__all__ = ["NOWHERE", "SEGMENTS", "SOURCES", "Linked", "Own", "Source", "segment_of", "segments_of"]

SEGMENTS = ("type", "severity", "cause", "step", "team", "agent", "account", "product", "carrier", "channel")
"""Every segment that some measure has."""

NOWHERE = ""
"""The segment of subjects without a value: those that no agent has, orders of no account. Products, carriers and accounts
that nobody knows are there too, so that nothing is left out unseen."""


@frozen
class Own:
    """The value stands in the subject's own row, in ``column``."""

    column: str


@frozen
class Linked:
    """The values stand in other rows; a subject with several counts in each.

    Args:
        path: from table of facts to table of facts, each with the column that it shares with the one before.
        value: the column with the value, in the last.
        without: only for subjects whose own column of that name is empty.
    """

    path: tuple[tuple[FactsName, str], ...]
    value: str
    without: str | None = None


Source = Own | tuple[Linked, ...]
"""Where the value of a segment is found. Of several, the first that has one."""


def _of_order(name: FactsName, value: str, without: str | None = None) -> Linked:
    return Linked(((name, "order_id"),), value, without)


def _of_orders(name: FactsName, value: str) -> Linked:
    return Linked((("incident_orders", "incident_id"), (name, "order_id")), value)


def _of_incident(name: FactsName, value: str) -> Linked:
    return Linked(((name, "incident_id"),), value)


_PRODUCT = _of_order("order_products", "product")
_CARRIER = _of_order("order_carriers", "carrier")
_THROUGH_ORDER: dict[str, Source] = {
    "account": (_of_order("orders", "account"),),
    "product": (_PRODUCT,),
    "carrier": (_CARRIER,),
}


def _of_need(name: FactsName, value: str) -> tuple[Linked, ...]:
    return (Linked((("need_orders", "need_id"), (name, "order_id")), value),)


_THROUGH_NEED: dict[str, Source] = {
    "account": _of_need("orders", "account"),
    "product": _of_need("order_products", "product"),
    "carrier": _of_need("order_carriers", "carrier"),
}
_CASE: dict[str, Source] = {name: Own(name) for name in ("type", "severity", "cause", "step")}

SOURCES: Mapping[str, Mapping[str, Source]] = MappingProxyType(
    {
        "orders": {"account": Own("account"), "product": (_PRODUCT,), "carrier": (_CARRIER,)},
        "promises": _THROUGH_ORDER,
        "actions": {"team": Own("team"), "agent": Own("agent"), **_THROUGH_ORDER},
        "incidents": {
            **_CASE,
            "team": Own("owner_team"),
            "agent": Own("owner_agent"),
            "account": (_of_orders("orders", "account"),),
            "product": (_of_incident("incident_products", "product"),),
            "carrier": (_of_orders("order_carriers", "carrier"),),
            "channel": (_of_incident("incident_channels", "channel"),),
        },
        "needs": {
            "type": Own("type"),
            "team": Own("team"),
            "agent": Own("agent"),
            "channel": Own("channel"),
            **_THROUGH_NEED,
        },
        "contacts": {
            "team": Own("team"),
            "agent": Own("agent"),
            "channel": Own("channel"),
            **_THROUGH_NEED,
        },
        "readings": {"team": Own("team"), "agent": Own("agent")},
        "commitments": {"team": Own("team"), "agent": Own("agent")},
        "calls": {"team": Own("team"), "agent": Own("agent"), **_THROUGH_ORDER},
        "answers": {
            **_CASE,
            "team": Own("team"),
            "agent": Own("agent"),
            **_THROUGH_ORDER,
            # Of a case the products that it is about, of an order all of it.
            "product": (
                _of_incident("incident_products", "product"),
                _of_order("order_products", "product", without="incident_id"),
            ),
        },
    }
)
"""For each table of facts with subjects: its segments, and where their values are found."""


def segments_of(measure: Measure) -> tuple[str, ...]:
    """The segments that a measure can be cut by."""
    return tuple(name for name in SEGMENTS if name in SOURCES[measure.facts])


def segment_of(measure: Measure, name: str) -> Source:
    """Where the values of a segment are found for a measure's subjects.

    Raises:
        InvalidInput: they have no such segment; the error names those that they have.
    """
    found = SOURCES[measure.facts].get(name)
    if found is None:
        raise InvalidInput(
            f"Measure {measure.name}", f"can be cut by {', '.join(segments_of(measure))}", got=repr(name)[:40], next="Give one."
        )
    return found
