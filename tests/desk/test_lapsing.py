"""Silence at the desk: the customer is asked again, and then the case lapses. It is never closed by silence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from attrs import evolve

from incidentkit.desk.desk import Desk
from incidentkit.domain import events as ev
from incidentkit.domain.evidence import Evidence
from incidentkit.domain.incidents import Incident, Phase
from incidentkit.testing._audit import Copy
from incidentkit.testing._post import Post
from incidentkit.testing.clocks import ManualClock
from tests.desk.conftest import Opened
from tests.desk.world import SHOP, resolved

Record = Callable[[], Copy]


def timers(record: Record, case: Incident) -> list[str]:
    """What a case waits for."""
    return sorted(row["name"] for row in record().tables["timers"] if row["stream"] == case.id)


def days_of_silence(desk: Desk, clock: ManualClock, days: int) -> None:
    """Days on which nothing comes in; the desk looks at what is due every few hours, and sends it."""
    for _ in range(days * 6):
        clock.advance(hours=4)
        desk.tick()
        desk.send_due()


def test_a_silent_customer_is_asked_again_and_then_no_more(desk: Desk, clock: ManualClock, post: Post) -> None:
    """As often as the protocol says, each a message of its own; after the last one's wait the case has lapsed."""
    case = resolved(desk)
    days_of_silence(desk, clock, 14)
    after = desk.incidents.get(case.id)
    asked = [key for key in post.post.sent if "survey.verification" in key]

    assert (Phase.LAPSED, 3, 3, None) == (after.phase, after.attempts, len(asked), after.evidence)
    assert [1, 2, 3] == [e.data.number for e in post.seen if isinstance(e.data, ev.IncidentAttempted)]
    assert 1 == desk.measure("lapsed_rate").rows[0].value


def test_the_attempts_are_spaced_in_the_teams_working_time(desk: Desk, clock: ManualClock, record: Record) -> None:
    """Two working days of nine hours: from Monday at ten, in Madrid, to Wednesday at ten."""
    case = resolved(desk)
    due = next(row["due"] for row in record().tables["timers"] if (row["stream"], row["name"]) == (case.id, "attempt"))

    assert timedelta(days=2) == timedelta(microseconds=due) - (clock.now - clock.now.fromtimestamp(0, clock.now.tzinfo))


@pytest.mark.parametrize("what", ["answer", "conversation", "contact", "evidence"])
def test_a_word_from_the_customer_stops_the_asking(desk: Desk, clock: ManualClock, record: Record, what: str) -> None:
    """Whatever it is that they say, they are not silent."""
    case = resolved(desk)
    days_of_silence(desk, clock, 3)
    asked = desk.incidents.get(case.id).asked
    if what == "answer":
        desk.surveys.answer(asked[-1], score=1)
    elif what == "contact":
        desk.contacts.log(channel="email", incident=case.id, summary="still broken")
    else:
        spoken = desk.incidents.log_conversation(case.id, channel="phone", summary="fine", by="ana").conversations[-1]
        if what == "evidence":
            desk.incidents.confirm_satisfaction(case.id, Evidence.conversation(spoken.id), by="ana")
    before = timers(record, case)
    days_of_silence(desk, clock, 20)

    assert (1, Phase.RESOLVED, asked) == (len(asked), (after := desk.incidents.get(case.id)).phase, after.asked)
    assert not {"attempt", "lapse"} & set(before)


def test_a_machines_reply_is_silence(desk: Desk, clock: ManualClock) -> None:
    """Out-of-office notes neither stop the asking nor show anything."""
    case = resolved(desk)
    desk.contacts.log(channel="email", incident=case.id, summary="I am away", automatic=True)
    days_of_silence(desk, clock, 14)

    assert Phase.LAPSED is desk.incidents.get(case.id).phase


def test_who_was_never_reached_was_not_silent(desk: Desk, clock: ManualClock, post: Post, record: Record) -> None:
    """Where every ask came back the case does not lapse: somebody has to call."""
    case = resolved(desk)
    desk.send_due()
    post.post.mood = "bounced"
    days_of_silence(desk, clock, 20)
    after = desk.incidents.get(case.id)

    assert (Phase.RESOLVED, True, 3) == (after.phase, after.unreached, after.attempts)
    assert "unreachable" in [row["rule"] for row in record().tables["facts_tasks"] if row["incident_id"] == case.id]
    assert not {"attempt", "lapse"} & set(timers(record, case))


def test_late_evidence_closes_a_lapsed_case(desk: Desk, clock: ManualClock) -> None:
    """The answer comes after all."""
    case = resolved(desk)
    days_of_silence(desk, clock, 14)
    ask = desk.incidents.get(case.id).asked[-1]
    desk.surveys.answer(ask, score=5)
    desk.incidents.confirm_satisfaction(case.id, Evidence.answer(ask), by="ana")

    assert Phase.CLOSED is desk.incidents.close(case.id).phase


def test_a_late_complaint_reopens_a_lapsed_case(desk: Desk, clock: ManualClock) -> None:
    """As a false resolution, and the next silence is counted from the next resolution."""
    case = resolved(desk)
    days_of_silence(desk, clock, 14)
    after = desk.incidents.complain(case.id, reason="it broke again")

    assert (case.id, Phase.COMMUNICATED, 0, 1, None) == (
        after.id,
        after.phase,
        after.attempts,
        after.false_resolutions,
        after.lapsed_at,
    )


def test_who_can_not_be_asked_does_not_lapse(desk: Desk, clock: ManualClock, record: Record) -> None:
    """Without a customer there is nobody to be silent."""
    case = desk.incidents.report(type="damaged", description="a box in the yard")
    desk.incidents.log_conversation(case.id, channel="phone", summary="said so", by="ana")
    desk.incidents.resolve(case.id, reason="thrown away")
    days_of_silence(desk, clock, 14)

    assert Phase.RESOLVED is desk.incidents.get(case.id).phase
    assert not {"attempt", "lapse"} & set(timers(record, case))


def test_a_protocol_may_ask_less(opened: Opened, clock: ManualClock) -> None:
    """With no attempts, the resolution's own message is all that is asked; silence after it lapses."""
    damaged = evolve(SHOP.protocols[0], attempts=0, attempt_every=timedelta(hours=9))
    desk = opened(shop=evolve(SHOP, protocols=(damaged, *SHOP.protocols[1:])))
    case = resolved(desk)
    days_of_silence(desk, clock, 2)

    assert (Phase.LAPSED, ()) == ((after := desk.incidents.get(case.id)).phase, after.asked)


def test_a_late_tick_acts_once(desk: Desk, clock: ManualClock) -> None:
    """After weeks without a tick, one attempt is made, and the next one's wait begins then."""
    case = resolved(desk)
    clock.advance(days=30)
    desk.tick()
    desk.tick()

    assert 1 == desk.incidents.get(case.id).attempts
