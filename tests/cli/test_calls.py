"""Verification calls at the command line."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest
from attrs import frozen

import incidentkit as ik
from incidentkit.testing.clocks import ManualClock
from tests.cli.running import Answer, run

SHOP = ik.Shop(
    name="La tienda",
    zone="Europe/Madrid",
    agents=(ik.Agent("ana", "after-sales"),),
    channel="",
    verification_calls=ik.CallPolicy(share=1.0),
)
NOW = datetime.fromisoformat("2026-03-02T09:00+01:00")
TOMORROW = "2026-03-03T10:00+01:00"


@frozen
class Store:
    """A store with one order that arrived yesterday."""

    file: Path
    order: str

    def run(self, *args: str, lang: str = "en", now: str = TOMORROW) -> Answer:
        return run(*args, "--store", self.file, "--lang", lang, "--now", now)

    def call(self) -> str:
        """The id of its call."""
        shown = json.loads(self.run("calls", "list", "--json").out)
        return str(shown["calls"][0]["id"])


@pytest.fixture
def store(here: Path) -> Store:
    """Made in the morning of a Monday."""
    file = here / "shop.db"
    marta = ik.Customer("c-1", name="Marta Vidal", phone="+34600000001")
    with ik.open_desk(f"sqlite:///{file}", SHOP, clock=ManualClock(NOW)) as desk:
        order = desk.orders.place(customer=marta, lines=[ik.Line("mug", 1, "9.00")], number="1001")
        desk.orders.ship(order.id)
        desk.orders.deliver(order.id)
    return Store(file, order.id)


@pytest.mark.parametrize(
    ("lang", "chosen", "why"),
    [
        ("en", "Today's list: 1 of 1 deliveries", "first order"),
        ("es", "Lista de hoy: 1 de 1 entregas", "primer pedido"),
    ],
)
def test_the_morning_list_says_whom_to_ring(store: Store, lang: str, chosen: str, why: str) -> None:
    """With the telephone, the order, why, and how to go on."""
    answer = store.run("calls", "list", lang=lang)

    assert [0, True] == [answer.code, all(word in answer.out for word in (chosen, "Marta Vidal", "+34600000001", "1001", why))]


def test_without_an_action_nothing_is_made(store: Store) -> None:
    """Only what waits is shown, and nobody does before there is a list."""
    assert "Nobody waits to be rung." in store.run("calls").out
    assert 0 == len(json.loads(store.run("calls", "--json").out)["calls"])


def test_one_call_is_shown_with_what_to_say(store: Store) -> None:
    """By the end of its id: the script, and what can come of it."""
    shown = store.run("calls", "show", store.call()[-8:]).out

    assert all(words in shown for words in ("Am I speaking with Marta Vidal?", "1 × mug", "no_answer: no answer", "to make"))


def test_what_came_of_it_is_recorded(store: Store) -> None:
    """A bad outcome says which case it has."""
    call = store.call()
    answer = store.run("calls", "record", call[-8:], "damaged", "--note", "the handle is off", "--as", "ana")
    with ik.open_desk(f"sqlite:///{store.file}", SHOP) as desk:
        (case,) = desk.incidents.find()

    assert [f"Call {call[-8:]}: damaged.", f"It has a case: {case.id}"] == answer.out.splitlines()


def test_nobody_answered(store: Store) -> None:
    """It says from when on to try again."""
    answer = store.run("calls", "record", store.call(), "no_answer", "--as", "ana")

    assert "Try again from" in answer.out
    assert "3 Mar" in answer.out


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("calls", "record"), "CALL: names the call"),
        (("calls", "show", "nobody"), "The call: is one of this record"),
    ],
)
def test_mistakes_are_told(store: Store, args: tuple[str, ...], said: str) -> None:
    """In one line, with what to do."""
    answer = store.run(*args)

    assert (1, True) == (answer.code, said in answer.err)


def test_an_outcome_is_needed(store: Store) -> None:
    """Without one, those that there are are named."""
    answer = store.run("calls", "record", store.call())

    assert (1, True) == (answer.code, "all_well" in answer.err)


def test_ticking_says_how_many(here: Path) -> None:
    """The morning's list is told of where ticking makes it."""
    file = here / "shop.db"
    shop = here / "shop.toml"
    shop.write_text('[shop]\nchannel = ""\nzone = "Europe/Madrid"\n[verification_calls]\neach_morning = true\nshare = 1.0\n')
    with ik.open_desk(f"sqlite:///{file}", ik.load_shop(shop), clock=ManualClock(NOW)) as desk:
        order = desk.orders.place(customer=ik.Customer("c", phone="+34600000002"), lines=[ik.Line("mug", 1, "9.00")])
        desk.orders.ship(order.id)
        desk.orders.deliver(order.id)

    assert "1 deliveries to ask about this morning" in run("tick", "--store", file, "--shop", shop, "--now", TOMORROW).out


def test_the_timeline_tells_of_it(store: Store) -> None:
    """That the order was asked about, and what came of it."""
    store.run("calls", "record", store.call(), "all_well", "--note", "she loves it", "--as", "ana")
    shown = store.run("timeline", "1001").out

    assert "To be asked about by telephone: first order" in shown
    assert 'Rang to ask: all is well · "she loves it"' in shown
