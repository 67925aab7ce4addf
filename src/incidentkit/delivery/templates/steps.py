"""Every text there is: who reads it, and which values may stand in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from attrs import frozen

from incidentkit.domain.protocols import POINTS
from incidentkit.domain.shop import Shop

__all__ = ["ALWAYS", "LINKS", "LISTS", "OFFERS", "OPEN", "STEPS", "WORDS", "Step", "own_text", "step_of", "steps_of", "usual"]

Reader = Literal["customer", "staff"]

LINKS = ("status_url", "answer_url", "survey_url", "preferences_url", "unsubscribe_url")
"""Values that lead to a page: the only ones that may be the address of a link."""

LISTS = frozenset({"offers", "items", "orders"})
"""Values that are several: a text goes through them."""

ALWAYS = frozenset({"shop", "name", *LINKS})
"""Values that every text may use."""


@frozen
class Step:
    """One text.

    Args:
        values: the names of its own values; `ALWAYS` come on top.
        reader: whose frame it stands in.
    """

    values: frozenset[str]
    reader: Reader = "customer"

    @property
    def names(self) -> frozenset[str]:
        """Every name that it may use."""
        return self.values | ALWAYS


_ORDER = frozenset({"order", "date"})
_INCIDENT = frozenset({"order", "type", "cause", "responsible", "by", "next"})
_MASS = frozenset({"orders", "type", "cause", "responsible", "by", "next"})
_SURVEY = frozenset({"order", "survey", "low", "high"})
_STAFF = frozenset({"case", "order", "type", "severity", "owner", "by"})

STEPS: Mapping[str, Step] = {
    **dict.fromkeys(("order.placed", "order.confirmed", "order.delivered", "order.cancelled"), Step(_ORDER)),
    "order.shipped": Step(_ORDER | {"carrier", "tracking"}),
    "order.delayed": Step(_ORDER | {"was"}),
    "incident.detected": Step(_INCIDENT | {"date", "offers"}),
    "incident.offered": Step(_INCIDENT | {"offers"}),
    "incident.accepted": Step(_INCIDENT | {"offers"}),
    "incident.carried_out": Step(_INCIDENT | {"offers", "reference"}),
    **dict.fromkeys(("incident.resolved", "incident.reopened", "incident.closed", "incident.withdrawn"), Step(_INCIDENT)),
    **dict.fromkeys(("incident.waived", "incident.merged", "incident.unmerged"), Step(_INCIDENT)),
    "mass.detected": Step(_MASS | {"date", "offers"}),
    **dict.fromkeys(("mass.offered", "mass.accepted"), Step(_MASS | {"offers"})),
    "mass.carried_out": Step(_MASS | {"offers", "reference"}),
    **dict.fromkeys(("mass.resolved", "mass.reopened", "mass.closed", "mass.waived", "mass.withdrawn"), Step(_MASS)),
    **dict.fromkeys(("survey.csat", "survey.nps", "survey.other"), Step(_SURVEY)),
    "survey.verification": Step(_SURVEY | {"type"}),
    "bundle.orders": Step(frozenset({"items"})),
    **dict.fromkeys(("staff.assigned", "staff.broken"), Step(_STAFF, "staff")),
    "staff.escalated": Step(_STAFF | {"rule"}, "staff"),
    "staff.due": Step(_STAFF | {"clock"}, "staff"),
    "staff.step": Step(_STAFF | {"kind"}, "staff"),
    "staff.approval": Step(_STAFF | {"approval", "requester", "worth"}, "staff"),
    "staff.approval_ended": Step(_STAFF | {"answer", "approval", "worth"}, "staff"),
    "staff.task": Step(frozenset({"task", "kind", "order", "owner", "rule", "by"}), "staff"),
    "bundle.staff": Step(frozenset({"items"}), "staff"),
}
"""Every text that ships."""

OPEN = "survey.other"
"""Stands in for a survey of the shop's own that has no text."""

OFFERS: Mapping[str, frozenset[str]] = {
    "substitution": frozenset({"product", "date"}),
    "restock": frozenset({"date"}),
    "replacement": frozenset({"date"}),
    "discount": frozenset({"amount", "date"}),
    "refund": frozenset({"amount", "date"}),
    "store_credit": frozenset({"amount", "date"}),
    "apology": frozenset({"date"}),
    "other": frozenset({"offer", "date"}),
}
"""What may stand in the sentence for each kind of offer; ``other`` is for those that plugins bring."""

WORDS: Mapping[str, frozenset[str]] = {
    "order": frozenset({"order"}),
    "order_unknown": frozenset(),
    "product_unknown": frozenset(),
}
"""What is said in place of a value, or where it is missing."""


def steps_of(shop: Shop) -> Mapping[str, Step]:
    """Those that ship, one for each survey of the shop's own, and one for each text that a protocol names."""
    return {**{f"survey.{survey.name}": STEPS[OPEN] for survey in shop.surveys}, **_of_protocols(shop), **STEPS}


def _of_protocols(shop: Shop) -> Mapping[str, Step]:
    named = [(POINTS[point], name) for p in shop.protocols for point, name in p.messages.items()]
    return {f"{step}.{name}": STEPS[step] for step, name in named}


def step_of(name: str) -> Step | None:
    """The step of that name; a survey of the shop's own is like the general one, and a protocol's own text like the usual."""
    return STEPS.get(name) or STEPS.get(usual(name)) or (STEPS[OPEN] if name.startswith("survey.") else None)


def own_text(step: str, values: Mapping[str, str]) -> str:
    """The text of a message: that which the protocol of its case names for that step, else the step's own."""
    named = values.get("text", "")
    return f"{step}.{named}" if named and step in POINTS.values() else step


def usual(name: str) -> str:
    """The step that a protocol's own text is for; empty for any other name."""
    step = name.rpartition(".")[0]
    return step if step in POINTS.values() else ""
