"""Prints how long it takes to count working time, and how often it is counted wrongly, beside four packages and a bare loop.

Run it as ``python -m tests.bench.working_time [--pairs N] [--rounds N]``. A package that is not installed is named and left
out. It judges nothing.

A shop in Madrid works Monday to Friday, with Spain's public holidays, once from 09:00 to 18:00 and once with a lunch break.
Everybody counts between the same pairs of instants about a day, a month and a year apart, of which one in ten is given the
later one first. Those who know no zones are given what the wall clock shows, and those who know one stretch a day are left
out with the lunch break. The bare loop has the open stretches as a list of integers, with sums, and finds both instants by
bisection; it knows no calendars, no zones, and makes no lists. The truth is the wall clock, read minute by minute: an answer
is wrong when it is off by a second or more. A ratio is theirs ÷ the bare loop's in time, the median of all rounds, which
take turns.
"""

from __future__ import annotations

import argparse
import gc
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from importlib import import_module
from itertools import accumulate
from random import Random
from statistics import median
from time import perf_counter
from zoneinfo import ZoneInfo

from attrs import frozen

from incidentkit.domain.calendars import Calendar, PublicHolidays, Schedule
from incidentkit.worktime.public_holidays import public_holidays
from incidentkit.worktime.working_time import WorkingTime
from tests.worktime.oracle import MINUTE, shows_open

Elapsed = Callable[[datetime, datetime], timedelta]
Pair = tuple[datetime, datetime]

ZONE = ZoneInfo("Europe/Madrid")
FIRST, YEARS = 2024, 4
START = datetime(FIRST, 1, 1, tzinfo=UTC)
SPANS = {"a day": 1, "a month": 30, "a year": 365}
WHOLE, LUNCH = ("09:00-18:00",), ("09:00-14:00", "16:00-19:00")
HOLIDAYS = sorted(day for year in range(FIRST, FIRST + YEARS) for day in public_holidays(PublicHolidays("ES"), year))


def wall(at: datetime) -> datetime:
    return at.astimezone(ZONE).replace(tzinfo=None)


@frozen
class Peer:
    """Somebody who counts.

    Args:
        make: gives what counts for the stretches of a day; None where it can't have so many.
        shown: what an instant is to it.
    """

    name: str
    make: Callable[[tuple[str, ...]], Elapsed | None]
    shown: Callable[[datetime], datetime] = lambda at: at


def schedule(day: tuple[str, ...]) -> Schedule:
    return Schedule(ZONE.key, {"mon-fri": day}, holidays=[PublicHolidays("ES")])


def ours(day: tuple[str, ...]) -> Elapsed:
    return WorkingTime(Calendar("shop", schedule(day))).elapsed


