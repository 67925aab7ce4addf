"""Orders found by what a caller says of themselves: their number, address or telephone, or who they are to the shop."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from attrs import evolve
from sqlalchemy import delete

from incidentkit.desk.desk import Desk
from incidentkit.domain.people import Customer
from incidentkit.errors import InvalidInput
from incidentkit.store import tables
from incidentkit.testing._audit import Copy
from tests.desk.world import JOAN, MARTA, placed
from tests.store.asking import engine_of

ANA = Customer("c-ana", phone="+33600000001")


@pytest.fixture
def order(desk: Desk) -> str:
    """Marta's order, beside those of others."""
    for other in (JOAN, ANA):
        placed(desk, customer=other)
    return placed(desk, number="7").id


def test_by_the_person(desk: Desk, order: str) -> None:
    """Whether by the shop's key, as a Customer, or by the id that orders carry."""
    theirs = desk.orders.get(order).customer
    assert theirs is not None

    assert [order] * 3 == [desk.orders.find(person=who)[0].id for who in (MARTA, MARTA.key, theirs)]
    assert [1] * 3 == [len(desk.orders.find(person=who)) for who in (MARTA, MARTA.key, theirs)]


@pytest.mark.parametrize("said", ["+34600000001", "0034 600 00 00 01", "+34 600-000-001"])
def test_by_telephone(desk: Desk, order: str, said: str) -> None:
    """However it is written; the number of another country is another."""
    assert [order] == [found.id for found in desk.orders.find(phone=said)]


def test_by_a_telephone_without_its_country(desk: Desk, order: str) -> None:
    """Whichever country it is of."""
    found = {each.customer for each in desk.orders.find(phone="600 000 001")}

    assert 2 == len(found)
    assert order in {each.id for each in desk.orders.find(phone="600 000 001")}


def test_by_address(desk: Desk, order: str) -> None:
    """In small or large letters."""
    assert [order] == [found.id for found in desk.orders.find(email=" MARTA@Example.com")]


def test_by_an_address_that_they_had(desk: Desk, order: str) -> None:
    """Somebody who has moved is found by the old address and the new; by telephone, only by the new number."""
    placed(desk, customer=evolve(MARTA, email="new@example.com", phone="+34611111111"))
    numbers = [len(desk.orders.find(phone=said)) for said in (MARTA.phone, "611111111")]

    assert [2, 2] == [len(desk.orders.find(email=said)) for said in (MARTA.email, "new@example.com")]
    assert [0, 2] == numbers


def test_everything_that_is_said_has_to_fit(desk: Desk, order: str) -> None:
    """Her number with his address finds nothing."""
    assert [order] == [found.id for found in desk.orders.find(number="7", person=MARTA, email=MARTA.email, phone=MARTA.phone)]
    assert () == desk.orders.find(phone=MARTA.phone, email=JOAN.email)


@pytest.mark.parametrize(
    "said", [{"person": "nobody"}, {"email": "nobody@example.com"}, {"phone": "+34699999999"}, {"number": "8"}]
)
def test_nobody_is_nothing(desk: Desk, order: str, said: dict[str, Any]) -> None:
    """An empty page, and no error."""
    page = desk.orders.find(**said)

    assert ((), None) == (page, page.next)


def test_what_is_no_number_is_refused(desk: Desk) -> None:
    """Without being repeated: it may be something else that is personal."""
    with pytest.raises(InvalidInput, match="telephone number") as refused:
        desk.orders.find(phone="Marta Vidal")

    assert "Vidal" not in str(refused.value)


def test_nothing_that_finds_somebody_is_in_the_clear(desk: Desk, order: str, record: Callable[[], Copy]) -> None:
    """What people are found by are hashes; an address or a number is in the vault only."""
    tables = {name: rows for name, rows in record().tables.items() if name in ("addresses", "people")}
    said = str(tables)

    assert {"addresses", "people"} == {name for name, rows in tables.items() if rows}
    assert not [word for word in (MARTA.email, "600000001", MARTA.phone[-7:], MARTA.key) if word in said]


def test_whoever_was_known_before_numbers_were_looked_for_is_found(desk: Desk, order: str) -> None:
    """The migration that brought that goes through everybody whom the vault knows."""
    fifth = import_module("incidentkit.store.migrations.versions.v0005_record")
    with engine_of(desk).begin() as connection:
        connection.execute(delete(tables.addresses))
        fifth._fill_phones(connection)

    assert [order] == [found.id for found in desk.orders.find(phone="0034 600000001")]
