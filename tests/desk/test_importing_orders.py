"""What an import makes of rows about orders."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import incidentkit as ik
from incidentkit.codec.profile import parse_profile
from incidentkit.domain.orders import WHOLE
from tests.desk.importing import PROFILE, asked, count, imported, imported_by, only, opened, order, small, write


def at(day: int, hour: int = 13) -> datetime:
    """An hour of January 2024 in UTC; 13 is ten o'clock three hours further west."""
    return datetime(2024, 1, day, hour, tzinfo=UTC)


def test_an_order_with_everything(tmp_path: Path) -> None:
    """Each column becomes what the profile says, with times read at its offset and money in its currency."""
    row = order(
        number="1001", person="p", status="done", confirmed="2024-01-01 11:00:00", shipped="2024-01-02 10:00:00",
        delivered="2024-01-03 10:00:00", promised="2024-01-05 00:00:00",
    )  # fmt: skip
    tables = {
        "people": [{"person": "p", "key": "someone", "name": "Eva"}],
        "items": [{"order": "A", "product": "x", "price": "2.50", "quantity": "2"}],
        "payments": [{"order": "A", "amount": "3.00"}, {"order": "A", "amount": "2.50"}],
    }
    with imported(tmp_path, orders=[row], **tables) as (desk, _):
        found = only(desk)
        by_person = desk.orders.find(person="someone")

    assert (at(1), at(1, 14), at(3)) == (found.placed_at, found.confirmed_at, found.delivered_at)
    assert (at(2), at(3)) == (found.shipments[0].shipped_at, found.shipments[0].delivered_at)
    assert ("1001", ik.Money("5.50", "BRL"), datetime(2024, 1, 5, 3, tzinfo=UTC)) == (
        found.number, found.captured, found.promises[0].due,
    )  # fmt: skip
    assert [("x", 2, ik.Money("2.50", "BRL"))] == [(line.product, line.quantity, line.price) for line in found.lines]
    assert (found,) == by_person


def test_an_import_is_silent_and_passive(tmp_path: Path) -> None:
    """Nothing is sent or timed for what comes from a source, and the order says that it is imported."""
    row = order(person="p", status="unavailable", confirmed="2024-01-01 11:00:00")
    with imported(tmp_path, orders=[row], people=[{"person": "p", "key": "someone", "name": "Eva"}]) as (desk, _):
        (incident,) = desk.incidents.find()

        assert (0, 0) == (count(desk, "intents"), count(desk, "timers"))
        assert only(desk).passive
        assert incident.passive
        assert desk.send_due().total == 0


def test_every_event_names_its_source(tmp_path: Path) -> None:
    """The record says for each event which source it comes from, under a key that names the record and the event."""
    with imported(tmp_path, orders=[order(confirmed="2024-01-01 11:00:00")]) as (desk, _):
        found = asked(desk, "SELECT source, source_key, actor FROM events ORDER BY seq")

    assert [("small", "order:A:placed", "source:small"), ("small", "order:A:confirmed", "source:small")] == found


def test_an_order_without_lines_goes_as_a_whole(tmp_path: Path) -> None:
    """An order without rows in the lines' table is shipped and delivered as one."""
    row = order(shipped="2024-01-02 10:00:00", delivered="2024-01-03 10:00:00")
    with imported(tmp_path, orders=[row], payments=[{"order": "A", "amount": "7"}]) as (desk, _):
        found = only(desk)

    assert (WHOLE, 1, 1) == (found.lines[0].id, found.lines[0].shipped, found.lines[0].delivered)
    assert (ik.OrderStatus.DELIVERED, ik.Money("7", "BRL")) == (found.status, found.captured)


def test_rows_of_the_same_product_and_price_are_one_line(tmp_path: Path) -> None:
    """Pieces of one product at one price are added up; another price is another line."""
    items = [
        {"order": "A", "product": "x", "price": "2"},
        {"order": "A", "product": "y", "price": "1"},
        {"order": "A", "product": "x", "price": "2.00", "quantity": "3"},
        {"order": "A", "product": "x", "price": "1.50"},
    ]
    with imported(tmp_path, orders=[order()], items=items) as (desk, _):
        lines = only(desk).lines

    assert [("x", 4), ("y", 1), ("x", 1)] == [(line.product, line.quantity) for line in lines]


