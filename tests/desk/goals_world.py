"""A shop with a past: weeks of orders that are confirmed sooner or later, for the tests of goals."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from incidentkit.desk.desk import Desk
from incidentkit.domain.goals import Baseline
from incidentkit.goals.objectives import KeyResultDraft, ObjectiveDraft
from incidentkit.testing.clocks import ManualClock
from tests.desk.world import LINES, MARTA

FIRST_MONDAY = date(2026, 3, 9)
SINCE = FIRST_MONDAY + timedelta(weeks=8)
UNTIL = SINCE + timedelta(weeks=12) - timedelta(days=1)
"""Eight weeks of a past, and twelve for the goal."""

EACH = 6
"""Orders a week."""


def monday(week: int) -> datetime:
    """Noon of the Monday of a week, counted from the first."""
    return datetime.combine(FIRST_MONDAY + timedelta(weeks=week), datetime.min.time(), UTC) + timedelta(hours=12)


def move(clock: ManualClock, at: datetime) -> None:
    """Move the clock on to an instant."""
    clock.advance(seconds=(at - clock()).total_seconds())


def live(desk: Desk, clock: ManualClock, weeks: Iterable[int], hours: Iterable[float], *, tick: bool = False) -> None:
    """Live through some weeks: of each, its orders are confirmed after about so many hours."""
    for week, after in zip(weeks, hours, strict=True):
        for number in range(EACH):
            at = monday(week) + timedelta(hours=27 * number)
            move(clock, at)
            if tick:
                desk.tick()
            order = desk.orders.place(customer=MARTA, lines=LINES)
            move(clock, at + timedelta(hours=after * (0.7 + 0.1 * number)))
            desk.orders.confirm(order.id)
    move(clock, monday(week + 1) - timedelta(hours=6))
    if tick:
        desk.tick()


def confirmation(**given: object) -> KeyResultDraft:
    """Orders are confirmed within an hour, from what the eight weeks before came to."""
    plain = {
        "measure": "order_confirmation_time",
        "id": "confirmation",
        "target": 3600.0,
        "baseline": Baseline(FIRST_MONDAY, SINCE),
        "least_n": 3,
        "owner": "leo",
        "team": "warehouse",
    }
    return KeyResultDraft(**{**plain, **given})  # type: ignore[arg-type]


def draft(*key_results: KeyResultDraft, **given: object) -> ObjectiveDraft:
    """A goal of the whole shop, with that Key Result unless others are given."""
    plain = {
        "title": "Nobody waits to hear that we have their order",
        "importance": "wildly_important",
        "owner": "eva",
        "since": SINCE,
        "until": UNTIL,
        "why": "People who hear nothing call us",
        "key_results": key_results or (confirmation(),),
    }
    return ObjectiveDraft(**{**plain, **given})  # type: ignore[arg-type]
