"""How good forecasts were: held against what came."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from attrs import frozen

from incidentkit.domain.goals import KeptForecast, KeyResult
from incidentkit.goals.pace import meets
from incidentkit.measures.intervals import Interval, share_interval

__all__ = ["ForecastRecord", "ScoredForecast", "scored"]


@frozen
class ScoredForecast:
    """A forecast that was kept, and what came.

    Args:
        came: the figure of its window; None while that is not complete, or can't be told any more.
        inside: whether it lay in the range; met: whether it reached what it was held against. None without a figure.
    """

    forecast: KeptForecast
    came: float | None = None
    inside: bool | None = None
    met: bool | None = None


@frozen
class ForecastRecord:
    """The forecasts of an Objective.

    Forecasts of the same window at different times stand and fall together: ten of them are not ten trials. Those of the next
    window are.

    Args:
        forecasts: all that were kept, the earliest first.
        n: those whose window has come, covered: those of them whose figure lay in the range.
        coverage: covered by n, with its interval (Wilson, 95 %); confidence: what it should be. None without any.
        brier: the mean squared distance of the chances from what came: 0 at best, 0.25 for always saying one half.
        next_coverage: the same as ``coverage``, of forecasts of the next window alone.
    """

    objective: str
    forecasts: tuple[ScoredForecast, ...]
    n: int
    covered: int
    coverage: float | None
    interval: Interval | None
    confidence: float | None
    brier: float | None
    next_n: int
    next_coverage: float | None

    def as_dict(self) -> dict[str, Any]:
        """As it goes into JSON."""
        return {
            "objective": self.objective,
            "n": self.n,
            "covered": self.covered,
            "coverage": self.coverage,
            "interval": None if self.interval is None else [self.interval.low, self.interval.high],
            "confidence": self.confidence,
            "brier": self.brier,
            "next_n": self.next_n,
            "next_coverage": self.next_coverage,
            "forecasts": [_as_dict(one) for one in self.forecasts],
        }


def scored(
    objective: str,
    forecasts: Iterable[KeptForecast],
    key_results: Mapping[str, KeyResult],
    figures: Mapping[tuple[str, datetime], float],
) -> ForecastRecord:
    """Forecasts held against what came.

    Args:
        key_results: by id, as they are now; of others nothing is said.
        figures: of complete windows, by Key Result and the window's start.
    """
    every = tuple(_held(one, key_results.get(one.key_result), figures) for one in forecasts)
    known = [one for one in every if one.inside is not None]
    soon = [one for one in known if one.forecast.horizon == "next"]
    covered = sum(one.inside is True for one in known)
    return ForecastRecord(
        objective=objective,
        forecasts=every,
        n=len(known),
        covered=covered,
        coverage=covered / len(known) if known else None,
        interval=share_interval(covered, len(known)),
        confidence=known[-1].forecast.confidence if known else None,
        brier=math.fsum((one.forecast.chance - (one.met is True)) ** 2 for one in known) / len(known) if known else None,
        next_n=len(soon),
        next_coverage=sum(one.inside is True for one in soon) / len(soon) if soon else None,
    )


def _held(
    forecast: KeptForecast, key_result: KeyResult | None, figures: Mapping[tuple[str, datetime], float]
) -> ScoredForecast:
    came = figures.get((forecast.key_result, forecast.from_))
    if came is None or key_result is None:
        return ScoredForecast(forecast)
    return ScoredForecast(forecast, came, forecast.low <= came <= forecast.high, meets(key_result, came, forecast.against))


def _as_dict(one: ScoredForecast) -> dict[str, Any]:
    forecast = one.forecast
    return {
        "key_result": forecast.key_result,
        "horizon": forecast.horizon,
        "made_at": forecast.made_at.isoformat(),
        "from": forecast.from_.isoformat(),
        "until": forecast.until.isoformat(),
        "low": forecast.low,
        "mid": forecast.mid,
        "high": forecast.high,
        "against": forecast.against,
        "chance": forecast.chance,
        "came": one.came,
        "inside": one.inside,
        "met": one.met,
    }