def test_without_payments_the_lines_are_what_was_paid(tmp_path: Path) -> None:
    """Where the profile finds nothing paid, the sum of the lines stands in."""
    with imported(tmp_path, orders=[order()], items=[{"order": "A", "product": "x", "price": "2.5", "quantity": "3"}]) as (
        desk,
        _,
    ):
        assert ik.Money("7.50", "BRL") == only(desk).captured


@pytest.mark.parametrize(
    ("times", "anomaly"),
    [
        ({"confirmed": "2023-12-31 10:00:00"}, "confirmed_before_placed"),
        ({"confirmed": "2024-01-02 10:00:00", "shipped": "2024-01-01 12:00:00"}, "shipped_before_confirmed"),
        ({"shipped": "2024-01-03 10:00:00", "delivered": "2024-01-02 10:00:00"}, "delivered_before_shipped"),
    ],
)
def test_times_in_a_wrong_order_are_kept(tmp_path: Path, times: dict[str, str], anomaly: str) -> None:
    """A step before the one that it follows from keeps its time, and the order is marked."""
    with imported(tmp_path, orders=[order(**times)]) as (desk, report):
        found = only(desk)
        shipped = found.shipments[0].shipped_at if found.shipments else None
        kept = {"confirmed": found.confirmed_at, "shipped": shipped, "delivered": found.delivered_at}

    assert ((anomaly,), {anomaly: 1}) == (found.anomalies, report.anomalies)
    assert times == {name: kept[name].astimezone(small().tzinfo).strftime("%Y-%m-%d %H:%M:%S") for name in times}  # type: ignore[union-attr]


def test_a_cancelled_order_drops_what_can_not_be(tmp_path: Path) -> None:
    """Times of carrier and customer are dropped, counted and marked; the order is cancelled at its last known time."""
    row = order(
        status="cancelled", confirmed="2024-01-02 10:00:00", shipped="2024-01-03 10:00:00", delivered="2024-01-04 10:00:00"
    )
    with imported(tmp_path, orders=[row]) as (desk, report):
        found = only(desk)

    assert (ik.OrderStatus.CANCELLED, at(2), ()) == (found.status, found.cancelled_at, found.shipments)
    assert {"shipped_dropped": 1, "delivered_dropped": 1} == report.dropped
    assert {"shipped_dropped", "delivered_dropped"} == set(found.anomalies)


def test_delivered_without_a_date_stays_undelivered(tmp_path: Path) -> None:
    """What the source calls its state is noted with the last known time, and moves nothing."""
    with imported(tmp_path, orders=[order(status="delivered", confirmed="2024-01-02 10:00:00")]) as (desk, _):
        found = only(desk)

    assert ik.OrderStatus.CONFIRMED == found.status
    assert found.source_status is not None
    assert ("delivered", at(2)) == (found.source_status.status, found.source_status.at)


def test_delivered_without_a_carrier_is_shipped_at_once(tmp_path: Path) -> None:
    """A delivery that nothing was shipped for ships everything at its own time, and marks the order."""
    with imported(tmp_path, orders=[order(delivered="2024-01-03 10:00:00")]) as (desk, report):
        found = only(desk)

    assert (ik.OrderStatus.DELIVERED, at(3), at(3)) == (found.status, found.shipments[0].shipped_at, found.delivered_at)
    assert {"shipped_missing": 1} == report.anomalies


