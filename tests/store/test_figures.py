"""The executor: what it promises at its edges, and the exact shape that it gives."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from attrs import evolve
from sqlalchemy import Connection

from incidentkit.domain.times import micros
from incidentkit.errors import InvalidInput, TimeError
from incidentkit.measures.definitions import MEASURES
from incidentkit.measures.fact import Fact
from incidentkit.measures.figures import Figures
from incidentkit.store.engine import open_engine
from incidentkit.store.facts import FACT_TABLES, upsert
from incidentkit.store.figures import figures
from tests.measures.rows import (
    action_row,
    carrier_row,
    closure_row,
    incident_row,
    link_row,
    order_row,
    product_row,
    promise_row,
)

ZONE = "Europe/Madrid"
START = datetime(2024, 3, 30, 23, tzinfo=UTC)  # midnight in Madrid; the clocks go forward two hours later
AS_OF = datetime(2024, 4, 8, 12, tzinfo=UTC)
HOUR = 3_600_000_000


@pytest.fixture
def connection(store_url: str) -> Iterator[Connection]:
    """An empty store of each kind."""
    engine = open_engine(store_url)
    with engine.begin() as opened:
        yield opened
    engine.dispose()


def put(connection: Connection, table: str, *rows: Fact) -> None:
    """Writes rows of facts for the tenant "t"."""
    connection.execute(upsert(FACT_TABLES[table], connection.dialect.name), [row | {"tenant": "t"} for row in rows])


def order(i: int, at: datetime, **changes: int | str | None) -> Fact:
    """The i-th order, placed then."""
    return order_row(f"o-{i}", micros(at), **changes)


def measured(connection: Connection, measure: str, **asked: object) -> Figures:
    """The figures as of `AS_OF`."""
    return figures(connection, "t", measure, zone=ZONE, as_of=AS_OF, **asked)  # type: ignore[arg-type]


def test_the_json_of_a_duration(connection: Connection) -> None:
    """A duration's figures have every key of the convention, in seconds, instants in ISO 8601."""
    delivered = [order(i, START, delivery=i * HOUR) for i in range(1, 5)]
    put(connection, "facts_orders", *delivered, order(5, START), order(6, START, delivery=-1), order(7, START, cancelled=1))
    expected = {
        "measure": "delivery_time",
        "unit": "seconds",
        "definition": "placed → last remaining unit delivered; cancelled orders excluded",
        "version": 1,
        "as_of": "2024-04-08T12:00:00+00:00",
        "rows": [
            {
                "from": "2024-03-30T23:00:00+00:00",
                "until": "2024-03-31T22:00:00+00:00",
                "segment": None,
                "n": 4,
                "value": 9000.0,
                "mean": 9000.0,
                "p50": 9000.0,
                "p90": pytest.approx(13320.0),
                "open": 1,
                "invalid": 1,
                "claimed": None,
                "complete": True,
            }
        ],
    }

    assert expected == measured(connection, "delivery_time", by="day", until=date(2024, 4, 1)).as_dict()


def test_the_json_of_a_count(connection: Connection) -> None:
    """Without windows a count has one row without bounds, and None for whatever does not apply to it."""
    put(connection, "facts_orders", order(1, START))
    (row,) = measured(connection, "orders_received").as_dict()["rows"]

    assert {"n": 1, "value": 1} == {key: value for key, value in row.items() if value is not None}


@pytest.mark.parametrize("measure", MEASURES)
def test_an_empty_record_has_one_empty_row(connection: Connection, measure: str) -> None:
    """Where nothing is known, n is 0 and the value None, or 0 for a count."""
    (row,) = measured(connection, measure).rows

    assert (0, 0 if MEASURES[measure].kind == "count" else None, None) == (row.n, row.value, row.mean)


@pytest.mark.parametrize("measure", MEASURES)
def test_an_empty_record_has_no_windows(connection: Connection, measure: str) -> None:
    """Without a first subject and without since there is no window to begin with."""
    assert () == measured(connection, measure, by="day").rows


def test_empty_windows_are_listed(connection: Connection) -> None:
    """Windows run without gaps from the first subject to the one that as_of is in."""
    put(connection, "facts_orders", order(1, START), order(2, START + timedelta(days=3)), order(3, AS_OF))
    rows = measured(connection, "orders_received", by="day").rows

    assert [1, 0, 0, 1, 0, 0, 0, 0, 1] == [row.n for row in rows]
    assert [True] * 8 + [False] == [row.complete for row in rows]