def bare(day: tuple[str, ...]) -> Elapsed:
    epoch, micro = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
    told = WorkingTime(Calendar("shop", schedule(day))).explain(START, START.replace(year=FIRST + YEARS)).counted
    starts, ends = [(p.since - epoch) // micro for p in told], [(p.until - epoch) // micro for p in told]
    before = [0, *accumulate(end - start for start, end in zip(starts, ends, strict=True))]

    def worked(at: int) -> int:
        place = bisect_right(starts, at) - 1
        return before[place] + min(at, ends[place]) - starts[place] if place >= 0 else 0

    return lambda a, b: timedelta(microseconds=worked((b - epoch) // micro) - worked((a - epoch) // micro))


def businesstimedelta(day: tuple[str, ...]) -> Elapsed:
    kit, zone = import_module("businesstimedelta"), import_module("pytz").timezone(ZONE.key)
    rules = [
        kit.HolidayRule(HOLIDAYS, tz=zone),
        kit.WorkDayRule(time(9), time(18 if day == WHOLE else 19), [0, 1, 2, 3, 4], tz=zone),
    ]
    if day == LUNCH:
        rules.append(kit.LunchTimeRule(time(14), time(16), [0, 1, 2, 3, 4], tz=zone))
    count = kit.Rules(rules)

    def elapsed(a: datetime, b: datetime) -> timedelta:
        found = count.difference(a, b)
        return timedelta(hours=found.hours, seconds=found.seconds)

    return elapsed


def businesstime(day: tuple[str, ...]) -> Elapsed | None:
    kit = import_module("businesstime").BusinessTime((time(9), time(18)), holidays=HOLIDAYS)
    count = kit.businesstimedelta

    def elapsed(a: datetime, b: datetime) -> timedelta:
        # It says business days and hours: one day is nine hours.
        found = count(a, b)
        size = abs(found)
        return timedelta(hours=9 * size.days, seconds=size.seconds) * (1 if found == size else -1)

    return elapsed if day == WHOLE else None


def biztime(day: tuple[str, ...]) -> Elapsed | None:
    kit = import_module("biztime.biztime").BizTime(
        {"biz_start": time(9), "biz_end": time(18), "weekend": [5, 6], "holidays": HOLIDAYS}
    )
    return kit.date_diff if day == WHOLE else None


def business_duration(day: tuple[str, ...]) -> Elapsed | None:
    count = import_module("business_duration").businessDuration

    def elapsed(a: datetime, b: datetime) -> timedelta:
        return timedelta(seconds=float(count(a, b, time(9), time(18), [5, 6], HOLIDAYS, "sec")))

    return elapsed if day == WHOLE else None


PEERS = (
    Peer("bare loop", bare),
    Peer("incidentkit", ours),
    Peer("business-duration", business_duration, wall),
    Peer("businesstimedelta", businesstimedelta),
    Peer("businesstime", businesstime, wall),
    Peer("biztime", biztime, wall),
)


# --- The truth ---------------------------------------------------------------------------------------------------


def truth(day: tuple[str, ...]) -> Elapsed:
    """The wall clock, read once at each minute."""
    plain, public = schedule(day), frozenset(HOLIDAYS)
    minutes = (START + i * MINUTE for i in range((YEARS - 1) * 366 * 1440))
    open_until = [0, *accumulate(shows_open(plain, at, public) for at in minutes)]
    return lambda a, b: MINUTE * (open_until[(b - START) // MINUTE] - open_until[(a - START) // MINUTE])


def pairs(days: int, count: int) -> list[Pair]:
    draw, found = Random(days), []
    for i in range(count):
        a = START + MINUTE * draw.randint(1440, 500 * 1440)
        b = a + MINUTE * round(1440 * days * draw.uniform(0.8, 1.2))
        found.append((b, a) if i % 10 == 9 else (a, b))
    return found


# --- Asking ------------------------------------------------------------------------------------------------------


@frozen
class Told:
    """What became of the questions to one peer: by how much it was off, and how often it would not answer."""

    wrong: tuple[timedelta, ...]
    refused: int


def judged(count: Elapsed, asked: Sequence[Pair], expected: Sequence[timedelta]) -> Told:
    off = []
    for (a, b), right in zip(asked, expected, strict=True):
        with suppress(ValueError, AssertionError, TypeError, OverflowError):
            off.append(abs(count(a, b) - right))
    return Told(tuple(error for error in off if error >= timedelta(seconds=1)), len(asked) - len(off))


def seconds(count: Elapsed, asked: Sequence[Pair]) -> float:
    """For one answer; whoever is quick is asked often, so that the clock sees it, and whoever is slow not for ever."""
    gc.collect()
    done, start = 0, perf_counter()
    while True:
        for a, b in asked:
            count(a, b)
            done += 1
            if done % 20 == 0 and (spent := perf_counter() - start) > 0.05:
                return spent / done


def lines(day: tuple[str, ...], count: int, rounds: int) -> Iterator[str]:
    right = truth(day)
    counters: dict[str, Elapsed] = {}
    for peer in PEERS:
        try:
            made = peer.make(day)
        except ImportError as error:
            yield f"  {peer.name:20} left out: {error}"
            continue
        if made is None:
            yield f"  {peer.name:20} left out: it knows one stretch a day"
        else:
            counters[peer.name] = made
    for span, days in SPANS.items():
        yield from table(span, pairs(days, count), counters, right, rounds)


def table(span: str, asked: list[Pair], counters: Mapping[str, Elapsed], right: Elapsed, rounds: int) -> Iterator[str]:
    expected = [right(a, b) for a, b in asked]
    shown = {p.name: [(p.shown(a), p.shown(b)) for a, b in asked] for p in PEERS}
    told = {name: judged(count, shown[name], expected) for name, count in counters.items()}
    # Not everybody answers where the later instant comes first.
    forward = {name: [(a, b) for a, b in given if a <= b] for name, given in shown.items()}
    spent: dict[str, list[float]] = {name: [] for name in counters}
    for _ in range(rounds):
        for name, count in counters.items():
            spent[name].append(seconds(count, forward[name]))
    yield f"\n  {span:20} {'µs':>10} {'÷ bare':>9} {'wrong':>7} {'refused':>8}  worst"
    for name, t in told.items():
        ratio = median(one / bare for one, bare in zip(spent[name], spent["bare loop"], strict=True))
        worst = max(t.wrong, default="-")
        yield f"  {name:20} {median(spent[name]) * 1e6:10.2f} {ratio:9.2f} {len(t.wrong):7} {t.refused:8}  {worst}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=7)
    asked = parser.parse_args()
    for name, day in (("09:00 to 18:00", WHOLE), ("With a lunch break", LUNCH)):
        print(f"\n{name}, {asked.pairs} pairs of each span, one in ten backwards")
        for line in lines(day, asked.pairs, asked.rounds):
            print(line)


if __name__ == "__main__":
    main()
