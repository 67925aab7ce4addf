"""Orders in the admin, with everything that happened to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import incidentkit as ik
from incidentkit_django.admin.pages import DeskAdmin, Field, Found
from incidentkit_django.admin.showing import Cell, Section, Shower, facts
from incidentkit_django.admin.tables import every, incidents_table, messages_table, timeline_table
from incidentkit_django.words import say

__all__ = ["OrderAdmin"]


class OrderAdmin(DeskAdmin):
    """The latest first; found by number, and by those who may, by the customer's e-mail or phone."""

    columns = ("order", "status", "in_incident", "placed_at", "captured")
    asked_by = (
        Field("number"),
        Field("status", tuple(ik.OrderStatus)),
        Field("in_incident", ("yes", "no")),
        Field("email", personal=True),
        Field("phone", personal=True),
    )

    def found(self, shower: Shower, asked: Mapping[str, str], after: str | None) -> Found:
        """A page of orders."""
        page = shower.desk.orders.find(
            number=asked.get("number"),
            status=asked.get("status"),
            in_incident=asked["in_incident"] == "yes" if "in_incident" in asked else None,
            email=asked.get("email"),
            phone=asked.get("phone"),
            limit=50,
            after=after,
        )
        return Found([_row(shower, order) for order in page], page.next)

    def shown(self, shower: Shower, thing: str) -> tuple[str, Sequence[Section]]:
        """The order, what is in it, who ordered, its cases and messages, and its timeline."""
        order = shower.desk.orders.get(thing)
        sections = [
            facts(say("order"), _facts(shower, order)),
            _lines(shower, order),
            _parcels(shower, order),
            *_customer(shower, order),
            incidents_table(shower, every(shower.desk.incidents.find, order=order.id)),
            messages_table(shower, order.id),
            timeline_table(shower, every(shower.desk.orders.timeline, order.id)),
        ]
        return order.label, [section for section in sections if section.rows]


def _row(shower: Shower, order: ik.Order) -> Sequence[Cell]:
    return (
        shower.link("order", order.id, order.label),
        shower.cell(order.status),
        shower.cell(order.in_incident),
        shower.cell(order.placed_at),
        shower.cell(order.captured),
    )


def _facts(shower: Shower, order: ik.Order) -> Iterator[tuple[str, Cell]]:
    plain = ("id", "number", "status", "in_incident", "placed_at", "confirmed_at", "delivered_at", "cancelled_at", "captured")
    for name in (*plain, "refunded", "account", "passive"):
        yield name, shower.cell(getattr(order, name))
    if order.promise is not None:
        yield "promised", shower.cell(order.promise.due)
    yield "status_text", shower.private(order.status_text)


def _lines(shower: Shower, order: ik.Order) -> Section:
    names = ("product", "quantity", "price", "cancelled", "shipped", "delivered", "returned")
    rows = [[shower.cell(getattr(line, name)) for name in names] for line in order.lines]
    return Section(say("lines"), rows, [say(name) for name in names])


def _parcels(shower: Shower, order: ik.Order) -> Section:
    rows = [
        [
            shower.cell(parcel.carrier),
            shower.private(parcel.tracking),
            shower.cell(", ".join(f"{count} × {line}" for line, count in parcel.units)),
            shower.cell(parcel.shipped_at),
            shower.cell(parcel.delivered_at),
        ]
        for parcel in order.shipments
    ]
    return Section(say("parcels"), rows, [say(name) for name in ("carrier", "tracking", "units", "shipped_at", "delivered_at")])


def _customer(shower: Shower, order: ik.Order) -> Iterator[Section]:
    """Who ordered; to those who may not see it, that there is somebody."""
    if order.customer is None:
        return
    if not shower.personal:
        yield facts(say("customer"), [("name", Cell(say("hidden")))])
        return
    person = shower.desk.context(order.id).customer
    if person is not None:
        names = ("key", "name", "email", "phone", "language", "zone")
        yield facts(say("customer"), [(name, shower.cell(getattr(person, name))) for name in names])
