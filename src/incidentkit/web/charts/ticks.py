"""Where an axis has its marks, and what stands at them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from math import ceil, floor, log10

from attrs import frozen

from incidentkit.phrases.amounts import Amounts
from incidentkit.phrases.dates import Dates

__all__ = ["Ticks", "amount_ticks", "day_ticks"]

_STEPS = (1, 2, 2.5, 5, 10)
_SPANS = (1, 60, 3600, 86_400)
_MOST_DAYS = 5
_SAME = 1e-9
_LEAST = 1e-6


@frozen
class Ticks:
    """Places on an axis, each with what stands there, and from where to where the axis reaches."""

    places: tuple[float, ...]
    labels: tuple[str, ...]
    low: float
    high: float


def amount_ticks(low: float, high: float, unit: str, amounts: Amounts, about: int) -> Ticks:
    """Round figures from at most ``low`` to at least ``high``, some ``about`` of them."""
    if high - low <= _LEAST * max(abs(high), 1.0):
        reach = abs(low) / 2 if abs(low) > _LEAST else 1.0
        low, high = low - reach, high + reach
    size = max((span for span in _SPANS if span <= high), default=1) if unit == "seconds" else 1
    step = _step((high - low) / size, about) * size
    first, last = floor(low / step + _SAME), ceil(high / step - _SAME)
    if first < 0 <= low:
        first = 0
    places = [round(place * step, 9) for place in range(first, last + 1)]
    top = places[-1]
    if unit == "share" and high <= 1 < top:
        # No share is above all of it.
        places, top = [place for place in places if place <= 1], 1.0
    return Ticks(tuple(places), tuple(_label(place, unit, amounts) for place in places), places[0], top)


def _label(value: float, unit: str, amounts: Amounts) -> str:
    brief = Amounts(amounts.words, short=True)
    return brief.number(0) if value == 0 and unit == "seconds" else str(brief.amount(value, unit))


def _step(reach: float, about: int) -> float:
    rough = reach / max(about - 1, 1)
    size = 10.0 ** floor(log10(rough))
    return next(step * size for step in _STEPS if step * size >= rough * 0.999)


def day_ticks(first: datetime, last: datetime, dates: Dates) -> Ticks:
    """First days of months, or of weeks where there are few; in seconds since 1970."""
    days = list(_firsts(dates.local(first).date(), dates.local(last).date()))
    every = ceil(len(days) / _MOST_DAYS)
    chosen = days[::every]
    places = tuple(datetime(d.year, d.month, d.day, tzinfo=dates.zone).timestamp() for d in chosen)
    return Ticks(places, tuple(_day(d, dates) for d in chosen), first.timestamp(), last.timestamp())


def _firsts(first: date, last: date) -> Iterator[date]:
    monthly = (last - first).days > 70
    day = first
    while day <= last:
        if day.day == 1 if monthly else day.weekday() == 0:
            yield day
        day += timedelta(days=1)


def _day(day: date, dates: Dates) -> str:
    """Day and month, in short."""
    return Dates(dates.words, dates.zone, short=True).day(day).rsplit(" ", 1)[0]
