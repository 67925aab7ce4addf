"""What a badly written Objective lacks, by code. What is grave keeps it from being set; the rest is said, with its figure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from statistics import median
from typing import Literal

from attrs import frozen

from incidentkit.domain.goals import MOST_GOALS, Objective
from incidentkit.goals.objectives import KeyResultDraft, ObjectiveDraft
from incidentkit.goals.restating import restated
from incidentkit.measures.measure import Measure
from incidentkit.measures.segments import segments_of

__all__ = ["Grounds", "Lack", "LackCode", "Surroundings", "lacks_of", "start_of", "target_of"]

LackCode = Literal[
    "baseline_open",
    "beyond_best_window",
    "beyond_objective",
    "clock_unknown",
    "date_past",
    "figure_in_objective",
    "lag_as_lead",
    "lead_untied",
    "lead_unknown",
    "no_baseline",
    "no_change",
    "no_date",
    "no_key_result",
    "no_lead_measure",
    "no_owner",
    "no_target",
    "not_measurable",
    "out_of_range",
    "same_name",
    "too_few_cases",
    "too_many_goals",
    "too_many_key_results",
    "too_short",
    "unknown_person",
    "wrong_side",
]

_GRAVE: frozenset[str] = frozenset(
    {
        "baseline_open",
        "clock_unknown",
        "date_past",
        "figure_in_objective",
        "lag_as_lead",
        "lead_unknown",
        "lead_untied",
        "no_baseline",
        "no_change",
        "no_date",
        "no_key_result",
        "no_owner",
        "no_target",
        "not_measurable",
        "out_of_range",
        "same_name",
        "too_many_goals",
        "too_short",
        "unknown_person",
        "wrong_side",
    }
)

_MOST_KEY_RESULTS = 5
_LEAST_WINDOWS = 4
_DAYS = {"day": 1, "week": 7, "month": 31, "quarter": 92}

# A figure is a number on its own, or a share: "24/7" and "B2B" are words.
_FIGURE = re.compile(r"(?<![\w/])\d+([.,]\d+)*(?![\w/])|%|\bper ?cent\b|\bpor ciento\b|\bpercentage\b", re.IGNORECASE)


@frozen
class Lack:
    """One thing that is missing or wrong.

    Args:
        code: what.
        subject: the id of the Key Result, or ``objective``.
        grave: whether it keeps the Objective from being set.
        got: what stands there instead, in short.
        figure: a figure to show with it, in the Key Result's unit.
    """

    code: LackCode
    subject: str
    grave: bool
    got: str = ""
    figure: float | None = None


@frozen
class Grounds:
    """What shop and record know about one Key Result.

    Args:
        measure: its measure on its clock; None where there is none.
        measured: whether the measure is there, whatever the clock.
        leads: its lead measures, None for a name that nobody knows.
        baseline: what its baseline came to on its clock, in the other clock, and of how many.
        baseline_open: whether figures of the baseline's days can still change.
        recent: figures and numbers of the last complete windows, the earliest first.
        open_share: the share of time that its team is open, for restating.
    """

    measure: Measure | None
    measured: bool = False
    leads: tuple[Measure | None, ...] = ()
    baseline: float | None = None
    baseline_other: float | None = None
    baseline_n: int = 0
    baseline_open: bool = False
    recent: tuple[tuple[float | None, int], ...] = ()
    open_share: float = 0.0


@frozen
class Surroundings:
    """What else there is: the day in the shop's zone, its teams and agents, and the other Objectives that are worked for."""

    day: date
    teams: tuple[str, ...]
    agents: tuple[str, ...]
    others: tuple[Objective, ...] = ()


