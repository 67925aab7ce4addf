"""The backend on FastAPI: its doors, one transaction for both sides, and many requests at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from sqlalchemy import text

from incidentkit.desk.desk import Desk
from tests.examples.conftest import Example

BUYS = {"number": "1001", "product": "lamp", "quantity": 2, "price": "19.90", "email": "eva@example.com"}

Calls = Callable[[Callable[[AsyncClient], Awaitable[Any]]], Any]


@pytest.fixture
def app(example: Example, new_store_url: str) -> FastAPI:
    """The application on a new database."""
    made: FastAPI = example("fastapi_backend").create_app(new_store_url)
    return made


@pytest.fixture
def calls(app: FastAPI) -> Calls:
    """Starts the application, has somebody call it, and stops it."""

    def run(body: Callable[[AsyncClient], Awaitable[Any]]) -> Any:
        async def main() -> Any:
            shop = AsyncClient(transport=ASGITransport(app), base_url="http://shop")
            async with app.router.lifespan_context(app), shop:
                return await body(shop)

        return asyncio.run(main())

    return run


async def kept(app: FastAPI) -> tuple[list[str], list[str]]:
    """The numbers in the shop's own table, and those in the record."""
    async with app.state.backend.sessions() as session:
        bought = list(await session.scalars(text("SELECT number FROM purchases ORDER BY number")))
    desk: Desk = app.state.backend.desk
    return bought, sorted(str(order.number) for order in desk.orders.find(limit=100))


def test_a_purchase_from_the_checkout_to_a_problem(calls: Calls) -> None:
    """Bought, delivered once though the carrier says so twice, and broken: the customer has an owner at once."""

    async def body(shop: AsyncClient) -> None:
        bought = await shop.post("/checkout", json=BUYS)
        carrier = [(await shop.post("/carrier", json={"event": "e-1", "number": "1001"})).status_code for _ in range(2)]
        problem = await shop.post("/orders/1001/problem", json={"type": "damaged", "words": "The shade is broken."})
        health = await shop.get("/health")

        assert 201 == bought.status_code
        assert [204, 204] == carrier
        assert (201, "after-sales") == (problem.status_code, problem.json()["owner"])
        assert {"number": "1001", "status": "delivered", "in_incident": True} == (await shop.get("/orders/1001")).json()
        assert (200, {"healthy": True}) == (health.status_code, health.json())

    calls(body)


def test_a_payment_that_fails_leaves_neither(app: FastAPI, calls: Calls) -> None:
    """Neither the purchase nor the order is there, and what is said holds nothing personal."""

    async def body(shop: AsyncClient) -> None:
        answer = await shop.post("/checkout", json=BUYS | {"limit": "1"})

        assert (422, "invalid-input") == (answer.status_code, answer.json()["code"])
        assert "eva" not in answer.text
        assert ([], []) == await kept(app)
        assert 404 == (await shop.get("/orders/1001")).status_code

    calls(body)


def test_many_at_once(app: FastAPI, calls: Calls) -> None:
    """Forty requests, each twice, all at the same time: forty purchases and as many orders, one for one."""

    async def body(shop: AsyncClient) -> None:
        async def buy(number: int) -> int:
            headers = {"Idempotency-Key": f"cart-{number}"}
            return (await shop.post("/checkout", json=BUYS | {"number": str(number)}, headers=headers)).status_code

        answers = await asyncio.gather(*(buy(number) for number in (*range(40), *range(40))))
        numbers = sorted(str(number) for number in range(40))

        assert {201} == set(answers)
        assert (numbers, numbers) == await kept(app)

    calls(body)