def test_an_order_can_come_back(tmp_path: Path) -> None:
    """What is returned is everything that was delivered; where nothing was, the return is dropped and marked."""
    there = order(delivered="2024-01-03 10:00:00", returned="2024-01-09 10:00:00")
    never = order(id="B", returned="2024-01-09 10:00:00")
    with imported(tmp_path, orders=[there, never]) as (desk, report):
        statuses = {o.status for o in desk.orders.find()}

    assert {ik.OrderStatus.RETURNED, ik.OrderStatus.PLACED} == statuses
    assert {"returned_dropped": 1} == report.dropped


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("number", "1" * 65),
        ("promised", "soon"),
        ("confirmed", "2024-13-01 00:00:00"),
        ("shipped", "2024-06-01 12:00:01"),
        ("status", "x" * 101),
    ],
)
def test_what_can_not_be_used_is_dropped_and_marked(tmp_path: Path, column: str, value: str) -> None:
    """A field that can't be read, or has not happened yet, leaves the rest of the order as it is."""
    with imported(tmp_path, orders=[order(**{column: value})]) as (desk, report):
        found = only(desk)

    assert (1, {f"unusable:{column}": 1}, (f"unusable:{column}",)) == (report.orders_new, report.dropped, found.anomalies)


@pytest.mark.parametrize(
    ("item", "lines", "anomaly"),
    [
        ({"product": "", "price": "1"}, [], "unusable:product"),
        ({"product": "x", "price": "1,50"}, [("x", 1, "0.00 BRL")], "unusable:price"),
        ({"product": "x", "price": "1.505"}, [("x", 1, "0.00 BRL")], "unusable:price"),
        ({"product": "x", "price": "-1"}, [("x", 1, "0.00 BRL")], "unusable:price"),
        ({"product": "x", "price": "1", "quantity": "0"}, [("x", 1, "1.00 BRL")], "unusable:quantity"),
        ({"product": "x", "price": "1", "quantity": "2.0"}, [("x", 2, "1.00 BRL")], None),
    ],
)
def test_lines_that_can_not_be_read_in_full(
    tmp_path: Path, item: dict[str, str], lines: list[tuple[str, int, str]], anomaly: str | None
) -> None:
    """A line without a product is dropped, one without a price costs nothing, one without a number of units is one."""
    with imported(tmp_path, orders=[order()], items=[{"order": "A", **item}]) as (desk, _):
        found = only(desk)
        seen = [(line.product, line.quantity, str(line.price)) for line in found.lines if line.id != WHOLE]

    assert (lines, (anomaly,) if anomaly else ()) == (seen, found.anomalies)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (order(placed=""), "missing:placed"),
        (order(placed="?"), "missing:placed"),
        (order(placed="yesterday"), "unusable:placed"),
        (order(placed="2024-06-02 00:00:00"), "unusable:placed"),
        (order(id="?"), "missing:key"),
    ],
)
def test_an_order_without_what_it_needs_is_rejected(tmp_path: Path, row: dict[str, str], reason: str) -> None:
    """Without a key and a time of its own an order is left out, counted, and named by file and line."""
    with imported(tmp_path, orders=[row, order(id="B")]) as (desk, report):
        assert [f"orders.csv, line 2: {reason}"] == list(report.examples)
        assert ({reason: 1}, 1) == (report.rejected, len(desk.orders.find()))


def test_a_row_given_twice(tmp_path: Path) -> None:
    """The same row again is ignored; one that differs in a column that is read is rejected."""
    with imported(tmp_path, orders=[order(), order(), order(confirmed="2024-01-02 10:00:00")]) as (_, report):
        assert (1, {"differs_from_first": 1}) == (report.orders_new, report.rejected)


def test_a_number_that_is_taken(tmp_path: Path) -> None:
    """An order whose number another has already is rejected, and leaves the others of its transaction."""
    with imported(tmp_path, orders=[order(number="1"), order(id="B", number="1"), order(id="C", number="2")]) as (_, report):
        assert (2, {"refused:rule-violation": 1}) == (report.orders_new, report.rejected)


def test_keys_of_several_columns_do_not_run_together(tmp_path: Path) -> None:
    """Values that look alike once they are joined are different keys."""
    profile = parse_profile(PROFILE.replace('key = "id"\nnumber', 'key = ["id", "person"]\nnumber').split("[[incidents]]")[0])
    rows = [order(id="a/b", person="c"), order(id="a", person="b/c"), order(id="a:b", person="c")]
    with imported_by(profile, tmp_path, orders=rows) as (_, report):
        assert 3 == report.orders_new


