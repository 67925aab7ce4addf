"""Facts say of an order, incident or ask what measures and the queue need, in whole microseconds."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve

from incidentkit.domain.accounts import Account
from incidentkit.domain.advice import Advice, Advised
from incidentkit.domain.analyses import Analysis
from incidentkit.domain.approvals import Approval
from incidentkit.domain.blocks import Block
from incidentkit.domain.calls import CallList, VerificationCall
from incidentkit.domain.checkins import CheckIn
from incidentkit.domain.commitments import Commitment
from incidentkit.domain.contacts import Contact
from incidentkit.domain.corrective_actions import CorrectiveAction
from incidentkit.domain.events import (
    CustomerTold,
    Event,
    HandoverAccepted,
    Happening,
    IncidentClosed,
    IncidentReopened,
    MessageReceipt,
    OrderConfirmed,
    OrderPlaced,
    SourceStatusNoted,
    SurveyAnswered,
    SurveyAsked,
)
from incidentkit.domain.evidence import Evidence
from incidentkit.domain.evolve import State
from incidentkit.domain.evolve import evolve as happen
from incidentkit.domain.goals import Objective
from incidentkit.domain.ids import (
    AccountId,
    AnalysisId,
    ApprovalId,
    AskId,
    BlockId,
    CallId,
    CallListId,
    CheckInId,
    CommitmentId,
    ContactId,
    ConversationId,
    CorrectiveActionId,
    CustomerId,
    IncidentId,
    LineId,
    MassId,
    NeedId,
    NoticeId,
    ObjectiveId,
    OfferId,
    OrderId,
    ReadingId,
    TaskId,
)
from incidentkit.domain.incidents import Deadlines, Handover, Incident, Owner, Period, Phase
from incidentkit.domain.mass import MassIncident, MassPart
from incidentkit.domain.messages import Conversation, Notice, ReceiptKind
from incidentkit.domain.money import Money
from incidentkit.domain.needs import Need
from incidentkit.domain.orders import WHOLE, Line, Order
from incidentkit.domain.promises import Promise
from incidentkit.domain.readings import Reading
from incidentkit.domain.remedies import Offer
from incidentkit.domain.shipments import Shipment
from incidentkit.domain.shop import Agent, Shop
from incidentkit.domain.surveys import Answer, Ask, Scale, Standing
from incidentkit.domain.tasks import Task
from incidentkit.domain.texts import Text
from incidentkit.domain.times import Due, micros
from incidentkit.measures.ask_facts import answer_fact
from incidentkit.measures.clock_facts import promise_rows
from incidentkit.measures.facts import action_facts, facts_of, lasting_facts
from incidentkit.measures.incident_facts import closures, incident_channels, incident_fact, incident_orders, incident_products
from incidentkit.measures.order_facts import order_carriers, order_fact, order_products
from incidentkit.measures.signature_facts import signature_rows
from incidentkit.store.facts import FACT_TABLES

PLACED = datetime(2024, 3, 30, 10, tzinfo=UTC)
HOUR = 3_600_000_000
SHOP = Shop()


def an_order(**changes: Any) -> Order:
    """An order of one unit."""
    line = Line("P-1", 1, Money("9.50", "EUR"), id=LineId("1"))
    return Order(id=OrderId("o-1"), placed_at=PLACED, captured=Money("9.50", "EUR"), lines=(line,), **changes)


def promised(due: Due, id: str = "p-1", replaced_by: str | None = None) -> Promise:
    """A delivery promise."""
    return Promise(id, "delivery", due, PLACED, "host:host", replaced_by=replaced_by)


def an_incident(**changes: Any) -> Incident:
    """A detected incident on two orders."""
    given: dict[str, Any] = {
        "id": IncidentId("i-1"),
        "type": "late",
        "severity": "minor",
        "description": Text("t-1"),
        "detected_at": PLACED,
        "owner": Owner("after-sales"),
        "orders": (OrderId("o-1"), OrderId("o-2")),
    }
    return Incident(**(given | changes))


def an_ask(**changes: Any) -> Ask:
    """A question that nobody has answered."""
    given: dict[str, Any] = {
        "id": AskId("a-1"),
        "survey": "csat",
        "scale": Scale(1, 5),
        "asked_at": PLACED,
        "order": OrderId("o-1"),
    }
    return Ask(**(given | changes))


def columns(table: str) -> set[str]:
    """The columns of a table of facts, without the tenant."""
    return {c.name for c in FACT_TABLES[table].columns} - {"tenant"}


def causes() -> tuple[State, ...]:
    """An analysis and a corrective action, each about an incident."""
    case, words = (IncidentId("i-1"),), Text("t-1")
    analysis = Analysis(AnalysisId("y-1"), words, "after-sales", PLACED, incidents=case)
    action = CorrectiveAction(
        CorrectiveActionId("x-1"),
        words,
        "packaging/step/packing",
        sponsor="eva",
        owner=Owner("warehouse"),
        asked="warehouse",
        due=PLACED,
        planned_at=PLACED,
        incidents=case,
    )
    return analysis, action


def test_rows_fit_their_tables() -> None:
    """A fact has exactly the columns of its table, so that it is written as it is; no table is without facts."""
    parcel = Shipment("s-1", (("1", 1),), PLACED, "blue", delivered=(("1", 1),), delivered_at=PLACED)
    shown = (Advised(Advice("product_short", "tea"), PLACED),)
    day = PLACED.date()
    order = an_order(promises=(promised(PLACED),), shipments=(parcel,), advised=shown)
    spoken = Conversation(ConversationId("c-1"), "phone", "ana", PLACED, Text("t-1"))
    incident = an_incident(
        closures=(Period(PLACED, PLACED),),
        conversations=(spoken,),
        lines=(LineId("1"),),
        disproved=(PLACED,),
        cause="oversold",
        offers=(Offer("refund", day, "5.00", OfferId("offer-1"), worth=Money(5, "EUR"), round=1),),
        approvals=(Approval(ApprovalId("approval-1"), IncidentId("i-1"), (), "agent:ana", PLACED),),
        blocks=(Block(BlockId("block-1"), "no_express", Text("t-3"), PLACED, "agent:ana"),),
        mass=MassPart(MassId("m-2"), (order.id,), ("1001",)),
    )
    contact = Contact(ContactId("k-1"), NeedId("n-1"), "phone", "in", PLACED, cost=Money(1, "EUR"))
    need = Need(NeedId("n-1"), PLACED, None, (order.id,), (incident.id,), contacts=(contact,))
    task = Task(TaskId("t-1"), "call", Owner("after-sales"), "after-sales", PLACED)
    account = Account(AccountId("c-1"), "acme", "ana")
    promise = Commitment(
        CommitmentId("p-1"), "ana", "after-sales", Text("t-2"), "told_first_rate", "leo", PLACED, PLACED + timedelta(days=7)
    )
    meeting = CheckIn(CheckInId("m-1"), "after-sales", PLACED)
    goal = Objective(ObjectiveId("g-1"), "Nobody waits", "important", "", "ana", day, day + timedelta(days=90), "", (), PLACED)
    buyer, at = CustomerId("c-1"), (PLACED, PLACED, PLACED, PLACED)
    call = VerificationCall(CallId("v-1"), CallListId("l-1"), day, order.id, buyer, PLACED, "random", *at, 3)
    mass = MassIncident(MassId("m-2"), "late", Text("t-4"), PLACED, orders=(order.id,))
    rung = CallList(CallListId("l-1"), day, PLACED, PLACED, PLACED)
    states: tuple[State, ...] = (
        *(order, incident, an_ask(answer=Answer(3, PLACED)), need, task, account),
        *(promise, meeting, goal, call, rung, mass, *causes(), Reading(ReadingId("r-1"), "calls", PLACED, 10_000)),
    )
    made = {"facts_actions": action_facts(done(OrderConfirmed()), order, SHOP)}
    for state in states:
        found = facts_of(state, SHOP) | lasting_facts(state, lambda _: order)
        found |= signature_rows(state, lambda _: order, SHOP)
        made |= {name: rows for name, rows in found.items() if rows}

    assert {name: columns(name) for name in FACT_TABLES} == {name: set(rows[0]) for name, rows in made.items()}


def test_an_order_has_its_durations() -> None:
    """Confirmation and delivery are counted from the moment the order was placed, also backwards."""
    fact = order_fact(
        an_order(confirmed_at=PLACED + timedelta(hours=2), delivered_at=PLACED - timedelta(microseconds=1)), "Europe/Madrid"
    )

    assert (2 * HOUR, -1) == (fact["confirmation"], fact["delivery"])


def test_an_order_that_stands_still_has_no_durations() -> None:
    """What has not happened is None, never zero; so is what was not given."""
    fact = order_fact(an_order(), "Europe/Madrid")

    assert {None} == {fact[c] for c in ("confirmation", "delivery", "on_time", "promised_due", "number", "account", "customer")}


@pytest.mark.parametrize(
    ("due", "late_by", "on_time"),
    [
        # Madrid's clocks go forward on 31 March: the day ends at 22:00 UTC.
        (date(2024, 3, 31), timedelta(microseconds=-1), 1),
        (date(2024, 3, 31), timedelta(0), 0),
        (datetime(2024, 3, 31, 22, tzinfo=UTC), timedelta(0), 1),
        (datetime(2024, 3, 31, 22, tzinfo=UTC), timedelta(microseconds=1), 0),
    ],
)
def test_on_time_is_by_the_end_of_the_day_or_the_instant(due: Due, late_by: timedelta, on_time: int) -> None:
    """A date lasts to the end of that day in the shop's zone; an instant is that instant."""
    order = an_order(promises=(promised(due),), delivered_at=datetime(2024, 3, 31, 22, tzinfo=UTC) + late_by)

    assert on_time == order_fact(order, "Europe/Madrid")["on_time"]


