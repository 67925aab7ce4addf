"""``incidentkit context`` and ``incidentkit contact``: at a counter, with the customer waiting."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from incidentkit.desk.opening import open_desk
from incidentkit.domain.orders import Line
from incidentkit.domain.people import Customer
from incidentkit.domain.rates import Rate
from incidentkit.domain.remedies import Offer
from incidentkit.domain.shop import Agent, Shop
from tests.cli.running import run

MARTA = Customer("c-marta", name="Marta Vidal", phone="+34600000001", language="es")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store with one order in incident."""
    file = tmp_path / "shop.db"
    agents = (Agent("ana", "after-sales"), Agent("eva", "after-sales", "supervisor"))
    with open_desk(f"sqlite:///{file}", Shop(agents=agents, rates=(Rate("counter", 3),))) as desk:
        order = desk.orders.place(
            customer=MARTA,
            lines=[Line("tea", 1, "10")],
            number="A1",
            promised=desk.clock() + timedelta(days=1),
            by="customer",
        )
        case = desk.incidents.report(order.id, "damaged", "the box was crushed")
        desk.incidents.log_conversation(case.id, channel="phone", summary="we are sorry", by="ana")
        desk.incidents.offer(case.id, [Offer("refund", desk.clock() + timedelta(days=3), "5.00")])
    return file


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            (
                "Order A1",
                "Marta Vidal · +34600000001",
                "What is owed",
                "refund",
                "above: eva",
                "promised by shop",
                "“we are sorry”",
            ),
        ),
        ("es", ("Pedido A1", "Lo que se debe", "reembolso", "por encima: eva", "lo prometió tienda", "«we are sorry»")),
    ],
)
def test_the_context_is_shown(store: Path, language: str, expected: tuple[str, ...]) -> None:
    """Who, what is owed, what can be done, what was promised and said, on one screen."""
    answer = run("context", "A1", "--store", store, "--lang", language)

    assert 0 == answer.code
    assert [] == [words for words in expected if words not in answer.out]
    assert len(answer.out.splitlines()) < 30


def test_the_whole_context_is_json(store: Path) -> None:
    """Everything that the desk gives, the words included."""
    found = run("context", "A1", "--store", store, "--json").json

    assert ("A1", "Marta Vidal", "the box was crushed") == (
        found["order"]["number"],
        found["customer"]["name"],
        found["cases"][0]["incident"]["description"],
    )
    assert {"promised", "said", "owed", "needs", "cases", "account", "manager", "at"} <= set(found)


def test_an_unknown_order_is_refused_plainly(store: Path) -> None:
    """With the way on, and without anybody's name."""
    answer = run("context", "B2", "--store", store)

    assert 1 == answer.code
    assert "incidentkit queue" in answer.err
    assert "Marta" not in answer.err


@pytest.mark.parametrize(
    ("expected", "language"), [("open need about that order", "en"), ("necesidad abierta por ese pedido", "es")]
)
def test_a_contact_is_taken_down(store: Path, expected: str, language: str) -> None:
    """It says which need it belongs to, and why."""
    answer = run("contact", "log", "--order", "A1", "--summary", "well?", "--store", store, "--lang", language)

    assert (0, True) == (answer.code, expected in answer.out)
    assert "well?" in run("context", "A1", "--store", store).out


def test_a_contact_as_json(store: Path) -> None:
    """Its need, the reason, and what it cost."""
    logged = run("contact", "log", "--customer", "c-joan", "--as", "ana", "--live", "--store", store, "--json").json

    assert ("new", "counter", "in", "3.00 EUR", 1, True) == (
        logged["because"],
        logged["channel"],
        logged["direction"],
        logged["cost"],
        logged["contacts"],
        logged["open"],
    )


@pytest.mark.parametrize("wrong", [("--channel", "by phone"), ("--incident", "i-0"), ("--order", "B2")])
def test_a_wrong_contact_is_refused_plainly(store: Path, wrong: tuple[str, str]) -> None:
    """One plain line, and nothing taken down."""
    answer = run("contact", "log", *wrong, "--store", store)

    assert (1, "") == (answer.code, answer.out)
    assert answer.err


def test_a_duration_is_shown_in_working_time(store: Path) -> None:
    """Of the measures that have it; the others say which do."""
    run("contact", "log", "--customer", "c-joan", "--live", "--as", "ana", "--store", store)
    shown = run("measure", "first_response_time", "--clock", "working", "--store", store, "--json")
    refused = run("measure", "delivery_time", "--clock", "working", "--store", store)

    assert (0, 0.0) == (shown.code, shown.json["rows"][0]["value"])
    assert (1, True) == (refused.code, "first_response_time" in refused.err)


def test_the_timeline_has_the_words_of_a_contact(store: Path) -> None:
    """Also as JSON, though they lie deep in what happened."""
    run("contact", "log", "--order", "A1", "--summary", "well?", "--store", store)
    entries = run("timeline", "A1", "--store", store, "--json").json["entries"]

    assert "well?" in [entry["data"]["contact"].get("summary") for entry in entries if entry["type"] == "contact.logged"]
