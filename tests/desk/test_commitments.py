"""Commitments through the desk, on both stores."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from incidentkit.desk.desk import Desk
from incidentkit.domain.commitments import Commitment, CommitmentState
from incidentkit.errors import InvalidInput, RuleViolation, TransitionRefused, UnknownIdError
from incidentkit.goals.commitments import Tally
from incidentkit.goals.objectives import KeyResultDraft
from incidentkit.testing.clocks import ManualClock
from tests.desk.conftest import Opened
from tests.desk.goals_world import confirmation, draft, live

LEAD = "told_first_rate"


def made(desk: Desk, person: str = "ana", asked_by: str = "eva", **given: object) -> Commitment:
    """One for the week to come."""
    return desk.checkins.commit(person, "ring ten customers", **{"measure": LEAD, "asked_by": asked_by, **given})  # type: ignore[arg-type]


def rate(desk: Desk) -> tuple[int, float | None]:
    row = desk.measure("commitments_kept_rate").rows[0]
    return row.n, row.value


def test_a_commitment_is_due_on_the_day_of_the_next_check_in(desk: Desk) -> None:
    """Until the end of that Monday, so that it can be reported in the meeting."""
    assert "2026-03-09T22:59:59.999999+00:00" == made(desk).due.isoformat()
    assert "2026-03-04T22:59:59.999999+00:00" == made(desk, due=date(2026, 3, 4)).due.isoformat()


def test_what_is_not_reported_by_its_due_time_is_missed_with_the_next_tick(desk: Desk, clock: ManualClock) -> None:
    """Once, and not before it is due."""
    one = made(desk)
    clock.advance(days=7)
    assert {} == desk.tick().done
    clock.advance(days=1)

    assert {"commitment.missed": 1} == desk.tick().done
    assert {} == desk.tick().done
    missed = desk.checkins.commitment(one.id)
    assert (CommitmentState.MISSED, "no_report") == (missed.state, missed.ended_by)


def test_a_report_ends_the_waiting(desk: Desk, clock: ManualClock) -> None:
    """No tick says anything about it afterwards."""
    kept = desk.checkins.report(made(desk).id, True, evidence="the list of calls", by="eva")
    clock.advance(days=9)

    assert (CommitmentState.KEPT, "the list of calls") == (kept.state, str(kept.evidence))
    assert {} == desk.tick().done


def test_nothing_is_kept_without_evidence(desk: Desk) -> None:
    """The record is as it was."""
    one = made(desk)
    for evidence in (None, "", "  "):
        with pytest.raises(TransitionRefused, match="evidence"):
            desk.checkins.report(one.id, True, evidence=evidence)

    assert one == desk.checkins.commitment(one.id)


def test_a_report_in_time_may_be_written_down_after_the_tick(desk: Desk, clock: ManualClock) -> None:
    """With when it was said; one of now comes too late."""
    one = made(desk)
    in_time = clock() + timedelta(days=6)
    clock.advance(days=9)
    desk.tick()
    with pytest.raises(RuleViolation, match="by its due time"):
        desk.checkins.report(one.id, True, evidence="a list")
    desk.checkins.report(one.id, True, evidence="a list", at=in_time)

    assert (1, 1.0) == rate(desk)


def test_the_rate_of_those_kept_follows_late_facts(desk: Desk, clock: ManualClock) -> None:
    """It is the tally's: kept with evidence over due, silence counted against."""
    first, second, *_ = (made(desk) for _ in range(4))
    desk.checkins.report(first.id, True, evidence="a list")
    desk.checkins.report(second.id, False, reason="ill")
    assert (0, None) == rate(desk)
    clock.advance(days=8)
    assert (4, 0.25) == rate(desk)
    desk.tick()

    assert (4, 0.25) == rate(desk)
    assert Tally(kept=1, missed=1, unreported=2) == desk.checkins.kept(team="after-sales")
    assert Tally() == desk.checkins.kept(person="leo")
    desk.checkins.report(first.id, False, reason="the list was another's")
    assert (4, 0.0) == rate(desk)


