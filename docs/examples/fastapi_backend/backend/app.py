"""Five doors: buy, see how it stands, say that something is wrong, hear from the carrier, and whether all is well."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Header, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker
from sqlalchemy.orm import Session

import incidentkit as ik
from backend.models import Purchase, made, opened

__all__ = ["create_app"]

_SHOP = Path(__file__).parents[1] / "shop.toml"
_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg"}


class Buying(BaseModel):
    """What the customer sends at the checkout."""

    number: str
    product: str
    quantity: int
    price: Decimal
    email: str
    limit: Decimal = Decimal(1000)


class Problem(BaseModel):
    """What the customer says is wrong."""

    type: str
    words: str


class Parcel(BaseModel):
    """What the carrier's webhook brings, perhaps more than once."""

    event: str
    number: str


class Backend:
    """What lives as long as the process: the desk, and the shop's own way to the same database."""

    def __init__(self, url: str) -> None:
        self.desk = ik.open_desk(url, ik.load_shop(_SHOP), shared=True)
        parsed = make_url(url)
        self.engine: AsyncEngine = opened(
            parsed.set(drivername=_DRIVERS[parsed.get_backend_name()]).render_as_string(hide_password=False)
        )
        self.sessions = async_sessionmaker(self.engine)


def create_app(url: str) -> FastAPI:
    """The backend on that database."""

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        backend = app.state.backend = Backend(url)
        await made(backend.engine)
        yield
        await backend.engine.dispose()
        backend.desk.close()

    app = FastAPI(lifespan=life)
    app.post("/checkout", status_code=201)(checkout)
    app.get("/orders/{number}")(order)
    app.post("/orders/{number}/problem", status_code=201)(problem)
    app.post("/carrier", status_code=204)(carrier)
    app.get("/health")(health)
    app.exception_handler(ik.IncidentkitError)(refused)
    return app


def _backend(request: Request) -> Backend:
    backend: Backend = request.app.state.backend
    return backend


Its = Annotated[Backend, Depends(_backend)]
Key = Annotated[str | None, Header(alias="Idempotency-Key")]


async def checkout(buying: Buying, backend: Its, key: Key = None) -> dict[str, str]:
    """The purchase and its order are written together, or neither is."""
    async with backend.sessions.begin() as session:
        return await session.run_sync(_bought, backend.desk, buying, key)


def _bought(session: Session, desk: ik.Desk, buying: Buying, key: str | None) -> dict[str, str]:
    with desk.within(session):
        order = desk.orders.place(
            lines=[ik.Line(buying.product, buying.quantity, str(buying.price))],
            customer=ik.Customer(buying.email, email=buying.email),
            number=buying.number,
            by="checkout",
            key=key,
        )
    # The same request again has given the first one's order.
    if session.get(Purchase, buying.number) is None:
        session.add(Purchase(number=buying.number, total=buying.price * buying.quantity, order=order.id))
    if buying.price * buying.quantity > buying.limit:
        raise ik.InvalidInput("The payment", "must be within the card's limit")
    return {"order": order.id}


async def _order_id(session: AsyncSession, number: str) -> str:
    purchase = await session.get(Purchase, number)
    if purchase is None:
        raise ik.UnknownIdError("The purchase", "must be one of this shop's")
    return purchase.order


async def order(number: str, backend: Its) -> dict[str, Any]:
    """How it stands. The desk reads in a thread of its own; the event loop goes on."""
    async with backend.sessions() as session:
        order_id = await _order_id(session, number)
    found = await backend.desk.run(backend.desk.orders.get, order_id)
    return {"number": number, "status": found.status, "in_incident": found.in_incident}


async def problem(number: str, said: Problem, backend: Its) -> dict[str, str]:
    """A case, owned from this moment on."""
    async with backend.sessions() as session:
        order_id = await _order_id(session, number)
    report = backend.desk.incidents.report
    incident = await backend.desk.run(report, order_id, said.type, said.words, reported_by="customer", by="customer")
    return {"incident": incident.id, "owner": incident.owner.label}


async def carrier(parcel: Parcel, backend: Its) -> None:
    """Delivered once, however often the carrier says so: its event is the idempotency key."""
    async with backend.sessions() as session:
        order_id = await _order_id(session, parcel.number)
    await backend.desk.run(_delivered, backend.desk, order_id, parcel.event)


def _delivered(desk: ik.Desk, order_id: str, event: str) -> None:
    with desk.batch():
        desk.orders.ship(order_id, by="carrier", key=f"carrier-shipped-{event}")
        desk.orders.deliver(order_id, by="carrier", key=f"carrier-{event}")


async def health(backend: Its) -> JSONResponse:
    """For whoever watches the process."""
    found = await backend.desk.run(backend.desk.health)
    return JSONResponse({"healthy": found.healthy}, 200 if found.healthy else 503)


def refused(_: Request, error: Exception) -> JSONResponse:
    """Every error of a desk says what to do next, and holds nothing personal."""
    assert isinstance(error, ik.IncidentkitError)
    said = {"code": error.code, "error": str(error)}
    if isinstance(error, (ik.ConflictError, ik.StoreBusy)):
        return JSONResponse(said, 503, {"Retry-After": "1"})
    if isinstance(error, ik.UnknownIdError):
        return JSONResponse(said, 404)
    return JSONResponse(said, 422 if isinstance(error, ik.RuleViolation) else 500)
