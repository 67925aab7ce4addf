"""What a state comes to: its rows by the name of their table, and those of tasks, accounts and actions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from incidentkit.domain import events as ev
from incidentkit.domain.accounts import Account
from incidentkit.domain.analyses import Analysis
from incidentkit.domain.calls import CallList, VerificationCall
from incidentkit.domain.checkins import CheckIn
from incidentkit.domain.commitments import Commitment
from incidentkit.domain.corrective_actions import CorrectiveAction
from incidentkit.domain.events import Event
from incidentkit.domain.evolve import State
from incidentkit.domain.goals import Objective
from incidentkit.domain.incidents import Incident
from incidentkit.domain.mass import MassIncident
from incidentkit.domain.needs import Need
from incidentkit.domain.orders import Order
from incidentkit.domain.preferences import Preferences
from incidentkit.domain.readings import Reading
from incidentkit.domain.shop import Shop
from incidentkit.domain.tasks import Task
from incidentkit.domain.times import micros
from incidentkit.measures.ask_facts import ask_rows
from incidentkit.measures.block_facts import block_rows
from incidentkit.measures.call_facts import call_list_rows, call_rows
from incidentkit.measures.cause_facts import action_rows, analysis_rows
from incidentkit.measures.clock_facts import promise_rows
from incidentkit.measures.commitment_facts import checkin_rows, commitment_rows
from incidentkit.measures.cost_facts import costs_of
from incidentkit.measures.fact import Fact, at
from incidentkit.measures.goal_facts import objective_fact
from incidentkit.measures.grant_facts import approvals, grants
from incidentkit.measures.incident_facts import (
    closures,
    false_resolutions,
    incident_channels,
    incident_fact,
    incident_lines,
    incident_orders,
    incident_products,
    lines_with_products,
)
from incidentkit.measures.mass_facts import covered_rows, mass_rows
from incidentkit.measures.need_facts import need_rows
from incidentkit.measures.order_facts import advice_rows, deliveries, order_carriers, order_fact, order_products
from incidentkit.measures.reading_facts import reading_rows

__all__ = ["account_fact", "action_facts", "facts_of", "lasting_facts", "task_fact"]

_OURS = ("agent", "host", "rule", "cli")
"""Kinds of actors that are of the shop."""

_NO_ACTIONS = (
    # What a customer, a channel or a source does, whoever writes it down.
    ev.OrderPlaced,
    ev.SurveyAnswered,
    ev.SurveyAnswerReceived,
    ev.MessageReceipt,
    ev.MessageUndelivered,
    ev.SourceStatusNoted,
    ev.AnomalyNoted,
    ev.DeliveryFailed,
    # What is only looked at.
    ev.OrderAdvised,
    ev.CallListMade,
    ev.CallListed,
    ev.CallLapsed,
    ev.SurveyCoded,
    # What only follows from something else.
    ev.IncidentRecurred,
    ev.IncidentRepeated,
    ev.IncidentAppointed,
    ev.PromiseMade,
    ev.PromiseBroken,
    ev.ClockWarned,
    ev.ClockBroken,
    ev.StepOpened,
    ev.StepEnded,
    ev.StepLate,
    ev.WaitEnded,
    ev.CustomerTold,
    ev.CustomerUntold,
    ev.MoneyReturned,
    ev.ClaimMade,
    ev.ClaimReceived,
    ev.ClaimDone,
    ev.ClaimDropped,
    ev.OrderReplaced,
    ev.OrderSentInstead,
    ev.RemedyReceived,
    ev.OffersExpired,
    ev.IncidentContactNoted,
)


def facts_of(state: State, shop: Shop) -> dict[str, list[Fact]]:
    """Every row that a state comes to by the name of its table; all but those of `lasting_facts`."""
    if isinstance(state, Order):
        return {
            "facts_orders": [order_fact(state, shop.zone)],
            "facts_order_carriers": order_carriers(state),
            "facts_deliveries": deliveries(state),
            "facts_advice": advice_rows(state),
            "facts_promises": promise_rows(state, shop.zone),
        }
    if isinstance(state, Incident):
        return _of_incident(state, shop)
    if isinstance(state, Task):
        return {"facts_tasks": [task_fact(state)]}
    if isinstance(state, Need):
        return need_rows(state, shop)
    if isinstance(state, Account):
        return {"facts_accounts": [account_fact(state)]}
    if isinstance(state, Analysis):
        return analysis_rows(state)
    if isinstance(state, CorrectiveAction):
        return action_rows(state)
    if isinstance(state, Commitment):
        return commitment_rows(state)
    if isinstance(state, CheckIn):
        return checkin_rows(state)
    if isinstance(state, Reading):
        return reading_rows(state)
    if isinstance(state, VerificationCall):
        return call_rows(state)
    if isinstance(state, CallList):
        return call_list_rows(state)
    if isinstance(state, Objective):
        return {"facts_objectives": [objective_fact(state)]}
    if isinstance(state, MassIncident):
        return mass_rows(state)
    if isinstance(state, Preferences):
        return {}
    return ask_rows(state, shop)


def _of_incident(incident: Incident, shop: Shop) -> dict[str, list[Fact]]:
    # Asked for when a state comes about, and again when the next one does: nobody changes the rows.
    known: tuple[Shop, dict[str, list[Fact]]] | None = incident.worked_out.get("facts")
    if known is None or known[0] is not shop:
        rows = {
            "facts_incidents": [incident_fact(incident, shop)],
            "facts_incident_orders": incident_orders(incident, shop),
            "facts_incident_channels": incident_channels(incident),
            "facts_incident_lines": incident_lines(incident),
            "facts_blocks": block_rows(incident),
            "facts_closures": closures(incident),
            "facts_costs": costs_of(incident),
            "facts_false_resolutions": false_resolutions(incident),
            "facts_grants": grants(incident),
            "facts_approvals": approvals(incident),
            "facts_mass": covered_rows(incident),
            "facts_promises": promise_rows(incident, shop.zone),
        }
        known = incident.worked_out["facts"] = (shop, rows)
    return known[1]


def lasting_facts(state: State, order: Callable[[str], Order]) -> dict[str, list[Fact]]:
    """Rows that a state comes to when it begins, and that change afterwards only with the orders of a case.

    Args:
        order: gives the order with that id.
    """
    if isinstance(state, Order):
        return {"facts_order_products": order_products(state)}
    if isinstance(state, Incident):
        orders = [order(each) for each in state.own_orders]
        found = {"facts_incident_products": incident_products(state, orders)}
        return found | ({"facts_incident_lines": lines_with_products(state, orders)} if state.products else {})
    return {}


# --- Actions -----------------------------------------------------------------------------------------------------


def action_facts(event: Event, state: State, shop: Shop) -> list[Fact]:
    """The rows of ``facts_actions``: for an action of ours, one for each order that it is about.

    An action is what a person or a rule of ours does about an order, one of its incidents or one of its surveys; placing
    the order, answering, a channel's receipt and what a source says are none, whoever writes them down.

    Args:
        state: the order, incident or ask that the event belongs to, as it was afterwards: what is done about a case is done
            about the orders that others brought too, for as long as they are merged.
    """
    kind, _, name = event.actor.partition(":")
    if kind not in _OURS or isinstance(event.data, _NO_ACTIONS):
        return []
    agent = shop.agent(name) if kind == "agent" else None
    who = {"actor": event.actor, "agent": name if kind == "agent" else None, "team": agent.team if agent else None}
    return [{"at": micros(event.occurred_at), "order_id": order, **who} for order in _orders_of(state, event)]


_NO_ORDERS = (Account, Analysis, CallList, CheckIn, Commitment, CorrectiveAction, MassIncident, Objective, Preferences, Reading)
"""What is about no order of its own."""


def _orders_of(state: State, event: Event) -> Sequence[str]:
    if isinstance(state, Need):
        # What the customer asks is theirs; that somebody answers is ours.
        said = event.data
        return said.contact.orders if isinstance(said, ev.ContactLogged) and said.contact.answers else ()
    if isinstance(state, Order):
        return (state.id,)
    if isinstance(state, Incident):
        return state.orders
    if isinstance(state, _NO_ORDERS):
        return ()
    return () if state.order is None else (state.order,)


# --- Accounts ----------------------------------------------------------------------------------------------------


def account_fact(account: Account) -> Fact:
    """The row of ``facts_accounts``."""
    return {"account": account.key, "account_id": account.id, "manager": account.manager}


# --- Tasks -------------------------------------------------------------------------------------------------------


def task_fact(task: Task) -> Fact:
    """The row of ``facts_tasks``."""
    return {
        "task_id": task.id,
        "kind": task.kind,
        "rule": task.rule or None,
        "order_id": task.order,
        "incident_id": task.incident,
        "initiative": task.initiative,
        "customer": task.customer,
        "owner_team": task.owner.team,
        "owner_agent": task.owner.agent or None,
        "asked": task.asked,
        "state": task.state.value,
        "open": int(task.open),
        "due": at(task.due),
        "opened_at": micros(task.opened_at),
        "taken_at": at(task.taken_at),
        "ended_at": at(task.ended_at),
    }