def lacks_of(draft: ObjectiveDraft, grounds: Sequence[Grounds], around: Surroundings) -> tuple[Lack, ...]:
    """Everything that an Objective lacks, what is grave first.

    Args:
        draft: completed.
        grounds: of each Key Result in turn.
    """
    found = [*_of_objective(draft, around)]
    names = [key_result.name for key_result in draft.key_results]
    for key_result, ground in zip(draft.key_results, grounds, strict=True):
        if names.count(key_result.name) > 1:
            found.append(_lack("same_name", key_result.name))
        found += _of_key_result(draft, key_result, ground, around)
    return tuple(sorted(dict.fromkeys(found), key=lambda lack: not lack.grave))


def _lack(code: LackCode, subject: str, got: object = "", figure: float | None = None) -> Lack:
    return Lack(code, subject, code in _GRAVE, str(got), figure)


# --- The Objective -----------------------------------------------------------------------------------------------


def _of_objective(draft: ObjectiveDraft, around: Surroundings) -> Iterator[Lack]:
    found = _FIGURE.search(draft.title)
    if found:
        yield _lack("figure_in_objective", "objective", found[0])
    if not draft.key_results:
        yield _lack("no_key_result", "objective")
    if len(draft.key_results) > _MOST_KEY_RESULTS:
        yield _lack("too_many_key_results", "objective", len(draft.key_results))
    if draft.since is None or draft.until is None:
        yield _lack("no_date", "objective")
    elif draft.until < around.day or draft.until <= draft.since:
        yield _lack("date_past", "objective", draft.until)
    for name in draft.lead_measures:
        yield _lack("lead_untied", "objective", name)
    for initiative in draft.initiatives:
        yield from _of_initiative(draft, initiative.key_result, initiative.lead_measure)
    yield from _of_people(draft.team, draft.owner, "objective", around)
    goals = _most_goals(draft, around)
    if goals > MOST_GOALS:
        yield _lack("too_many_goals", "objective", goals)


def _of_initiative(draft: ObjectiveDraft, key_result: str, lead: str) -> Iterator[Lack]:
    tied = next((one.lead_measures for one in draft.key_results if one.name == key_result), None)
    if tied is None:
        yield _lack("lead_untied", "objective", key_result)
    elif lead and lead not in tied:
        yield _lack("lead_untied", key_result, lead)


def _of_people(team: str, owner: str, subject: str, around: Surroundings) -> Iterator[Lack]:
    if not owner:
        yield _lack("no_owner", subject)
    elif owner not in around.agents:
        yield _lack("unknown_person", subject, owner)
    if team and team not in around.teams:
        yield _lack("unknown_person", subject, team)


def _most_goals(draft: ObjectiveDraft, around: Surroundings) -> int:
    """The most goals that any team would have at once with this one: its own and those of the whole shop."""
    if draft.since is None or draft.until is None:
        return 1
    meanwhile = [other for other in around.others if other.since <= draft.until and draft.since <= other.until]
    teams = (draft.team,) if draft.team else ("", *around.teams)
    return 1 + max(sum(other.team in ("", team) for other in meanwhile) for team in teams)


# --- A Key Result ------------------------------------------------------------------------------------------------


def _of_key_result(draft: ObjectiveDraft, one: KeyResultDraft, ground: Grounds, around: Surroundings) -> Iterator[Lack]:
    yield from _of_people(one.team, one.owner, one.name, around)
    yield from _of_dates(draft, one, around)
    if ground.measure is None:
        yield _lack(
            "clock_unknown" if ground.measured else "not_measurable", one.name, one.clock if ground.measured else one.measure
        )
        return
    yield from _of_measure(one, ground.measure)
    yield from _of_leads(one, ground.measure, ground.leads)
    yield from _of_start(one, ground)
    yield from _of_target(one, ground)
    yield from _of_record(one, ground)


def _of_dates(draft: ObjectiveDraft, one: KeyResultDraft, around: Surroundings) -> Iterator[Lack]:
    if one.by_date is None or one.since is None:
        yield _lack("no_date", one.name)
        return
    if one.by_date < around.day or one.by_date <= one.since:
        yield _lack("date_past", one.name, one.by_date)
    elif (one.by_date - one.since + timedelta(days=1)).days < _LEAST_WINDOWS * _DAYS[one.window] and one.kind != "milestone":
        yield _lack("too_short", one.name, one.window)
    if draft.until is not None and one.by_date > draft.until:
        yield _lack("beyond_objective", one.name, one.by_date)


