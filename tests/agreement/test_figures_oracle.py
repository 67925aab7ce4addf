"""SQL and plain Python agree on every measure, by every window.

The oracle knows nothing of measures as data: each is written out again, as its definition reads, over dictionaries.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, delete

from incidentkit.domain.times import from_micros, micros
from incidentkit.measures.definitions import MEASURES
from incidentkit.measures.facts import Fact
from incidentkit.measures.figures import Row
from incidentkit.measures.windows import WINDOWS
from incidentkit.store.facts import FACT_TABLES, upsert
from incidentkit.store.figures import figures
from incidentkit.store.tables import metadata
from tests.measures.rows import answer_row, incident_row, link_row, order_row

# No zone here changes its clocks at midnight: there, a local date says the window by itself.
ZONES = ("UTC", "Europe/Madrid", "America/New_York", "Asia/Kolkata", "Etc/GMT+3", "Australia/Lord_Howe")
START, END = datetime(2023, 12, 20, tzinfo=UTC), datetime(2024, 4, 20, tzinfo=UTC)
SECOND = 1_000_000


@frozen
class World:
    """Facts of one shop."""

    orders: list[Fact]
    incidents: list[Fact]
    links: list[Fact]
    answers: list[Fact]

    def tables(self) -> Iterator[tuple[str, list[Fact]]]:
        """The rows by their table."""
        yield from (
            ("facts_orders", self.orders),
            ("facts_incidents", self.incidents),
            ("facts_incident_orders", self.links),
            ("facts_answers", self.answers),
        )


# --- Worlds ------------------------------------------------------------------------------------------------------

moments = st.integers(micros(START), micros(END)) | st.sampled_from(
    [micros(datetime(2024, 3, 31, hour, tzinfo=UTC)) for hour in (0, 1, 22)] + [micros(datetime(2024, 1, 1, tzinfo=UTC))]
)
durations = st.none() | st.integers(-SECOND, 90 * 86_400 * SECOND) | st.integers(0, 3)
flags = st.integers(0, 1)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Facts that contradict each other as little as measures rely on."""
    orders = [
        order_row(
            f"o-{i}",
            draw(moments),
            cancelled=draw(flags),
            confirmation=draw(durations),
            delivery=(lasted := draw(durations)),
            on_time=None if lasted is None else draw(st.none() | flags),
        )
        for i in range(draw(st.integers(0, 12)))
    ]
    incidents, links = [], []
    for i in range(draw(st.integers(0, 8))):
        counts, resolution, reopened = draw(flags), draw(durations), draw(st.integers(0, 2))
        resolved = int(resolution is not None or bool(reopened))
        claimed = 0 if resolution is None else draw(flags)
        row = incident_row(f"i-{i}", draw(moments), counts=counts, resolution=resolution, reopened=reopened, claimed=claimed)
        incidents.append(row | {"ever_resolved": resolved})
        about = draw(st.sets(st.sampled_from([str(o["order_id"]) for o in orders]), max_size=2)) if orders else set()
        links += [link_row(order, f"i-{i}", counts=counts) for order in sorted(about)]
    answers = [
        answer_row(
            f"a-{i}",
            draw(moments),
            survey=draw(st.sampled_from(["csat", "nps"])),
            score=(s := draw(st.integers(1, 5))),
            top=int(s == 5),
        )
        for i in range(draw(st.integers(0, 8)))
    ]
    return World(orders, incidents, links, answers)


# --- The oracle --------------------------------------------------------------------------------------------------


@frozen
class Subject:
    """One subject: when it began, and what it brings; ``amount`` is None for a duration without an end."""

    began: int
    amount: int | None = 1
    claimed: int = 0


def number(row: Fact, column: str) -> int:
    """The whole number in that column, which is there."""
    value = row[column]
    assert isinstance(value, int)
    return value


def maybe(row: Fact, column: str) -> int | None:
    """The whole number in that column, or None."""
    return None if row[column] is None else number(row, column)