def test_weeks_start_on_monday(connection: Connection) -> None:
    """The last instant of Sunday belongs to the old week, Monday's first to the new one."""
    monday = datetime(2024, 3, 31, 22, tzinfo=UTC)
    put(connection, "facts_orders", order(1, monday - timedelta(microseconds=1)), order(2, monday))
    rows = measured(connection, "orders_received", by="week").rows

    assert [(monday - timedelta(days=7, hours=-1), 1), (monday, 1), (monday + timedelta(days=7), 0)] == [
        (row.from_, row.n) for row in rows
    ]


def test_bounds_cut_windows(connection: Connection) -> None:
    """A window that since or until cuts is listed as far as it lies inside, and counts no more than that."""
    put(connection, "facts_orders", *(order(i, START + timedelta(days=i)) for i in range(5)))
    since, april, until = START + timedelta(hours=12), START + timedelta(hours=23), START + timedelta(days=3)
    rows = measured(connection, "orders_received", by="month", since=since, until=until).rows

    assert [(since, april, 0), (april, until, 2)] == [(row.from_, row.until, row.n) for row in rows]


def test_a_window_is_complete_after_its_maturity(connection: Connection) -> None:
    """A window whose figure may still change by waiting is not complete."""
    slow = evolve(MEASURES["orders_received"], maturity=timedelta(days=7))
    rows = figures(
        connection, "t", slow, zone=ZONE, as_of=AS_OF, by="day", since=date(2024, 3, 30), until=date(2024, 4, 3)
    ).rows

    assert [True, True, False, False] == [row.complete for row in rows]


def test_a_row_without_an_end_is_neither_complete_nor_not(connection: Connection) -> None:
    """Only what has an end can be complete."""
    bounded = (
        measured(connection, "orders_received", since=START).rows + measured(connection, "orders_received", until=AS_OF).rows
    )

    assert [None, True] == [row.complete for row in bounded]


def test_claimed_counts_what_rests_on_a_word(connection: Connection) -> None:
    """Of the resolutions counted, those that rest on a source's word alone are told apart."""
    put(
        connection,
        "facts_incidents",
        incident_row("i-1", micros(START), resolution=1, claimed=1),
        incident_row("i-2", micros(START), resolution=1),
        incident_row("i-3", micros(START), resolution=1, claimed=1, counts=0),
    )
    (row,) = measured(connection, "incident_resolution_time").rows

    assert (2, 1) == (row.n, row.claimed)


def test_an_order_with_two_incidents_is_one(connection: Connection) -> None:
    """The incident rate counts orders, however many incidents each has, and no withdrawn ones."""
    put(connection, "facts_orders", *(order(i, START) for i in range(4)))
    links = [link_row("o-0", "i-1"), link_row("o-0", "i-2"), link_row("o-1", "i-3", counts=0), link_row("o-2", "i-3")]
    put(connection, "facts_incident_orders", *links)
    (row,) = measured(connection, "incident_rate").rows

    assert 0.5 == row.value


def test_sums_beyond_64_bits_are_exact(connection: Connection) -> None:
    """Durations that together exceed 64 bits of microseconds still have an exact mean."""
    long = 2**62
    put(connection, "facts_orders", *(order(i, START, delivery=long + i) for i in range(5)))
    (row,) = measured(connection, "delivery_time").rows

    assert (long + 2) / 1_000_000 == row.mean


def test_many_windows_at_once(connection: Connection) -> None:
    """Figures by day over many years are the same sum, though they take several statements."""
    put(connection, "facts_orders", *(order(i, START - timedelta(days=7 * i), delivery=i * HOUR) for i in range(400)))
    rows = measured(connection, "delivery_time", by="day").rows
    found = [row.mean for row in reversed(rows) if row.n]

    assert [i * 3600.0 for i in range(400)] == found
    assert 399 * 7 + 9 == len(rows)


def test_a_later_fact_replaces_the_earlier(connection: Connection) -> None:
    """The same order written again is the same row, brought up to date."""
    put(connection, "facts_orders", order(1, START), order(2, START))
    put(connection, "facts_orders", order(1, START, delivery=HOUR))
    (row,) = measured(connection, "delivery_time").rows

    assert (1, 1, 3600.0) == (row.n, row.open, row.mean)


