"""Objectives as people write them: anything may be missing still, so that what is can be named."""

from __future__ import annotations

import re
from datetime import date

from attrs import evolve, field, frozen

from incidentkit.domain.goals import (
    Baseline,
    GoalClock,
    GoalStatistic,
    GoalWindow,
    Importance,
    KeyResult,
    KeyResultKind,
    Objective,
    Segment,
    Stated,
)
from incidentkit.errors import InvalidInput

__all__ = ["InitiativeDraft", "KeyResultDraft", "ObjectiveDraft", "draft_of"]

_ID = re.compile(r"[a-z0-9][a-z0-9_.-]{0,39}", re.ASCII)
_LONGEST = 200


def _one_line(owner: object, attribute: object, value: str) -> None:
    if not isinstance(value, str) or len(value) > _LONGEST or not value.isprintable():
        raise InvalidInput("A title", f"must be one line of at most {_LONGEST} characters")


def _short_name(owner: object, attribute: object, value: str) -> None:
    if not isinstance(value, str) or (value and not _ID.fullmatch(value)):
        raise InvalidInput(
            "A Key Result's id", "must be 1 to 40 of the letters a to z, digits, and . _ -", got=repr(value)[:40]
        )


@frozen
class KeyResultDraft:
    """A Key Result as somebody writes it. What it leaves out comes from its Objective, or from the record.

    Args:
        id: default: the measure's name.
        kind: ``absolute``, ``relative`` with a ``change`` against its baseline, or ``milestone``.
        start: default: what the baseline came to. ``start_clock``: the clock that people counted it by, where that is
            another one than ``clock``; it is restated then, and both are shown.
        target: for relative ones worked out from ``change``, e.g. -0.5 for down by half.
        since, by_date: default: the Objective's.
        team, owner: default: the Objective's.
    """

    measure: str = ""
    id: str = field(default="", validator=_short_name)
    title: str = field(default="", validator=_one_line)
    kind: KeyResultKind = "absolute"
    start: float | None = None
    start_clock: GoalClock | None = None
    target: float | None = None
    change: float | None = None
    since: date | None = None
    by_date: date | None = None
    statistic: GoalStatistic = "value"
    window: GoalWindow = "week"
    clock: GoalClock = "elapsed"
    segment: Segment | None = None
    baseline: Baseline | None = None
    lead_measures: tuple[str, ...] = ()
    team: str = ""
    owner: str = ""
    least_n: int = 20

    @property
    def name(self) -> str:
        """Its id, or the measure's name."""
        return self.id or self.measure


@frozen
class InitiativeDraft:
    """What is to be done differently, for a Key Result by its id."""

    title: str = field(validator=_one_line)
    key_result: str
    team: str = ""
    owner: str = ""
    lead_measure: str = ""
    due: date | None = None


@frozen
class ObjectiveDraft:
    """An Objective as somebody writes it.

    Args:
        title: what is to be reached, in words and without a figure.
        team: whose it is; empty for the whole shop.
        owner: the handle of the agent who answers for it.
        since, until: the first day and the last.
        why: what it is for.
        lead_measures: those that are tied to no Key Result; there should be none.
    """

    title: str = field(validator=_one_line)
    importance: Importance = "important"
    team: str = ""
    owner: str = ""
    since: date | None = None
    until: date | None = None
    why: str = ""
    key_results: tuple[KeyResultDraft, ...] = ()
    initiatives: tuple[InitiativeDraft, ...] = ()
    lead_measures: tuple[str, ...] = ()

    def complete(self) -> ObjectiveDraft:
        """The same, where each Key Result has what it leaves to its Objective."""
        return evolve(self, key_results=tuple(self._completed(draft) for draft in self.key_results))

    def _completed(self, draft: KeyResultDraft) -> KeyResultDraft:
        return evolve(
            draft,
            id=draft.name,
            title=draft.title or draft.name,
            since=draft.since or self.since,
            by_date=draft.by_date or self.until,
            team=draft.team or self.team,
            owner=draft.owner or self.owner,
        )


def draft_of(objective: Objective) -> ObjectiveDraft:
    """An Objective as it could have been written, to be set anew."""
    return ObjectiveDraft(
        title=objective.title,
        importance=objective.importance,
        team=objective.team,
        owner=objective.owner,
        since=objective.since,
        until=objective.until,
        why=objective.why,
        key_results=tuple(map(_key_result_draft, objective.key_results)),
    )


def _key_result_draft(key_result: KeyResult) -> KeyResultDraft:
    stated: Stated | None = None if key_result.baseline is not None else key_result.stated
    start = None if key_result.baseline is not None else key_result.start
    return KeyResultDraft(
        measure=key_result.measure,
        id=key_result.id,
        title=key_result.title,
        kind=key_result.kind,
        start=start if stated is None else stated.value,
        start_clock=None if stated is None else stated.clock,
        target=None if key_result.kind == "relative" else key_result.target,
        change=key_result.change,
        since=key_result.since,
        by_date=key_result.by_date,
        statistic=key_result.statistic,
        window=key_result.window,
        clock=key_result.clock,
        segment=key_result.segment,
        baseline=key_result.baseline,
        lead_measures=key_result.lead_measures,
        team=key_result.team,
        owner=key_result.owner,
        least_n=key_result.least_n,
    )
