"""The scoreboard for anybody: no way in its type leads to a person, and nothing on it is about fewer than five."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Any, Literal

import pytest
from attrs import evolve, fields, has
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain.goals import Baseline, KeyResult, Objective, Segment
from incidentkit.domain.ids import ObjectiveId
from incidentkit.errors import InvalidInput
from incidentkit.goals.board import Commitments, Scoreboard
from incidentkit.goals.forecast import Forecast
from incidentkit.goals.public import (
    PublicBoard,
    PublicCommitments,
    PublicKeyResult,
    goal_cells,
    public_commitments,
    public_goal,
)
from incidentkit.goals.verdicts import KeyResultPoint, KeyResultProgress, ObjectiveProgress, Reading
from incidentkit.measures.definitions import MEASURES
from incidentkit.measures.public import Code, Wording
from incidentkit.measures.scoreboard import Reason, Verdict
from incidentkit.measures.suppression import LEAST_PUBLIC, hidden

START = datetime(2026, 8, 2, 22, tzinfo=UTC)
WEEK = timedelta(days=7)
PLAIN = {bool, int, float, datetime, date, type(None)}


def progress(ns: list[int], shares: list[float], **more: Any) -> ObjectiveProgress:
    """A goal with one Key Result, about the share of orders with an incident, in so many weeks."""
    about = KeyResult(
        "fewer",
        "Fewer orders go wrong",
        "incident_rate",
        "absolute",
        0.2,
        0.1,
        date(2026, 8, 3),
        date(2026, 12, 31),
        owner="ana",
        team="warehouse",
        **more,
    )
    trend = tuple(
        KeyResultPoint(START + at * WEEK, START + (at + 1) * WEEK, share, n, 0.2, Verdict.WINNING)
        for at, (n, share) in enumerate(zip(ns, shares, strict=True))
    )
    last = trend[-1]
    reading = Reading(last.value, last.n, last.from_, last.until, last.until, 1, complete=True)
    forecast = Forecast(0.05, 0.08, 0.11, 0.834, 0.8, "local level", 10, len(ns))
    result = KeyResultProgress(about, "share", reading, 0.15, 0.15, forecast, Verdict.WINNING, None, trend=trend)
    objective = Objective(
        ObjectiveId("o-1"),
        "Nothing goes wrong",
        "wildly_important",
        "",
        "ana",
        START.date(),
        date(2026, 12, 31),
        "",
        (about,),
        START,
    )
    return ObjectiveProgress(objective, last.until, (result,), Verdict.WINNING)


def public(goal: ObjectiveProgress) -> PublicKeyResult:
    """Its Key Result as anybody sees it."""
    [found] = public_goal(goal, MEASURES, hidden(goal_cells(goal, MEASURES))).key_results
    return found


# --- The type ---


def leaves(kind: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every kind of value that a board of that type can hold, and the way to it."""
    if has(kind):
        hints = typing.get_type_hints(kind)
        for each in fields(kind):
            yield from leaves(hints[each.name], f"{path}.{each.name}")
    elif typing.get_origin(kind) in (tuple, typing.Union, types.UnionType):
        for inner in typing.get_args(kind):
            if inner is not Ellipsis:
                yield from leaves(inner, path)
    else:
        yield path, kind


def _harmless(kind: Any) -> bool:
    if kind in PLAIN or kind in (Code, Wording):
        return True
    return typing.get_origin(kind) is Literal or (isinstance(kind, type) and issubclass(kind, Enum))


def test_no_way_leads_to_a_person() -> None:
    """All that a public board can hold is figures, dates, verdicts, codes of the settings, and words meant for everybody."""
    assert [] == [path for path, kind in leaves(PublicBoard) if not _harmless(kind)]


def test_the_walk_finds_what_it_looks_for() -> None:
    """The whole board, which has owners in it, does not pass."""
    odd = {path for path, kind in leaves(Scoreboard) if not _harmless(kind)}

    assert ".goals.objective.owner" in odd


def test_no_field_is_about_a_person() -> None:
    """No field of any part is called by what a person has."""
    names = {name for path, _ in leaves(PublicBoard) for name in path.split(".")}
    personal = {"owner", "agent", "person", "customer", "account", "email", "phone", "by", "claimed", "why", "note", "id"}

    assert set() == names & personal


# --- Key Results ---


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=12))
def test_nothing_is_told_of_fewer_than_five(weeks: list[tuple[int, int]]) -> None:
    """A window of fewer has no figure; where one is hidden there is no forecast; and n is told in fives."""
    ns = [n for n, _ in weeks]
    seen = public(progress(ns, [min(hits, n) / n if n else 0.0 for n, hits in weeks]))

    assert [n < LEAST_PUBLIC for n in ns] == [point.value is None for point in seen.trend]
    assert (seen.forecast is None) == any(n < LEAST_PUBLIC for n in ns)
    if ns[-1] < LEAST_PUBLIC:
        assert (None, None, Verdict.UNKNOWN, Reason.TOO_FEW) == (seen.n, seen.value, seen.verdict, seen.reason)
    else:
        assert (ns[-1] - ns[-1] % LEAST_PUBLIC, Verdict.WINNING) == (seen.n, seen.verdict)


@pytest.mark.parametrize("kind", ["agent", "account"])
def test_what_is_about_one_person_stays_inside(kind: str) -> None:
    """A Key Result of one agent or one account is not on the public board at all, and its goal is judged without it."""
    goal = progress([50], [0.2], segment=Segment(kind, "ana"))
    seen = public_goal(goal, MEASURES, frozenset())

    assert ((), Verdict.UNKNOWN) == (seen.key_results, seen.verdict)


@pytest.mark.parametrize(("n", "start", "told"), [(4, 0.25, None), (20, 0.1, None), (40, 0.25, 0.25), (None, 0.253, 0.253)])
def test_a_start_that_few_made_is_not_told(n: int | None, start: float, told: float | None) -> None:
    """A start that was read off fewer than five, or says it of fewer than five, is left out; one that people said is shown."""
    baseline = None if n is None else Baseline(date(2026, 7, 1), date(2026, 8, 1), n)
    goal = progress([50], [0.2])
    [whole] = goal.key_results
    about = evolve(whole.key_result, start=start, baseline=baseline)

    assert told == public(evolve(goal, key_results=(evolve(whole, key_result=about),))).start


# --- Commitments ---


@given(st.integers(0, 60), st.integers(0, 60))
def test_commitments_of_few_are_not_told(due: int, kept: int) -> None:
    """Fewer than five that fell due, were kept or were missed are told to nobody; of more, about how many were kept."""
    kept = min(kept, due)
    seen = public_commitments(Commitments(START, START + WEEK, due, kept))
    few = due < LEAST_PUBLIC or 0 < kept < LEAST_PUBLIC or 0 < due - kept < LEAST_PUBLIC

    assert few == (seen is None)
    assert seen is None or (seen.due <= due < seen.due + LEAST_PUBLIC and abs(seen.kept - kept / due) <= 0.05 + 1e-9)


def test_public_commitments_can_not_be_made_of_fewer() -> None:
    """There is no way to make them of fewer than five, or of a number to the last one."""
    for due in (0, 4, 7):
        with pytest.raises(InvalidInput):
            PublicCommitments(START, START + WEEK, due, 1.0)
