"""The clocks of a case: what they count, when they stand still, stop and go on; with the laws that hold for all of them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve as changed
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain import events as ev
from incidentkit.domain.calendars import Calendar, Schedule
from incidentkit.domain.clocks import Clock
from incidentkit.domain.events import Event, Happening
from incidentkit.domain.evolve import evolve, replay
from incidentkit.domain.holds import Hold
from incidentkit.domain.ids import ContactId, ConversationId, IncidentId, NoticeId, OfferId, RemedyId
from incidentkit.domain.incidents import Deadlines, Incident, Owner
from incidentkit.domain.messages import ReceiptKind
from incidentkit.domain.promises import Promise
from incidentkit.domain.protocols import Protocol
from incidentkit.domain.remedies import Offer, Remedy
from incidentkit.domain.shop import Agent, Shop, Team
from incidentkit.domain.targets import Targets
from incidentkit.domain.texts import Text
from incidentkit.rules.clock_readings import read_clocks
from incidentkit.rules.clocks import clocks, next_due, waits_for, warned_at
from incidentkit.testing import strategies

START = datetime(2026, 3, 2, 9, tzinfo=UTC)  # a Monday
HOUR = timedelta(hours=1)
TARGETS = Targets(4 * HOUR, 4 * HOUR, 16 * HOUR, 24 * HOUR)
SHOP = Shop(teams=(Team("after-sales"),), agents=(Agent("eva", "after-sales", "supervisor"),))
WORDS = Text("t", "words")


def a_case(*happenings: tuple[float, Happening], clock: str = "elapsed", reported_by: str = "shop", **more: Any) -> Incident:
    """A case that these things happened to, each so many hours after its beginning."""
    deadlines = Deadlines(targets=more.pop("targets", TARGETS), clock=clock, **more)  # type: ignore[arg-type]
    reported = ev.IncidentReported(
        IncidentId("i-1"), "damaged", "minor", WORDS, Owner("after-sales"), reported_by=reported_by, deadlines=deadlines
    )
    found = replay(history((0, reported), *happenings))
    assert isinstance(found, Incident)
    return found


def history(*happenings: tuple[float, Happening]) -> list[Event]:
    """As events, by an agent."""
    at = [START + hours * HOUR for hours, _ in happenings]
    return [
        Event("i-1", place, data, when, when, "agent:ana", "test")
        for place, (when, (_, data)) in enumerate(zip(at, happenings, strict=True), 1)
    ]


def spoken(hours: float, place: int = 1) -> tuple[float, Happening]:
    """A call."""
    return hours, ev.ConversationLogged(ConversationId(f"conversation-{place}"), "phone", "ana", WORDS)


def told(hours: float) -> list[tuple[float, Happening]]:
    """A call that tells the customer."""
    return [spoken(hours), (hours, ev.CustomerTold("conversation-1"))]


def contact(hours: float, **given: Any) -> tuple[float, Happening]:
    """A contact, the customer's by default."""
    return hours, ev.IncidentContactNoted(ContactId("c"), **{"channel": "email", "direction": "in", **given})


def offered(hours: float, by: datetime) -> tuple[float, Happening]:
    """An offer."""
    return hours, ev.OffersMade((Offer("restock", by, id=OfferId("offer-1")),))


def resolved(hours: float) -> tuple[float, Happening]:
    """A resolution."""
    return hours, ev.IncidentResolved(WORDS)


def reopened(hours: float) -> tuple[float, Happening]:
    """A reopening."""
    return hours, ev.IncidentReopened(WORDS)


def the(name: str, case: Incident, shop: Shop = SHOP) -> Clock:
    """The last clock of that name."""
    return [clock for clock in clocks(case, shop) if clock.name == name][-1]


def names(case: Incident) -> list[str]:
    """Which clocks there are."""
    return [clock.name for clock in clocks(case, SHOP)]


# --- Each clock --------------------------------------------------------------------------------------------------


