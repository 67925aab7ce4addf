"""What the answers to one survey come to, each figure with how far it may be from the truth."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

from attrs import asdict, field, frozen

from incidentkit.domain.surveys import Scale, SurveyKind
from incidentkit.measures.intervals import Interval, mean_interval, nps_interval, share_interval

__all__ = ["AskCounts", "ScoreSums", "SurveyFigures", "SurveyRow", "cautious", "survey_row"]


@frozen
class ScoreSums:
    """What the answers of one group add up to.

    Args:
        n: answers; ``total`` and ``squares`` of their scores.
        top: those at the highest score.
        promoters, detractors: those at 9 or 10, and at 0 to 6; of a survey from 0 to 10 only.
    """

    n: int = 0
    total: int = 0
    squares: int = 0
    top: int = 0
    promoters: int = 0
    detractors: int = 0

    def __add__(self, other: ScoreSums) -> ScoreSums:
        return ScoreSums(*(getattr(self, a) + getattr(other, a) for a in self._names()))

    def __sub__(self, other: ScoreSums) -> ScoreSums:
        return ScoreSums(*(getattr(self, a) - getattr(other, a) for a in self._names()))

    @staticmethod
    def _names() -> tuple[str, ...]:
        return ("n", "total", "squares", "top", "promoters", "detractors")

    @property
    def mean(self) -> float | None:
        """The mean score; None without answers."""
        return self.total / self.n if self.n else None

    @property
    def sd(self) -> float:
        """The standard deviation of the scores, with n − 1 in its divisor; 0 for fewer than two."""
        # Whole numbers: nothing is lost on the way.
        return math.sqrt((self.n * self.squares - self.total**2) / (self.n * (self.n - 1))) if self.n > 1 else 0.0


@frozen
class AskCounts:
    """What became of the asks of one group that this desk put: of them ``answered``, ``lost``, or ``waiting`` to be answered.

    The rest is too old: nobody answers that any more.
    """

    asked: int = 0
    answered: int = 0
    lost: int = 0
    waiting: int = 0


@frozen
class SurveyRow:
    """A survey in one group.

    Args:
        from_, until: the half-open window in UTC; None where the row has no such bound.
        segment: the team, agent, account or step; None for all together, or for none where it is cut by that.
        n: the answers that were given inside; the scores are theirs.
        mean, top_share, nps: the mean score, the share of the highest score, and the net promoter score of such a survey.
        asked, answered, lost, waiting: of the asks that were put inside. What was asked elsewhere is not among them.
        response_rate: answered ÷ those that were not lost; while some wait it can still rise.
        mean_interval, top_interval, nps_interval, response_interval: where the true figure may lie, at 95 %.
    """

    from_: datetime | None
    until: datetime | None
    segment: str | None
    n: int
    mean: float | None
    mean_interval: Interval | None
    top_share: float | None
    top_interval: Interval | None
    nps: float | None
    nps_interval: Interval | None
    asked: int
    answered: int
    lost: int
    waiting: int
    response_rate: float | None
    response_interval: Interval | None

    def as_dict(self) -> dict[str, Any]:
        """As it goes into JSON: instants in ISO 8601, intervals as ``[low, high]``."""
        plain = asdict(self, recurse=False)
        named = {"from" if name == "from_" else name: value for name, value in plain.items()}
        return {name: _plain(value) for name, value in named.items()}


@frozen
class SurveyFigures:
    """A survey by its rows, the earliest window first."""

    survey: str
    kind: SurveyKind
    scale: Scale
    as_of: datetime
    by: str | None
    rows: tuple[SurveyRow, ...] = field(default=())

    def as_dict(self) -> dict[str, Any]:
        """As it goes into JSON."""
        return {
            "survey": self.survey,
            "kind": self.kind,
            "low": self.scale.low,
            "high": self.scale.high,
            "as_of": self.as_of.isoformat(),
            "by": self.by,
            "rows": [row.as_dict() for row in self.rows],
        }


def survey_row(
    kind: SurveyKind,
    scale: Scale,
    sums: ScoreSums,
    asks: AskCounts,
    *,
    from_: datetime | None = None,
    until: datetime | None = None,
    segment: str | None = None,
) -> SurveyRow:
    """The figures of one group, from its sums."""
    nps = kind == "nps"
    passives = sums.n - sums.promoters - sums.detractors
    reached = asks.asked - asks.lost
    return SurveyRow(
        from_,
        until,
        segment,
        n=sums.n,
        mean=sums.mean,
        mean_interval=_mean_interval(sums, scale),
        top_share=sums.top / sums.n if sums.n else None,
        top_interval=share_interval(sums.top, sums.n),
        nps=100 * (sums.promoters - sums.detractors) / sums.n if nps and sums.n else None,
        nps_interval=nps_interval(sums.promoters, passives, sums.detractors) if nps else None,
        asked=asks.asked,
        answered=asks.answered,
        lost=asks.lost,
        waiting=asks.waiting,
        response_rate=asks.answered / reached if reached else None,
        response_interval=share_interval(asks.answered, reached),
    )


def cautious(sums: ScoreSums, scale: Scale) -> ScoreSums:
    """The same answers and one more at each end of the scale, for intervals only.

    So few answers that agree do not look certain; what Agresti and Caffo (2000) do for shares, on any scale.
    """
    ends = ScoreSums(2, scale.low + scale.high, scale.low**2 + scale.high**2)
    return sums + ends


def _mean_interval(sums: ScoreSums, scale: Scale) -> Interval | None:
    if not sums.n:
        return None
    more = cautious(sums, scale)
    assert more.mean is not None, "there are two at least"
    found = mean_interval(more.mean, more.sd, more.n)
    assert found is not None, "there are two at least"
    return Interval(max(found.low, scale.low), min(found.high, scale.high))


def _plain(value: Any) -> Any:
    if isinstance(value, Interval):
        return [value.low, value.high]
    return value.isoformat() if isinstance(value, datetime) else value
