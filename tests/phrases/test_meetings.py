"""Check-ins in words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve as changed
from hypothesis import given

from incidentkit.domain.checkins import CheckIn, Obstacle, Progress, WentWell
from incidentkit.domain.commitments import Commitment, CommitmentState
from incidentkit.domain.ids import CheckInId, CommitmentId
from incidentkit.domain.money import Money
from incidentkit.domain.texts import Text
from incidentkit.goals.agenda import AgendaItem, Left, Material, agenda_of
from incidentkit.goals.commitments import Tally
from incidentkit.learning.diagnosis import Cell, Place
from incidentkit.learning.patterns import Pattern, Seen
from incidentkit.learning.went_well import Credit
from incidentkit.phrases.meetings import Meetings
from incidentkit.phrases.words import LANGUAGES, words_in
from incidentkit.testing.strategies import checkins

AT = datetime(2026, 3, 9, 8, tzinfo=UTC)
EN = Meetings(words_in("en"), ZoneInfo("Europe/Madrid"))
MADE = Commitment(
    CommitmentId("c-1"),
    "ana",
    "after-sales",
    Text("text:1", "ring\n# all"),
    "told_first_rate",
    "leo",
    AT,
    AT + timedelta(days=7),
)
SEEN = Progress(
    objective="o-1",
    objective_title="Nobody has to ask",
    key_result="kr-1",
    title="Told first",
    measure="told_first_rate",
    unit="share",
    value=0.62,
    n=140,
    since=AT - timedelta(days=7),
    until=AT,
    should_be=0.7,
    target=0.9,
    by_date=date(2026, 6, 30),
    low=0.66,
    high=0.8,
    chance=0.04,
    verdict="losing",
)
PLACE = Place(Cell("packing", None, None, "", 12, 11, 9, 4, 3, Money("81.50", "EUR")), None, None, None, None, (), ())


def test_a_key_result_says_where_it_is_where_it_should_be_and_where_it_goes() -> None:
    """With the number of subjects and the window."""
    expected = (
        "Told first: 62% · should be 70% · to reach 90% by 30 June 2026 · losing · will end between 66% and 80% · chance 4% · "
        "n = 140 · 2–9 March 2026"
    )

    assert expected == EN.progress(SEEN)


def test_a_figure_that_is_not_known_is_not_made_up() -> None:
    """It says so, and why."""
    blank = Progress("o-1", "", "kr-1", "", "told_first_rate", "share", reason="too_few")

    assert "Told before they asked: no figure yet · not known (too few to judge) · n = 0" == EN.progress(blank)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ({}, "ana: ring # all · for: Told before they asked · leo asks · due 16 March 2026"),
        ({"state": CommitmentState.KEPT, "evidence": Text("text:2", "a list")}, "ana kept it: ring # all · seen by: a list"),
        (
            {"state": CommitmentState.MISSED, "ended_by": "no_report"},
            "ana missed it: ring # all · nobody said anything by the due day",
        ),
        ({"state": CommitmentState.MISSED, "reason": Text("text:3", "ill")}, "ana missed it: ring # all · ill"),
    ],
)
def test_a_commitment_says_what_came_of_it(state: dict[str, Any], expected: str) -> None:
    """On one line, whatever was typed."""
    assert expected == EN.commitment(changed(MADE, **state))


def test_what_the_review_found_is_said_with_its_numbers() -> None:
    """The worst step, what is new, what is more than it was."""
    seen = Seen("carrier", "transit", "", "ACME", 9, (1, 2), 100, (90, 95))

    assert "Most incidents come from: packing · 12 incidents · 81.50 EUR" == EN.place(PLACE)
    assert "New: transit · ACME, 9 incidents" == EN.pattern(Pattern(seen, True, 1.5, 2.0, 0.001))
    assert "More often than before: transit · ACME, 9 incidents where 1.5 were to be expected" == EN.pattern(
        Pattern(seen, False, 1.5, 2.0, 0.001)
    )


def test_a_credit_says_against_whom() -> None:
    """All others, not the next best."""
    credit = Credit("csat_top_share", "agent", "ana", 30, 40, 0.75, 0.6, 0.86, 0.5)

    assert "ana: Customers who give the top score, 75% (30 of 40), where all others have 50%" == EN.credit(credit)


def test_kept_commitments_are_counted() -> None:
    """Of nothing due there is no share."""
    assert "Commitments kept since the last time: 3 of 4 (75%)" == EN.tally(Tally(kept=3, missed=1, early=2))
    assert "No commitment was due since the last time." == EN.tally(Tally(open=2))


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_on_an_agenda_has_words(language: str) -> None:
    """In every language that ships."""
    meetings = Meetings(words_in(language), ZoneInfo("Europe/Madrid"))
    credit = Credit("csat_top_share", "agent", "ana", 30, 40, 0.75, 0.6, 0.86, 0.5)
    material = Material([SEEN], [MADE], [credit], [Obstacle(Text("text:4", "rain"), "leo")], PLACE, [], ["ana"])
    agenda = agenda_of("after-sales", AT, 20, material, AT - timedelta(days=7))
    kinds = ("key_result", "to_report", "missed", "kept", "went_well", "obstacle", "pattern", "commit")
    left = changed(agenda, left=tuple(Left(kind, 2) for kind in kinds))  # type: ignore[arg-type]
    page = meetings.agenda_page(left)

    assert all(meetings.item(item) for item in agenda.items)
    assert all(f"meetings.kinds.{kind}" in meetings.words.texts for kind in kinds)
    assert "rain" in page
    assert "$" not in page
    assert meetings.item(AgendaItem("progress", "no_goal", 1.0))


def test_minutes_keep_what_people_typed_from_being_markup() -> None:
    """A heading in it is none."""
    page = EN.minutes_page(
        CheckIn(
            CheckInId("m-1"),
            "after-sales",
            AT,
            ("ana",),
            made=(CommitmentId("c-1"),),
            obstacles=(Obstacle(Text("text:4", "<b>rain</b>")),),
            went_well=(WentWell(Text("text:5", "*fast*"), ("ana", "leo")),),
            took=timedelta(minutes=18),
        ),
        {"c-1": MADE},
    )

    assert "9 March 2026, 09:00 (Europe/Madrid) · 18 min · present: ana" in page
    assert "- ana: ring \\# all · for: Told before they asked · leo asks · due 16 March 2026\n" in page
    assert "- \\<b\\>rain\\</b\\>\n" in page
    assert "- \\*fast\\* · ana, leo\n" in page


@given(checkins())
def test_any_minutes_can_be_written(checkin: CheckIn) -> None:
    """With commitments that are known and some that are not, in every language."""
    pages = [Meetings(words_in(language), ZoneInfo("Europe/Madrid")).minutes_page(checkin, {}) for language in LANGUAGES]

    assert all(page.startswith("# ") and page.endswith("\n") for page in pages)
