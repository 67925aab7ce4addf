"""Figures reckoned by hand: from subjects in plain Python, with nothing of measures as data.

What a measure's subjects are is written out by whoever uses this; here is only what is made of them.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from attrs import field, frozen

from incidentkit.domain.times import from_micros, micros
from incidentkit.measures.figures import Row

__all__ = ["Bounds", "Subject", "began_on", "expected_rows", "segments_of"]

SECOND = 1_000_000
COUNTS = ("orders_received", "orders_handled", "backlog", "waived_closings")
AT_END = ("backlog", "backlog_age")
CLAIMED = ("incident_resolution_time",)
SCORES = ("csat_mean", "contacts_per_need")
AMOUNTS = ("cost_per_need",)
COINS = 10_000
MATURITY = {
    "first_contact_resolution_rate": timedelta(days=7),
    "proactive_update_rate": timedelta(days=30),
    "verification_call_coverage": timedelta(days=7),
    "order_error_claim_rate": timedelta(days=30),
}

Bounds = tuple[datetime | None, datetime | None]


@frozen
class Subject:
    """One subject: when it began, and what it brings.

    Args:
        amount: a duration (None without an end), a score, or 1 for a hit and 0 for a miss; of nps −1 for one against it.
        key: what it is counted once by.
        stands: for what is looked at when a window ends: from when until when it was open; None for still.
        segments: its values of each segment; none for nowhere.
        counts_from: when it begins to count, of what does so by mere waiting.
    """

    began: int
    amount: int | None = 1
    claimed: int = 0
    key: object = field(factory=object)
    stands: Sequence[tuple[int, int | None]] = ()
    segments: Mapping[str, Iterable[str | None]] = {}
    counts_from: int | None = None

    def within(self, name: str) -> frozenset[str]:
        """Its segments of that name."""
        return frozenset(value for value in self.segments[name] if value is not None) or frozenset({""})


def expected_rows(
    measure: str, subjects: Sequence[Subject], spans: Sequence[Bounds], as_of: datetime, segment: str | None = None
) -> list[Row]:
    """A row for each span, or for each span and each segment that any of them has; those of nowhere come last."""
    there = [_inside(measure, subjects, span, as_of) for span in spans]
    if segment is None:
        return [_row(measure, some, span, as_of, None) for some, span in zip(there, spans, strict=True)]
    named = segments_of([s for some in there for s in some], segment)
    return [
        _row(measure, [s for s in some if value in s.within(segment)], span, as_of, value)
        for some, span in zip(there, spans, strict=True)
        for value in named
    ]


def segments_of(subjects: Iterable[Subject], name: str) -> list[str]:
    """All values of a segment."""
    return sorted({value for s in subjects for value in s.within(name)}, key=lambda value: (value == "", value))


def began_on(at: int, by: str, zone: str) -> date:
    """The first local day of the window that an instant is in."""
    day = from_micros(at).astimezone(ZoneInfo(zone)).date()
    if by == "week":
        return day - timedelta(days=day.weekday())
    if by == "month":
        return day.replace(day=1)
    return day if by == "day" else date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)


# --- Subjects of one span ----------------------------------------------------------------------------------------


def _inside(measure: str, subjects: Sequence[Subject], span: Bounds, as_of: datetime) -> list[Subject]:
    if measure in AT_END:
        return list(_standing(subjects, span[1], as_of))
    start, end = (None if bound is None else micros(bound) for bound in span)
    return [
        s
        for s in subjects
        if (start is None or start <= s.began)
        and (end is None or s.began < end)
        and (s.counts_from is None or s.counts_from <= micros(as_of))
    ]


def _standing(subjects: Sequence[Subject], until: datetime | None, as_of: datetime) -> Iterable[Subject]:
    """What was open at the last instant of a window that ends then, as old as it was at its end."""
    finished = until is not None and until <= as_of
    end = micros(until) if finished and until is not None else micros(as_of)
    last = end - 1 if finished else end
    for s in subjects:
        if any(since <= last and (ended is None or last < ended) for since, ended in s.stands):
            yield Subject(s.began, end - s.began, key=s.key, segments=s.segments)


# --- Rows --------------------------------------------------------------------------------------------------------


def _row(measure: str, subjects: list[Subject], span: Bounds, as_of: datetime, segment: str | None) -> Row:
    complete = None if span[1] is None else span[1] + MATURITY.get(measure, timedelta(0)) <= as_of
    if measure in COUNTS:
        n = len({s.key for s in subjects})
        return Row(*span, segment, n, n, complete=complete)
    if measure.endswith(("_rate", "_share", "_coverage")):
        n = len(subjects)
        return Row(*span, segment, n, sum(s.amount or 0 for s in subjects) / n if n else None, complete=complete)
    if measure == "nps":
        good, bad = (sum(s.amount == side for s in subjects) for side in (1, -1))
        return Row(*span, segment, len(subjects), 100 * (good - bad) / len(subjects) if subjects else None, complete=complete)
    valid = [s for s in subjects if s.amount is not None and s.amount >= 0]
    scale = 1 if measure in SCORES else COINS if measure in AMOUNTS else SECOND
    mean, p50, p90 = _summary(sorted(Fraction(s.amount or 0, scale) for s in valid))
    if measure in SCORES:
        return Row(*span, segment, len(valid), mean, mean, p50, p90, complete=complete)
    lasting = sum(s.amount is None for s in subjects)
    if measure in AMOUNTS:
        return Row(*span, segment, len(valid), mean, mean, p50, p90, lasting, complete=complete)
    claimed = sum(s.claimed for s in valid) if measure in CLAIMED else None
    invalid = len(subjects) - len(valid) - lasting
    return Row(*span, segment, len(valid), mean, mean, p50, p90, lasting, invalid, claimed, complete)


def _summary(amounts: list[Fraction]) -> tuple[float | None, float | None, float | None]:
    """Mean, median and ninth decile."""
    if not amounts:
        return None, None, None
    deciles = statistics.quantiles(amounts, n=10, method="inclusive") if len(amounts) > 1 else amounts * 9
    return float(statistics.mean(amounts)), float(deciles[4]), float(deciles[8])
