"""Customers: one person by one key, and everything about them in the vault and nowhere else."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Callable

import pytest
from attrs import evolve

from incidentkit.desk.desk import Desk
from incidentkit.domain.orders import Line
from incidentkit.domain.people import Customer
from incidentkit.errors import IncidentkitError
from incidentkit.store.unit import Unit
from incidentkit.testing._audit import Copy
from tests.desk.world import JOAN, MARTA, closed, placed, reported

Record = Callable[[], Copy]

PERSONAL = ("marta", "vidal", "600000001")


def details(copy: Copy) -> list[dict[str, str]]:
    """What the vault holds of people."""
    ids = {row["customer"] for row in copy.tables["people"]}
    return [json.loads(row["body"]) for row in copy.tables["vault"] if row["ref"] in ids]


def said(error: BaseException | None) -> str:
    """What a traceback says of an error and of everything behind it, but for the lines of code."""
    lines: list[str] = []
    while error is not None:
        lines += [*traceback.format_exception_only(error), repr(error), repr(error.__dict__)]
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return " ".join(lines).lower()


def test_the_same_key_is_the_same_person(desk: Desk) -> None:
    """Two orders by one key are of one customer, by key alone or with details."""
    assert 1 == len({placed(desk, customer=who).customer for who in (MARTA, MARTA.key, evolve(MARTA, name="M. Vidal"))})


def test_another_key_is_another_person(desk: Desk) -> None:
    """Though everything else is the same."""
    assert placed(desk).customer != placed(desk, customer=evolve(MARTA, key="c-2")).customer


def test_new_details_replace_old_ones(desk: Desk, record: Record) -> None:
    """What is given anew is kept, what is not given stays."""
    placed(desk)
    placed(desk, customer=Customer(MARTA.key, email="marta.v@example.com"))
    (kept,) = details(record())

    assert ("Marta Vidal", "marta.v@example.com") == (kept["name"], kept["email"])


def test_the_same_details_write_nothing(desk: Desk, record: Record) -> None:
    """A customer who is known as given is left alone."""
    placed(desk)
    before = record().tables["vault"]
    placed(desk)

    assert before == record().tables["vault"]


def test_a_refused_order_leaves_no_person(desk: Desk, record: Record) -> None:
    """Nobody is known by what did not happen."""
    with pytest.raises(IncidentkitError):
        placed(desk, paid="-1")

    assert [] == record().tables["people"]


def test_everything_personal_is_in_the_vault_alone(desk: Desk, record: Record) -> None:
    """After a whole life with messages, none of the person's details and no word is in any other table."""
    case = closed(desk, description="Marta Vidal fell over it")
    order = case.orders[0]
    desk.orders.publish_status(order, "dear Marta Vidal, it follows")
    desk.orders.amend(order, reason="Marta called", number="77")
    desk.orders.cancel(order, {"B": 1}, reason="Marta changed her mind")
    desk.incidents.amend(case.id, reason="Marta said otherwise", description="Marta Vidal nearly fell")
    desk.surveys.answer(incident=case.id, score=5, comment="Marta is glad")
    placed(desk, key="k")
    desk.send_due()
    copy = record()

    assert [] == [
        (name, word) for name, rows in copy.tables.items() if name != "vault" for word in PERSONAL if word in repr(rows).lower()
    ]
    assert "Marta Vidal fell over it" in repr(copy.tables["vault"])


def test_no_state_shows_a_person(desk: Desk) -> None:
    """Nothing that a desk returns has a name in its repr."""
    case = closed(desk, description="Marta Vidal fell over it")
    shown = repr((case, desk.orders.get(case.orders[0]), desk.orders.timeline(case.orders[0]), desk.queue(), desk))

    assert [] == [word for word in PERSONAL if word in shown.lower()]


def test_no_error_or_log_shows_a_person(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """Not in its text, nor in what a traceback prints of it and its causes."""
    caplog.set_level(logging.DEBUG)
    order = placed(desk)
    commands: list[Callable[[], object]] = [
        lambda: placed(desk, paid="-1"),
        lambda: placed(desk, number="x" * 65),
        lambda: reported(desk, order, description="Marta " * 9000),
        lambda: reported(desk, order, type="no"),
        lambda: desk.orders.publish_status(order.id, "Marta \ud800"),
        lambda: desk.orders.place(evolve(MARTA, name="Marta\nVidal")),
    ]
    for command in commands:
        with pytest.raises(IncidentkitError) as caught:
            command()

        assert [] == [word for word in PERSONAL if word in said(caught.value)]
    assert [] == [word for word in PERSONAL if word in caplog.text.lower()]


def test_a_database_error_shows_no_values(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What goes wrong in the database is told without the statement's parameters, in its causes too."""
    order = placed(desk, number="7")
    monkeypatch.setattr(Unit, "named", lambda *_: None)
    with pytest.raises(IncidentkitError) as caught:
        desk.orders.place(MARTA, [Line("A", 1, "5")], number="7")

    assert [] == [word for word in (*PERSONAL, order.id) if word in said(caught.value)]


def test_two_people_have_two_hashes(desk: Desk, record: Record) -> None:
    """And neither can be guessed without the store's key."""
    placed(desk)
    placed(desk, customer=JOAN)

    assert 2 == len({row["hash"] for row in record().tables["people"]})
    assert all(64 == len(row["hash"]) for row in record().tables["people"])