def test_a_case_that_the_shop_found_has_nobody_to_answer_yet() -> None:
    """It has to tell the customer, and to put it right."""
    assert ["communicate_by", "resolve_by"] == names(a_case())


def test_a_customer_who_reports_it_waits_for_an_answer() -> None:
    """From the report on."""
    assert START + 4 * HOUR == the("first_response", a_case(reported_by="customer")).due


def test_the_first_question_starts_the_first_response() -> None:
    """On whatever channel it comes; a later one starts no other."""
    case = a_case(contact(3), contact(5, channel="sms"))

    assert (START + 3 * HOUR, START + 7 * HOUR) == ((c := the("first_response", case)).started_at, c.due)


def test_an_answer_by_a_person_stops_it() -> None:
    """Spoken, written elsewhere, or given while the customer was there."""
    for answer in (spoken(2), contact(2, direction="out"), contact(2, live=True)):
        assert START + 2 * HOUR == the("first_response", a_case(contact(1), answer)).stopped_at


def test_a_message_by_an_agent_answers_once_it_has_arrived() -> None:
    """Planned is not arrived; one that followed from what the customer did is by nobody."""
    planned = ev.NoticePlanned(NoticeId("notice-1"), "incident.detected", "local", "k", confirms=True)
    receipt = ev.MessageReceipt("k", "incident.detected", "local", ReceiptKind.DELIVERED, NoticeId("notice-1"))
    events = history((0, a_report()), contact(1), (2, planned), (3, receipt))
    automatic = [changed(event, actor="customer:customer") if event.data is planned else event for event in events]

    assert [START + 3 * HOUR, None] == [the("first_response", as_case(e)).stopped_at for e in (events, automatic)]


def a_report() -> ev.IncidentReported:
    """The beginning of a case."""
    return ev.IncidentReported(
        IncidentId("i-1"), "damaged", "minor", WORDS, Owner("after-sales"), deadlines=Deadlines(targets=TARGETS)
    )


def as_case(events: Sequence[Event]) -> Incident:
    """What they add up to."""
    state = replay(events)
    assert isinstance(state, Incident)
    return state


def test_the_customer_is_told_by_the_promised_delivery() -> None:
    """Where that comes before the time that the protocol gives."""
    assert START + HOUR == the("communicate_by", a_case(before=START + HOUR)).due
    assert START + 4 * HOUR == the("communicate_by", a_case(before=START + 9 * HOUR)).due


def test_being_told_stops_the_telling() -> None:
    """And a message that came back starts it again, with the time that it had."""
    case = a_case(*told(1))
    back = evolve(case, history(*[(0, ev.CustomerUntold(NoticeId("notice-1")))] * 9)[-1])
    assert isinstance(back, Incident)

    assert (START + HOUR, "nobody") == ((c := the("communicate_by", case)).stopped_at, c.waits_for)
    assert (None, START + 4 * HOUR) == ((c := the("communicate_by", back)).stopped_at, c.due)


def test_each_word_to_the_customer_starts_the_next_update() -> None:
    """Until it is put right."""
    case = a_case(*told(1), spoken(5, 2))

    assert (START + 5 * HOUR, START + 21 * HOUR) == ((c := the("update_by", case)).started_at, c.due)
    assert not the("update_by", a_case(*told(1), resolved(2))).running


def test_an_update_that_came_too_late_stays_broken() -> None:
    """Whatever was said afterwards."""
    case = a_case(*told(1), spoken(30, 2), spoken(31, 3))

    assert [True, False] == [clock.broken for clock in clocks(case, SHOP) if clock.name == "update_by"]


def test_nobody_is_updated_about_what_is_solved() -> None:
    """A call after the resolution starts nothing; a reopening does."""
    case = a_case(*told(1), resolved(2), spoken(3, 2))
    again = a_case(*told(1), resolved(2), spoken(3, 2), reopened(9))

    assert [START + HOUR] == [clock.started_at for clock in clocks(case, SHOP) if clock.name == "update_by"]
    assert START + 9 * HOUR == the("update_by", again).started_at


