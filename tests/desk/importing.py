"""A small shop's tables, written to files, and a desk to import them into."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import incidentkit as ik
from incidentkit.codec.profile import parse_profile
from incidentkit.desk.importing import ImportReport, shop_for
from incidentkit.domain.profile import Profile

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)

PROFILE = """
name = "small"
zone = "Etc/GMT+3"
currency = "BRL"
missing = ["", "?"]

[sources.orders]
files = ["orders.csv", "orders.csv.gz"]
[sources.orders.links]
people = { person = "person" }
items = { id = "order" }
payments = { id = "order" }
[sources.people]
files = "people.csv"
optional = true
[sources.items]
files = "items.csv"
optional = true
[sources.payments]
files = "payments.csv"
optional = true
[sources.reviews]
files = "reviews*.csv"
optional = true

[[orders]]
source = "orders"
key = "id"
number = "number"
placed = "placed"
promised = "promised"
status = "status"
paid = { source = "payments", column = "amount", take = "sum" }
[orders.customer]
key = { source = "people", column = "key" }
name = { source = "people", column = "name" }
[orders.lines]
source = "items"
product = "product"
price = "price"
quantity = "quantity"
[[orders.events]]
event = "confirmed"
at = "confirmed"
[[orders.events]]
event = "shipped"
at = "shipped"
[[orders.events]]
event = "delivered"
at = "delivered"
[[orders.events]]
event = "cancelled"
when = [{ column = "status", any_of = "cancelled" }]
drops = ["shipped", "delivered"]
[[orders.events]]
event = "returned"
at = "returned"

[[incidents]]
name = "gone"
source = "orders"
key = "id"
order = "id"
when = [{ column = "status", any_of = "unavailable" }]
type = { value = "out_of_stock" }
[[incidents]]
name = "late"
source = "orders"
key = "id"
order = "id"
when = [{ column = "delivered", after = "promised" }]
type = { value = "late" }
detected = "promised"

[[answers]]
name = "review"
source = "reviews"
key = ["review", "order"]
order = "order"
score = "score"
asked = "asked"
answered = "answered"
comment = "comment"
"""

COLUMNS = {
    "orders": "id number person status placed confirmed shipped delivered returned promised",
    "people": "person key name",
    "items": "order product price quantity",
    "payments": "order amount",
    "reviews": "review order score asked answered comment",
}

ORDER = {"id": "A", "placed": "2024-01-01 10:00:00"}
"""The least that an order needs."""

Rows = Sequence[Mapping[str, str]]


@cache
def small() -> Profile:
    """The profile of the small shop."""
    return parse_profile(PROFILE)


def order(**values: str) -> dict[str, str]:
    """A row of the orders' table."""
    return {**ORDER, **values}


def text_of(columns: Sequence[str], rows: Rows) -> str:
    """A table as CSV."""
    text = io.StringIO()
    table = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    return text.getvalue()


def write(folder: Path, **tables: Rows) -> Path:
    """Write tables as CSV files into ``folder``, which is made."""
    folder.mkdir(exist_ok=True, parents=True)
    for name, rows in tables.items():
        (folder / f"{name}.csv").write_bytes(table(name, rows))
    return folder


def table(name: str, rows: Rows) -> bytes:
    """One of the small shop's tables as CSV."""
    return text_of(COLUMNS[name].split(), rows).encode()


@contextmanager
def opened(profile: Profile, url: str = "sqlite://", shop: ik.Shop | None = None) -> Iterator[ik.Desk]:
    """A desk on 1 June 2024, at noon, for good."""
    with ik.open_desk(url, shop or shop_for(profile), clock=lambda: NOW) as desk:
        yield desk


@contextmanager
def imported(folder: Path, **tables: Rows) -> Iterator[tuple[ik.Desk, ImportReport]]:
    """A desk in memory with tables imported, and the report."""
    with imported_by(small(), folder, **tables) as (desk, report):
        yield desk, report


@contextmanager
def imported_by(profile: Profile, folder: Path, **tables: Rows) -> Iterator[tuple[ik.Desk, ImportReport]]:
    """The same by another profile."""
    with opened(profile) as desk:
        yield desk, desk.imports.run(profile, [write(folder, **tables)])


def only(desk: ik.Desk) -> ik.Order:
    """The one order that there is."""
    (found,) = desk.orders.find()
    return found


def asked(desk: ik.Desk, query: str) -> list[tuple[Any, ...]]:
    """What a question to the store gives."""
    with desk._runtime.store.reading() as unit:
        return [tuple(row) for row in unit.connection.exec_driver_sql(query).all()]


def last_seq(desk: ik.Desk) -> int:
    """How far the record has come."""
    ((last,),) = asked(desk, "SELECT coalesce(max(seq), 0) FROM events")
    return int(last)


def count(desk: ik.Desk, table: str) -> int:
    """The rows of a table of the store."""
    ((found,),) = asked(desk, f"SELECT count(*) FROM {table}")
    return int(found)


MEASURES = (
    "orders_received",
    "order_confirmation_time",
    "delivery_time",
    "on_time_delivery_rate",
    "incident_rate",
    "csat_mean",
    "csat_top_share",
)


def figures(desk: ik.Desk) -> dict[str, object]:
    """Every figure that an import can change."""
    return {name: desk.measure(name).as_dict()["rows"] for name in MEASURES}