def test_a_promised_day_lasts_to_its_end(tmp_path: Path) -> None:
    """A promise read as a day is that day in the profile's zone, or, in a shop of another zone, its last instant there."""
    profile = parse_profile(PROFILE.replace('status = "status"\npaid', 'promised_as = "day"\nstatus = "status"\npaid'))
    folder = write(tmp_path, orders=[order(promised="2024-01-05 23:30:00")])
    due = []
    for shop in (None, ik.Shop(zone="Europe/Madrid")):
        with opened(profile, shop=shop) as desk:
            desk.imports.run(profile, [folder])
            due.append(only(desk).promises[0].due)

    assert [date(2024, 1, 5), datetime(2024, 1, 6, 2, 59, 59, 999999, tzinfo=UTC)] == due


def test_the_language_of_the_customers(tmp_path: Path) -> None:
    """Where the rows name none, customers speak the profile's language."""
    profile = parse_profile(PROFILE.replace('currency = "BRL"', 'currency = "BRL"\nlanguage = "pt"'))
    row = order(person="p")
    with imported_by(profile, tmp_path, orders=[row], people=[{"person": "p", "key": "k"}]) as (desk, _):
        ((body,),) = asked(desk, "SELECT body FROM vault")

    assert '"language":"pt"' in body


def test_a_sum_ignores_what_is_no_amount(tmp_path: Path) -> None:
    """A sum is of the amounts that can be read; the others are marked."""
    payments = [{"order": "A", "amount": amount} for amount in ("1.10", "?", "much", "2.20")]
    with imported(tmp_path, orders=[order()], payments=payments) as (desk, report):
        assert (ik.Money("3.30", "BRL"), {"unusable:paid": 1}) == (only(desk).captured, report.dropped)


def test_texts_can_not_be_added_up(tmp_path: Path) -> None:
    """A profile that adds up what are no numbers is refused before anything is written."""
    profile = parse_profile(
        PROFILE.replace(
            'name = { source = "people", column = "name" }', 'name = { source = "people", column = "name", take = "sum" }'
        )
    )

    with opened(profile) as desk, pytest.raises(ik.ConfigurationError, match="name is nothing that can be added up"):
        desk.imports.run(profile, [write(tmp_path, orders=[order()])])


@pytest.mark.parametrize(("take", "seconds"), [("first", 7200), ("last", 3600), ("min", 3600), ("max", 10800)])
def test_which_of_several_values_counts(tmp_path: Path, take: str, seconds: int) -> None:
    """Of several rows' values a pick takes the first or last that is there, the least or the most."""
    profile = parse_profile(
        f"""
        name = "log"
        [sources.log]
        files = "orders.csv"
        [[orders]]
        source = "log"
        rows = "many"
        key = "id"
        placed = {{ column = "placed", take = "min" }}
        [[orders.events]]
        event = "confirmed"
        at = {{ column = "confirmed", take = "{take}" }}
        """
    )
    times = ("", "2024-01-01 12:00:00", "2024-01-01 13:00:00", "2024-01-01 11:00:00", "")
    with imported_by(profile, tmp_path, orders=[order(confirmed=time) for time in times]) as (desk, _):
        assert seconds == desk.measure("order_confirmation_time").rows[0].value


def test_values_are_translated(tmp_path: Path) -> None:
    """A value that is called something else here is looked up; one that is not in the map becomes the stand-in."""
    states = 'status = { column = "status", map = { d = "done", "" = "none" }, otherwise = "other" }'
    profile = parse_profile(PROFILE.replace('status = "status"', states, 1))
    rows = [order(id=str(i), status=status) for i, status in enumerate(("d", "", "z", "?"))]
    with imported_by(profile, tmp_path, orders=rows) as (desk, _):
        found = sorted((o.source_status.status if o.source_status else "-") for o in desk.orders.find())

    assert ["-", "done", "none", "other"] == found
