"""A shop for the tests of the desk: people, products, and how to get to where a test begins."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from incidentkit.desk.desk import Desk
from incidentkit.domain.evidence import Evidence
from incidentkit.domain.incidents import Incident
from incidentkit.domain.orders import Line, Order
from incidentkit.domain.people import Customer
from incidentkit.domain.protocols import Protocol
from incidentkit.domain.remedies import Offer
from incidentkit.domain.shop import Agent, Shop, Survey, Team
from incidentkit.domain.surveys import Scale

SHOP = Shop(
    name="La tienda",
    zone="Europe/Madrid",
    teams=(Team("after-sales"), Team("warehouse")),
    agents=(Agent("ana", "after-sales"), Agent("leo", "warehouse"), Agent("eva", "after-sales", "supervisor")),
    protocols=(
        Protocol("damaged", severity="critical"),
        Protocol("late", severity="minor", group="logistics"),
        Protocol("out_of_stock", team="warehouse"),
    ),
    surveys=(Survey("csat"), Survey("nps", Scale(0, 10))),
    channel="post",
    blocked_plugins=("local",),
)

MARTA = Customer("marta@example.com", name="Marta Vidal", email="marta@example.com", phone="+34600000001", language="es")
JOAN = Customer("c-joan", name="Joan Ros", email="joan@example.com")
LINES = (Line("A", 3, "10.00"), Line("B", 1, "5.00"))
SOON = date(2026, 3, 9)


def placed(desk: Desk, **given: Any) -> Order:
    """An order of Marta's: three of A and one of B, 35 euros."""
    return desk.orders.place(**{"customer": MARTA, "lines": LINES, "number": None, **given})


def reported(desk: Desk, order: Order | None = None, **given: Any) -> Incident:
    """A case on that order, or on a new one."""
    about = order or placed(desk)
    return desk.incidents.report(about.id, **{"type": "damaged", "description": "the box was crushed", **given})


def told(desk: Desk, **given: Any) -> Incident:
    """A case whose customer was spoken to."""
    return desk.incidents.log_conversation(reported(desk, **given).id, channel="phone", summary="said so", by="ana")


def agreed(desk: Desk, amount: str = "5.00", **given: Any) -> Incident:
    """A case with an agreed refund."""
    case = desk.incidents.offer(told(desk, **given).id, [Offer("refund", desk.clock() + timedelta(days=3), amount)])
    return desk.incidents.accept(case.id, case.offers[-1].id, by="customer")


def resolved(desk: Desk, **given: Any) -> Incident:
    """A case whose refund is carried out."""
    case = desk.incidents.carry_out(agreed(desk, **given).id, "remedy-1", reference="RF-1")
    return desk.incidents.resolve(case.id)


def closed(desk: Desk, **given: Any) -> Incident:
    """A case that ended well."""
    case = resolved(desk, **given)
    spoken = desk.incidents.log_conversation(case.id, channel="phone", summary="all is well", by="ana")
    desk.incidents.confirm_satisfaction(case.id, Evidence.conversation(spoken.conversations[-1].id), by="ana")
    return desk.incidents.close(case.id)
