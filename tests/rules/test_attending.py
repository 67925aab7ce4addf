"""What is done about clocks and promises that are due, whenever somebody looks; and how high a case is raised."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve as changed
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain import events as ev
from incidentkit.domain.actors import RULE
from incidentkit.domain.calendars import Calendar, Schedule
from incidentkit.domain.effects import Intent, Receipt, Timer
from incidentkit.domain.events import Event, Happening
from incidentkit.domain.evolve import evolve, replay
from incidentkit.domain.holds import Hold
from incidentkit.domain.ids import CustomerId, IncidentId, NoticeId, OfferId, OrderId, RemedyId
from incidentkit.domain.incidents import Deadlines, Handover, Incident, Owner, Phase
from incidentkit.domain.messages import Notice, ReceiptKind
from incidentkit.domain.money import Money
from incidentkit.domain.orders import Line, Order
from incidentkit.domain.promises import Promise
from incidentkit.domain.protocols import Protocol
from incidentkit.domain.remedies import Remedy
from incidentkit.domain.shop import Agent, Shop, Team
from incidentkit.domain.targets import Targets
from incidentkit.domain.texts import Text
from incidentkit.errors import TransitionRefused
from incidentkit.rules.around import Around
from incidentkit.rules.attending import attend, end_hold
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.rules.demands import demanded_anew
from incidentkit.rules.due import due
from incidentkit.rules.escalation import consequences, escalate, next_level_at, raised, wanted_level
from incidentkit.rules.hours import hours_of
from incidentkit.rules.lateness import delivery_due
from incidentkit.rules.promises import expectations, first_broken
from incidentkit.rules.receipts import receive
from incidentkit.rules.timers import moved, timers_of
from incidentkit.rules.waiting import promise

START = datetime(2026, 3, 2, 9, tzinfo=UTC)  # a Monday, as the team opens
HOUR = timedelta(hours=1)
TARGETS = Targets(4 * HOUR, 4 * HOUR, 16 * HOUR, 24 * HOUR)
SHOP = Shop(
    teams=(Team("after-sales", escalation=("eva", "bosses", "leo")), Team("bosses")),
    agents=(Agent("eva", "after-sales", "supervisor"), Agent("leo", "bosses", "supervisor"), Agent("ana", "after-sales")),
)
WORDS = Text("text:00000000-0000-0000-0000-000000000000", "words")
IDS = ("id-1", "id-2", "id-3")
TIMER = Timer("i-1", "warn", START)


def now(hours: float, shop: Shop = SHOP) -> Circumstances:
    """The desk, so many hours after the start."""
    return Circumstances(shop, START + hours * HOUR, RULE)


def a_case(**given: Any) -> Incident:
    """A case that has just begun."""
    targets, reported_by = given.pop("targets", TARGETS), given.pop("reported_by", "customer")
    case = Incident(
        IncidentId("i-1"),
        "damaged",
        "minor",
        WORDS,
        START,
        Owner("after-sales", since=START),
        customer=CustomerId("c-1"),
        deadlines=given.pop("deadlines", Deadlines(targets=targets)),
        reported_by=reported_by,
    )
    return changed(case, **given)


def looked_at(case: Incident, *hours: float, shop: Shop = SHOP) -> tuple[Incident, list[Happening]]:
    """The case after being looked at then, if something was due; and what followed."""
    happened: list[Happening] = []
    for at in hours:
        if any(when <= now(at).at for when in timers_of(case, shop).values()):
            decision = attend(case, TIMER, Around(ids=IDS), now(at, shop))
            for data in decision.events:
                found = evolve(case, Event("i-1", 1, data, now(at).at, now(at).at, str(RULE), "tick"))
                assert isinstance(found, Incident)
                case = found
            happened += [*decision.events, *(event for _, event in decision.elsewhere)]
    return case, happened


def kinds(happened: Sequence[Happening]) -> list[str]:
    """By type."""
    return [event.type for event in happened]


# --- Laws --------------------------------------------------------------------------------------------------------

INSTANTS = st.lists(st.integers(0, 4 * 24 * 60), max_size=8).map(sorted)


def standing(case: Incident) -> tuple[Any, ...]:
    """What is left of looking: how high it is, what has broken, and what is waited for.

    Until when somebody has to accept counts from when they were asked.
    """
    timers = timers_of(case, SHOP)
    timers.pop("handover", None)
    return case.level, frozenset(case.broke), timers


@given(st.integers(0, 4 * 24 * 60), st.sampled_from(("customer", "shop")))
def test_law_tick_idempotent(minutes: int, reported_by: str) -> None:
    """Looking twice is looking once."""
    once, _ = looked_at(a_case(reported_by=reported_by), minutes / 60)
    twice, happened = looked_at(once, minutes / 60)

    assert (once, []) == (twice, happened)


@given(INSTANTS, st.integers(0, 4 * 24 * 60))
def test_law_tick_at_any_granularity(minutes: list[int], last: int) -> None:
    """However often somebody looked on the way, the case ends where one look at the end, while the team works, brings it."""
    end = (hours_of(SHOP, "after-sales").next_open(START + timedelta(minutes=last)) - START) / HOUR
    often, _ = looked_at(a_case(), *(m / 60 for m in minutes if m <= last), end)
    once, _ = looked_at(a_case(), end)

    assert standing(once) == standing(often)


@given(INSTANTS)
def test_law_each_level_once_and_never_down(minutes: list[int]) -> None:
    """Levels only rise, and each breaks once."""
    _, happened = looked_at(a_case(), *(m / 60 for m in minutes))
    levels = [event.level for event in happened if isinstance(event, ev.IncidentEscalated)]
    broken = [(event.clock, event.due) for event in happened if isinstance(event, ev.ClockBroken)]

    assert sorted(set(levels)) == levels
    assert len(set(broken)) == len(broken)


@given(st.integers(0, 4 * 24 * 60))
def test_law_nobody_is_woken_outside_hours(minutes: int) -> None:
    """What follows, follows in service times."""
    at = START + timedelta(minutes=minutes)
    _, happened = looked_at(a_case(), minutes / 60)

    assert not happened or (at.weekday() < 5 and 9 <= at.hour < 18)


# --- One look ----------------------------------------------------------------------------------------------------


def test_at_three_quarters_the_owner_is_warned() -> None:
    """Of every clock that is that far, once."""
    case, happened = looked_at(a_case(), 3)

    assert ["incident.clock_warned"] * 2 == kinds(happened)
    assert [] == looked_at(case, 3.5)[1]


def test_what_has_broken_is_warned_of_no_more() -> None:
    """The reason for the warning is gone."""
    assert "incident.clock_warned" not in kinds(looked_at(a_case(), 4.5)[1])


def test_a_broken_clock_is_raised_and_called_about() -> None:
    """One call, however many clocks broke."""
    _, happened = looked_at(a_case(), 4.5)

    assert [
        "incident.clock_broken",
        "incident.clock_broken",
        "incident.escalated",
        "incident.handover_asked",
        "task.opened",
    ] == kinds(happened)


def test_without_a_customer_there_is_nobody_to_call() -> None:
    """The case is raised all the same."""
    assert "task.opened" not in kinds(looked_at(a_case(customer=None), 4.5)[1])


def test_whoever_is_asked_already_is_not_asked_again() -> None:
    """Nor is the owner."""
    for given_ in ({"handover": Handover("eva", "agent:ana", START)}, {"owner": Owner("after-sales", "eva", START)}):
        _, happened = looked_at(a_case(**given_), 4.5)

        assert "incident.handover_asked" not in kinds(happened)


def test_a_shop_without_supervisors_raises_to_nobody() -> None:
    """That it was raised is seen all the same."""
    shop = Shop()
    _, happened = looked_at(a_case(), 4.5, 30, shop=shop)

    assert [(1, "")] == [(event.level, event.to) for event in happened if isinstance(event, ev.IncidentEscalated)]


def test_above_the_last_level_there_is_none() -> None:
    """The chain ends."""
    case, _ = looked_at(a_case(), 24 * 9)

    assert (3, None) == (case.level, next_level_at(case, START, SHOP))
    assert "escalate" not in timers_of(case, SHOP)
    assert Decision() == raised(case, 3, "promise", now(0))


def test_what_is_not_broken_belongs_on_no_level() -> None:
    """And a level beyond the chain belongs to its last."""
    high = raised(a_case(), 9, "promise", now(0)).events[0]

    assert (0, "leo") == (wanted_level(a_case(), SHOP, START), getattr(high, "to", None))


def test_imported_cases_are_left_alone() -> None:
    """Whatever their timers say."""
    passive = a_case(passive=True)

    assert Decision() == due(passive, TIMER, Around(ids=IDS), now(90))
    assert {} == timers_of(passive, SHOP) == timers_of(None, SHOP)


def test_a_timer_without_a_rule_does_nothing() -> None:
    """It may be of a later version."""
    assert Decision() == due(a_case(), Timer("i-1", "moonrise", START), Around(), now(90))


def test_a_wait_that_is_over_is_ended_once() -> None:
    """Not before its end, and not again."""
    held = a_case(holds=(Hold(START, None, START + HOUR, "wait"),))
    ended = changed(held, holds=(changed(held.holds[0], until=START + HOUR),))

    assert [(), ("incident.wait_over",), (), ()] == [
        tuple(kinds(end_hold(case, TIMER, Around(), now(at)).events))
        for case, at in ((held, 1), (held, 2), (ended, 2), (a_case(), 2))
    ]


def test_timers_follow_what_changed() -> None:
    """Set, moved, taken back; what stays is not touched."""
    before = {"warn": START, "resolve_by": START, "promise": START}
    after = {"warn": START, "resolve_by": START + HOUR, "escalate": START}

    assert {("promise", None), ("resolve_by", START + HOUR), ("escalate", START)} == {
        (timer.name, timer.due) for timer in moved("i-1", before, after)
    }


# --- Reopened again and again ------------------------------------------------------------------------------------


def test_the_second_reopening_raises_to_the_second_level() -> None:
    """The shop says how many; with none, never; imported cases never."""
    case = a_case(phase=Phase.COMMUNICATED, reopened=1)
    again = changed(case, reopened=2)
    never = changed(SHOP, protocols=(Protocol("damaged", reopenings=0),))

    assert ["incident.escalated", "incident.handover_asked"] == kinds(consequences(case, again, now(1)))
    assert () == consequences(again, again, now(1))
    assert () == consequences(case, again, now(1, never))
    assert () == consequences(None, again, now(1))
    assert () == consequences(case, changed(again, passive=True), now(1))
    assert () == consequences(case, changed(again, type="unknown"), now(1))


# --- Promises ----------------------------------------------------------------------------------------------------


def an_order(*promises: Promise, **given: Any) -> Order:
    """An order with promises of its delivery."""
    return Order(
        OrderId("o-1"),
        START,
        Money("5", "EUR"),
        (Line("A", 1, Money("5", "EUR")),),
        customer=CustomerId("c-1"),
        promises=promises,
        **given,
    )


def promised(hours: float, id: str = "promise-1", what: str = "delivery", **more: Any) -> Promise:
    """A promise by so many hours after the start."""
    return Promise(id, what, START + hours * HOUR, START, "agent:ana", **more)


def test_every_promise_has_an_outcome() -> None:
    """Kept, broken, replaced or pending; a later one never makes good the first."""
    order = an_order(promised(1, replaced_by="promise-2"), promised(9, "promise-2"), promised(99, "promise-3"))
    delivered = changed(order, delivered_at=START + 2 * HOUR)

    def outcomes(of: Order, hours: float) -> list[str]:
        return [each.outcome for each in expectations(of, "UTC", START + hours * HOUR)]

    assert ["replaced", "pending", "pending"] == outcomes(order, 1)
    assert ["broken", "pending", "pending"] == outcomes(order, 2)
    assert ["broken", "broken", "pending"] == outcomes(order, 10)
    assert ["broken", "kept", "kept"] == outcomes(delivered, 10)


def test_an_agreed_remedy_is_a_promise() -> None:
    """Kept when it is carried out by its date."""
    remedy = Remedy(RemedyId("remedy-1"), OfferId("offer-1"), "restock", START + HOUR)
    case = a_case(remedies=(remedy,), promises=(promised(1, what="restock", reference="remedy-1"),))
    done = changed(case, remedies=(changed(remedy, carried_out_at=START),))
    gone = changed(case, remedies=())

    assert ["pending", "kept", "pending"] == [expectations(c, "UTC", START)[0].outcome for c in (case, done, gone)]


def test_a_promised_word_is_kept_by_any_word() -> None:
    """After it was given."""
    events = [
        ev.IncidentReported(IncidentId("i-1"), "damaged", "minor", WORDS, Owner("after-sales")),
        ev.PromiseMade(promised(5, what="update")),
        ev.ConversationLogged("conversation-1", "phone", "ana", WORDS),  # type: ignore[arg-type]
    ]
    case = replay(
        [Event("i-1", n, data, START + n * HOUR, START + n * HOUR, "agent:ana", "t") for n, data in enumerate(events, 1)]
    )
    assert isinstance(case, Incident)

    assert [(START + 3 * HOUR, "kept")] == [(e.kept_at, e.outcome) for e in expectations(case, "UTC", START + 9 * HOUR)]


def test_a_broken_promise_of_a_case_raises_it() -> None:
    """Noted once, and to the first level at least."""
    case = a_case(targets=Targets(), promises=(promised(1, what="update"), promised(200, "promise-2", "update")))
    after, happened = looked_at(case, 2)

    assert ["promise.broken", "incident.escalated", "incident.handover_asked"] == kinds(happened)
    assert [] == looked_at(after, 3)[1]


def test_nothing_is_waited_for_of_what_is_over() -> None:
    """A cancelled order, a case that has ended."""
    order, case = an_order(promised(1)), a_case(promises=(promised(1, what="update"),))

    assert (None, None) == (
        first_broken(changed(order, cancelled_at=START), "UTC"),
        first_broken(changed(case, phase=Phase.CLOSED), "UTC"),
    )


def test_a_late_delivery_opens_a_case() -> None:
    """With an owner and deadlines like any report; the promise names it."""
    decision = delivery_due(an_order(promised(1)), TIMER, Around(ids=IDS, words=WORDS), now(2))
    (broken,), ((stream, opened),) = decision.events, decision.elsewhere

    assert ("id-1", "late", "after-sales", "id-1") == (
        stream,
        getattr(opened, "kind", ""),
        opened.owner.team,  # type: ignore[attr-defined]
        getattr(broken, "incident", None),
    )


def test_it_opens_none_beside_one_about_the_same() -> None:
    """An open case of the same group is enough; one about something else is not."""
    order = an_order(promised(1))

    def opened(*cases: Incident, shop: Shop = SHOP) -> int:
        words = WORDS if shop.protocol("late") else None
        return len(delivery_due(order, TIMER, Around(cases=cases, ids=IDS, words=words), now(2, shop)).elsewhere)

    other = changed(SHOP, protocols=(Protocol("damaged"),))

    assert [0, 0, 1, 1] == [opened(a_case(type=type_)) for type_ in ("late", "lost", "damaged", "unknown")]
    assert 0 == opened(shop=other)


def test_a_promise_in_time_opens_nothing() -> None:
    """Not yet due, moved, or delivered."""
    for order, at in (
        (an_order(promised(3)), 2),
        (an_order(promised(1, replaced_by="promise-2"), promised(9, "promise-2")), 2),
        (an_order(promised(1), delivered_at=START), 2),
        (an_order(), 2),
    ):
        assert Decision() == delivery_due(order, TIMER, Around(ids=IDS, words=WORDS), now(at))


# --- What is left alone ------------------------------------------------------------------------------------------


def test_a_case_that_has_ended_breaks_no_promise() -> None:
    """Whoever looks at it finds nothing."""
    ended = a_case(phase=Phase.CLOSED, targets=Targets(), promises=(promised(1, what="update"),))

    assert Decision() == attend(ended, TIMER, Around(ids=IDS), now(9))


def test_a_fixed_time_is_warned_of_by_nobody() -> None:
    """It has no share of anything."""
    case = a_case(targets=Targets(), deadlines=Deadlines(START + 2 * HOUR, START + 9 * HOUR))

    assert {"communicate_by", "resolve_by"} == set(timers_of(case, SHOP))
    assert [] == kinds(looked_at(case, 1.9)[1])


def test_a_calendar_that_ends_is_no_reason_not_to_look() -> None:
    """After its last open hour, timers are due when they are due."""
    once = Calendar("once", Schedule("UTC", {}, {START.date(): ("09:00-10:00",)}))
    case = a_case(targets=Targets(), deadlines=Deadlines(START + 20 * HOUR, None))

    assert [START + 20 * HOUR + timedelta(microseconds=1)] == list(
        timers_of(case, changed(SHOP, calendar="once", calendars={"once": once})).values()
    )


def test_imported_cases_are_neither_raised_nor_promised_anything() -> None:
    """They are silent until they are adopted."""
    passive = a_case(passive=True)
    with pytest.raises(TransitionRefused, match="silent until it is adopted"):
        escalate(passive, WORDS, None, now(1))
    with pytest.raises(TransitionRefused, match="silent until it is adopted"):
        promise(passive, "update", START + 9 * HOUR, now(1))


def test_what_is_demanded_changes_with_type_and_severity_alone() -> None:
    """Not for an imported case, an unchanged one, or a type without a protocol."""
    case = a_case()

    assert demanded_anew(case, "damaged", "critical", now(1)) is not None
    assert [None] * 3 == [
        demanded_anew(changed(case, passive=True), "damaged", "critical", now(1)),
        demanded_anew(case, "damaged", "minor", now(1)),
        demanded_anew(case, "unknown", "minor", now(1)),
    ]


def test_a_message_that_comes_back_asks_for_a_call_in_phase_resolved_alone() -> None:
    """Before it the case is untold, after it the customer is left in peace; an imported case has no tasks."""
    notice = Notice(NoticeId("notice-1"), "incident.resolved", "local", "k", True, START, ReceiptKind.DELIVERED, START)
    case = a_case(phase=Phase.RESOLVED, resolved_at=START, notices=(notice,))
    intent = Intent("k", "message", "local", "i-1", "incident.resolved", START)

    def calls(of: Incident, task: str = "task-1") -> int:
        return len(receive(of, intent, Receipt(ReceiptKind.BOUNCED), now(1), task).elsewhere)

    assert 1 == calls(case)
    assert [0] * 4 == [
        calls(changed(case, phase=Phase.CLOSED)),
        calls(changed(case, passive=True)),
        calls(changed(case, customer=None)),
        calls(case, task=""),
    ]