def test_on_time_is_by_the_first_promise() -> None:
    """A later promise replaces the first in the queue, never in the judgement."""
    first, second = PLACED + timedelta(days=1), PLACED + timedelta(days=5)
    order = an_order(promises=(promised(first, replaced_by="p-2"), promised(second, "p-2")), delivered_at=second)
    fact = order_fact(order, "UTC")

    assert (0, micros(first), micros(second)) == (fact["on_time"], fact["promised_first"], fact["promised_due"])


def test_a_cancelled_order_is_marked() -> None:
    """An order with nothing left of it counts as cancelled, with its time and status."""
    line = Line("P-1", 1, Money("9.50", "EUR"), id=LineId("1"), cancelled=1)
    fact = order_fact(
        Order(
            id=OrderId("o-1"),
            placed_at=PLACED,
            captured=Money("9.50", "EUR"),
            lines=(line,),
            cancelled_at=PLACED + timedelta(hours=1),
        ),
        "UTC",
    )

    assert (1, micros(PLACED) + HOUR, "cancelled") == (fact["cancelled"], fact["cancelled_at"], fact["status"])


def test_an_incident_has_what_the_queue_sorts_by() -> None:
    """Group, severity rank, cause's category and step, owner, hand-over and deadlines are in the row."""
    incident = an_incident(
        severity="critical",
        cause="carrier_delay",
        owner=Owner("after-sales", "ana"),
        handover=Handover("luis", "agent:ana", PLACED),
        deadlines=Deadlines(PLACED + timedelta(hours=4), PLACED + timedelta(days=2)),
        customer=CustomerId("c-1"),
        reported_by="customer",
    )
    expected = {
        "order_id": "o-1",
        "customer": "c-1",
        "group": "logistics",
        "severity_rank": 0,
        "cause": "carrier_delay",
        "cause_category": "carrier",
        "step": "transit",
        "owner_team": "after-sales",
        "owner_agent": "ana",
        "handover_to": "luis",
        "communicate_by": micros(PLACED) + 4 * HOUR,
        "resolve_by": micros(PLACED) + 48 * HOUR,
        "reported_by": "customer",
        "open": 1,
    }

    assert expected.items() <= incident_fact(incident, SHOP).items()


