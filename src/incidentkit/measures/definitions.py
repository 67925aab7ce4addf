"""The measures that there are: the one home of every definition."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from difflib import get_close_matches
from types import MappingProxyType

from attrs import evolve

from incidentkit.errors import InvalidInput
from incidentkit.measures.conditions import AtLeast, Condition, Earlier, Either, Equals, Given, Happened, Not, Within
from incidentkit.measures.measure import AtEnd, Measure
from incidentkit.measures.need_facts import AFTER_RESOLUTION

__all__ = ["MEASURES", "measure_named", "on_clock"]

_COUNTED = Equals("counts", 1)
_NOT_CANCELLED = Equals("cancelled", 0)
_OPEN_THEN = AtEnd(ended="ended_at", subject="incident_id", pauses="closures")
# A person of the customer's side got in touch.
_BY_CUSTOMER = (Equals("direction", "in"), Equals("automatic", 0))
_ABOUT_ORDER = (("need_orders", "order_id"), ("contacts", "need_id"))
_ABOUT_CASE = (("need_incidents", "incident_id"), ("contacts", "need_id"))
_BY_SHOP = Not(Equals("reported_by", "customer"))


def _asked(until: str = "") -> Either:
    """Whether the customer of a case got in touch about it or its orders since it was detected."""
    ways = ((("incident_orders", "incident_id"), *_ABOUT_ORDER), _ABOUT_CASE)
    return Either(tuple((Happened(way, "at", _BY_CUSTOMER, since="detected_at", until=until),) for way in ways))


def _came(until: str = "") -> Either:
    """Whether a parcel with what a case is about came after it was detected."""
    lines = Happened((("incident_lines", "incident_id"), ("deliveries", "order_line")), "at", after="detected_at", until=until)
    whole = Happened((("incident_orders", "incident_id"), ("deliveries", "order_id")), "at", after="detected_at", until=until)
    return Either(((Equals("lines_named", 1), lines), (Equals("lines_named", 0), whole)))


# A line that is named and had come before is not what the promise is about.
_HAD_COME = Happened((("incident_lines", "incident_id"), ("deliveries", "order_line")), "at", until="detected_at")
_STILL_TO_COME: tuple[Condition, ...] = (Given("promised_at"), Not(_HAD_COME))

_CSAT = (
    "all answers on the survey's own scale; top is the scale's highest value. "
    "A second answer by the same person to the same ask replaces the first; different asks count each"
)

_ORDERS = (
    Measure(
        name="orders_received",
        unit="orders",
        kind="count",
        facts="orders",
        when="placed_at",
        definition="orders placed",
        better="up",
    ),
    Measure(
        name="orders_handled",
        unit="orders",
        kind="count",
        facts="actions",
        when="at",
        distinct="order_id",
        definition=(
            "orders with at least one action by a person or rule of ours in the window (counts by action, an order once a "
            "window; backlog and backlog_age look at the window's last instant; all others follow the window rule)"
        ),
        better="up",
    ),
    Measure(
        name="order_confirmation_time",
        unit="seconds",
        kind="duration",
        facts="orders",
        when="placed_at",
        column="confirmation",
        definition="placed → first confirmation; orders cancelled later included",
        better="down",
    ),
    Measure(
        name="delivery_time",
        unit="seconds",
        kind="duration",
        facts="orders",
        when="placed_at",
        where=(_NOT_CANCELLED,),
        column="delivery",
        definition="placed → last remaining unit delivered; cancelled orders excluded",
        better="down",
    ),
    Measure(
        name="on_time_delivery_rate",
        unit="share",
        kind="share",
        facts="orders",
        when="placed_at",
        where=(_NOT_CANCELLED, AtLeast("delivery", 0), Given("on_time")),
        numerator=(Equals("on_time", 1),),
        definition=(
            "of the orders in delivery_time's n: delivered by the first promise given ÷ all with a promise. "
            "A promise given as a date lasts to the end of that day in the shop's zone; one given as an instant is that instant"
        ),
        better="up",
    ),
    Measure(
        name="promise_kept_rate",
        unit="share",
        kind="share",
        facts="promises",
        when="due",
        passed="due",
        numerator=(Equals("kept", 1),),
        definition="promises due in the window kept by their time ÷ due; not delivered counts as broken",
        better="up",
    ),
    Measure(
        name="incident_rate",
        unit="share",
        kind="share",
        facts="orders",
        when="placed_at",
        numerator=(Within("order_id", "incident_orders", (_COUNTED,)),),
        definition="orders with at least one incident ÷ orders placed",
        better="down",
    ),
    Measure(
        name="proactive_update_rate",
        unit="share",
        kind="share",
        facts="orders",
        when="placed_at",
        passed="judged_at",
        maturity=timedelta(days=30),
        numerator=(Given("updated_at"), Not(Happened(_ABOUT_ORDER, "at", _BY_CUSTOMER, until="updated_at"))),
        definition=(
            "orders with a status update after confirmation, published or effectively sent, before the customer's first "
            "inbound contact about the order ÷ orders finished or 30 days old; no contact and no update is a miss"
        ),
        better="up",
    ),
    Measure(
        name="ticket_coverage_rate",
        unit="share",
        kind="share",
        facts="contacts",
        when="at",
        where=(*_BY_CUSTOMER, Within("need_id", "need_orders")),
        numerator=(Equals("covered", 1),),
        definition=(
            "inbound contacts about orders that have a case number here or in the ticket desk ÷ all such contacts known, those "
            "found later by import or reconcile included"
        ),
        better="up",
    ),
)

_INCIDENTS = (
    Measure(
        name="incident_resolution_time",
        unit="seconds",
        kind="duration",
        facts="incidents",
        when="detected_at",
        where=(_COUNTED,),
        column="resolution",
        working="resolution_working",
        claimed="claimed",
        definition="detected → the last entry into `resolved` that was not undone",
        better="down",
    ),
    Measure(
        name="sla_met_rate",
        unit="share",
        kind="share",
        facts="incidents",
        when="detected_at",
        where=(_COUNTED, Given("clocks_due")),
        passed="clocks_due",
        numerator=(Equals("sla_met", 1),),
        definition="incidents with no clock broken ÷ incidents whose clocks are all ended or due",
        better="up",
    ),
    Measure(
        name="escalation_rate",
        unit="share",
        kind="share",
        facts="incidents",
        when="detected_at",
        where=(_COUNTED,),
        numerator=(AtLeast("level", 1),),
        definition="incidents raised at least once to a higher level, by rule or person ÷ incidents",
        better="down",
    ),
    Measure(
        name="reopen_rate",
        unit="share",
        kind="share",
        facts="incidents",
        when="detected_at",
        where=(_COUNTED, Equals("ever_resolved", 1)),
        numerator=(AtLeast("reopened", 1),),
        definition="incidents reopened at least once ÷ incidents ever resolved",
        better="down",
    ),
    Measure(
        name="backlog",
        unit="incidents",
        kind="count",
        facts="incidents",
        when="detected_at",
        where=(_COUNTED,),
        at_end=_OPEN_THEN,
        definition="incidents detected, communicated or resolved at the window's end (last instant: as_of)",
        better="down",
    ),
    Measure(
        name="backlog_age",
        unit="seconds",
        kind="duration",
        facts="incidents",
        when="detected_at",
        where=(_COUNTED,),
        at_end=_OPEN_THEN,
        definition="window's end − detected, over those",
        better="down",
    ),
    Measure(
        name="unowned_time",
        unit="seconds",
        kind="duration",
        facts="incidents",
        when="detected_at",
        where=(_COUNTED,),
        column="unowned",
        definition="time until a named person has accepted, plus every later gap, per incident",
        better="down",
    ),
)

_TOLD = (
    Measure(
        name="told_first_rate",
        unit="share",
        kind="share",
        facts="incidents",
        when="detected_at",
        where=(_COUNTED, Either(((Given("told_at"),), (Equals("reported_by", "customer"),), (_asked(),)))),
        numerator=(Given("told_at"), _BY_SHOP, Not(_asked("told_at"))),
        definition=(
            "first effective notice strictly before the customer's first inbound contact about that order since the incident "
            "occurred ÷ incidents with either; reported by the customer is a miss, so is a tie; neither yet is not in n"
        ),
        better="up",
    ),
    Measure(
        name="communicated_before_delivery_rate",
        unit="share",
        kind="share",
        facts="incidents",
        when="detected_at",
        where=(_COUNTED, Either(((_came(),), _STILL_TO_COME))),
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
        better="up",
    ),
)

_ENDINGS = (
    Measure(
        name="lapsed_rate",
        unit="share",
        kind="share",
        facts="incidents",
        when="detected_at",
        where=(_COUNTED, Equals("settled", 1)),
        numerator=(Equals("phase", "lapsed"),),
        definition="lapsed ÷ (closed + lapsed); waived closings are shown apart and never count as satisfied",
        better="down",
    ),
    Measure(
        name="waived_closings",
        unit="incidents",
        kind="count",
        facts="incidents",
        when="detected_at",
        where=(_COUNTED, Equals("waived", 1)),
        definition="incidents closed by a waiver, without the customer's word; lapsed_rate leaves them out",
        better="down",
    ),
)

_ANSWERS = (
    Measure(
        name="csat_mean",
        unit="score",
        kind="score",
        facts="answers",
        when="answered_at",
        where=(Equals("survey", "csat"),),
        column="score",
        definition=_CSAT,
        better="up",
    ),
    Measure(
        name="csat_top_share",
        unit="share",
        kind="share",
        facts="answers",
        when="answered_at",
        where=(Equals("survey", "csat"),),
        numerator=(Equals("top", 1),),
        definition=_CSAT,
        better="up",
    ),
)

_NEEDS = (
    Measure(
        name="first_response_time",
        unit="seconds",
        kind="duration",
        facts="needs",
        when="opened_at",
        where=(_COUNTED, Given("asked_at")),
        column="first_response",
        working="first_response_working",
        definition=(
            "a need's first inbound contact → first answer by a person on any channel; automatic replies don't count; "
            "a call answered live is 0; unanswered needs count in `open`"
        ),
        better="down",
    ),
    Measure(
        name="first_contact_resolution_rate",
        unit="share",
        kind="share",
        facts="needs",
        when="opened_at",
        where=(_COUNTED, Given("asked_at")),
        numerator=(Equals("first_contact", 1),),
        maturity=AFTER_RESOLUTION,
        definition=(
            "needs resolved with exactly one inbound contact until 7 days after resolution and no reopening ÷ needs with an "
            "inbound contact; maturity 7 days"
        ),
        better="up",
    ),
    Measure(
        name="contacts_per_need",
        unit="contacts",
        kind="score",
        facts="needs",
        when="opened_at",
        where=(_COUNTED,),
        column="inbound",
        definition="inbound contacts ÷ needs",
        better="down",
    ),
    Measure(
        name="cost_per_need",
        unit="money",
        kind="amount",
        facts="needs",
        when="opened_at",
        where=(_COUNTED,),
        column="cost",
        definition="contacts in and out at the rate in force then, plus remedies carried out ÷ needs",
        better="down",
    ),
)

MEASURES: Mapping[str, Measure] = MappingProxyType(
    {m.name: m for m in (*_ORDERS, *_INCIDENTS, *_TOLD, *_ENDINGS, *_NEEDS, *_ANSWERS)}
)
"""Every measure by its name."""


def on_clock(measure: Measure, clock: str) -> Measure:
    """The measure with its durations counted by ``elapsed`` time or ``working`` time, the owning team's.

    Raises:
        InvalidInput: it is no such clock, or the measure has no working time; the error names those that have.
    """
    if clock not in ("elapsed", "working"):
        raise InvalidInput("clock", "is elapsed or working", got=repr(clock)[:40])
    if clock == "elapsed":
        return measure
    if measure.working is None:
        able = ", ".join(m.name for m in MEASURES.values() if m.working is not None)
        raise InvalidInput(
            f"Measure {measure.name}", "is not counted in working time", got=clock, next=f"Those that are: {able}."
        )
    return evolve(measure, column=measure.working, clock="working")


def measure_named(name: str) -> Measure:
    """The measure of that name.

    Raises:
        InvalidInput: there is none; the error lists those that there are, and the likeliest one.
    """
    if name in MEASURES:
        return MEASURES[name]
    close = get_close_matches(str(name), MEASURES, n=1)
    guess = f"Did you mean {close[0]}?" if close else "Give one of those."
    raise InvalidInput("A measure", f"must be one of {', '.join(MEASURES)}", got=repr(name)[:40], next=guess)