def test_an_unknown_measure_is_refused(connection: Connection) -> None:
    """An unknown measure is refused with those that there are."""
    with pytest.raises(InvalidInput, match="orders_received"):
        measured(connection, "orders")


def test_an_unknown_window_is_refused(connection: Connection) -> None:
    """An unknown by is refused with those that there are, also where the record is empty."""
    with pytest.raises(InvalidInput, match="day, week, month, quarter"):
        measured(connection, "orders_received", by="fortnight")


@pytest.mark.parametrize("by", [["day", "month"], ["product", "carrier"], ["day", "product", "carrier"]])
def test_two_of_a_kind_are_refused(connection: Connection, by: list[str]) -> None:
    """A day can't be cut by months, nor a product by carriers."""
    with pytest.raises(InvalidInput, match="one window of time and one segment"):
        measured(connection, "orders_received", by=by)


@pytest.mark.parametrize("by", [[], ["day"], ["account"], ["day", "account"]])
def test_a_sequence_says_the_same(connection: Connection, by: list[str]) -> None:
    """Nothing and one can also be given as a sequence, and both in any order."""
    put(connection, "facts_orders", order(1, START, account="acme"), order(2, START))
    said = measured(connection, "orders_received", by=by).rows

    assert said == measured(connection, "orders_received", by=list(reversed(by))).rows
    assert len(by) > 1 or said == measured(connection, "orders_received", by=by[0] if by else None).rows


def test_a_segment_that_a_measure_has_not_is_refused(connection: Connection) -> None:
    """An order has no severity: the error names the segments that it has."""
    with pytest.raises(InvalidInput, match=r"orders_received: can be cut by account, product, carrier.*'severity'"):
        measured(connection, "orders_received", by="severity")


def test_segments_have_a_row_in_every_window(connection: Connection) -> None:
    """By time and segment, each window lists every segment that any of them has; those of nowhere come last."""
    put(connection, "facts_orders", order(1, START, account="b"), order(2, START), order(3, AS_OF, account="a"))
    rows = measured(connection, "orders_received", by=["week", "account"]).rows
    expected = [("a", 0), ("b", 1), ("", 1), ("a", 0), ("b", 0), ("", 0), ("a", 1), ("b", 0), ("", 0)]

    assert expected == [(row.segment, row.n) for row in rows]


def test_without_subjects_there_is_no_segment(connection: Connection) -> None:
    """By segment alone, an empty record has no rows."""
    assert () == measured(connection, "orders_received", by="product").rows


def test_an_order_counts_in_each_of_its_products(connection: Connection) -> None:
    """A subject with several values is in each, and in each once."""
    put(connection, "facts_orders", order(1, START, delivery=HOUR))
    put(connection, "facts_order_products", *(product_row("o-1", p) for p in ("cup", "tea")))
    rows = measured(connection, "delivery_time", by="product").rows

    assert [("cup", 1, 3600.0), ("tea", 1, 3600.0)] == [(row.segment, row.n, row.mean) for row in rows]


def test_an_incident_counts_once_in_a_carrier_of_two_orders(connection: Connection) -> None:
    """Through its orders, an incident reaches the same carrier twice, and counts there once."""
    put(connection, "facts_incidents", incident_row("i-1", micros(START)))
    put(connection, "facts_incident_orders", link_row("o-1", "i-1"), link_row("o-2", "i-1"))
    put(connection, "facts_order_carriers", *(carrier_row(o, "blue") for o in ("o-1", "o-2")))

    assert [("blue", 1)] == [(row.segment, row.n) for row in measured(connection, "backlog", by="carrier").rows]


def test_more_rows_than_anybody_reads_are_refused(connection: Connection) -> None:
    """Many windows of many segments are a slip of the pen; the error says how many they are."""
    put(connection, "facts_orders", *(order(i, START, account=f"a-{i}") for i in range(100)))
    with pytest.raises(InvalidInput, match=r"200,000.*2,00\d windows of 100 segments"):
        measured(connection, "orders_received", by=["day", "account"], since=START - timedelta(days=1_996))


# --- Orders handled, promises, backlog ---------------------------------------------------------------------------


