"""Four doors: buy, see how it stands, say that something is wrong, and whether all is well."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, current_app, request
from sqlalchemy import Engine
from sqlalchemy.orm import Session

import incidentkit as ik
from backend.models import Base, Purchase, opened

__all__ = ["create_app"]

_SHOP = Path(__file__).parents[1] / "shop.toml"

doors = Blueprint("doors", __name__)


def create_app(url: str) -> Flask:
    """The backend on that database."""
    app = Flask(__name__)
    engine = opened(url)
    Base.metadata.create_all(engine)
    # The shop has tables in this database already.
    desk = ik.open_desk(url, ik.load_shop(_SHOP), shared=True)
    app.extensions |= {"desk": desk, "engine": engine}
    app.register_blueprint(doors)
    return app


def the_desk() -> ik.Desk:
    """The process's desk, which every thread may use."""
    desk: ik.Desk = current_app.extensions["desk"]
    return desk


@contextmanager
def together() -> Iterator[Session]:
    """A session that commits at the end, with every command of the desk inside it a part of that."""
    engine: Engine = current_app.extensions["engine"]
    with Session(engine) as session, session.begin(), the_desk().within(session):
        yield session


@doors.post("/checkout")
def checkout() -> tuple[dict[str, Any], int]:
    """The purchase and its order are written together, or neither is."""
    given = request.get_json()
    number, price, quantity = given["number"], Decimal(given["price"]), given["quantity"]
    with together() as session:
        order = the_desk().orders.place(
            lines=[ik.Line(given["product"], quantity, str(price))],
            customer=ik.Customer(given["email"], email=given["email"]),
            number=number,
            by="checkout",
            key=request.headers.get("Idempotency-Key"),
        )
        # The same request again has given the first one's order.
        if session.get(Purchase, number) is None:
            session.add(Purchase(number=number, total=price * quantity, order=order.id))
        if price * quantity > Decimal(given.get("limit", "1000")):
            raise ik.InvalidInput("The payment", "must be within the card's limit")
    return {"order": order.id}, 201


@doors.get("/orders/<number>")
def order(number: str) -> dict[str, Any]:
    """How it stands."""
    with Session(current_app.extensions["engine"]) as session:
        order_id = _order_id(session, number)
    found = the_desk().orders.get(order_id)
    return {"number": number, "status": found.status, "in_incident": found.in_incident}


@doors.post("/orders/<number>/problem")
def problem(number: str) -> tuple[dict[str, Any], int]:
    """A case, owned from this moment on."""
    given = request.get_json()
    with together() as session:
        about = _order_id(session, number)
        report = the_desk().incidents.report
        incident = report(about, given["type"], given["words"], reported_by="customer", by="customer")
    return {"incident": incident.id, "owner": incident.owner.label}, 201


@doors.get("/health")
def health() -> tuple[dict[str, Any], int]:
    """For whoever watches the process."""
    healthy = the_desk().health().healthy
    return {"healthy": healthy}, 200 if healthy else 503


@doors.app_errorhandler(ik.IncidentkitError)
def refused(error: ik.IncidentkitError) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Every error of a desk says what to do next, and holds nothing personal."""
    said = {"code": error.code, "error": str(error)}
    if isinstance(error, (ik.ConflictError, ik.StoreBusy)):
        return said, 503, {"Retry-After": "1"}
    if isinstance(error, ik.UnknownIdError):
        return said, 404, {}
    return said, 422 if isinstance(error, ik.RuleViolation) else 500, {}


def _order_id(session: Session, number: str) -> str:
    purchase = session.get(Purchase, number)
    if purchase is None:
        raise ik.UnknownIdError("The purchase", "must be one of this shop's")
    return purchase.order
