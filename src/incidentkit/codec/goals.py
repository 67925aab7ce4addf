"""Objectives from TOML: every mistake at once, each with its path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from attrs import evolve, fields, frozen
from cattrs import Converter

from incidentkit.codec.durations import parse_duration
from incidentkit.codec.problems import Problem, Wrong, nearest, problem_path, refuse, shown
from incidentkit.codec.reading import make_reader, structure
from incidentkit.codec.toml import parse_toml, read_text
from incidentkit.domain.goals import (
    Baseline,
    GoalClock,
    GoalStatistic,
    GoalWindow,
    Importance,
    KeyResultKind,
    Segment,
)
from incidentkit.errors import InvalidInput
from incidentkit.goals.objectives import InitiativeDraft, KeyResultDraft, ObjectiveDraft
from incidentkit.goals.ready import READY, ready_key_result

__all__ = ["load_objective", "parse_objective"]


@frozen
class _Days:
    since: date
    until: date


@frozen
class _KeyResult:
    """As it stands in a file; ``by`` is its date."""

    ready: str | None = None
    measure: str | None = None
    id: str | None = None
    title: str | None = None
    kind: KeyResultKind | None = None
    start: float | None = None
    start_clock: GoalClock | None = None
    target: float | None = None
    change: float | None = None
    since: date | None = None
    by: date | None = None
    statistic: GoalStatistic | None = None
    window: GoalWindow | None = None
    clock: GoalClock | None = None
    segment: Mapping[str, str] | None = None
    baseline: _Days | None = None
    lead_measures: tuple[str, ...] | None = None
    team: str | None = None
    owner: str | None = None
    least_n: int | None = None


@frozen
class _Initiative:
    title: str
    key_result: str
    team: str = ""
    owner: str = ""
    lead_measure: str = ""
    due: date | None = None


@frozen
class _File:
    title: str
    importance: Importance = "important"
    team: str = ""
    owner: str = ""
    since: date | None = None
    until: date | None = None
    why: str = ""
    lead_measures: tuple[str, ...] = ()
    key_results: tuple[_KeyResult, ...] = ()
    initiatives: tuple[_Initiative, ...] = ()


def load_objective(path: str | Path) -> ObjectiveDraft:
    """The Objective in the file at ``path``.

    Raises:
        ConfigurationError: there is none, it can't be read, or it has mistakes; ``problems`` lists every one of them.
    """
    return parse_objective(read_text(path, "an Objective in TOML"), str(path))


def parse_objective(text: str, source: str = "objective.toml") -> ObjectiveDraft:
    """The Objective that ``text``, in TOML, describes: what it lacks is for `Objectives.check` to say, what is wrong for this.

    Keys have the names of the drafts' parts; a Key Result's date is ``by``, a duration may be written ``"4h"``, a segment
    ``{ team = "warehouse" }``, and ``ready`` names one that is ready to use, of which the other keys change parts.

    Args:
        source: what to call it in errors.

    Raises:
        ConfigurationError: there are mistakes; ``problems`` lists every one of them.
    """
    read = structure(_reader(), parse_toml(text, source), _File, stand_ins={"title": "untitled"})
    problems = list(read.problems)
    if read.value is not None:
        problems += _wrong(read.value)
    if read.value is None or problems:
        refuse(source, problems)
    try:
        return _draft(read.value)
    except InvalidInput as error:
        refuse(source, [Problem("file", error.rule, "" if error.got is None else str(error.got))])


def _wrong(file: _File) -> Iterator[Problem]:
    for place, one in enumerate(file.key_results):
        at = ("key_results", place)
        if one.ready is not None and one.ready not in READY:
            found = shown(one.ready) + nearest(one.ready, READY)
            yield Problem(problem_path((*at, "ready")), f"one of {', '.join(READY)}", found)
        if one.ready is None and not one.measure:
            yield Problem(problem_path((*at, "measure")), "the name of a measure", "nothing")
        if one.segment is not None and len(one.segment) != 1:
            yield Problem(problem_path((*at, "segment")), 'one segment such as { team = "warehouse" }', f"{len(one.segment)}")
        if one.least_n is not None and one.least_n < 1:
            yield Problem(problem_path((*at, "least_n")), "at least 1", str(one.least_n))


def _draft(file: _File) -> ObjectiveDraft:
    return ObjectiveDraft(
        title=file.title,
        importance=file.importance,
        team=file.team,
        owner=file.owner,
        since=file.since,
        until=file.until,
        why=file.why,
        key_results=tuple(_key_result(one, file) for one in file.key_results),
        initiatives=tuple(
            InitiativeDraft(one.title, one.key_result, one.team, one.owner, one.lead_measure, one.due)
            for one in file.initiatives
        ),
        lead_measures=file.lead_measures,
    )


def _key_result(one: _KeyResult, file: _File) -> KeyResultDraft:
    base = KeyResultDraft() if one.ready is None else ready_key_result(one.ready, one.since or file.since)
    given = {a.name: getattr(one, a.name) for a in fields(_KeyResult) if a.name not in ("ready", "by", "segment", "baseline")}
    given["by_date"] = one.by
    if one.segment is not None:
        ((kind, value),) = one.segment.items()
        given["segment"] = Segment(kind, value)
    if one.baseline is not None:
        given["baseline"] = Baseline(one.baseline.since, one.baseline.until)
    return evolve(base, **{name: value for name, value in given.items() if value is not None})


@cache
def _reader() -> Converter:
    reader = make_reader()
    reader.register_structure_hook_func(lambda kind: kind == float | None, _amount)
    return reader


def _amount(raw: Any, _: Any) -> float:
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        return float(raw)
    try:
        return parse_duration(raw).total_seconds()
    except (InvalidInput, TypeError):
        raise Wrong('a number, or a duration such as "4h"', shown(raw)) from None