def test_old_cases_keep_their_fixed_deadlines() -> None:
    """Without targets, the instants that were set stand as they are."""
    case = a_case(targets=Targets(), communicate_by=START + HOUR, resolve_by=START + 9 * HOUR)

    assert [("communicate_by", START + HOUR, None), ("resolve_by", START + 9 * HOUR, None)] == [
        (clock.name, clock.due, clock.within) for clock in clocks(case, SHOP)
    ]


def test_nothing_demanded_is_nothing_to_break() -> None:
    """A protocol may demand nothing, or only that the customer is told before the delivery."""
    assert [] == names(a_case(*told(1), contact(2), targets=Targets()))
    assert ["communicate_by"] == names(a_case(targets=Targets(), before=START + HOUR))


def test_what_counts_nowhere_has_no_clocks() -> None:
    """Withdrawn, merged, and imported."""
    case = a_case()
    gone = evolve(case, history((0, a_report()), (1, ev.IncidentWithdrawn(WORDS)))[-1])

    assert ((), ()) == (clocks(gone, SHOP), clocks(changed(case, passive=True), SHOP))  # type: ignore[arg-type]


def test_a_calendar_that_ends_lets_a_clock_run_for_ever() -> None:
    """There is no due time to be late for, and nobody is warned."""
    shop = changed(
        SHOP, calendar="once", calendars={"once": Calendar("once", Schedule("UTC", {}, {START.date(): ("09:00-10:00",)}))}
    )
    case = a_case(clock="working")

    assert (9999, None) == ((c := the("resolve_by", case, shop)).due.year, warned_at(c, case, shop))


# --- Holds -------------------------------------------------------------------------------------------------------


def test_an_open_offer_stops_the_clocks_that_the_customer_holds() -> None:
    """Telling and answering go on: those wait for the shop."""
    case = a_case(*told(0), contact(0.5), offered(1, START + 10 * HOUR))

    assert {"first_response": "shop", "communicate_by": "nobody", "update_by": "customer", "resolve_by": "customer"} == {
        clock.name: clock.waits_for for clock in clocks(case, SHOP)
    }
    assert START + 33 * HOUR == the("resolve_by", case).due


@pytest.mark.parametrize(
    "end",
    [
        contact(3),
        (3, ev.OfferDeclined(OfferId("offer-1"))),
        (3, ev.OfferAccepted(OfferId("offer-1"), Remedy(RemedyId("remedy-1"), OfferId("offer-1"), "restock", START))),
        (3, ev.WaitEnded()),
    ],
)
def test_the_customers_word_starts_them_again(end: tuple[float, Happening]) -> None:
    """An answer to the offer, or a question."""
    case = a_case(*told(0), offered(1, START + 10 * HOUR), end)

    assert ("shop", START + 26 * HOUR) == ((c := the("resolve_by", case)).waits_for, c.due)


def test_a_hold_does_not_last_for_ever() -> None:
    """An offer that nobody answered is over with its own date, and a wait with its own end."""
    offer = a_case(*told(0), offered(1, START + 3 * HOUR), spoken(9))
    wait = a_case(*told(0), (1, ev.CustomerAwaited(WORDS, START + 3 * HOUR)), spoken(9))

    assert [START + 26 * HOUR] * 2 == [the("resolve_by", case).due for case in (offer, wait)]


def test_nobody_waits_for_somebody_who_knows_of_nothing() -> None:
    """An offer holds the clocks once it has reached the customer, and no longer when that turns out not to be so."""
    planned = ev.NoticePlanned(NoticeId("notice-1"), "incident.offered", "local", "k", confirms=True)
    made = offered(1, START + 10 * HOUR)
    unknown = a_case(made, (1, planned))
    known = a_case(made, (1, planned), (3, ev.CustomerTold("notice-1")))
    lost = a_case(made, (1, planned), (3, ev.CustomerTold("notice-1")), (5, ev.CustomerUntold(NoticeId("notice-1"))))

    assert [("shop", 24), ("customer", 31), ("shop", 26)] == [
        ((c := the("resolve_by", case)).waits_for, (c.due - START) / HOUR) for case in (unknown, known, lost)
    ]


