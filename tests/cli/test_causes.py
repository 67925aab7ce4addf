"""Causes and corrective actions at the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from attrs import frozen

import incidentkit as ik
from incidentkit.testing.clocks import ManualClock
from tests.cli.running import Answer, run

SHOP = ik.Shop(
    zone="Europe/Madrid",
    teams=(ik.Team("after-sales"), ik.Team("warehouse")),
    agents=(ik.Agent("ana", "after-sales"), ik.Agent("leo", "warehouse"), ik.Agent("eva", "after-sales", "supervisor")),
)


@frozen
class Store:
    """A store with ten weeks of orders, of which one in three arrives torn."""

    file: Path

    def run(self, *args: str, lang: str = "en", now: str = "2026-05-12") -> Answer:
        return run(*args, "--store", self.file, "--lang", lang, "--now", now)

    def after(self, days: int) -> None:
        """So many days of orders that arrive whole."""
        clock = ManualClock()
        clock.advance(days=71)
        with ik.open_desk(f"sqlite:///{self.file}", clock=clock) as desk:
            for _ in range(days):
                clock.advance(days=1)
                desk.orders.place(customer="c-1", lines=[ik.Line("mug", 1, "9.00")])


@pytest.fixture
def store(here: Path) -> Store:
    """From the second of March on."""
    file, clock = here / "shop.db", ManualClock()
    with ik.open_desk(f"sqlite:///{file}", SHOP, clock=clock) as desk:
        for number in range(60):
            order = desk.orders.place(customer="c-1", lines=[ik.Line("mug", 1, "9.00")], number=str(number))
            if number % 3 == 0:
                desk.incidents.report(order.id, type="damaged", description="torn", cause="packaging")
            clock.advance(days=1)
    return Store(file)


def planned(store: Store) -> str:
    """The id of a corrective action."""
    args = ("--what", "double wall boxes", "--sponsor", "eva", "--doer", "warehouse", "--due", "2026-05-20")
    more = ("--signature", "packaging/step/packing", "--window", "30", "--settle", "7", "--baseline", "90")
    return str(store.run("corrective", "plan", *args, *more, "--json").json["id"])


def test_a_cause_is_followed_to_its_end(store: Store) -> None:
    """From the number of an order to a root cause, by the end of its id."""
    begun = store.run("causes", "begin", "--problem", "boxes arrive torn", "--incident", "0", "--as", "leo", "--json").json
    end = begun["id"][-8:]
    store.run("causes", "why", end, "--because", "the card is thin", "--evidence", "3 mm", "--step", "packing")
    store.run("causes", "hear", end, "--words", "like a dog had had it", "--incident", "0")
    said = store.run("causes", "conclude", end, "--cause", "packaging")
    shown = store.run("causes", "show", end).out

    assert f"Analysis {end} is concluded: packaging.\n" == said.out
    for words in (
        "boxes arrive torn",
        "1. the card is thin (packing) ← root cause",
        "shown by: 3 mm",
        "“like a dog had had it”",
    ):
        assert words in shown
    assert [begun["id"]] == [one["id"] for one in store.run("causes", "--all", "--json").json["analyses"]]
    assert "Nothing is looked into." in store.run("causes").out


def test_what_is_looked_into_is_listed(store: Store) -> None:
    """With how far it is."""
    store.run("causes", "begin", "--problem", "boxes arrive torn", "--incident", "0", "--incident", "3")

    assert "boxes arrive torn" in store.run("causes").out
    assert "Se busca" not in store.run("causes", lang="es").out
    assert "abierto" in store.run("causes", lang="es").out


def test_an_action_is_planned_done_and_judged(store: Store) -> None:
    """Done is not effective: the answer says when it is judged, and the page what the record shows."""
    end = planned(store)[-8:]
    done = store.run("corrective", "done", end, "--outcome", "all boxes replaced", "--as", "leo")
    open_ = store.run("corrective").out
    store.after(29)
    shown = store.run("corrective", "verify", end, now="2026-06-20").out
    shown_es = store.run("corrective", "show", end, lang="es", now="2026-06-20").out

    assert f"Corrective action {end} is done. Whether it helped is judged on 18 Jun 2026.\n" == done.out
    assert "done, not yet shown" in open_
    assert "before: 20 of 60 orders" in shown
    assert "since then: 0 of 29 orders" in shown
    assert "it helped: it happens less often, by more than chance" in shown
    assert "ha servido: pasa menos, y no por azar" in shown_es
    assert "No corrective action is open." in store.run("corrective").out
    assert ["effective"] == [one["state"] for one in store.run("corrective", "--all", "--json").json["actions"]]


def test_a_page_tells_what_there_is_no_telling_of(store: Store) -> None:
    """Why not, and what was before."""
    end = planned(store)[-8:]
    store.run("corrective", "done", end, "--outcome", "all boxes replaced", "--as", "leo")
    shown = store.run("corrective", "verify", end, now="2026-06-20").out

    assert "can't be told: there were no orders since that it could have happened to" in shown


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (("causes", "begin"), 2, "the option --problem is missing."),
        (("causes", "show"), 2, "ANALYSIS is missing."),
        (("causes", "show", "nothing"), 1, "is one of this record, by its id or the end of it"),
        (("causes", "drop", "nothing", "--cause", "packaging", "--reason", "x"), 2, "means nothing to drop."),
        (("corrective", "plan", "--what", "x"), 2, "the option --sponsor is missing."),
        (("corrective", "take"), 2, "ID is missing."),
        (("corrective", "take", "nothing"), 1, "is one of this record, by its id or the end of it"),
        (("corrective", "list", "nothing"), 2, "too many arguments: nothing"),
    ],
)
def test_wrong_use_is_explained(store: Store, args: tuple[str, ...], code: int, words: str) -> None:
    """On stderr, with what is missing."""
    answer = store.run(*args)

    assert code == answer.code
    assert words in answer.err


def test_a_sponsor_who_is_none_is_refused(store: Store) -> None:
    """With those who could be."""
    args = ("--what", "x", "--sponsor", "ana", "--doer", "leo", "--due", "2026-05-20", "--signature", "packaging/step/packing")

    assert "Supervisors: eva." in store.run("corrective", "plan", *args).err


def test_a_timeline_tells_of_causes_and_actions(store: Store) -> None:
    """In plain words, in both languages."""
    args = ("--what", "double wall boxes", "--sponsor", "eva", "--doer", "warehouse", "--due", "2026-05-20")
    store.run("corrective", "plan", *args, "--signature", "packaging/step/packing", "--incident", "0")

    assert "Corrective action planned: “double wall boxes” · against" in store.run("timeline", "0").out
    assert "Acción correctiva prevista: «double wall boxes» · contra" in store.run("timeline", "0", lang="es").out