def test_the_rate_is_told_by_person_and_team(desk: Desk, clock: ManualClock) -> None:
    """Of whoever made it."""
    desk.checkins.report(made(desk).id, True, evidence="a list")
    made(desk, "leo", "ana")
    clock.advance(days=8)

    def by(segment: str) -> dict[str | None, float | None]:
        return {row.segment: row.value for row in desk.measure("commitments_kept_rate", by=segment).rows}

    assert {"ana": 1.0, "leo": 0.0} == by("agent")
    assert {"after-sales": 1.0, "warehouse": 0.0} == by("team")


def test_commitments_are_found_by_whose_they_are_and_who_asks(desk: Desk) -> None:
    """The soonest due first."""
    late = made(desk)
    soon = made(desk, due=date(2026, 3, 4))
    other = made(desk, "leo", "ana", measure="proactive_update_rate", due=date(2026, 3, 5))
    desk.checkins.report(soon.id, True, evidence="a list")

    def found(**given: object) -> list[str]:
        return [one.id for one in desk.checkins.commitments(**given)]  # type: ignore[arg-type]

    assert [soon.id, other.id, late.id] == found()
    assert [soon.id, late.id] == found(person="ana") == found(team="after-sales") == found(asked_by="eva")
    assert [other.id] == found(measure="proactive_update_rate") == found(since=date(2026, 3, 5), until=date(2026, 3, 6))
    assert [other.id, late.id] == found(open=True)
    assert [soon.id] == found(open=False) == found(limit=1)
    with pytest.raises(InvalidInput):
        found(limit=0)


def test_a_measure_that_nobody_knows_is_refused(desk: Desk) -> None:
    """And so is a lag measure, a colleague who is oneself, and a commitment that is not there."""
    with pytest.raises(InvalidInput):
        made(desk, measure="mood")
    with pytest.raises(RuleViolation, match="lead measure"):
        made(desk, measure="nps")
    with pytest.raises(RuleViolation, match="colleague"):
        made(desk, asked_by="ana")
    with pytest.raises(UnknownIdError):
        desk.checkins.report("c-9", True, evidence="a list")


def test_a_commitment_is_the_same_after_opening_the_store_again(desk: Desk, opened: Opened) -> None:
    """Its words too; and the same key gives the same one."""
    one = made(desk, key="k-1")

    assert one == made(desk, key="k-1")
    again = opened().checkins.commitment(one.id)
    assert (one, "ring ten customers") == (again, str(again.what))


# --- For a goal --------------------------------------------------------------------------------------------------


def growth() -> KeyResultDraft:
    """More orders a week, which people who hear how theirs stands are to bring."""
    told = {"id": "growth", "measure": "orders_received", "baseline": None, "start": 6.0, "target": 9.0}
    return confirmation(lead_measures=("proactive_update_rate",), **told)


@pytest.fixture
def aiming(desk: Desk, clock: ManualClock) -> Desk:
    """A desk with a goal of the shop, whose Key Result is the warehouse's and has one lead measure."""
    live(desk, clock, range(8), (4.0, 4.3, 3.8, 4.1, 3.9, 4.2, 4.0, 3.9))
    desk.objectives.set(draft(growth()), by="eva")
    return desk


def test_a_commitment_finds_the_key_result_that_has_its_lead_measure(aiming: Desk) -> None:
    """Where it is one; a lead measure of no goal stays without."""
    (goal,) = aiming.objectives.find()
    tied = made(aiming, "leo", measure="proactive_update_rate")

    assert (goal.id, "growth") == (tied.objective, tied.key_result)
    assert "" == made(aiming, "leo").key_result


def test_a_key_result_that_is_named_must_have_the_lead_measure(aiming: Desk) -> None:
    """The error says which it has."""
    named = made(aiming, "leo", measure="proactive_update_rate", key_result="growth")

    assert "growth" == named.key_result
    with pytest.raises(RuleViolation, match="proactive_update_rate"):
        made(aiming, "leo", key_result="growth")
    with pytest.raises(UnknownIdError):
        made(aiming, "leo", objective="o-9")