def test_an_order_is_handled_once_a_window(connection: Connection) -> None:
    """Two actions about one order count once in their week, and once in each of their days."""
    actions = [action_row("o-1", micros(START) + hours * HOUR) for hours in (1, 2, 25)]
    put(connection, "facts_actions", *actions, action_row("o-2", micros(START), actor="host:host", agent=None, team=None))
    days = measured(connection, "orders_handled", by="day", until=START + timedelta(hours=47)).rows

    assert 2 == measured(connection, "orders_handled").rows[0].value
    assert [2, 1] == [row.n for row in days]
    assert [("ana", 1), ("", 1)] == [(row.segment, row.n) for row in measured(connection, "orders_handled", by="agent").rows]


def test_a_promise_counts_once_it_is_due(connection: Connection) -> None:
    """Promises due up to the last instant are judged, later ones not yet; a broken one is a miss."""
    due = micros(AS_OF)
    put(connection, "facts_promises", promise_row("o-1", due, kept=1), promise_row("o-2", due), promise_row("o-3", due + 1))
    (row,) = measured(connection, "promise_kept_rate").rows

    assert (2, 0.5) == (row.n, row.value)


def test_the_backlog_is_what_is_open_at_a_windows_last_instant(connection: Connection) -> None:
    """What ended with the window's last instant is out, what ended with the next window's first is in."""
    midnight = micros(START) + 23 * HOUR  # the end of a day that is an hour short
    put(
        connection,
        "facts_incidents",
        incident_row("i-1", micros(START), ended_at=midnight),
        incident_row("i-2", micros(START), ended_at=midnight - 1),
        incident_row("i-3", midnight - 1),
        incident_row("i-4", midnight),
        incident_row("i-5", micros(START), counts=0),
    )
    rows = measured(connection, "backlog_age", by="day", until=START + timedelta(days=1, hours=23)).rows

    assert [2, 2] == [
        row.n for row in measured(connection, "backlog", by="day", until=START + timedelta(days=1, hours=23)).rows
    ]
    assert [(0.000001 + 23 * 3600) / 2, (0.000001 + 24 * 3600 + 24 * 3600) / 2] == [row.mean for row in rows]


def test_the_open_windows_last_instant_is_now(connection: Connection) -> None:
    """The backlog of a window that has not ended, and of everything, is what is open at as_of."""
    now = micros(AS_OF)
    put(
        connection, "facts_incidents", incident_row("i-1", now, ended_at=now + 1), incident_row("i-2", now - HOUR, ended_at=now)
    )
    (week,) = measured(connection, "backlog", by="week", since=AS_OF - timedelta(hours=2)).rows
    (row,) = measured(connection, "backlog_age").rows

    assert (1, False) == (week.n, week.complete)
    assert (1, 0.0) == (row.n, row.mean)


def test_a_closed_case_is_out_of_the_backlog_until_it_is_reopened(connection: Connection) -> None:
    """While an incident was closed it is in no backlog, and afterwards it is as old as ever."""
    day = 24 * HOUR
    put(connection, "facts_incidents", incident_row("i-1", micros(START)))
    put(connection, "facts_closures", closure_row("i-1", 0, micros(START) + day, micros(START) + 3 * day))
    rows = measured(connection, "backlog_age", by="day", until=START + timedelta(days=3, hours=23)).rows

    assert [1, 0, 0, 1] == [row.n for row in rows]
    assert 86_400.0 * 4 - 3600 == rows[-1].mean


@pytest.mark.parametrize("by", [None, "day"])
def test_an_empty_span_is_refused(connection: Connection, by: str | None) -> None:
    """A since that is not before until is a slip, not a figure of 0."""
    with pytest.raises(InvalidInput, match="before until"):
        measured(connection, "orders_received", by=by, since=AS_OF, until=AS_OF)


def test_a_bound_without_a_zone_is_refused(connection: Connection) -> None:
    """A naive instant is refused: nobody knows which one it is."""
    with pytest.raises(TimeError, match="since"):
        measured(connection, "orders_received", since=datetime(2024, 1, 1))  # noqa: DTZ001


def test_a_window_of_facts_from_the_future_is_not_made(connection: Connection) -> None:
    """Where everything began after as_of there is no window up to it."""
    put(connection, "facts_orders", order(1, AS_OF + timedelta(days=2)))

    assert () == measured(connection, "orders_received", by="day").rows