def in_delivery_time(order: Fact) -> bool:
    """Whether the order is in delivery_time's n."""
    delivery = maybe(order, "delivery")
    return not order["cancelled"] and delivery is not None and delivery >= 0


def troubled(world: World, order: Fact) -> int:
    """Whether the order has an incident that counts."""
    return int(any(link["order_id"] == order["order_id"] and link["counts"] for link in world.links))


SUBJECTS: dict[str, Callable[[World], list[Subject]]] = {
    "orders_received": lambda w: [Subject(number(o, "placed_at")) for o in w.orders],
    "order_confirmation_time": lambda w: [Subject(number(o, "placed_at"), maybe(o, "confirmation")) for o in w.orders],
    "delivery_time": lambda w: [Subject(number(o, "placed_at"), maybe(o, "delivery")) for o in w.orders if not o["cancelled"]],
    "on_time_delivery_rate": lambda w: [
        Subject(number(o, "placed_at"), maybe(o, "on_time"))
        for o in w.orders
        if in_delivery_time(o) and o["on_time"] is not None
    ],
    "incident_rate": lambda w: [Subject(number(o, "placed_at"), troubled(w, o)) for o in w.orders],
    "incident_resolution_time": lambda w: [
        Subject(number(i, "detected_at"), maybe(i, "resolution"), number(i, "claimed")) for i in w.incidents if i["counts"]
    ],
    "reopen_rate": lambda w: [
        Subject(number(i, "detected_at"), int(number(i, "reopened") > 0))
        for i in w.incidents
        if i["counts"] and i["ever_resolved"]
    ],
    "csat_mean": lambda w: [Subject(number(a, "answered_at"), number(a, "score")) for a in w.answers if a["survey"] == "csat"],
    "csat_top_share": lambda w: [
        Subject(number(a, "answered_at"), number(a, "top")) for a in w.answers if a["survey"] == "csat"
    ],
}


def expected_row(
    measure: str, subjects: list[Subject], bounds: tuple[datetime | None, datetime | None], as_of: datetime
) -> Row:
    """What the measure comes to over these subjects."""
    complete = None if bounds[1] is None else bounds[1] <= as_of
    if measure == "orders_received":
        return Row(*bounds, None, len(subjects), len(subjects), complete=complete)
    if measure.endswith(("_rate", "_share")):
        n = len(subjects)
        return Row(*bounds, None, n, sum(s.amount or 0 for s in subjects) / n if n else None, complete=complete)
    scale = 1 if measure == "csat_mean" else SECOND
    valid = [s for s in subjects if s.amount is not None and s.amount >= 0]
    amounts = sorted(Fraction(s.amount or 0, scale) for s in valid)
    mean, p50, p90 = summary(amounts)
    row = Row(*bounds, None, len(valid), mean, mean, p50, p90, complete=complete)
    if measure == "csat_mean":
        return row
    still_open = sum(s.amount is None for s in subjects)
    claimed = sum(s.claimed for s in valid) if measure == "incident_resolution_time" else None
    return Row(
        *bounds, None, len(valid), mean, mean, p50, p90, still_open, len(subjects) - len(valid) - still_open, claimed, complete
    )


def summary(amounts: list[Fraction]) -> tuple[float | None, float | None, float | None]:
    """Mean, median and ninth decile."""
    if not amounts:
        return None, None, None
    deciles = statistics.quantiles(amounts, n=10, method="inclusive") if len(amounts) > 1 else amounts * 9
    return float(statistics.mean(amounts)), float(deciles[4]), float(deciles[8])


def label(at: int, by: str, zone: str) -> date:
    """The first local day of the window that an instant is in."""
    day = from_micros(at).astimezone(ZoneInfo(zone)).date()
    if by == "week":
        return day - timedelta(days=day.weekday())
    if by == "month":
        return day.replace(day=1)
    return day if by == "day" else date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)


# --- Agreement ---------------------------------------------------------------------------------------------------

