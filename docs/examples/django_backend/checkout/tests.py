"""How a project tests what it does with the record: Django's own `TestCase` rolls both back."""

from __future__ import annotations

from typing import Any

from django.test import TestCase, TransactionTestCase

from checkout.models import Purchase
from incidentkit_django import atomic, desk, recorded
from incidentkit_django.testing import fresh_record

BUYS = {"number": "1001", "product": "lamp", "quantity": 2, "price": "19.90", "email": "eva@example.com", "limit": "500"}


class CheckoutTest(TestCase):
    """Inside the test's transaction."""

    def buy(self, **changes: Any) -> Any:
        """Buy something."""
        return self.client.post("/checkout", {**BUYS, **changes}, content_type="application/json")

    def test_a_purchase_is_an_order(self) -> None:
        """Both are there, under one number."""
        answer = self.buy()
        with atomic() as record:
            order = record.orders.get(answer.json()["order"])

        self.assertEqual(("1001", 1), (order.number, Purchase.objects.count()))

    def test_a_payment_that_fails_leaves_neither(self) -> None:
        """Neither the purchase nor the order."""
        answer = self.buy(limit="1")
        with atomic() as record:
            found = record.orders.find(number="1001")

        self.assertEqual((402, 0, 0), (answer.status_code, len(found), Purchase.objects.count()))


class ProblemTest(TransactionTestCase):
    """With commits, in a record of its own."""

    def setUp(self) -> None:
        """A record with nothing in it."""
        self.enterContext(fresh_record())

    def test_a_problem_has_an_owner_at_once(self) -> None:
        """The order is in incident, the team has it, and receivers hear of both after the commit."""
        heard: list[str] = []

        def hear(*, events: tuple[Any, ...], **_: object) -> None:
            heard.extend(event.type for event in events)

        recorded.connect(hear)
        self.client.post("/checkout", BUYS, content_type="application/json")
        problem = {"type": "damaged", "words": "The shade is broken."}
        answer = self.client.post("/orders/1001/problem", problem, content_type="application/json")
        recorded.disconnect(hear)

        self.assertEqual("after-sales", answer.json()["owner"])
        self.assertTrue(self.client.get("/orders/1001").json()["in_incident"])
        self.assertLessEqual({"order.placed", "incident.reported"}, set(heard))
        self.assertTrue(desk().queue())
