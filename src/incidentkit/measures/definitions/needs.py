"""Measures of customers' needs: how soon they are answered, in how many contacts, and at what cost."""

from __future__ import annotations

from incidentkit.measures.conditions import Equals, Given
from incidentkit.measures.definitions.parts import COUNTED
from incidentkit.measures.measure import Measure
from incidentkit.measures.need_facts import AFTER_RESOLUTION

__all__ = ["NEEDS"]

NEEDS = (
    Measure(
        name="first_response_time",
        unit="seconds",
        kind="duration",
        facts="needs",
        when="opened_at",
        where=(COUNTED, Given("asked_at")),
        column="first_response",
        working="first_response_working",
        definition=(
            "a need's first inbound contact → first answer by a person on any channel; automatic replies don't count; "
            "a call answered live is 0; unanswered needs count in `open`"
        ),
        formula="mean of (first answer by a person − first inbound contact)",
        better="down",
        role="lead",
    ),
    Measure(
        name="first_contact_resolution_rate",
        unit="share",
        kind="share",
        facts="needs",
        when="opened_at",
        where=(COUNTED, Given("asked_at")),
        numerator=(Equals("first_contact", 1),),
        maturity=AFTER_RESOLUTION,
        definition=(
            "needs resolved with exactly one inbound contact until 7 days after resolution and no reopening ÷ needs with an "
            "inbound contact; maturity 7 days"
        ),
        formula="resolved with one inbound contact ÷ needs with one or more",
        better="up",
        role="lag",
    ),
    Measure(
        name="contacts_per_need",
        unit="contacts",
        kind="score",
        facts="needs",
        when="opened_at",
        where=(COUNTED,),
        column="inbound",
        definition="inbound contacts ÷ needs",
        formula="inbound contacts ÷ needs",
        better="down",
        role="lag",
    ),
    Measure(
        name="cost_per_need",
        unit="money",
        kind="amount",
        facts="needs",
        when="opened_at",
        where=(COUNTED,),
        column="cost",
        definition="contacts in and out at the rate in force then, plus remedies carried out ÷ needs",
        formula="(cost of contacts + cost of remedies carried out) ÷ needs",
        better="down",
        role="lag",
    ),
)
