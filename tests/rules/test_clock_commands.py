"""What people may say about clocks: raise a case, wait for the customer, promise a word; and what follows of itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve as changed

from incidentkit.domain import events as ev
from incidentkit.domain.calendars import Calendar, Schedule
from incidentkit.domain.contacts import ContactNote
from incidentkit.domain.effects import Intent, Receipt, Timer
from incidentkit.domain.holds import Hold
from incidentkit.domain.ids import ContactId
from incidentkit.domain.incidents import Deadlines, Handover, Phase
from incidentkit.domain.messages import ReceiptKind
from incidentkit.domain.protocols import Protocol
from incidentkit.domain.targets import Targets
from incidentkit.domain.texts import Text
from incidentkit.errors import InvalidInput, TransitionRefused
from incidentkit.rules.around import Around
from incidentkit.rules.attending import attend
from incidentkit.rules.clocks import clocks
from incidentkit.rules.demands import demanded_anew
from incidentkit.rules.due import due
from incidentkit.rules.escalation import escalate, next_level_at
from incidentkit.rules.lateness import opens_case
from incidentkit.rules.receipts import receive, undelivered
from incidentkit.rules.timers import following, timers_of
from incidentkit.rules.waiting import promise, wait
from tests.rules.test_attending import HOUR, IDS, SHOP, START, TIMER, WORDS, a_case, an_order, kinds, now, promised

EMPTY = Text("")
TOLD = a_case(phase=Phase.COMMUNICATED, communicated_at=START)


# --- Raising -----------------------------------------------------------------------------------------------------


def test_a_person_raises_to_the_next_level() -> None:
    """Whom that belongs to is asked."""
    raising, *asked = escalate(TOLD, WORDS, None, now(1)).events

    assert (1, "eva", ["incident.handover_asked"]) == (getattr(raising, "level", 0), getattr(raising, "to", ""), kinds(asked))


def test_a_person_raises_to_whom_they_name() -> None:
    """A team or an agent."""
    assert ["bosses", "leo"] == [getattr(escalate(TOLD, WORDS, to, now(1)).events[0], "to", "") for to in ("bosses", "leo")]


def test_raising_needs_somebody_a_reason_and_an_open_case() -> None:
    """Each refusal says which."""
    with pytest.raises(InvalidInput, match="team or agent of the shop"):
        escalate(TOLD, WORDS, "nobody", now(1))
    with pytest.raises(InvalidInput, match="reason"):
        escalate(TOLD, EMPTY, None, now(1))
    with pytest.raises(TransitionRefused, match="must be open"):
        escalate(changed(TOLD, phase=Phase.CLOSED), WORDS, None, now(1))


# --- Waiting and promising ---------------------------------------------------------------------------------------


def test_a_wait_without_an_end_has_the_shops() -> None:
    """Nobody is waited for for ever."""
    ends = [wait(TOLD, WORDS, until, now(1)).events[0] for until in (None, START + 9 * HOUR)]

    assert [START + HOUR + SHOP.longest_wait, START + 9 * HOUR] == [getattr(event, "until", None) for event in ends]


def test_a_wait_needs_a_reason_an_end_to_come_and_a_customer_who_knows() -> None:
    """Each refusal says which."""
    with pytest.raises(InvalidInput, match="reason"):
        wait(TOLD, EMPTY, None, now(1))
    with pytest.raises(InvalidInput, match="a time to come"):
        wait(TOLD, WORDS, START, now(1))
    with pytest.raises(TransitionRefused, match="must have been told"):
        wait(a_case(), WORDS, None, now(1))


def test_a_promised_word_takes_the_place_of_the_last() -> None:
    """Which stays in the record."""
    again = changed(TOLD, promises=(promised(2, what="update"), promised(3, "promise-2", "restock")))
    first, second = (promise(case, "update", START + 9 * HOUR, now(1)).events[0] for case in (TOLD, again))

    assert (None, "promise-1") == (getattr(first, "replaces", ""), getattr(second, "replaces", ""))
    assert "promise-3" == second.promise.id  # type: ignore[attr-defined]


def test_what_is_promised_can_be_kept() -> None:
    """In time, and seen by the record; of a case that is open."""
    with pytest.raises(InvalidInput, match="what is promised is update"):
        promise(TOLD, "moon", START + 9 * HOUR, now(1))
    with pytest.raises(InvalidInput, match="can still be kept"):
        promise(TOLD, "update", START, now(1))
    with pytest.raises(TransitionRefused, match="must be open"):
        promise(changed(TOLD, phase=Phase.CLOSED), "update", START + 9 * HOUR, now(1))


# --- What follows ------------------------------------------------------------------------------------------------


def test_a_timer_is_acted_on_by_the_rule_of_its_name() -> None:
    """Of the kind of thing that it belongs to."""
    assert ["incident.clock_warned"] * 2 == kinds(due(a_case(), TIMER, Around(ids=IDS), now(3)).events)


def test_looking_again_adds_nothing() -> None:
    """Also where nobody was waited for: what was warned of, what has a fixed time, what has ended."""
    warned = a_case(warned=tuple((clock.name, clock.due) for clock in clocks(a_case(), SHOP)))
    ended = a_case(phase=Phase.CLOSED, promises=(promised(1, what="update"),), resolved_at=START, first_resolved_at=START)

    assert [(), ()] == [attend(case, TIMER, Around(ids=IDS), now(at)).events for case, at in ((warned, 3), (ended, 8))]


def test_a_case_that_was_taken_over_answered_owes_no_first_response() -> None:
    """What was asked and answered before its clocks began is over."""
    notes = (
        ContactNote(ContactId("c-1"), "email", "in", START),
        ContactNote(ContactId("c-2"), "email", "out", START + HOUR),
    )
    case = a_case(contacts=notes)
    taken = changed(case, deadlines=changed(case.deadlines, since=START + 5 * HOUR))

    assert "first_response" not in [clock.name for clock in clocks(taken, SHOP)]


def test_timers_of_orders_and_cases() -> None:
    """A promise in force, a hand-over that is asked, a wait that lasts; nothing without a reason."""
    held = changed(TOLD, holds=(Hold(START, None, START + HOUR, "wait"),), handover=Handover("leo", "a", START, START + HOUR))
    tick = timedelta(microseconds=1)

    assert {"promise": START + HOUR + tick} == timers_of(an_order(promised(1)), SHOP)
    assert {} == timers_of(an_order(), SHOP)
    assert (START + HOUR, START + HOUR + tick) == ((t := timers_of(held, SHOP))["handover"], t["hold_over"])


def test_what_changes_moves_its_timers() -> None:
    """And only those."""
    after = changed(TOLD, first_resolved_at=START, resolved_at=START, phase=Phase.RESOLVED)

    assert () == following("i-1", TOLD, TOLD, SHOP)
    assert [Timer("o-1", "promise", None)] == list(following("o-1", an_order(promised(1)), an_order(), SHOP))
    assert Timer("i-1", "resolve_by", None) in following("i-1", TOLD, after, SHOP)


def test_where_nobody_works_any_more_nothing_is_waited_for() -> None:
    """A calendar that has ended puts nothing off."""
    once = Calendar("once", Schedule("UTC", {}, {START.date(): ("09:00-10:00",)}))
    shop = changed(SHOP, calendar="once", calendars={"once": once})
    case = a_case(targets=Targets(), deadlines=Deadlines(START + 5 * HOUR, None))
    decision = attend(case, TIMER, Around(ids=IDS), now(6, shop))
    ((_, call),) = decision.elsewhere

    assert ["incident.clock_broken", "incident.escalated", "incident.handover_asked"] == kinds(decision.events)
    again = demanded_anew(case, "damaged", "critical", now(6, shop))

    assert again is not None
    assert (None, None) == (again.communicate_by, again.resolve_by)
    assert (None, None) == (getattr(call, "due", ""), next_level_at(case, START + 5 * HOUR, shop))


def test_without_a_protocol_for_lateness_no_case_is_opened() -> None:
    """There would be nobody to answer it."""
    assert not opens_case((), changed(SHOP, protocols=(Protocol("damaged"),)))


def test_a_channels_word_about_no_notice_is_noted_alone() -> None:
    """About an order, or a message that the case does not know."""
    intent = Intent("k", "message", "local", "i-1", "order.placed", START)
    for state in (an_order(), TOLD):
        assert ["message.receipt"] == kinds(receive(state, intent, Receipt(ReceiptKind.BOUNCED), now(1), "t").events)

    assert (ev.MessageUndelivered("k", "order.placed", "local", "no_address"),) == undelivered(intent, "no_address").events