def test_what_the_settings_no_longer_name_is_still_a_fact() -> None:
    """A type, severity or cause that the shop dropped has no group, category or step, and ranks last."""
    fact = incident_fact(an_incident(type="old", severity="old", cause="old", orders=()), SHOP)

    assert {None} == {fact[name] for name in ("group", "cause_category", "step", "order_id")}
    assert fact["severity_rank"] == 2


def test_a_resolution_that_stands_has_its_duration() -> None:
    """Resolved is counted from detection to the resolution that was not undone."""
    at = PLACED + timedelta(hours=3)
    fact = incident_fact(an_incident(phase=Phase.RESOLVED, resolved_at=at, first_resolved_at=at, claimed=True), SHOP)

    assert (3 * HOUR, 1, 1, 0) == (fact["resolution"], fact["ever_resolved"], fact["claimed"], fact["reopened"])


def test_a_reopened_incident_was_once_resolved() -> None:
    """An undone resolution leaves no duration, but that there was one stays known."""
    fact = incident_fact(an_incident(phase=Phase.COMMUNICATED, first_resolved_at=PLACED, reopened=2), SHOP)

    assert (None, 1, 2) == (fact["resolution"], fact["ever_resolved"], fact["reopened"])


@pytest.mark.parametrize("phase", Phase)
def test_withdrawn_and_merged_incidents_count_nowhere(phase: Phase) -> None:
    """Withdrawn and merged incidents don't count, neither themselves nor for their orders."""
    incident = an_incident(phase=phase, evidence=Evidence.answer("a-1"))
    counts = int(phase not in ("withdrawn", "merged"))
    is_open = int(phase in ("detected", "communicated", "resolved"))
    about = {"incident_id": "i-1", "counts": counts, "open": is_open, "reported_by": "shop", "cause_category": None}
    links = [{"order_id": o, **about} for o in ("o-1", "o-2")]
    fact = incident_fact(incident, SHOP)

    assert (counts, is_open, links) == (fact["counts"], fact["open"], incident_orders(incident, SHOP))


