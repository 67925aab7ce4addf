"""Facts of needs: one row per need and per contact, with every count, duration and cost already computed."""

from __future__ import annotations

from datetime import timedelta

from incidentkit.domain.contacts import Contact
from incidentkit.domain.money import AMOUNT_UNIT, Money
from incidentkit.domain.needs import Need
from incidentkit.domain.shop import Shop
from incidentkit.domain.times import micros
from incidentkit.measures.cost_facts import costs_of_contacts
from incidentkit.measures.fact import Fact
from incidentkit.measures.worked import worked

__all__ = ["AFTER_RESOLUTION", "contact_facts", "need_fact", "need_incidents", "need_orders", "need_rows"]

AFTER_RESOLUTION = timedelta(days=7)
"""For so long after a need's resolution a further question of the customer shows that it was none."""


def need_rows(need: Need, shop: Shop) -> dict[str, list[Fact]]:
    """Every row that a need comes to by the name of its table."""
    return {
        "facts_needs": [need_fact(need, shop)],
        "facts_contacts": contact_facts(need),
        "facts_need_orders": need_orders(need),
        "facts_need_incidents": need_incidents(need),
        "facts_costs": costs_of_contacts(need),
    }


def need_fact(need: Need, shop: Shop) -> Fact:
    """The row of ``facts_needs``. ``cost`` is None where it is not known in full, in the shop's currency."""
    asked, answered = need.asked, need.answered
    team, agent = _who(need, answered, shop)
    return {
        "need_id": need.id,
        "customer": need.customer,
        "channel": min(need.contacts, key=lambda c: c.at).channel if need.contacts else None,
        "type": need.type or None,
        "team": team,
        "agent": agent,
        "counts": int(need.joined is None),
        "open": int(need.open),
        "passive": int(need.passive),
        "opened_at": micros(need.opened_at),
        "asked_at": None if asked is None else micros(asked.at),
        "resolved_at": None if need.resolved_at is None else micros(need.resolved_at),
        "reopened": need.reopened,
        "inbound": sum(contact.direction == "in" and not contact.automatic for contact in need.contacts),
        "first_response": None if asked is None or answered is None else micros(answered.at) - micros(asked.at),
        "first_response_working": worked(asked.at, answered.at if answered else None, team, shop) if asked else None,
        "first_contact": int(_at_once(need)),
        "cost": _in_units(need.journey.cost, shop.currency),
    }


def _who(need: Need, answered: Contact | None, shop: Shop) -> tuple[str, str | None]:
    """The team and agent of the first answer, else of the last contact that anybody by name had, else the shop's team."""
    had = [contact for contact in need.contacts if contact.team]
    by = answered if answered is not None and answered.team else had[-1] if had else None
    return (shop.default_team, None) if by is None else (by.team, by.agent or None)


def _at_once(need: Need) -> bool:
    """Whether one question was enough."""
    if need.resolved_at is None or need.reopened:
        return False
    until = need.resolved_at + AFTER_RESOLUTION
    return sum(contact.asks and contact.at <= until for contact in need.contacts) == 1


def _in_units(amount: Money | None, currency: str) -> int | None:
    return None if amount is None or amount.currency != currency else int(amount.amount * AMOUNT_UNIT)


def contact_facts(need: Need) -> list[Fact]:
    """The rows of ``facts_contacts``: one for each contact that belongs to the need."""
    return [
        {
            "need_id": need.id,
            "contact_id": contact.id,
            "customer": contact.customer or need.customer,
            "channel": contact.channel,
            "direction": contact.direction,
            "at": micros(contact.at),
            "automatic": int(contact.automatic),
            "live": int(contact.live),
            "expects_answer": int(contact.expects_answer),
            "team": contact.team or None,
            "agent": contact.agent or None,
            "cost": None if contact.cost is None else int(contact.cost.amount * AMOUNT_UNIT),
            "currency": None if contact.cost is None else contact.cost.currency,
            "covered": int(not contact.imported or bool(contact.ticket) or bool(need.incidents)),
        }
        for contact in need.contacts
    ]


def need_orders(need: Need) -> list[Fact]:
    """The rows of ``facts_need_orders``: one for each of its orders."""
    return [{"order_id": order, "need_id": need.id} for order in need.orders]


def need_incidents(need: Need) -> list[Fact]:
    """The rows of ``facts_need_incidents``: one for each of its incidents."""
    return [{"incident_id": incident, "need_id": need.id} for incident in need.incidents]
