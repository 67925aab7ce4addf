"""Measures of orders, of what is promised and done about them, and of the contacts that they cause."""

from __future__ import annotations

from datetime import timedelta

from incidentkit.measures.conditions import AtLeast, Equals, Given, Happened, Not, Within
from incidentkit.measures.definitions.parts import ABOUT_ORDER, BY_CUSTOMER, COUNTED
from incidentkit.measures.measure import Measure

__all__ = ["ORDERS"]

_NOT_CANCELLED = Equals("cancelled", 0)
_CLAIMED = (COUNTED, Equals("reported_by", "customer"), Equals("cause_category", "order_error"))

ORDERS = (
    Measure(
        name="orders_received",
        unit="orders",
        kind="count",
        facts="orders",
        when="placed_at",
        definition="orders placed",
        formula="count of orders placed",
        better="up",
        role="lag",
    ),
    Measure(
        name="orders_handled",
        unit="orders",
        kind="count",
        facts="actions",
        when="at",
        distinct="order_id",
        definition=(
            "orders with at least one action by a person or rule of ours in the window (counts by action, an order once a "
            "window; backlog and backlog_age look at the window's last instant; all others follow the window rule)"
        ),
        formula="count of different orders acted on",
        better="up",
        role="lead",
    ),
    Measure(
        name="order_confirmation_time",
        unit="seconds",
        kind="duration",
        facts="orders",
        when="placed_at",
        column="confirmation",
        definition="placed → first confirmation; orders cancelled later included",
        formula="mean of (first confirmation − placed)",
        better="down",
        role="lead",
    ),
    Measure(
        name="handover_time",
        unit="seconds",
        kind="duration",
        facts="orders",
        when="placed_at",
        where=(_NOT_CANCELLED,),
        column="handover",
        definition="placed → first parcel handed over to a carrier; cancelled orders excluded",
        formula="mean of (first parcel shipped − placed)",
        better="down",
        role="lead",
    ),
    Measure(
        name="delivery_time",
        unit="seconds",
        kind="duration",
        facts="orders",
        when="placed_at",
        where=(_NOT_CANCELLED,),
        column="delivery",
        definition="placed → last remaining unit delivered; cancelled orders excluded",
        formula="mean of (last remaining unit delivered − placed)",
        better="down",
        role="lag",
    ),
    Measure(
        name="on_time_delivery_rate",
        unit="share",
        kind="share",
        facts="orders",
        when="placed_at",
        where=(_NOT_CANCELLED, AtLeast("delivery", 0), Given("on_time")),
        numerator=(Equals("on_time", 1),),
        definition=(
            "of the orders in delivery_time's n: delivered by the first promise given ÷ all with a promise. "
            "A promise given as a date lasts to the end of that day in the shop's zone; one given as an instant is that instant"
        ),
        formula="delivered by the first promise ÷ delivered with a promise",
        better="up",
        role="lag",
    ),
    Measure(
        name="promise_kept_rate",
        unit="share",
        kind="share",
        facts="promises",
        when="due",
        passed="due",
        numerator=(Equals("kept", 1),),
        definition="promises due in the window kept by their time ÷ due; not delivered counts as broken",
        formula="kept by their time ÷ due",
        better="up",
        role="lag",
    ),
    Measure(
        name="incident_rate",
        unit="share",
        kind="share",
        facts="orders",
        when="placed_at",
        numerator=(Within("order_id", "incident_orders", (COUNTED,)),),
        definition="orders with at least one incident ÷ orders placed",
        formula="orders with an incident ÷ orders placed",
        better="down",
        role="lag",
    ),
    Measure(
        name="order_error_claim_rate",
        unit="share",
        kind="share",
        facts="orders",
        when="placed_at",
        numerator=(Within("order_id", "incident_orders", _CLAIMED),),
        maturity=timedelta(days=30),
        definition=(
            "orders with an incident first reported by the customer whose cause has the category order_error (wrong product, "
            "quantity, address or description) ÷ orders placed; maturity 30 days"
        ),
        formula="orders with such an incident ÷ orders placed",
        better="down",
        role="lag",
    ),
    Measure(
        name="proactive_update_rate",
        unit="share",
        kind="share",
        facts="orders",
        when="placed_at",
        passed="judged_at",
        maturity=timedelta(days=30),
        numerator=(Given("updated_at"), Not(Happened(ABOUT_ORDER, "at", BY_CUSTOMER, until="updated_at"))),
        definition=(
            "orders with a status update after confirmation, published or effectively sent, before the customer's first "
            "inbound contact about the order ÷ orders finished or 30 days old; no contact and no update is a miss"
        ),
        formula="updated before the first contact ÷ finished or 30 days old",
        better="up",
        role="lead",
    ),
    Measure(
        name="ticket_coverage_rate",
        unit="share",
        kind="share",
        facts="contacts",
        when="at",
        where=(*BY_CUSTOMER, Within("need_id", "need_orders")),
        numerator=(Equals("covered", 1),),
        definition=(
            "inbound contacts about orders that have a case number here or in the ticket desk ÷ all such contacts known, those "
            "found later by import or reconcile included"
        ),
        formula="inbound contacts about orders with a case number ÷ inbound contacts about orders",
        better="up",
        role="lead",
    ),
)
