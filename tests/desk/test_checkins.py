"""Check-ins through the desk, on both stores."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve

from incidentkit.desk.desk import Desk
from incidentkit.domain.checkins import Progress
from incidentkit.domain.commitments import Commitment
from incidentkit.domain.rotas import Absence
from incidentkit.errors import InvalidInput, RuleViolation, UnknownIdError
from incidentkit.goals.commitments import Tally
from incidentkit.testing.clocks import ManualClock
from tests.desk.conftest import Opened
from tests.desk.goals_world import draft, live
from tests.desk.test_commitments import growth, made
from tests.desk.world import SHOP, placed

TEAM = "after-sales"


def kinds(desk: Desk, **given: object) -> list[tuple[str, str]]:
    agenda = desk.checkins.agenda(TEAM, **given)  # type: ignore[arg-type]
    return [(item.kind, item.who) for item in agenda.items]


def test_a_first_agenda_asks_for_a_goal_obstacles_and_commitments(desk: Desk) -> None:
    """Of everybody in the team."""
    agenda = desk.checkins.agenda(TEAM)

    assert [("no_goal", ""), ("ask", ""), ("commit", "ana"), ("commit", "eva")] == kinds(desk)
    assert (20, None, ()) == (agenda.minutes, agenda.last_held, agenda.left)


def test_an_agenda_has_what_came_of_the_commitments_since_the_last_time(desk: Desk, clock: ManualClock) -> None:
    """What was spoken about then is not on it again, but is counted."""
    kept, silent = made(desk), made(desk, "eva", "ana")
    clock.advance(days=7)
    desk.checkins.report(kept.id, True, evidence="a list")
    desk.checkins.hold(TEAM, present=["ana", "eva"])
    new = made(desk)
    clock.advance(days=7)
    desk.tick()
    agenda = desk.checkins.agenda(TEAM)
    about = [item.about.id for item in agenda.items if isinstance(item.about, Commitment)]

    assert [new.id, silent.id] == about
    assert Tally(kept=1, unreported=1) == agenda.tally


def test_an_agenda_of_a_day_to_come_is_as_it_will_be(desk: Desk) -> None:
    """As far as it is known."""
    made(desk)
    later = desk.clock() + timedelta(days=7)

    assert ("to_report", "ana") in kinds(desk, at=later)
    assert later == desk.checkins.agenda(TEAM, at=later).at


def test_a_backlog_of_any_length_fits(desk: Desk) -> None:
    """What finds no time is counted."""
    for _ in range(40):
        made(desk)
    agenda = desk.checkins.agenda(TEAM, minutes=5)

    assert sum(item.minutes for item in agenda.items) <= 5
    assert 40 == sum(item.kind == "to_report" for item in agenda.items) + sum(
        left.count for left in agenda.left if left.kind == "to_report"
    )


def test_obstacles_are_asked_for_again(desk: Desk, clock: ManualClock) -> None:
    """With whoever was to see to them."""
    desk.checkins.hold(TEAM, present=["ana"], obstacles=["no boxes", ("the van is late", "leo")])
    clock.advance(days=7)

    assert [("ask", ""), ("obstacle", ""), ("obstacle", "leo")] == kinds(desk)[1:4]


def test_who_is_absent_is_not_asked(opened: Opened, clock: ManualClock) -> None:
    """On the day of the meeting."""
    away = Absence("ana", clock().date(), clock().date())
    desk = opened(shop=evolve(SHOP, absences=(away,)))

    assert [("commit", "eva")] == [kind for kind in kinds(desk) if kind[0] == "commit"]


def test_what_was_said_is_kept(desk: Desk, clock: ManualClock, opened: Opened) -> None:
    """Whole, and after opening the store again; the commitments are those since the last time unless they are named."""
    old = made(desk)
    clock.advance(days=6)
    desk.checkins.report(old.id, True, evidence="a list")
    new = made(desk, "eva", "ana")
    held = desk.checkins.hold(
        TEAM,
        present=["ana", "eva"],
        obstacles=["no boxes"],
        went_well=["a quiet week", ("the late parcels", ["ana", "warehouse"])],
        notes="next time at ten",
        minutes=18,
        by="eva",
    )
    again = opened().checkins.get(held.id)

    assert again == held
    assert ((old.id,), (old.id, new.id)) == (held.reported, held.made)
    assert ["a quiet week", "the late parcels"] == [str(good.what) for good in again.went_well]
    assert (("ana", "warehouse"), timedelta(minutes=18)) == (again.went_well[1].who, again.took)
    clock.advance(days=1)
    after = desk.checkins.hold(TEAM, present=["ana"])
    assert ((), ()) == (after.reported, after.made)


def test_commitments_are_named_by_their_ids(desk: Desk) -> None:
    """One that is open was not reported, and one that is not there is none."""
    one, two = made(desk), made(desk)
    desk.checkins.report(one.id, False, reason="ill")

    held = desk.checkins.hold(TEAM, present=["ana"], reported=[one.id], made=[two.id])

    assert ((one.id,), (two.id,)) == (held.reported, held.made)
    with pytest.raises(RuleViolation, match="reported on"):
        desk.checkins.hold(TEAM, present=["ana"], reported=[two.id])
    with pytest.raises(UnknownIdError):
        desk.checkins.hold(TEAM, present=["ana"], made=["c-9"])


def test_a_check_in_in_a_batch_knows_what_was_said_in_it(desk: Desk) -> None:
    """Before any of it is written."""
    with desk.batch():
        one = made(desk)
        held = desk.checkins.hold(TEAM, present=["ana"])

    assert (one.id,) == held.made == desk.checkins.get(held.id).made


def test_minutes_can_be_added_to_and_found(desk: Desk, clock: ManualClock) -> None:
    """The latest first, of one team or of all."""
    first = desk.checkins.hold(TEAM, present=["ana"], notes="one")
    clock.advance(days=7)
    second = desk.checkins.hold("warehouse", present=["leo"])
    noted = desk.checkins.note(first.id, "two", by="eva")

    assert ["one", "two"] == [str(notes) for notes in noted.notes]
    assert [second.id, first.id] == [held.id for held in desk.checkins.find()]
    assert [first.id] == [held.id for held in desk.checkins.find(team=TEAM)]
    assert [second.id] == [held.id for held in desk.checkins.find(limit=1)]
    with pytest.raises(InvalidInput):
        desk.checkins.find(limit=0)
    with pytest.raises(UnknownIdError):
        desk.checkins.get("m-9")


def test_minutes_are_markdown_in_the_languages_that_ship(desk: Desk) -> None:
    """With the words of what was promised and what came of it."""
    one = made(desk)
    desk.checkins.report(one.id, True, evidence="a list")
    held = desk.checkins.hold(TEAM, present=["ana", "eva"], obstacles=[("no boxes", "leo")])

    assert "- ana kept it: ring ten customers · seen by: a list\n" in desk.checkins.minutes(held.id)
    assert "- no boxes · leo sees to it\n" in desk.checkins.minutes(held.id)
    assert "¿Qué estorba?" in desk.checkins.minutes(held.id, language="es")


@pytest.mark.parametrize("team", ["nobody", "", None])
def test_a_team_that_is_none_has_no_check_in(desk: Desk, team: str | None) -> None:
    """Neither an agenda nor minutes."""
    with pytest.raises(InvalidInput, match="team"):
        desk.checkins.agenda(team)  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match="team"):
        desk.checkins.hold(team, present=["ana"])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "wrong", [{"obstacles": [5]}, {"obstacles": [("a", "ana", "b")]}, {"went_well": [None]}, {"minutes": "x"}]
)
def test_what_can_not_be_said_is_refused(desk: Desk, wrong: dict[str, list[object]]) -> None:
    """Neither words, nor words and who; nothing is kept."""
    with pytest.raises(InvalidInput):
        desk.checkins.hold(TEAM, present=["ana"], **wrong)  # type: ignore[arg-type]

    assert () == desk.checkins.find()


def test_the_figure_of_each_key_result_is_shown_and_kept(desk: Desk, clock: ManualClock) -> None:
    """On the agenda of the team whose it is; in the minutes as it was shown, whatever becomes known later."""
    live(desk, clock, range(8), (4.0, 4.3, 3.8, 4.1, 3.9, 4.2, 4.0, 3.9))
    goal = desk.objectives.set(draft(growth()), by="eva")
    live(desk, clock, range(8, 12), (3.8, 3.5, 3.4, 3.0))
    progress = desk.objectives.progress(goal.id).key_results[0]
    (seen,) = [item.about for item in desk.checkins.agenda("warehouse").items if isinstance(item.about, Progress)]
    held = desk.checkins.hold("warehouse", present=["leo"])

    assert progress.reading is not None
    assert (progress.reading.value, progress.reading.n, progress.should_be) == (seen.value, seen.n, seen.should_be)
    assert (progress.verdict.value, ("proactive_update_rate",)) == (seen.verdict, seen.lead_measures)
    assert (seen,) == held.progress
    assert () == desk.checkins.hold(TEAM, present=["ana"]).progress
    live(desk, clock, range(12, 13), (9.0,))
    assert (seen,) == desk.checkins.get(held.id).progress


def test_who_was_behind_what_went_well_is_named(desk: Desk, clock: ManualClock) -> None:
    """Where it is no chance: who keeps 30 of 30 commitments while others keep half of theirs."""
    for number in range(30):
        best, other = made(desk, "ana", "eva"), made(desk, "leo", "ana")
        desk.checkins.report(best.id, True, evidence="a list")
        if number % 2:
            desk.checkins.report(other.id, True, evidence="a list")
    assert () == desk.checkins.went_well()
    clock.advance(days=14)
    found = desk.checkins.went_well()

    assert [("agent", "ana", 30, 30), ("team", "after-sales", 30, 30)] == [(c.kind, c.who, c.hits, c.n) for c in found]
    assert found == desk.checkins.went_well(TEAM)
    assert () == desk.checkins.went_well("warehouse")
    assert ["ana", "after-sales"] == [item.about.who for item in desk.checkins.agenda(TEAM).items if item.kind == "went_well"]  # type: ignore[union-attr]


def test_an_agendas_page_is_markdown(desk: Desk) -> None:
    """In the languages that ship."""
    agenda = desk.checkins.agenda(TEAM)

    assert "## What stands in the way?" in desk.checkins.agenda_page(agenda)
    assert "## ¿Qué estorba?" in desk.checkins.agenda_page(agenda, language="es")


def test_nothing_of_a_check_in_stands_on_an_orders_timeline(desk: Desk) -> None:
    """Nor counts as handling one."""
    order = placed(desk)
    desk.checkins.hold(TEAM, present=["ana"])

    assert ["order.placed"] == [entry.type for entry in desk.orders.timeline(order.id)]
    assert 0 == desk.measure("orders_handled").rows[0].n
