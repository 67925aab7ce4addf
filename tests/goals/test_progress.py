"""From windows to verdicts: unknown wherever nobody can say, and never winning instead."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain.goals import KeyResult
from incidentkit.goals.progress import Course, progress_of
from incidentkit.goals.verdicts import KeyResultProgress, overall
from incidentkit.measures.catalogue import BUILT_IN
from incidentkit.measures.figures import Row
from incidentkit.measures.scoreboard import Reason, Verdict

FIRST = datetime(2025, 11, 3, tzinfo=UTC)
WEEK = timedelta(days=7)
BEFORE = 8
SINCE = date(2025, 12, 29)
ONE = KeyResult("k", "k", "order_confirmation_time", "absolute", 100.0, 40.0, SINCE, SINCE + timedelta(days=83), least_n=10)
PAST = [100.0, 103.0, 98.0, 101.0, 97.0, 102.0, 99.0, 100.0]


def course(values: Sequence[float | None], *, n: int = 30, one: KeyResult = ONE, **row: object) -> Course:
    """A course with a past of eight weeks, and as many weeks of its own as there are values."""
    rows = [
        Row(FIRST + WEEK * place, FIRST + WEEK * (place + 1), None, n, value, complete=True, **row)  # type: ignore[arg-type]
        for place, value in enumerate([*PAST, *values])
    ]
    as_of = FIRST + WEEK * len(rows) + timedelta(hours=6)
    return Course(one, BUILT_IN.named(one.measure), tuple(rows), as_of, "UTC", "seconds")


def reason(course_: Course) -> Reason | None:
    """Why it is unknown, which it then is."""
    found = progress_of(course_)

    assert (found.reason is None) == (found.verdict is not Verdict.UNKNOWN)
    return found.reason


def test_one_that_keeps_its_pace_is_winning() -> None:
    """From its first week on."""
    found = progress_of(course([97.0, 92.0, 88.0, 82.0]))

    assert (Verdict.WINNING, SINCE) == (found.verdict, found.since.date() if found.since else None)


def test_one_that_stands_still_is_losing_in_time() -> None:
    """Since the week in which its weeks added up."""
    found = progress_of(course([100.0] * 6))
    said = [point.verdict for point in found.trend]

    assert Verdict.LOSING is found.verdict
    assert found.since == found.trend[said.index(Verdict.LOSING)].from_


def test_a_step_back_is_a_signal_and_a_wobble_is_not() -> None:
    """One week far beyond noise loses at once; one a little behind does not."""
    assert Verdict.LOSING is progress_of(course([97.0, 120.0])).verdict
    assert Verdict.WINNING is progress_of(course([97.0, 95.5])).verdict


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (course([]), Reason.NO_COMPLETE_WINDOW),
        (course([97.0], n=9), Reason.TOO_FEW),
        (course([97.0, None]), Reason.NO_FIGURE),
        (course([97.0], open=20), Reason.INCOMPLETE),
        (course([97.0], open=3), None),
        (evolve(course([97.0]), stale=True), Reason.TOO_OLD),
        (evolve(course([]), as_of=FIRST), Reason.NOT_BEGUN),
        (course([97.0], one=evolve(ONE, target=99.5)), Reason.NOISY),
        (course([97.0], one=evolve(ONE, kind="milestone")), Reason.NOT_DUE),
        (course([39.0], one=evolve(ONE, kind="milestone")), None),
    ],
)
def test_what_can_not_be_known_is_unknown(given: Course, expected: Reason | None) -> None:
    """With the first reason that holds."""
    assert expected is reason(given)


def test_without_enough_windows_nobody_knows_noise() -> None:
    """However good the figure is."""
    whole = course([97.0])

    assert Reason.TOO_SHORT is reason(evolve(whole, rows=whole.rows[-3:]))


@pytest.mark.parametrize(("last", "verdict"), [(40.0, Verdict.WINNING), (40.5, Verdict.LOSING)])
def test_in_the_end_there_is_no_room_for_noise(last: float, verdict: Verdict) -> None:
    """The window that decides meets the target or does not."""
    found = progress_of(course([*(95.0 - 5 * week for week in range(11)), last]))

    assert (verdict, None, 40.0) == (found.verdict, found.forecast, found.expected)


def test_what_comes_after_the_end_changes_nothing() -> None:
    """Later windows are not its own."""
    way = [95.0 - 5 * week for week in range(11)]

    assert progress_of(course([*way, 40.0])).verdict is progress_of(course([*way, 40.0, 500.0])).verdict


def test_a_figure_beyond_the_noise_of_before_is_a_signal() -> None:
    """To the better or the worse side; within it is none."""
    said = [progress_of(course([value])).signal for value in (80.0, 99.0, 130.0)]

    assert ["better", None, "worse"] == said


@given(st.lists(st.none() | st.floats(0, 300), max_size=14), st.integers(0, 60), st.integers(0, 40))
def test_no_figure_without_enough_subjects_ever_wins(values: list[float | None], n: int, open_: int) -> None:
    """Whatever the weeks before were."""
    found = progress_of(course(values, n=n, open=open_))

    if found.verdict is Verdict.WINNING:
        assert found.reading is not None
        assert found.reading.value is not None
        assert n >= ONE.least_n
        assert open_ <= 0.1 * (n + open_)


@given(st.lists(st.floats(0, 300), min_size=1, max_size=12))
def test_the_reading_is_the_last_window_of_its_time(values: list[float]) -> None:
    """As it stands in the rows."""
    whole = course(values)
    found = progress_of(whole)

    assert found.reading is not None
    assert (whole.rows[-1].from_, values[-1], 30) == (found.reading.from_, found.reading.value, found.reading.n)
    assert len(values) == len(found.trend)


@pytest.mark.parametrize(
    ("said", "whole"),
    [
        (("winning", "winning"), Verdict.WINNING),
        (("winning", "unknown"), Verdict.UNKNOWN),
        (("unknown", "losing"), Verdict.LOSING),
        ((), Verdict.UNKNOWN),
    ],
)
def test_a_goal_is_won_where_all_of_it_is(said: tuple[str, ...], whole: Verdict) -> None:
    """And lost where one is."""
    one = progress_of(course([97.0]))
    every: tuple[KeyResultProgress, ...] = tuple(evolve(one, verdict=Verdict(word)) for word in said)

    assert whole is overall(every)
