"""One cause, many orders, from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from incidentkit.desk.opening import open_desk
from incidentkit.domain.orders import Line
from incidentkit.domain.people import Customer
from tests.cli.running import Answer, run


@pytest.fixture
def store(here: Path) -> str:
    """A store with three orders of two customers with a mug."""
    with open_desk("sqlite:///s.db") as desk:
        for number, who in (("S-1", "marta"), ("S-2", "marta"), ("S-3", "joan")):
            customer = Customer(who, name=who, email=f"{who}@example.com")
            desk.orders.place(customer=customer, lines=[Line("mug", 1, "10.00"), Line("cup", 1, "5.00")], number=number)
    return "s.db"


def opened(store: str, *more: str) -> str:
    """Everything with a mug is affected: the id."""
    args = ("--description", "the mug has run out", "--product", "mug", *more)
    return str(run("mass", "open", "out_of_stock", "--store", store, *args, "--json").json["id"])


def on(store: str, *args: str) -> Answer:
    return run("mass", *args, "--store", store)


def test_it_is_opened_worked_on_and_shown(store: str) -> None:
    """With how far it is, and how to go on."""
    mass = opened(store, "--cause", "stock_count")
    before = on(store, "show", mass[-8:])
    after = on(store, "work", mass[-8:])

    assert (0, True) == (before.code, f"incidentkit mass work {mass[-8:]}" in before.out)
    assert (0, True) == (after.code, "Orders that got into a case now: 3 · new cases: 2" in after.out)
    assert "go on" not in after.out


@pytest.mark.parametrize(("language", "said"), [("en", "Affected orders"), ("es", "Pedidos afectados")])
def test_those_there_are_are_listed(store: str, language: str, said: str) -> None:
    """In the reader's language; without any it says so."""
    nothing = on(store, "--lang", language)
    opened(store)
    found = on(store, "list", "--lang", language)

    assert (0, 1) == (nothing.code, len(nothing.out.splitlines()))
    assert (0, True) == (found.code, said in found.out)


def test_something_is_done_for_everybody(store: str) -> None:
    """Told, offered, resolved; what could not be done is listed, and says why."""
    mass = opened(store)
    told = run("mass", "notify", mass, "--store", store, "--as", "eva", "--json").json
    offered = run("mass", "offer", mass, "--store", store, "--offer", "refund=2099-03-09", "--json").json
    resolved = on(store, "resolve", mass, "--reason", "the mugs were found")

    assert {"1": 2} == told["report"]["done"]
    assert (2, 2) == (offered["progress"]["offered"], offered["report"]["done"]["2"])
    assert 0 == resolved.code
    assert "resolve" in resolved.out


def test_further_orders_come_from_a_file(store: str, here: Path) -> None:
    """By their numbers, one in each line."""
    with open_desk(f"sqlite:///{store}") as desk:
        desk.orders.place(customer=Customer("joan"), lines=[Line("mug", 1, "10.00")], number="S-4")
    mass = run("mass", "open", "late", "--store", store, "--description", "late", "--orders", _file(here, "S-1"), "--json").json
    added = run("mass", "add", mass["id"], "--store", store, "--orders", _file(here, "S-4\nS-1\n"), "--json").json

    assert (1, 2) == (mass["progress"]["orders"], added["progress"]["orders"])


def _file(here: Path, lines: str) -> str:
    (here / "orders.txt").write_text(lines, "utf-8")
    return "orders.txt"


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("show", "nothing"), 1),
        (("open", "out_of_stock"), 2),
        (("open",), 2),
        (("open", "out_of_stock", "--description", "gone"), 1),
        (("work", "abcd", "--reason", "because"), 2),
        (("add", "abcd", "--orders", "nowhere.txt"), 1),
    ],
)
def test_what_can_not_be_done_is_said(store: str, args: tuple[str, ...], code: int) -> None:
    """On the error stream, with the exit code of its kind."""
    found = on(store, *args)

    assert (code, "") == (found.code, found.out)
    assert found.err
