"""How goals stand, as values: each Key Result with its figure, its pace, its forecast and its verdict."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from attrs import asdict, frozen

from incidentkit.domain.goals import KeyResult, Objective
from incidentkit.goals.forecast import Forecast
from incidentkit.measures.scoreboard import Reason, Verdict

__all__ = ["KeyResultPoint", "KeyResultProgress", "ObjectiveProgress", "Reading", "overall"]


@frozen
class Reading:
    """The figure that a Key Result is judged by: that of its last complete window.

    Args:
        value: the statistic; n: of how many subjects.
        from_, until: the window.
        as_of: what was known then is in it.
        version: that of the measure's definition.
        complete: whether it can't change by waiting any more.
        open: how many subjects of a duration have no end yet; None where that does not apply.
        claimed: how many rest on a source's word alone; None where that does not apply.
    """

    value: float | None
    n: int
    from_: datetime
    until: datetime
    as_of: datetime
    version: int
    complete: bool
    open: int | None = None
    claimed: int | None = None


@frozen
class KeyResultPoint:
    """One complete window: its figure, where that should have been, and the verdict after it."""

    from_: datetime
    until: datetime
    value: float | None
    n: int
    should_be: float
    verdict: Verdict


@frozen
class KeyResultProgress:
    """How a Key Result stands.

    Args:
        unit: that of its figures, the shop's currency for amounts.
        reading: the figure that it is judged by; None while no window is complete.
        should_be: where it should be now.
        expected: where the figure of the reading's window should have been.
        forecast: of the window that decides; None from too few windows, and once that window is complete.
        verdict, reason: winning, losing or unknown; and why it is unknown, or None.
        since: the start of the first window that says so, up to the reading's; None where it is unknown.
        trend: the complete windows since it began.
        signal: whether the reading lies beyond the noise of the windows before it began: ``better``, ``worse``, or None.
    """

    key_result: KeyResult
    unit: str
    reading: Reading | None
    should_be: float
    expected: float | None
    forecast: Forecast | None
    verdict: Verdict
    reason: Reason | None
    since: datetime | None = None
    trend: tuple[KeyResultPoint, ...] = ()
    signal: Literal["better", "worse"] | None = None

    def as_dict(self) -> dict[str, Any]:
        """As it goes into JSON: instants in ISO 8601."""
        plain: dict[str, Any] = _plain(asdict(self))
        return plain


@frozen
class ObjectiveProgress:
    """How an Objective stands: winning where every Key Result wins, losing where one loses, else unknown."""

    objective: Objective
    as_of: datetime
    key_results: tuple[KeyResultProgress, ...]
    verdict: Verdict

    def as_dict(self) -> dict[str, Any]:
        """As it goes into JSON: instants in ISO 8601."""
        return {
            "id": self.objective.id,
            "title": self.objective.title,
            "importance": self.objective.importance,
            "team": self.objective.team,
            "owner": self.objective.owner,
            "since": self.objective.since.isoformat(),
            "until": self.objective.until.isoformat(),
            "state": self.objective.state.value,
            "as_of": self.as_of.isoformat(),
            "verdict": self.verdict.value,
            "key_results": [key_result.as_dict() for key_result in self.key_results],
        }


def overall(key_results: tuple[KeyResultProgress, ...]) -> Verdict:
    """Losing where one loses, winning where all win, else unknown."""
    said = {key_result.verdict for key_result in key_results}
    if Verdict.LOSING in said:
        return Verdict.LOSING
    return Verdict.WINNING if said == {Verdict.WINNING} else Verdict.UNKNOWN


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name.rstrip("_"): _plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value.isoformat() if hasattr(value, "isoformat") else value