def test_a_further_offer_puts_the_end_off() -> None:
    """It never brings it nearer."""
    later = a_case(*told(0), offered(1, START + 3 * HOUR), offered(2, START + 5 * HOUR))
    sooner = a_case(*told(0), offered(1, START + 5 * HOUR), offered(2, START + 3 * HOUR))

    assert [START + 28 * HOUR] * 2 == [the("resolve_by", case).due for case in (later, sooner)]


def test_of_several_offers_a_date_lasts_longer_than_an_instant_of_it() -> None:
    """It lasts to its end."""
    day = START.date()
    case = a_case(*told(0), (0, ev.OffersMade((Offer("restock", day), Offer("restock", START + HOUR)))))

    assert day == case.holds[-1].at_most


def test_whom_a_case_waits_for() -> None:
    """The shop as long as one clock does."""
    waiting = a_case(*told(0), offered(1, START + 9 * HOUR))

    assert ["shop", "customer", "nobody"] == [
        waits_for(clocks(case, SHOP)) for case in (a_case(), waiting, a_case(*told(1), resolved(2)))
    ]


# --- Reopening ---------------------------------------------------------------------------------------------------


def test_reopening_goes_on_with_the_total_and_leaves_the_first() -> None:
    """Ten hours were used, and what was resolved for two days does not count."""
    case = a_case(*told(1), resolved(10), reopened(58))

    assert (START + 10 * HOUR, False) == ((c := the("resolve_by", case)).stopped_at, c.broken)
    assert (START + 72 * HOUR, True) == ((c := the("resolve_again_by", case)).due, c.running)


# --- Laws --------------------------------------------------------------------------------------------------------


@given(strategies.incident_histories(passive=False))
def test_law_clocks_are_a_function_of_events(events: tuple[Event, ...]) -> None:
    """Replaying gives the same clocks, and so does following along."""
    case: Any = None
    for event in events:
        case = evolve(case, event)

    assert clocks(as_case(events), SHOP) == clocks(case, SHOP)


@given(strategies.incident_histories(passive=False))
def test_law_clocks_never_end_before_they_begin(events: tuple[Event, ...]) -> None:
    """Due times lie after beginnings, holds in the order of time, and whoever waits for nobody has stopped."""
    for clock in clocks(as_case(events), SHOP):
        assert clock.due >= clock.started_at or clock.within is None
        assert all(hold.since <= hold.until for hold in clock.held)
        assert (clock.waits_for == "nobody") == (clock.stopped_at is not None)


WAITS = st.lists(st.tuples(st.integers(0, 100), st.integers(0, 60)), max_size=4)


def with_holds(case: Incident, waits: Sequence[tuple[int, int]]) -> Incident:
    """A case whose customer was waited for, from so many hours on, for so many."""
    holds = [
        Hold(START + begin * HOUR, START + (begin + lasting) * HOUR, START + 999 * HOUR, "wait") for begin, lasting in waits
    ]
    return changed(case, holds=tuple(holds))


@given(WAITS, st.tuples(st.integers(0, 100), st.integers(0, 60)), st.sampled_from(("working", "elapsed")))
def test_law_a_hold_never_makes_a_deadline_earlier(waits: list[tuple[int, int]], another: tuple[int, int], clock: str) -> None:
    """However many there are, and however they lie."""
    case = a_case(clock=clock)

    assert the("resolve_by", with_holds(case, waits)).due <= the("resolve_by", with_holds(case, [*waits, another])).due


