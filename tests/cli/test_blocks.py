"""Rules that stand in the way, at the command line; and the chain of what was before in the context."""

from __future__ import annotations

from pathlib import Path

import pytest
from attrs import frozen

import incidentkit as ik
from incidentkit.domain.blocks import ProcessRule
from incidentkit.testing.clocks import ManualClock
from tests.cli.running import Answer, run

SHOP = ik.Shop(
    zone="Europe/Madrid",
    agents=(ik.Agent("ana", "after-sales"), ik.Agent("eva", "after-sales", "supervisor")),
    rules=(ProcessRule("returns_30_days", "No returns after 30 days", "eva"),),
)


@frozen
class Store:
    """A store with three cases of one customer, the same each time, in March."""

    file: Path

    def run(self, *args: str, lang: str = "en", now: str = "2026-03-05") -> Answer:
        return run(*args, "--store", self.file, "--lang", lang, "--now", now)


@pytest.fixture
def store(here: Path) -> Store:
    """A day apart from each other."""
    file, clock = here / "shop.db", ManualClock()
    with ik.open_desk(f"sqlite:///{file}", SHOP, clock=clock) as desk:
        for number in range(3):
            order = desk.orders.place(customer="c-1", lines=[ik.Line("mug", 1, "9.00")], number=f"10{number}")
            desk.incidents.report(order.id, type="wrong_product", description="a cup", cause="picking")
            clock.advance(hours=20)
    return Store(file)


def test_a_block_is_noted_got_around_and_shown(store: Store) -> None:
    """By the number of the order; the one that is open need not be named."""
    noted = store.run("blocks", "note", "100", "--rule", "returns_30_days", "--wanted", "money back", "--as", "ana")
    waiting = store.run("blocks", "list")
    around = store.run("blocks", "around", "100", "--how", "a voucher", "--allowed-by", "eva", "--cost", "5", "--as", "ana")
    often = store.run("blocks", "--since", "2026-03-01")

    assert [0, 0, 0, 0] == [noted.code, waiting.code, around.code, often.code]
    assert "No returns after 30 days" in waiting.out
    assert "money back" in waiting.out
    assert "5.00 EUR" in often.out


def test_nobody_allows_themselves_a_way_around_at_a_terminal(store: Store) -> None:
    """Not even a supervisor: whoever types is not known to be one."""
    store.run("blocks", "note", "100", "--rule", "returns_30_days", "--wanted", "money back")
    refused = store.run("blocks", "around", "100", "--how", "x", "--allowed-by", "eva", "--as", "eva")

    assert 1 == refused.code
    assert "somebody else allowed" in refused.err


def test_a_rule_that_blocks_often_is_made_an_analysis(store: Store) -> None:
    """The page says how, and the call does it."""
    for number in range(3):
        store.run("blocks", "note", f"10{number}", "--rule", "returns_30_days", "--wanted", "money back")
    page = store.run("blocks", "--since", "2026-03-01", "--until", "2026-04-01")
    shown = store.run("blocks", "--since", "2026-03-01", "--until", "2026-04-01", "--json").json
    begun = store.run("blocks", "analyse", "--rule", "returns_30_days", "--json").json

    assert "incidentkit blocks analyse --rule returns_30_days" in page.out
    assert [True] == [rule["candidate"] for rule in shown["rules"]]
    assert 3 == len(begun["incidents"])


@pytest.mark.parametrize(
    "args",
    [
        ("blocks", "note", "--rule", "a", "--wanted", "b"),
        ("blocks", "note", "100", "--rule", "a"),
        ("blocks", "often", "100"),
        ("blocks", "leave", "100", "--reason", "so"),
        ("blocks", "analyse"),
    ],
)
def test_what_is_missing_or_too_much_is_wrong_usage(store: Store, args: tuple[str, ...]) -> None:
    """Said in one line, with the code for it."""
    answer = store.run(*args)

    assert 2 == answer.code
    assert "Traceback" not in answer.err


@pytest.mark.parametrize(("lang", "words"), [("en", "The same before"), ("es", "Lo mismo antes")])
def test_the_context_shows_the_chain(store: Store, lang: str, words: str) -> None:
    """Every earlier case, the latest first."""
    answer = store.run("context", "102", lang=lang)

    assert 2 == answer.out.count(words)


@pytest.mark.parametrize(("lang", "words"), [("en", "The same again: time number 3"), ("es", "Otra vez lo mismo: van 3")])
def test_the_timeline_says_that_it_is_the_same_again(store: Store, lang: str, words: str) -> None:
    """With who has it now."""
    answer = store.run("timeline", "102", lang=lang)

    assert words in answer.out
    assert "eva" in answer.out


def test_a_failed_delivery_is_noted_and_counted(store: Store) -> None:
    """Each failure says which attempt has begun; one of a parcel that is not there is refused."""
    with ik.open_desk(f"sqlite:///{store.file}", SHOP, clock=ManualClock()) as desk:
        desk.orders.ship(desk.orders.find(number="100")[0].id, at=desk.clock())
    first = store.run("delivery-failed", "100", "--reason", "nobody at home")
    second = store.run("delivery-failed", "100", "--json")
    refused = store.run("delivery-failed", "100", "--shipment", "none")

    assert "attempt number 2" in first.out
    assert [("mug", 3)] == [(each["product"], each["count"]) for each in second.json["attempts"]]
    assert 1 == refused.code
