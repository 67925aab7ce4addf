"""A shop with pages, its customers, and what they were sent: an order in trouble, an offer, a survey."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from attrs import evolve, frozen

from incidentkit.delivery.links import links_of
from incidentkit.desk.desk import Desk
from incidentkit.desk.linking import tokens_of
from incidentkit.domain.effects import Intent
from incidentkit.domain.incidents import Incident
from incidentkit.domain.orders import Line, Order
from incidentkit.domain.people import Customer
from incidentkit.domain.remedies import Offer
from incidentkit.domain.shop import ScoreboardLine, Shop
from incidentkit.domain.surveys import Ask

__all__ = ["MARTA", "PAGES", "SHOP", "SOMEBODY", "World", "links", "path", "token", "world"]

PAGES = "https://casa.example/pedidos"
SHOP = Shop(
    name="Casa Lumbre",
    zone="Europe/Madrid",
    sender="hola@casa.example",
    channel="post",
    blocked_plugins=("local",),
    pages_url=PAGES,
    reply_to="hola@casa.example",
    scoreboard=(ScoreboardLine("orders_received", target=1, window="day"), ScoreboardLine("incident_rate", 0.5, window="day")),
)
MARTA = Customer("c-marta", name="Marta Vidal", email="marta@example.com", phone="+34600000001", language="es")
SOMEBODY = Customer("c-some", name="Sam One", email="sam@example.com")


@frozen
class World:
    """One customer's affairs."""

    order: Order
    case: Incident
    ask: Ask


def world(desk: Desk, customer: Customer = SOMEBODY, **given: Any) -> World:
    """An order that was promised, a case of it with two offers, and a question."""
    now = desk.clock()
    order = desk.orders.place(
        customer=customer,
        lines=[Line("mug", 2, "9.90"), Line("lamp", 1, "45.00")],
        promised=(now + timedelta(days=4)).date(),
        number=given.get("number", "1001"),
    )
    desk.orders.confirm(order.id)
    case = desk.incidents.report(order.id, "damaged", "internal: the packer dropped it", cause="packaging")
    case = desk.incidents.log_conversation(case.id, channel="phone", summary="told them", by="ana")
    case = desk.incidents.offer(case.id, offers(now))
    return World(desk.orders.get(order.id), case, desk.surveys.ask("csat", incident=case.id))


def offers(now: datetime) -> list[Offer]:
    """A refund within three days, or another lamp within six."""
    soon: date = (now + timedelta(days=3)).date()
    return [Offer("refund", soon, "45.00"), Offer("substitution", soon + timedelta(days=3), product="lamp-2")]


def links(desk: Desk, state: Order | Incident | Ask, **given: Any) -> dict[str, str]:
    """The links of a message about it that goes out now."""
    steps = {Order: "order.shipped", Incident: "incident.offered", Ask: "survey.csat"}
    customer = str(state.customer)
    purpose = "survey" if isinstance(state, Ask) else "service"
    intent = Intent("k", "message", "post", state.id, steps[type(state)], desk.clock(), customer, purpose=purpose)
    return links_of(evolve(intent, **given), state, tokens_of(desk._runtime), desk.shop)


def token(link: str) -> str:
    """What a link ends with."""
    return link.rpartition("/")[2]


def path(link: str) -> str:
    """A link's address below the pages."""
    return link.removeprefix(PAGES)