@given(WAITS, st.tuples(st.integers(0, 100), st.integers(0, 60)), st.integers(1, 200))
def test_law_more_hold_never_breaks_a_clock(waits: list[tuple[int, int]], another: tuple[int, int], end: int) -> None:
    """What was in time stays so."""
    case = a_case(*told(1), resolved(max(end, 1)))
    fewer, more = (the("resolve_by", with_holds(case, w)) for w in (waits, [*waits, another]))

    assert fewer.broken or not more.broken


@given(st.integers(0, 200))
def test_law_a_hold_outside_hours_changes_nothing(hours: int) -> None:
    """At night and at the weekend there is nothing to stand still."""
    night = START.replace(hour=18) + timedelta(days=hours // 24)
    held = changed(a_case(clock="working"), holds=(Hold(night, night + 15 * HOUR, START + 999 * HOUR, "wait"),))

    assert the("resolve_by", a_case(clock="working")).due == the("resolve_by", held).due


@given(st.randoms(use_true_random=False), st.lists(st.integers(1, 90), min_size=1, max_size=6, unique=True))
def test_law_permuted_words_read_equal(draw: random.Random, hours: list[int]) -> None:
    """In whatever order calls became known, the clocks are those of when they happened."""
    calls = [spoken(at, place) for place, at in enumerate(sorted(hours), 1)]
    shuffled = calls[:]
    draw.shuffle(shuffled)

    assert clocks(a_case(*calls), SHOP) == clocks(a_case(*shuffled), SHOP)


@given(strategies.incident_histories(passive=False), st.integers(0, 500))
def test_law_what_was_counted_adds_up(events: tuple[Event, ...], hours: int) -> None:
    """The stretches that a clock counted come to the time that it used; with what is left, to what it had."""
    case = as_case(events)
    case = changed(case, deadlines=changed(case.deadlines, targets=TARGETS))
    for reading in read_clocks(case, SHOP, events[-1].occurred_at + hours * HOUR):
        assert reading.used == sum((period.until - period.since for period in reading.counted), timedelta(0))
        assert reading.left is None or reading.left + reading.used == reading.clock.within


def test_a_hold_that_is_over_by_itself_waits_for_the_customer_no_more() -> None:
    """What is read then says so, though nobody has noted it yet."""
    case = a_case(*told(0), offered(1, START + 3 * HOUR))

    def who(hours: float) -> list[str]:
        return [r.waits_for for r in read_clocks(case, SHOP, START + hours * HOUR) if r.clock.name == "resolve_by"]

    assert (["customer"], ["shop"]) == (who(2), who(4))


def test_the_next_due_time_is_of_what_still_runs() -> None:
    """None once all have stopped."""
    assert (START + 4 * HOUR, None) == (
        next_due(clocks(a_case(), SHOP)),
        next_due(clocks(a_case(*told(1), resolved(2)), SHOP)),
    )


# --- Targets -----------------------------------------------------------------------------------------------------


def test_targets_are_given_for_each_severity() -> None:
    """One without its own has those of the protocol."""
    protocol = Protocol("damaged", by_severity={"critical": Targets(resolve_within=HOUR)}, resolve_within=9 * HOUR)

    assert (HOUR, 9 * HOUR) == (protocol.targets("critical").resolve_within, protocol.targets("minor").resolve_within)


def test_a_promise_is_no_clock() -> None:
    """What was promised is kept apart from what the protocol demands."""
    made = ev.PromiseMade(Promise("promise-1", "update", START + HOUR, START, "agent:ana", "conversation"))

    assert names(a_case()) == names(a_case((1, made)))


# --- At the edges ------------------------------------------------------------------------------------------------


def test_thanks_and_automatic_replies_ask_nothing() -> None:
    """Nor does what the shop itself wrote: the first response counts from a customer's question."""
    quiet = (contact(1, expects_answer=False), contact(1, automatic=True), contact(1, direction="out", expects_answer=True))

    assert [[], [], []] == [[n for n in names(a_case(said)) if n == "first_response"] for said in quiet]


def test_an_answer_in_the_same_instant_counts() -> None:
    """It stops the first response, as it would a moment later."""
    assert START + HOUR == the("first_response", a_case(contact(1), spoken(1))).stopped_at


def test_an_answer_before_it_was_adopted_leaves_nothing_to_answer() -> None:
    """The clock would begin with the adoption, when the answer was there; one in that very instant stops it at once."""
    since = START + 3 * HOUR
    before = a_case(contact(1), spoken(2), since=since)

    assert "first_response" not in names(before)
    assert since == the("first_response", a_case(contact(1), spoken(3), since=since)).stopped_at


def test_a_message_that_came_back_is_no_word_to_the_customer() -> None:
    """It starts no update; one that is there does, though a rule wrote it."""
    planned = ev.NoticePlanned(NoticeId("notice-1"), "incident.detected", "local", "k", confirms=True)
    after = {
        kind: (3, ev.MessageReceipt("k", "incident.detected", "local", kind, NoticeId("notice-1")))
        for kind in (ReceiptKind.DELIVERED, ReceiptKind.BOUNCED)
    }
    updates = {kind: [n for n in names(a_case((2, planned), receipt)) if n == "update_by"] for kind, receipt in after.items()}

    assert {ReceiptKind.DELIVERED: ["update_by"], ReceiptKind.BOUNCED: []} == updates


def test_what_is_solved_stops_its_fixed_deadlines() -> None:
    """Each with its beginning and its end."""
    case = a_case(
        *told(1), (2, resolved(2)[1]), targets=Targets(), communicate_by=START + 9 * HOUR, resolve_by=START + 9 * HOUR
    )

    assert [("communicate_by", START, START + HOUR, "nobody"), ("resolve_by", START, START + 2 * HOUR, "nobody")] == [
        (clock.name, clock.started_at, clock.stopped_at, clock.waits_for) for clock in clocks(case, SHOP)
    ]


def test_a_fixed_deadline_that_runs_waits_for_the_shop() -> None:
    """Nobody else can meet it."""
    case = a_case(targets=Targets(), resolve_by=START + 9 * HOUR)

    assert "shop" == the("resolve_by", case).waits_for


def test_the_promised_delivery_keeps_the_beginning_and_the_end_of_the_clock() -> None:
    """Only its due time is another."""
    clock = the("communicate_by", a_case(*told(0.5), before=START + HOUR))

    assert (START, START + HOUR / 2, None) == (clock.started_at, clock.stopped_at, clock.within)


def test_of_two_equal_due_times_the_clock_keeps_its_span() -> None:
    """It is no fixed instant then, so that its owner is warned."""
    assert 4 * HOUR == the("communicate_by", a_case(before=START + 4 * HOUR)).within


def test_solving_it_again_stops_the_total() -> None:
    """What a reopening had set going."""
    case = a_case(*told(1), resolved(2), reopened(9), resolved(11))

    assert START + 11 * HOUR == the("resolve_again_by", case).stopped_at


def test_every_late_update_is_held_against_the_next_word() -> None:
    """Not against the one before."""
    case = a_case(*told(1), spoken(30, 2), spoken(60, 3))

    assert [START + 30 * HOUR, START + 60 * HOUR, None] == [c.stopped_at for c in clocks(case, SHOP) if c.name == "update_by"]


def test_a_hold_that_touches_a_clock_is_none_of_its_holds() -> None:
    """One that ended as it began, or began as it stopped."""
    case = with_holds(a_case(*told(1), resolved(6)), [(6, 3)])

    assert () == the("resolve_by", case).held


def test_the_warning_waits_through_holds() -> None:
    """Its share of the time is counted as the time is."""
    case = with_holds(a_case(*told(1)), [(2, 6)])

    assert START + (18 + 6) * HOUR == warned_at(the("resolve_by", case), case, SHOP)