@pytest.mark.parametrize(("score", "top"), [(4, 0), (5, 1)])
def test_an_answer_knows_whether_it_is_the_top(score: int, top: int) -> None:
    """The top is the highest value of the ask's own scale."""
    fact = answer_fact(an_ask(answer=Answer(score, PLACED + timedelta(hours=1)), customer=CustomerId("c-1")), SHOP)

    assert fact is not None
    assert (score, top, micros(PLACED) + HOUR, "c-1") == (fact["score"], fact["top"], fact["answered_at"], fact["customer"])


def test_an_unanswered_ask_is_no_fact() -> None:
    """What nobody answered has no row."""
    assert answer_fact(an_ask(), SHOP) is None


# --- Promises, products, carriers, channels ----------------------------------------------------------------------


def test_every_promise_is_judged_by_its_own_time() -> None:
    """A promise that a later one replaced was broken if nothing came by its time, and the later one may be kept."""
    first, second = PLACED + timedelta(days=1), PLACED + timedelta(days=5)
    given = promised(first, replaced_by="p-2"), promised(second, "p-2")
    facts = promise_rows(an_order(promises=given, delivered_at=second), "UTC")

    assert [(micros(first), 0, 1), (micros(second), 1, 0)] == [(f["due"], f["kept"], f["replaced"]) for f in facts]


def test_a_promise_of_nothing_delivered_is_not_kept() -> None:
    """What did not come was not delivered by its time."""
    (fact,) = promise_rows(an_order(promises=(promised(date(2024, 3, 31)),)), "Europe/Madrid")

    assert (micros(datetime(2024, 3, 31, 22, tzinfo=UTC)) - 1, 0) == (fact["due"], fact["kept"])


