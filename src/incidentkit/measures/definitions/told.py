"""Measures of who knew first: the customer from the shop, or the shop from the customer."""

from __future__ import annotations

from incidentkit.measures.conditions import Condition, Earlier, Either, Equals, Given, Happened, Not
from incidentkit.measures.definitions.parts import ABOUT_CASE, ABOUT_ORDER, BY_CUSTOMER, COUNTED
from incidentkit.measures.measure import Measure

__all__ = ["TOLD"]

_BY_SHOP = Not(Equals("reported_by", "customer"))


def _asked(until: str = "") -> Either:
    """Whether the customer of a case got in touch about it or its orders since it was detected."""
    ways = ((("incident_orders", "incident_id"), *ABOUT_ORDER), ABOUT_CASE)
    return Either(tuple((Happened(way, "at", BY_CUSTOMER, since="detected_at", until=until),) for way in ways))


def _came(until: str = "") -> Either:
    """Whether a parcel with what a case is about came after it was detected."""
    lines = Happened((("incident_lines", "incident_id"), ("deliveries", "order_line")), "at", after="detected_at", until=until)
    whole = Happened((("incident_orders", "incident_id"), ("deliveries", "order_id")), "at", after="detected_at", until=until)
    return Either(((Equals("lines_named", 1), lines), (Equals("lines_named", 0), whole)))


# A line that is named and had come before is not what the promise is about.
_HAD_COME = Happened((("incident_lines", "incident_id"), ("deliveries", "order_line")), "at", until="detected_at")
_STILL_TO_COME: tuple[Condition, ...] = (Given("promised_at"), Not(_HAD_COME))

TOLD = (
    Measure(
        name="told_first_rate",
        unit="share",
        kind="share",
        facts="incidents",
        when="detected_at",
        where=(COUNTED, Either(((Given("told_at"),), (Equals("reported_by", "customer"),), (_asked(),)))),
        numerator=(Given("told_at"), _BY_SHOP, Not(_asked("told_at"))),
        definition=(
            "first effective notice strictly before the customer's first inbound contact about that order since the incident "
            "occurred ÷ incidents with either; reported by the customer is a miss, so is a tie; neither yet is not in n"
        ),
        formula="told before they asked ÷ told or asked",
        better="up",
        role="lead",
    ),
    Measure(
        name="communicated_before_delivery_rate",
        unit="share",
        kind="share",
        facts="incidents",
        when="detected_at",
        where=(COUNTED, Either(((_came(),), _STILL_TO_COME))),
        passed="promised_at",
        at_once=(_came(),),
        numerator=(
            Given("told_at"),
            Either(((_came(), Not(_came("told_at"))), (Not(_came()), Earlier("told_at", "promised_at")))),
        ),
        definition=(
            "effective notice before the affected lines' delivery ÷ incidents detected before that delivery (no delivery yet: "
            "the promise stands in for it, and must have passed)"
        ),
        formula="told before the delivery ÷ detected before it",
        better="up",
        role="lead",
    ),
)
