"""What an import makes of rows about delivery promises: every one counts, and each later one takes the place of the last."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import incidentkit as ik
from incidentkit.codec.profile import parse_profile
from incidentkit.domain.orders import Order
from incidentkit.domain.promises import Promise
from tests.desk.importing import NOW, last_seq, only, opened, order, text_of, write

PROFILE = """
name = "shop"
zone = "Europe/Madrid"
[sources.orders]
files = "orders.csv"
[sources.promises]
files = "promises*.csv"
[[orders]]
source = "orders"
key = "id"
placed = "placed"
promised = "promised"
promised_as = "day"
[[orders.events]]
event = "shipped"
at = "shipped"
[[orders.events]]
event = "delivered"
at = "delivered"
[[promises]]
name = "date"
source = "promises"
key = ["order", "told", "promised"]
order = "order"
promised = "promised"
promised_as = "day"
made = "told"
by = "agent"
"""
READ = parse_profile(PROFILE)
SHOP = ik.Shop(agents=(ik.Agent("ana", "after-sales"),), zone="Europe/Madrid")

Row = dict[str, str]


def told(day: int, promised: int, **values: str) -> Row:
    """A promise of January 2024 for order A, made at nine."""
    return {"order": "A", "told": f"2024-01-{day:02} 09:00:00+01:00", "promised": f"2024-01-{promised:02}", **values}


def folder_with(folder: Path, *promises: Row, **values: str) -> Path:
    """A folder with order A, placed on the first, and promises."""
    write(folder, orders=[order(**values)])
    (folder / "promises.csv").write_text(text_of(["order", "told", "promised", "agent"], promises))
    return folder


def chain(found: Order) -> list[tuple[Any, ...]]:
    """Each promise with the due date of the one that replaced it."""
    due = {promise.id: promise.due for promise in found.promises}
    return [(promise.due, due.get(promise.replaced_by or "")) for promise in found.promises]


def day(number: int) -> date:
    """A day of January 2024."""
    return date(2024, 1, number)


def test_each_later_promise_replaces_the_one_before(tmp_path: Path, store_url: str) -> None:
    """None is erased; who made it and when is kept; the last one is in force, and being on time is by the first."""
    rows = [told(4, 12, agent="ana"), told(9, 15)]
    values = {"promised": "2024-01-10", "delivered": "2024-01-14 10:00:00"}
    with opened(READ, store_url, SHOP) as desk:
        report = desk.imports.run(READ, [folder_with(tmp_path, *rows, **values)])
        found = only(desk)
        kept = desk.measure("promise_kept_rate").rows[0]
        on_time = desk.measure("on_time_delivery_rate").rows[0]

    assert [(day(10), day(12)), (day(12), day(15)), (day(15), None)] == chain(found)
    assert ["source:shop", "agent:ana", "source:shop"] == [promise.made_by for promise in found.promises]
    assert datetime(2024, 1, 4, 8, tzinfo=UTC) == found.promises[1].made_at
    assert (2, 1 / 3, 0.0) == (report.promises, kept.value, on_time.value)


def test_it_does_not_matter_which_is_known_first(tmp_path: Path) -> None:
    """Whether in one file or one import after the other: the same promises in the same places, each once."""
    rows = [told(2, 12), told(4, 11), told(9, 20)]
    found = []
    for some in permutations(rows):
        with opened(READ, shop=SHOP) as desk:
            for number in range(len(some)):
                desk.imports.run(READ, [folder_with(tmp_path, *some[: number + 1], promised="2024-01-10")])
            found.append(chain(only(desk)))

    assert [[(day(10), day(12)), (day(12), day(11)), (day(11), day(20)), (day(20), None)]] * 6 == found


def test_a_second_import_changes_nothing(tmp_path: Path) -> None:
    """Nor does a row that says what the order's own row says already."""
    placed = {"placed": "2024-01-02 09:00:00", "promised": "2024-01-12"}
    with opened(READ, shop=SHOP) as desk:
        folder = folder_with(tmp_path, told(2, 12), told(4, 14), **placed)
        reports = [desk.imports.run(READ, [folder]) for _ in range(2)]
        found, last = only(desk), last_seq(desk)

    assert [1, 0] == [report.promises for report in reports]
    assert (2, last) == (len(found.promises), reports[0].events)


def test_a_promise_without_its_time_was_made_with_the_order(tmp_path: Path) -> None:
    """So was one whose time can't be read; who made it is left out where the shop has no such agent."""
    rows = [{**told(1, 11), "told": ""}, {**told(1, 12), "told": "once"}, told(3, 15, agent="nobody")]
    listing = tmp_path / "rejects.out"
    with opened(READ, shop=SHOP) as desk:
        read = parse_profile(PROFILE.replace('key = ["order", "told", "promised"]', 'key = "promised"'))
        report = desk.imports.run(read, [folder_with(tmp_path / "files", *rows)], rejects=listing)
        found = only(desk)

    assert [found.placed_at, found.placed_at] == [promise.made_at for promise in found.promises[:2]]
    assert ({"unusable:made": 1, "unusable:by": 1}, {"unusable:made", "unusable:by"}) == (report.dropped, set(found.anomalies))
    assert "promises.csv,3,told,once,unusable:made" in listing.read_text()
    assert [(day(11), day(12)), (day(12), day(15)), (day(15), None)] == chain(found)


def test_what_is_rejected(tmp_path: Path) -> None:
    """A promise needs an order that is known and a time that can be read; a time that it was made at has come."""
    later = (NOW + timedelta(days=1)).isoformat()
    rows = [told(2, 12, order="Z"), told(3, 12, order=""), {**told(4, 12), "promised": "soon"}, {**told(5, 12), "told": later}]
    with opened(READ, shop=SHOP) as desk:
        report = desk.imports.run(READ, [folder_with(tmp_path, *rows)])
        (promise,) = only(desk).promises

    assert {"unknown:order": 1, "missing:key": 1, "unusable:promised": 1} == report.rejected
    assert isinstance(promise, Promise)
    assert {"unusable:made": 1} == report.dropped


def test_a_promise_of_no_order_is_rejected(tmp_path: Path) -> None:
    """Where the order's column is no part of the key, an empty one is listed too."""
    read = parse_profile(PROFILE.replace('key = ["order", "told", "promised"]', 'key = "told"'))
    with opened(read, shop=SHOP) as desk:
        assert {"missing:order": 1} == desk.imports.run(read, [folder_with(tmp_path, told(3, 12, order=""))]).rejected