def lines(*products: str) -> tuple[Line, ...]:
    """Lines of one unit each."""
    return tuple(Line(p, 1, Money("1", "EUR"), id=LineId(str(i))) for i, p in enumerate(products, 1))


def test_products_are_those_of_the_lines_each_once() -> None:
    """Two lines of one product are one, and an order whose lines are not known has none."""
    order = evolve(an_order(), lines=lines("cup", "tea", "cup"))
    unknown = evolve(an_order(), lines=(Line("*", 1, Money("0", "EUR"), WHOLE),))

    assert (["cup", "tea"], []) == ([f["product"] for f in order_products(order)], order_products(unknown))


def test_carriers_are_those_of_the_parcels_each_once() -> None:
    """A carrier of two parcels is one, and one that nobody named is none."""
    parcels = tuple(Shipment(f"s-{i}", (), PLACED, carrier) for i, carrier in enumerate(("blue", "", "red", "blue")))

    assert ["blue", "red"] == [f["carrier"] for f in order_carriers(evolve(an_order(), shipments=parcels))]


@pytest.mark.parametrize(("named", "products"), [((), ["cup", "tea"]), (("2",), ["tea"])])
def test_an_incident_is_about_the_products_of_its_lines(named: tuple[str, ...], products: list[str]) -> None:
    """Those of the lines it names, or of all where it names none."""
    incident = an_incident(lines=tuple(LineId(line) for line in named))

    assert products == [f["product"] for f in incident_products(incident, [evolve(an_order(), lines=lines("cup", "tea"))])]


def test_channels_are_those_that_reached_the_customer() -> None:
    """Conversations, and notices that arrived; a bounced one reached nobody."""
    notices = (
        Notice(NoticeId("n-1"), "incident.detected", "post", "k-1", True, PLACED, ReceiptKind.DELIVERED),
        Notice(NoticeId("n-2"), "incident.detected", "wire", "k-2", False, PLACED, ReceiptKind.BOUNCED),
    )
    spoken = Conversation(ConversationId("c-1"), "phone", "ana", PLACED, Text("t-1"))

    assert ["phone", "post"] == [
        f["channel"] for f in incident_channels(an_incident(notices=notices, conversations=(spoken, spoken)))
    ]


# --- Time without an owner, closings that were undone --------------------------------------------------------------


def happened(state: Incident, data: Happening, hours: int) -> Incident:
    """The incident after what happened so long after it was detected."""
    at = PLACED + timedelta(hours=hours)
    after = happen(state, Event("i-1", 2, data, at, at, "agent:ana", "test"))
    assert isinstance(after, Incident)
    return after


def test_nobody_by_name_has_it_until_the_first_accepts() -> None:
    """While no named person has accepted there is no end; a second hand-over adds nothing."""
    incident = an_incident(owner=Owner("after-sales", since=PLACED))
    taken = happened(incident, HandoverAccepted(Owner("after-sales", "ana")), 2)
    passed_on = happened(taken, HandoverAccepted(Owner("warehouse", "leo")), 9)

    assert [None, 2 * HOUR, 2 * HOUR] == [incident_fact(i, SHOP)["unowned"] for i in (incident, taken, passed_on)]


def test_every_later_gap_is_added() -> None:
    """Back with a team nobody by name has it again: no end while it lasts, and added once it is over."""
    taken = happened(an_incident(owner=Owner("after-sales", since=PLACED)), HandoverAccepted(Owner("after-sales", "ana")), 2)
    back = happened(taken, HandoverAccepted(Owner("warehouse")), 5)
    again = happened(back, HandoverAccepted(Owner("warehouse", "leo")), 6)

    assert [None, 3 * HOUR] == [incident_fact(i, SHOP)["unowned"] for i in (back, again)]


def test_a_case_that_had_a_person_from_the_start_was_never_without() -> None:
    """No gap is a duration of zero."""
    assert 0 == incident_fact(an_incident(owner=Owner("after-sales", "ana", PLACED)), SHOP)["unowned"]


