"""Lessons on what customers are written: each as the fault that other desks had."""

from __future__ import annotations

from pathlib import Path

import pytest
from attrs import evolve

from incidentkit.desk.desk import Desk
from incidentkit.domain.effects import Receipt
from incidentkit.domain.people import Customer
from incidentkit.errors import ConfigurationError
from incidentkit.ports import Message
from incidentkit.testing._post import Post, PostChannel
from incidentkit.testing.clocks import ManualClock
from tests.desk.conftest import Opened
from tests.desk.world import JOAN, MARTA, SHOP, SOON, placed, reported


class Letters(PostChannel):
    """The post, with all that went out kept whole."""

    def __init__(self) -> None:
        super().__init__("post", confirms=True, idempotent=True)
        self.kept: list[Message] = []

    def send(self, message: Message) -> Receipt:
        self.kept.append(message)
        return super().send(message)


@pytest.fixture
def letters(post: Post) -> list[Message]:
    """Every message that went out, in order."""
    post.post = kept = Letters()
    return kept.kept


@pytest.mark.parametrize(
    ("customer", "language", "begins"),
    [
        (MARTA, "es", "Hola, Marta Vidal:"),
        (evolve(MARTA, language="es-AR"), "es", "Hola, Marta Vidal:"),
        (JOAN, "en", "Hello Joan Ros,"),
        (evolve(MARTA, language="ca"), "en", "Hello Marta Vidal,"),
    ],
    ids=["own", "region", "unknown", "without texts"],
)
def test_b41_the_customers_language_decides(
    letters: list[Message], desk: Desk, customer: Customer, language: str, begins: str
) -> None:
    """B41: an agent acts, whatever they speak; the message, its page and its mark are in the customer's language."""
    reported(desk, placed(desk, customer=customer), by="ana")
    desk.send_due()
    message = letters[-1]

    assert language == message.language
    assert begins == message.text.splitlines()[0]
    assert f'<html lang="{language}">' in message.html


def test_a_later_promise_is_told_to_the_customer(letters: list[Message], desk: Desk, clock: ManualClock) -> None:
    """They hear it from the shop first: what was promised, and what is promised now."""
    order = placed(desk, promised=SOON, number="77")
    clock.advance(hours=1)
    desk.orders.amend(order.id, reason="the carrier said so", promised=SOON.replace(day=12), by="ana")
    desk.send_due()
    message = letters[-1]

    assert "Más tarde de lo prometido: tu pedido 77" == message.subject
    assert ["9 de marzo de 2026", "12 de marzo de 2026"] == [
        line.partition(": ")[2] for line in message.text.splitlines() if "marzo" in line
    ]


def test_what_is_said_never_holds_what_an_agent_wrote_for_the_record(letters: list[Message], desk: Desk) -> None:
    """Descriptions and reasons are kept for the shop; no message quotes them."""
    case = reported(desk, description="the customer is difficult", by="ana")
    desk.incidents.withdraw(case.id, reason="he was lying", by="ana")
    desk.send_due()
    said = "".join(message.text + message.html + message.subject for message in letters)

    assert "difficult" not in said
    assert "lying" not in said


def test_texts_that_can_not_be_used_keep_a_desk_from_opening(opened: Opened, tmp_path: Path) -> None:
    """A mistake is found when the desk opens, not when a customer should have been told."""
    (tmp_path / "es").mkdir()
    (tmp_path / "es" / "order.placed.md").write_text("---\nsubject: a\nbrief: b\n---\n{{ customer }}\n")

    with pytest.raises(ConfigurationError, match=r"es/order.placed.md:5"):
        opened(shop=evolve(SHOP, templates=str(tmp_path)))
