"""The way of one command: what the page says is called is called, in that order."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import incidentkit as ik
from docs.generate import REPO
from incidentkit.cli import main

PAGE = (REPO / "docs" / "explanation" / "the-way-of-one-command.md").read_text("utf-8")
SOURCES = str(Path(ik.__file__).parent)
_ROW = re.compile(r"^\| (\w+) \| `([\w/]+\.py)` \| `([\w.]+)` \|", re.MULTILINE)

Called = list[tuple[str, str]]


def told(way: str) -> Called:
    """The functions that the page's table names, in order."""
    table = PAGE.split(f"<!-- way: {way} -->")[1].split("\n\n## ")[0].split("```")[0]
    return [(path, name) for _, path, name in _ROW.findall(table)]


def called(run: Callable[[], Any]) -> Called:
    """Every function of ours that is called, in order."""
    seen: Called = []

    def look(frame: FrameType, what: str, _: Any) -> None:
        code = frame.f_code
        if what == "call" and code.co_filename.startswith(SOURCES):
            seen.append((Path(code.co_filename).relative_to(SOURCES).as_posix(), code.co_qualname))

    before = sys.getprofile()
    sys.setprofile(look)
    try:
        run()
    finally:
        sys.setprofile(before)
    return seen


def missed(wanted: Called, seen: Called) -> Called:
    """What of ``wanted`` is not in ``seen`` at its place."""
    rest = iter(seen)
    return [step for step in wanted if step not in rest]


@pytest.fixture
def store(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'shop.db'}"


def opened(store: str) -> ik.Desk:
    shop = ik.Shop(agents=(ik.Agent("ana", "after-sales"),))
    return ik.open_desk(store, shop, clock=lambda: datetime(2026, 9, 1, 8, tzinfo=UTC))


@pytest.fixture
def desk(store: str) -> Iterator[ik.Desk]:
    with opened(store) as desk:
        yield desk


@pytest.fixture
def order(desk: ik.Desk) -> ik.Order:
    eva = ik.Customer("eva-77", name="Eva", email="eva@example.com")
    order = desk.orders.place(customer=eva, lines=[ik.Line("mug", 2, "9.90")], number="1001")
    return desk.orders.confirm(order.id)


def test_looking_goes_the_way_that_the_page_tells(order: ik.Order, store: str, capsys: pytest.CaptureFixture[str]) -> None:
    """``incidentkit timeline 1001`` calls the functions of the first table in its order."""
    assert [] == missed(told("look"), called(lambda: main(["timeline", "1001", "--store", store])))
    assert "1001" in capsys.readouterr().out


def test_doing_goes_the_way_that_the_page_tells(order: ik.Order, store: str) -> None:
    """``desk.orders.ship`` calls the functions of the second table in its order, of an order that was not read lately."""
    with opened(store) as desk:
        seen = called(lambda: desk.orders.ship(order.id, carrier="Correos", by="ana", key="ship-1001"))

    assert [] == missed(told("do"), seen)


def test_sending_goes_the_way_that_the_page_tells(desk: ik.Desk, order: ik.Order) -> None:
    """``desk.send_due`` calls the functions of the third table in its order."""
    assert [] == missed(told("send"), called(desk.send_due))


@pytest.mark.parametrize("way", ["look", "do", "send"])
def test_the_page_names_each_function_on_its_own_floor(way: str) -> None:
    """The floor of every row is the folder of its file."""
    table = PAGE.split(f"<!-- way: {way} -->")[1].split("```")[0]
    rows = _ROW.findall(table)

    assert rows
    assert [floor for floor, _, _ in rows] == [path.partition("/")[0] for _, path, _ in rows]


def test_the_three_ways_together_enter_every_floor() -> None:
    """Each floor that has functions to call is on one of the ways."""
    floors = {path.partition("/")[0] for way in ("look", "do", "send") for path, _ in told(way)}

    assert {"cli", "desk", "delivery", "store", "hooks", "codec", "measures", "rules", "domain"} == floors


def test_a_function_that_is_not_called_is_found() -> None:
    """A step that is missing, or comes at another place, is named."""
    assert [("a.py", "gone")] == missed([("a.py", "f"), ("a.py", "gone")], [("a.py", "f"), ("a.py", "g")])
    assert [("a.py", "f")] == missed([("a.py", "g"), ("a.py", "f")], [("a.py", "f"), ("a.py", "g")])