ENGINE = create_engine("sqlite://")
metadata.create_all(ENGINE)
DECOY = World(
    [order_row("o-0", micros(START), delivery=1, confirmation=1, on_time=0)],
    [incident_row("i-0", micros(START), resolution=1, ever_resolved=1, reopened=1)],
    [link_row("o-0", "i-0"), link_row("o-1", "i-0")],
    [answer_row("a-0", micros(START), score=1, top=0)],
)
"""Another shop in the same database."""


def stored(connection: Connection, world: World) -> None:
    """Nothing but that world, for the tenant "ours", and the decoy for another."""
    for tenant, facts in (("ours", world), ("theirs", DECOY)):
        for name, rows in facts.tables():
            connection.execute(delete(FACT_TABLES[name]).where(FACT_TABLES[name].c.tenant == tenant))
            if rows:
                connection.execute(upsert(FACT_TABLES[name], "sqlite"), [row | {"tenant": tenant} for row in rows])


@pytest.mark.parametrize("measure", MEASURES)
@given(worlds(), st.sampled_from(ZONES))
def test_without_windows(measure: str, world: World, zone: str) -> None:
    """One row over everything is what the definition says of all subjects."""
    subjects = SUBJECTS[measure](world)
    with ENGINE.begin() as connection:
        stored(connection, world)
        found = figures(connection, "ours", measure, zone=zone, as_of=END)

    assert (expected_row(measure, subjects, (None, None), END),) == found.rows


@pytest.mark.parametrize("measure", MEASURES)
@given(worlds(), st.sampled_from(ZONES), moments, moments)
def test_between_bounds(measure: str, world: World, zone: str, one: int, other: int) -> None:
    """With bounds, only subjects that began from the first on and before the second are in the row."""
    since, until = min(one, other), max(one, other) + 1
    subjects = [s for s in SUBJECTS[measure](world) if since <= s.began < until]
    bounds = from_micros(since), from_micros(until)
    with ENGINE.begin() as connection:
        stored(connection, world)
        found = figures(connection, "ours", measure, zone=zone, as_of=END, since=bounds[0], until=bounds[1])

    assert (expected_row(measure, subjects, bounds, END),) == found.rows


@pytest.mark.parametrize("by", WINDOWS)
@pytest.mark.parametrize("measure", MEASURES)
@given(world=worlds(), zone=st.sampled_from(ZONES))
def test_by_window(measure: str, by: str, world: World, zone: str) -> None:
    """Each window is what the definition says of the subjects that began in it, and no window is missing."""
    groups: dict[date, list[Subject]] = {}
    for subject in SUBJECTS[measure](world):
        groups.setdefault(label(subject.began, by, zone), []).append(subject)
    with ENGINE.begin() as connection:
        stored(connection, world)
        rows = figures(connection, "ours", measure, zone=zone, as_of=END, by=by).rows

    days = [label(micros(row.from_), by, zone) for row in rows if row.from_]
    expected = [
        expected_row(measure, groups.get(day, []), (row.from_, row.until), END) for day, row in zip(days, rows, strict=True)
    ]
    assert expected == list(rows)
    assert not groups or (min(groups), label(micros(END), by, zone)) == (days[0], days[-1])
    assert all(earlier.until == later.from_ for earlier, later in pairwise(rows))


@pytest.mark.parametrize("by", WINDOWS)
@given(world=worlds(), zone=st.sampled_from(ZONES), one=moments, other=moments)
def test_windows_between_bounds(by: str, world: World, zone: str, one: int, other: int) -> None:
    """Windows between bounds add up to the one row between the same bounds, which the outer two are cut to."""
    since, until = from_micros(min(one, other)), from_micros(max(one, other) + 1)
    with ENGINE.begin() as connection:
        stored(connection, world)
        (whole,) = figures(connection, "ours", "delivery_time", zone=zone, as_of=END, since=since, until=until).rows
        parts = figures(connection, "ours", "delivery_time", zone=zone, as_of=END, by=by, since=since, until=until).rows

    assert (whole.n, whole.open, whole.invalid) == (
        sum(p.n for p in parts),
        sum(p.open or 0 for p in parts),
        sum(p.invalid or 0 for p in parts),
    )
    assert (whole.from_, whole.until) == (parts[0].from_, parts[-1].until)
