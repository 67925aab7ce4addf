"""A small shop's tables, written to files, and a desk to import them into."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

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


def write(folder: Path, *, packed: bool = False, **tables: Rows) -> Path:
    """Write tables as CSV files into ``folder``, which is made; the orders' packed, if wanted."""
    folder.mkdir(exist_ok=True, parents=True)
    for name, rows in tables.items():
        data = text_of(COLUMNS[name].split(), rows).encode()
        path = folder / f"{name}.csv"
        if packed and name == "orders":
            path, data = folder / "orders.csv.gz", gzip.compress(data)
        path.write_bytes(data)
    return folder


@contextmanager
def opened(profile: Profile, url: str = "sqlite://", shop: ik.Shop | None = None) -> Iterator[ik.Desk]:
    """A desk on 1 June 2024, at noon, for good."""
    with ik.open_desk(url, shop or shop_for(profile), clock=lambda: NOW) as desk:
        yield desk


@contextmanager
def imported(folder: Path, profile: Profile | None = None, **tables: Rows) -> Iterator[tuple[ik.Desk, ImportReport]]:
    """A desk in memory with tables imported, and the report."""
    profile = profile or small()
    with opened(profile) as desk:
        yield desk, desk.imports.run(profile, [write(folder, **tables)])


def only(desk: ik.Desk) -> ik.Order:
    """The one order that there is."""
    (found,) = desk.orders.find()
    return found


def last_seq(desk: ik.Desk) -> int:
    """How far the record has come."""
    with desk._runtime.store.reading() as unit:
        query = "SELECT coalesce(max(seq), 0) FROM events"
        return int(unit.connection.exec_driver_sql(query).scalar() or 0)


def count(desk: ik.Desk, table: str) -> int:
    """The rows of a table of the store."""
    with desk._runtime.store.reading() as unit:
        return int(unit.connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() or 0)


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