def _of_measure(one: KeyResultDraft, measure: Measure) -> Iterator[Lack]:
    if one.statistic != "value" and measure.kind not in ("duration", "score", "amount"):
        yield _lack("not_measurable", one.name, one.statistic)
    if one.segment is not None and one.segment.kind not in segments_of(measure):
        yield _lack("not_measurable", one.name, one.segment.kind)


def _of_leads(one: KeyResultDraft, measure: Measure, leads: Sequence[Measure | None]) -> Iterator[Lack]:
    for name, lead in zip(one.lead_measures, leads, strict=True):
        if lead is None:
            yield _lack("lead_unknown", one.name, name)
        elif lead.role != "lead":
            yield _lack("lag_as_lead", one.name, name)
        elif measure.role != "lag":
            yield _lack("lead_untied", one.name, name)
    if not one.lead_measures and measure.role == "lag":
        yield _lack("no_lead_measure", one.name)


def _of_start(one: KeyResultDraft, ground: Grounds) -> Iterator[Lack]:
    if ground.baseline_open and one.baseline is not None:
        yield _lack("baseline_open", one.name, one.baseline.until)
    if one.kind == "relative" and one.baseline is None:
        yield _lack("no_baseline", one.name)
    elif start_of(one, ground) is None:
        yield _lack("no_baseline", one.name, ground.baseline_n if one.baseline is not None else "")


def _of_target(one: KeyResultDraft, ground: Grounds) -> Iterator[Lack]:
    assert ground.measure is not None, "only what can be measured is looked at"
    if one.kind == "relative":
        if one.change is None:
            yield _lack("no_change", one.name)
            return
    elif one.target is None:
        yield _lack("no_target", one.name)
        return
    start, target = start_of(one, ground), target_of(one, ground)
    if target is None:
        return
    if (ground.measure.kind == "share" and not 0 <= target <= 1) or (
        ground.measure.kind in ("duration", "count") and target < 0
    ):
        yield _lack("out_of_range", one.name, f"{target:g}")
    if start is not None and (target == start or (target > start) != (ground.measure.better == "up")):
        yield _lack("wrong_side", one.name, f"{start:g} → {target:g}")


def _of_record(one: KeyResultDraft, ground: Grounds) -> Iterator[Lack]:
    assert ground.measure is not None, "only what can be measured is looked at"
    counted = ground.measure.kind == "count"
    known = [value for value, n in ground.recent if value is not None and (counted or n >= one.least_n)]
    target = target_of(one, ground)
    if known and target is not None:
        best = max(known) if ground.measure.better == "up" else min(known)
        if (target > best) if ground.measure.better == "up" else (target < best):
            yield _lack("beyond_best_window", one.name, f"{best:g}", best)
    sizes = [n for _, n in ground.recent[-13:]]
    if sizes and not counted and median(sizes) < one.least_n:
        yield _lack("too_few_cases", one.name, f"{median(sizes):g}", float(median(sizes)))


# --- Start and target --------------------------------------------------------------------------------------------


def start_of(one: KeyResultDraft, ground: Grounds) -> float | None:
    """Where it starts: as people said it, restated in its clock, or as its baseline came to."""
    if one.start is None or one.kind == "relative":
        return ground.baseline
    said_in = one.start_clock or one.clock
    return restated(one.start, said_in, one.clock, ground.open_share)


def target_of(one: KeyResultDraft, ground: Grounds) -> float | None:
    """Where it shall end."""
    if one.kind != "relative":
        return one.target
    start = start_of(one, ground)
    return None if start is None or one.change is None else start * (1 + one.change)
