"""The backend on Flask: its doors, one transaction for both sides, and many threads at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import text

from incidentkit.desk.desk import Desk
from tests.examples.conftest import Example

BUYS = {"number": "1001", "product": "lamp", "quantity": 2, "price": "19.90", "email": "eva@example.com"}


@pytest.fixture
def app(example: Example, new_store_url: str) -> Iterator[Flask]:
    """The application on a new database."""
    made: Flask = example("flask_backend").create_app(new_store_url)
    yield made
    made.extensions["desk"].close()
    made.extensions["engine"].dispose()


@pytest.fixture
def desk(app: Flask) -> Desk:
    """The application's own."""
    found: Desk = app.extensions["desk"]
    return found


def purchases(app: Flask) -> list[str]:
    """The numbers in the shop's own table."""
    with app.extensions["engine"].connect() as connection:
        return list(connection.execute(text("SELECT number FROM purchases ORDER BY number")).scalars())


def test_a_purchase_from_the_checkout_to_a_problem(app: Flask, desk: Desk) -> None:
    """Bought, and broken: the customer has an owner at once."""
    client = app.test_client()
    bought = client.post("/checkout", json=BUYS)
    problem = client.post("/orders/1001/problem", json={"type": "damaged", "words": "The shade is broken."})

    assert (201, 201) == (bought.status_code, problem.status_code)
    assert "after-sales" == problem.get_json()["owner"]
    assert {"number": "1001", "status": "placed", "in_incident": True} == client.get("/orders/1001").get_json()
    assert 1 == desk.queue_size()
    assert 200 == client.get("/health").status_code


def test_a_payment_that_fails_leaves_neither(app: Flask, desk: Desk) -> None:
    """Neither the purchase nor the order is there, and what is said holds nothing personal."""
    answer = app.test_client().post("/checkout", json=BUYS | {"limit": "1"})

    assert (422, "invalid-input") == (answer.status_code, answer.get_json()["code"])
    assert "eva" not in answer.text
    assert ([], 0) == (purchases(app), len(desk.orders.find()))
    assert 404 == app.test_client().get("/orders/1001").status_code


def test_many_threads_at_once(app: Flask, desk: Desk) -> None:
    """Sixteen threads, each request twice: as many purchases as orders, one for one."""

    def buy(number: int) -> int:
        headers = {"Idempotency-Key": f"cart-{number}"}
        return app.test_client().post("/checkout", json=BUYS | {"number": str(number)}, headers=headers).status_code

    with ThreadPoolExecutor(16) as pool:
        answers = set(pool.map(buy, [*range(32), *range(32)]))

    assert {201} == answers
    assert {str(number) for number in range(32)} == set(purchases(app)) == {o.number for o in desk.orders.find(limit=100)}
