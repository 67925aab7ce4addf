"""``incidentkit payments``: what is owed and paid, and what people say of it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from attrs import frozen

import incidentkit as ik
from incidentkit.testing.clocks import ManualClock
from tests.cli.running import Answer, run
from tests.desk.bank import Bank

NOW = datetime.fromisoformat("2026-03-02T09:00+01:00")


@frozen
class Store:
    """A store with one order and a case that owes five euros."""

    file: Path
    incident: str

    def run(self, *args: str, lang: str = "en") -> Answer:
        return run(*args, "--store", self.file, "--lang", lang, "--now", NOW.isoformat())


def make(file: Path, shop: ik.Shop, bank: Bank | None = None) -> Store:
    """The case, and what the payer does about it."""
    plugins = () if bank is None else (bank,)
    with ik.open_desk(f"sqlite:///{file}", shop, clock=ManualClock(NOW), plugins=plugins) as desk:
        order = desk.orders.place(customer="c-1", lines=[ik.Line("mug", 1, "9.00")], number="1001")
        case = desk.incidents.report(order.id, type="damaged", description="the handle is off")
        desk.incidents.offer(case.id, [ik.Offer("refund", NOW + timedelta(days=3), "5.00")])
        desk.incidents.accept(case.id, "offer-1", by="customer")
        if bank is not None:
            desk.send_due()
    return Store(file, case.id)


@pytest.fixture
def store(here: Path) -> Store:
    """One that a person has to pay."""
    return make(here / "shop.db", ik.Shop())


@pytest.fixture
def doubtful(here: Path) -> Store:
    """One that was paid, perhaps; the plugin of its payer is gone."""
    bank = Bank(here / "ledger.tsv")
    bank.lost = [ConnectionResetError()]
    made = make(here / "shop.db", ik.Shop(payer="bank"), bank)
    (here / "shop.toml").write_text("")
    return made


@pytest.mark.parametrize(
    ("lang", "cells"),
    [("en", ["remedy-1", "1001", "5.00 EUR", "a person", "to be paid"]), ("es", ["5,00 EUR", "una persona", "por pagar"])],
)
def test_payments_are_listed(store: Store, lang: str, cells: list[str]) -> None:
    """With whose they are, how much, by whom and where they stand."""
    out = store.run("payments", lang=lang).out

    assert [] == [cell for cell in cells if cell not in out]


def test_payments_as_json(store: Store) -> None:
    """Everything that is known of each."""
    (found,) = json.loads(store.run("payments", "--json").out)["payments"]

    assert [store.incident, "remedy-1", "planned"] == [found[name] for name in ("incident", "remedy", "state")]


def test_without_any_that_is_said(store: Store) -> None:
    """No payment stands there."""
    assert "No payments." in store.run("payments", "--state", "failed").out


def test_a_refund_that_was_seen_is_taken(store: Store) -> None:
    """It carries the remedy out; once more it is known; another amount is noted."""
    said = [store.run("payments", "found", "1001", *given).out for given in (("5", "--reference", "p-1"),) * 2]
    other = store.run("payments", "found", "1001", "1", "--reference", "p-2").out

    assert "carried out by it" in said[0]
    assert "known already" in said[1]
    assert "belongs to no remedy" in other


def test_somebody_says_that_it_was_paid(doubtful: Store) -> None:
    """The remedy is carried out by the reference that they found."""
    before = doubtful.run("payments").out
    said = doubtful.run("payments", "settle", doubtful.incident, "remedy-1", "--paid", "--reference", "RF-1")

    assert "in doubt" in before
    assert "remedy-1 is paid." in said.out
    assert "RF-1" in doubtful.run("payments").out


def test_somebody_says_that_it_was_not_paid(doubtful: Store) -> None:
    """Then it can be tried again."""
    said = [
        doubtful.run("payments", *args, doubtful.incident, "remedy-1", *more).out
        for args, more in ((("settle",), ("--not-paid",)), (("retry",), ()))
    ]

    assert "was not paid" in said[0]
    assert "once more" in said[1]


@pytest.mark.parametrize("args", [("retry",), ("settle", "CASE", "remedy-1"), ("found", "1001"), ("retry", "CASE", "remedy-1")])
def test_what_can_not_be_done_is_said(store: Store, args: tuple[str, ...]) -> None:
    """In a line, and with exit code 1."""
    answer = store.run("payments", *(store.incident if arg == "CASE" else arg for arg in args))

    assert (1, "") == (answer.code, answer.out)
    assert answer.err.strip()


def test_sending_says_how_many_were_payments(here: Path) -> None:
    """The worker at the command line makes payments too."""
    file = here / "shop.db"
    make(file, ik.Shop(payer="local"))
    (here / "shop.toml").write_text('[shop]\npayer = "local"\n')

    assert 1 == json.loads(run("send", "--json", "--store", file).out)["payments"]
    assert 1 == len(list((here / "payments").glob("*.json")))