def test_a_closing_that_was_undone_stays_known() -> None:
    """A reopened case has a row for the time that it was closed, and no end of its own."""
    closed = happened(an_incident(phase=Phase.RESOLVED, resolved_at=PLACED), IncidentClosed(), 3)
    again = happened(closed, IncidentReopened(Text("t-2")), 7)
    expected = [{"incident_id": "i-1", "place": 0, "since": micros(PLACED) + 3 * HOUR, "until": micros(PLACED) + 7 * HOUR}]

    assert (micros(PLACED) + 3 * HOUR, []) == (incident_fact(closed, SHOP)["ended_at"], closures(closed))
    assert (None, expected) == (incident_fact(again, SHOP)["ended_at"], closures(again))


def test_reopening_what_was_only_resolved_closes_nothing() -> None:
    """A resolved case was open all the time."""
    again = happened(an_incident(phase=Phase.RESOLVED, resolved_at=PLACED), IncidentReopened(Text("t-2")), 7)

    assert [] == closures(again)


# --- Actions -----------------------------------------------------------------------------------------------------


def done(data: Happening, actor: str = "agent:ana") -> Event:
    """Something that happened, by somebody."""
    return Event("s-1", 2, data, PLACED, PLACED, actor, "test")


ANA = Shop(agents=(Agent("ana", "after-sales"),))


@pytest.mark.parametrize(
    ("actor", "who"),
    [
        ("agent:ana", ("ana", "after-sales")),
        ("agent:gone", ("gone", None)),
        ("host:host", (None, None)),
        ("rule:desk", (None, None)),
        ("cli:eva", (None, None)),
    ],
)
def test_an_action_knows_who_did_it(actor: str, who: tuple[str | None, str | None]) -> None:
    """A person or a rule of ours acts; agents also with the team that they are of then."""
    (fact,) = action_facts(done(OrderConfirmed(), actor), an_order(), ANA)

    assert {"at": micros(PLACED), "order_id": "o-1", "actor": actor, "agent": who[0], "team": who[1]} == fact


@pytest.mark.parametrize("actor", ["customer:customer", "source:old-shop"])
def test_customers_and_sources_do_not_act_for_us(actor: str) -> None:
    """What they do is no action of ours."""
    assert [] == action_facts(done(OrderConfirmed(), actor), an_order(), ANA)


@pytest.mark.parametrize(
    "data",
    [
        OrderPlaced(OrderId("o-1"), (), Money("1", "EUR")),
        SurveyAnswered(5),
        MessageReceipt("k", "order.placed", "post", ReceiptKind.DELIVERED),
        CustomerTold("notice-1"),
        SourceStatusNoted("sent"),
    ],
)
def test_what_others_do_is_no_action_whoever_writes_it_down(data: Happening) -> None:
    """An order that comes in, an answer, a receipt and a source's word don't make an order handled."""
    assert [] == action_facts(done(data, "rule:desk"), an_order(), ANA)


def test_an_action_about_a_case_is_about_each_of_its_orders() -> None:
    """Whoever works on an incident handles its orders; whoever asks, the order of the ask."""
    about_case = action_facts(done(IncidentClosed()), an_incident(), ANA)
    about_ask = action_facts(done(SurveyAsked(AskId("a-1"), "csat", Scale())), an_ask(), ANA)

    assert (["o-1", "o-2"], ["o-1"]) == ([f["order_id"] for f in about_case], [f["order_id"] for f in about_ask])


def test_an_answer_knows_how_its_case_stood() -> None:
    """Type, severity, cause, step, team and agent are those of the moment; an answer about no case has none."""
    standing = Standing("late", "minor", None, "after-sales", "ana")
    fact = answer_fact(an_ask(answer=Answer(3, PLACED, standing=standing)), SHOP)
    bare = answer_fact(an_ask(answer=Answer(3, PLACED)), SHOP)
    names = ("type", "severity", "cause", "step", "team", "agent")

    assert fact is not None
    assert bare is not None
    assert ["late", "minor", None, "transit", "after-sales", "ana"] == [fact[name] for name in names]
    assert {None} == {bare[name] for name in names}
