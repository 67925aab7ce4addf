"""``incidentkit offers``: what was offered, agreed and done in a case, what is left, and what an offer would come to."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from attrs import frozen

import incidentkit as ik
from incidentkit.testing.clocks import ManualClock
from tests.cli.running import Answer, run

NOW = datetime(2026, 9, 7, 9, tzinfo=UTC)
SHOP = ik.Shop(agents=(ik.Agent("ana", "after-sales"),))
DAY = ("--by", "2026-09-11")


@frozen
class Store:
    """A store with a case about an order of three lamps, of which its customer knows."""

    file: Path
    case: str
    order: str

    def desk(self) -> ik.Desk:
        return ik.open_desk(f"sqlite:///{self.file}", SHOP, clock=ManualClock(NOW))

    def run(self, *args: str, lang: str = "en") -> Answer:
        return run("offers", *args, "--store", self.file, "--lang", lang, "--now", NOW.isoformat())


@pytest.fixture
def store(here: Path) -> Store:
    """Made on a Monday."""
    file = here / "shop.db"
    with ik.open_desk(f"sqlite:///{file}", SHOP, clock=ManualClock(NOW)) as desk:
        order = desk.orders.place("c-1", lines=[ik.Line("lamp", 3, "10.00")], number="1001", paid="20.00")
        desk.orders.ship(order.id)
        desk.orders.deliver(order.id)
        case = desk.incidents.report(order.id, "damaged", "They came broken.", by="ana")
        desk.incidents.log_conversation(case.id, channel="phone", summary="We are sorry.", by="ana")
    return Store(file, case.id, order.id)


def test_a_preview_writes_nothing(store: Store) -> None:
    """It says what each offer would come to, and what it would leave."""
    shown = store.run("preview", store.case, "refund:lamp=2", "store_credit:5", *DAY)

    assert (0, "") == (shown.code, shown.err)
    assert "refund (13.34 EUR) by 11 Sep 2026" in shown.out
    assert "left of the money: 6.66 EUR" in shown.out
    assert "left of the units: lamp: 1" in shown.out
    with store.desk() as desk:
        assert () == desk.incidents.get(store.case).offers


def test_a_preview_as_json_is_what_is_offered(store: Store) -> None:
    """To the cent."""
    said = store.run("preview", store.case, "refund:1=1", *DAY, "--json").json
    made = store.run("make", store.case, "refund:1=1", *DAY, "--json").json

    assert [offer["amount"] for offer in said["offers"]] == [offer["amount"] for offer in made["offers"]] == ["6.67 EUR"]


def test_a_remedy_from_the_offer_to_the_end(store: Store) -> None:
    """Made, taken, waited for, and dropped: each step shows how the case stands then."""
    store.run("make", store.case, "refund:1=3", "apology", *DAY, "--after-return", "--until", "2026-09-10")
    store.run("accept", store.case, "offer-1")
    waits = store.run(store.case)
    dropped = store.run("drop", store.case, "remedy-1", "--reason", "They keep them.")

    assert "Owed once its units are back: refund (20.00 EUR) by 11 Sep 2026 (lamp: 3) · remedy-1" in waits.out
    assert "Passed, another was taken: apology" in waits.out
    assert "Order 1001: 0.00 EUR of 20.00 EUR, units lamp: 0" in waits.out
    assert "Dropped: refund (20.00 EUR)" in dropped.out
    assert "Order 1001: 20.00 EUR of 20.00 EUR, units lamp: 3" in dropped.out


def test_a_counter_offer_is_agreed_to_and_done(store: Store) -> None:
    """The customer asks for more, the shop agrees, and says where to find it; in Spanish too."""
    store.run("make", store.case, "discount:2.00", *DAY)
    store.run("counter", store.case, "offer-1", "discount:4.00", *DAY)
    store.run("agree", store.case, "offer-2")
    done = store.run("carry-out", store.case, "remedy-1", "--reference", "RF-1", lang="es")

    assert (0, "") == (done.code, done.err)
    assert "Hecho: descuento (4,00 EUR)" in done.out
    assert "RF-1" in done.out
    with store.desk() as desk:
        assert "4.00 EUR" == str(desk.orders.get(store.order).refunded)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("make", "CASE", "refund:5"), "--by"),
        (("make", "CASE", *DAY), "OFFER"),
        (("make", "CASE", "refund:1=two", *DAY), "KIND:LINE=UNITS"),
        (("accept", "CASE"), "OFFER"),
        (("accept", "CASE", "a", "b"), "b"),
        (("counter", "CASE", "offer-1", *DAY), "OFFER"),
        (("carry-out", "CASE", "remedy-1"), "--reference"),
        (("accept",), "INCIDENT"),
        (("CASE", "more"), "ACTION"),
        (("accept", "CASE", "offer-1", "--reason", "x"), "--reason"),
    ],
)
def test_what_is_missing_or_too_much_is_named(store: Store, args: tuple[str, ...], said: str) -> None:
    """Nothing is done, and the answer says what to give."""
    found = store.run(*[store.case if arg == "CASE" else arg for arg in args])

    assert 2 == found.code
    assert said in found.err


@pytest.mark.parametrize("offer", ["refund:99", "lottery", "refund:1=9", "discount:1=1"])
def test_what_the_rules_refuse_is_said(store: Store, offer: str) -> None:
    """With an error in words, and nothing is written."""
    found = store.run("make", store.case, offer, *DAY)

    assert 1 == found.code
    assert found.err
    with store.desk() as desk:
        assert () == desk.incidents.get(store.case).offers
