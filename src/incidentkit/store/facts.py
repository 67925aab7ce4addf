"""The tables of facts, and the statement that brings a row of one up to date."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, Executable, Index, Integer, Table, Text, and_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.visitors import iterate

from incidentkit.errors import ConfigurationError
from incidentkit.store.tables import _table

__all__ = [
    "FACT_TABLES",
    "INDEXED",
    "facts_accounts",
    "facts_actions",
    "facts_analyses",
    "facts_analysis_incidents",
    "facts_answers",
    "facts_approvals",
    "facts_blocks",
    "facts_call_lists",
    "facts_calls",
    "facts_checkins",
    "facts_closures",
    "facts_commitments",
    "facts_contacts",
    "facts_corrective_action_incidents",
    "facts_corrective_actions",
    "facts_costs",
    "facts_deliveries",
    "facts_false_resolutions",
    "facts_grants",
    "facts_incident_channels",
    "facts_incident_lines",
    "facts_incident_orders",
    "facts_incident_products",
    "facts_incident_signatures",
    "facts_incidents",
    "facts_mass",
    "facts_mass_incidents",
    "facts_mass_orders",
    "facts_need_incidents",
    "facts_need_orders",
    "facts_needs",
    "facts_objectives",
    "facts_order_carriers",
    "facts_order_products",
    "facts_orders",
    "facts_promises",
    "facts_readings",
    "facts_tasks",
    "figure_marks",
    "figures",
    "replacing",
    "upsert",
]


def _text(name: str, *, always: bool = False) -> Column[Any]:
    return Column(name, Text, nullable=not always)


def _micros(name: str, *, always: bool = False) -> Column[Any]:
    return Column(name, BigInteger, nullable=not always)


def _number(name: str) -> Column[Any]:
    return Column(name, Integer, nullable=False)


facts_orders = _table(
    "facts_orders",
    _text("order_id", always=True),
    _text("number"),
    _text("customer"),
    _text("account"),
    _text("status", always=True),
    _number("passive"),
    _number("cancelled"),
    _micros("placed_at", always=True),
    _micros("confirmed_at"),
    _micros("delivered_at"),
    _micros("cancelled_at"),
    _micros("promised_first"),
    _micros("promised_due"),
    _micros("confirmation"),
    _micros("handover"),
    _micros("delivery"),
    Column("on_time", Integer),
    _micros("value", always=True),
    _micros("updated_at"),
    _micros("judged_at", always=True),
    key=("order_id",),
)
"""One row per order. ``updated_at``: when its customer could first see how it stands; ``judged_at``: since when that counts."""

facts_incidents = _table(
    "facts_incidents",
    _text("incident_id", always=True),
    _text("order_id"),
    _text("customer"),
    _text("type", always=True),
    _text("group"),
    _text("severity", always=True),
    _number("severity_rank"),
    _text("cause"),
    _text("cause_category"),
    _text("step"),
    _text("reported_by", always=True),
    _text("owner_team", always=True),
    _text("owner_agent"),
    _text("handover_to"),
    _micros("told_at"),
    _micros("promised_at"),
    _number("lines_named"),
    _text("phase", always=True),
    _number("open"),
    _number("counts"),
    _number("passive"),
    _number("claimed"),
    _number("reopened"),
    _number("ever_resolved"),
    _micros("detected_at", always=True),
    _micros("communicated_at"),
    _micros("resolved_at"),
    _micros("closed_at"),
    _micros("ended_at"),
    _micros("resolution"),
    _micros("resolution_working"),
    _micros("unowned"),
    _text("substate"),
    _text("evidence"),
    _number("waived"),
    _number("settled"),
    _number("false_resolutions"),
    _text("follows"),
    _text("merged_into"),
    _micros("first_response_by"),
    _micros("communicate_by"),
    _micros("update_by"),
    _micros("resolve_by"),
    _micros("next_due"),
    _text("waits_for", always=True),
    _text("running"),
    _micros("clocks_due"),
    _number("sla_met"),
    _number("level"),
    key=("incident_id",),
)
"""One row per incident; ``counts`` is 0 for what was withdrawn or merged, ``ended_at`` says since when it is not open.

``settled`` is 1 for one that has lapsed or that the customer's own word closed, ``waived`` for one that a waiver closed.
"""

facts_answers = _table(
    "facts_answers",
    _text("ask_id", always=True),
    _text("survey", always=True),
    _text("kind", always=True),
    _text("order_id"),
    _text("incident_id"),
    _text("customer"),
    _micros("asked_at", always=True),
    _micros("answered_at", always=True),
    _number("score"),
    _number("top"),
    _number("passive"),
    _text("type"),
    _text("severity"),
    _text("cause"),
    _text("step"),
    _text("team"),
    _text("agent"),
    key=("ask_id",),
)
"""One row per answered ask, with the kind of its survey, the answer that stands, and how its case stood when it was given."""

facts_asks = _table(
    "facts_asks",
    _text("ask_id", always=True),
    _text("survey", always=True),
    _text("order_id"),
    _text("incident_id"),
    _text("customer"),
    _micros("asked_at", always=True),
    _number("ours"),
    _number("lost"),
    _micros("answered_at"),
    _number("commented"),
    _number("coded"),
    _text("team"),
    _text("agent"),
    _text("step"),
    key=("ask_id",),
)
"""One row per ask; ``ours`` is 0 where somebody else asked, ``commented`` 1 with an open answer, ``coded`` 1 once read."""

facts_advice = _table(
    "facts_advice",
    _text("order_id", always=True),
    _text("code", always=True),
    _text("subject", always=True),
    _micros("at", always=True),
    _micros("placed_at", always=True),
    _text("customer"),
    key=("order_id", "code", "subject"),
)
"""One row per piece of advice that was shown about an order, with the first time."""

facts_incident_orders = _table(
    "facts_incident_orders",
    _text("order_id", always=True),
    _text("incident_id", always=True),
    _number("counts"),
    _number("open"),
    _text("reported_by", always=True),
    _text("cause_category"),
    key=("order_id", "incident_id"),
)
"""Which incidents are about which orders, with what says whether the order itself was wrong."""

facts_promises = _table(
    "facts_promises",
    _text("stream", always=True),
    _text("promise", always=True),
    _text("order_id"),
    _text("what", always=True),
    _text("made_by", always=True),
    _micros("due", always=True),
    _number("kept"),
    _number("replaced"),
    key=("stream", "promise"),
)
"""One row per promise ever given, by the order or incident that it belongs to; ``kept`` is 1 where it was by its own time."""

facts_actions = _table(
    "facts_actions",
    _micros("at", always=True),
    _text("order_id", always=True),
    _text("actor", always=True),
    _text("agent"),
    _text("team"),
    key=("at", "order_id", "actor"),
)
"""One row per instant at which a person or a rule of ours did something about an order."""

facts_closures = _table(
    "facts_closures",
    _text("incident_id", always=True),
    _number("place"),
    _micros("since", always=True),
    _micros("until", always=True),
    key=("incident_id", "place"),
)
"""When an incident was closed, and then reopened."""

facts_order_products = _table(
    "facts_order_products",
    _text("order_id", always=True),
    _text("product", always=True),
    _micros("placed_at", always=True),
    _number("units"),
    key=("order_id", "product"),
)
"""Which products are in which orders, with the units that were ordered."""

facts_order_carriers = _table(
    "facts_order_carriers", _text("order_id", always=True), _text("carrier", always=True), key=("order_id", "carrier")
)
facts_incident_products = _table(
    "facts_incident_products",
    _text("incident_id", always=True),
    _text("product", always=True),
    _micros("detected_at", always=True),
    key=("incident_id", "product"),
)
facts_incident_channels = _table(
    "facts_incident_channels",
    _text("incident_id", always=True),
    _text("channel", always=True),
    key=("incident_id", "channel"),
)

facts_readings = _table(
    "facts_readings",
    _text("reading_id", always=True),
    _text("measure", always=True),
    _micros("at", always=True),
    _micros("value"),
    _micros("hits"),
    _micros("units", always=True),
    _text("team"),
    _text("agent"),
    _number("counts"),
    key=("reading_id",),
)
"""One row per number that somebody entered; ``value`` is in ten thousandths, ``units`` is how many it stands for."""

facts_incident_signatures = _table(
    "facts_incident_signatures",
    _text("incident_id", always=True),
    _text("signature", always=True),
    _number("narrow"),
    _text("customer"),
    _micros("detected_at", always=True),
    _number("counts"),
    key=("incident_id", "signature"),
)
"""What an incident is a case of: a row for each signature, with what says of whom it is, and when; see `Signature`."""

facts_accounts = _table(
    "facts_accounts",
    _text("account", always=True),
    _text("account_id", always=True),
    _text("manager", always=True),
    key=("account",),
)
"""One row per account that was described, by the shop's key for it."""

facts_commitments = _table(
    "facts_commitments",
    _text("commitment_id", always=True),
    _text("agent", always=True),
    _text("team", always=True),
    _text("measure", always=True),
    _text("asked_by", always=True),
    _text("objective"),
    _text("key_result"),
    _micros("made_at", always=True),
    _micros("due", always=True),
    _number("kept"),
    _micros("reported_at"),
    _number("open"),
    key=("commitment_id",),
)
"""One row per commitment; ``kept`` is 1 only for what was reported in time, with evidence."""

facts_checkins = _table(
    "facts_checkins",
    _text("checkin_id", always=True),
    _text("team", always=True),
    _micros("held_at", always=True),
    key=("checkin_id",),
)
"""One row per check-in that was held."""

facts_tasks = _table(
    "facts_tasks",
    _text("task_id", always=True),
    _text("kind", always=True),
    _text("rule"),
    _text("order_id"),
    _text("incident_id"),
    _text("initiative"),
    _text("customer"),
    _text("owner_team", always=True),
    _text("owner_agent"),
    _text("asked", always=True),
    _text("state", always=True),
    _number("open"),
    _micros("due"),
    _micros("opened_at", always=True),
    _micros("taken_at"),
    _micros("ended_at"),
    key=("task_id",),
)
"""One row per task."""

facts_objectives = _table(
    "facts_objectives",
    _text("objective_id", always=True),
    _text("importance", always=True),
    _text("team", always=True),
    _text("owner", always=True),
    _text("state", always=True),
    _number("running"),
    _text("since", always=True),
    _text("until", always=True),
    _micros("set_at", always=True),
    _micros("ended_at"),
    key=("objective_id",),
)
"""One row per Objective; its days as text, which sorts as they do."""

facts_needs = _table(
    "facts_needs",
    _text("need_id", always=True),
    _text("customer"),
    _text("channel"),
    _text("type"),
    _text("team", always=True),
    _text("agent"),
    _number("counts"),
    _number("open"),
    _number("passive"),
    _micros("opened_at", always=True),
    _micros("asked_at"),
    _micros("resolved_at"),
    _number("reopened"),
    _number("inbound"),
    _micros("first_response"),
    _micros("first_response_working"),
    _number("first_contact"),
    _micros("cost"),
    key=("need_id",),
)
"""One row per need; ``counts`` is 0 for one that was joined into another, ``cost`` is in ten thousandths of the currency."""

facts_contacts = _table(
    "facts_contacts",
    _text("need_id", always=True),
    _text("contact_id", always=True),
    _text("customer"),
    _text("channel", always=True),
    _text("direction", always=True),
    _micros("at", always=True),
    _number("automatic"),
    _number("live"),
    _number("expects_answer"),
    _text("team"),
    _text("agent"),
    _micros("cost"),
    _text("currency"),
    _number("covered"),
    key=("need_id", "contact_id"),
)
"""One row per contact, by the need that has it; ``covered`` is 1 where it has the number of a case, here or elsewhere."""

facts_costs = _table(
    "facts_costs",
    _text("stream", always=True),
    _text("item", always=True),
    _number("part"),
    _text("incident_id"),
    _text("kind", always=True),
    _text("channel", always=True),
    _text("team"),
    _micros("at", always=True),
    _micros("cost"),
    _text("currency"),
    key=("stream", "item", "part"),
)
"""What each contact and remedy cost, in ten thousandths of its currency, by the incident that it was for."""

facts_blocks = _table(
    "facts_blocks",
    _text("incident_id", always=True),
    _text("block", always=True),
    _text("rule", always=True),
    _text("customer"),
    _text("team", always=True),
    _text("agent"),
    _micros("at", always=True),
    _text("state", always=True),
    _number("around"),
    _number("open"),
    _text("allowed_by"),
    _micros("cost"),
    _text("currency"),
    _micros("ended_at"),
    _number("counts"),
    key=("incident_id", "block"),
)
"""One row for each time that a rule stood in the way of a case; ``around`` is 1 where there was a way around it."""

facts_false_resolutions = _table(
    "facts_false_resolutions",
    _text("incident_id", always=True),
    _number("place"),
    _micros("at", always=True),
    key=("incident_id", "place"),
)
"""When the customer found that an incident was not solved."""

facts_deliveries = _table(
    "facts_deliveries",
    _text("order_id", always=True),
    _text("order_line", always=True),
    _micros("at", always=True),
    key=("order_id", "order_line", "at"),
)
"""When parcels with units of a line arrived whole."""

facts_incident_lines = _table(
    "facts_incident_lines",
    _text("incident_id", always=True),
    _text("order_line", always=True),
    key=("incident_id", "order_line"),
)
"""The lines that an incident is about, where they are named."""

facts_need_orders = _table(
    "facts_need_orders", _text("order_id", always=True), _text("need_id", always=True), key=("order_id", "need_id")
)
facts_need_incidents = _table(
    "facts_need_incidents", _text("incident_id", always=True), _text("need_id", always=True), key=("incident_id", "need_id")
)

facts_mass_incidents = _table(
    "facts_mass_incidents",
    _text("mass_id", always=True),
    _text("type", always=True),
    _text("cause"),
    _micros("opened_at", always=True),
    _number("orders"),
    _number("stages"),
    key=("mass_id",),
)
"""One row per mass incident: how many orders it affects, and how many stages it has come to."""

facts_mass_orders = _table(
    "facts_mass_orders", _text("mass_id", always=True), _text("order_id", always=True), key=("mass_id", "order_id")
)
"""The orders that a mass incident affects."""

facts_mass = _table(
    "facts_mass",
    _text("mass_id", always=True),
    _text("order_id", always=True),
    _text("incident_id", always=True),
    _text("customer"),
    _number("stage"),
    _number("refused"),
    _text("phase", always=True),
    _number("open"),
    _number("told"),
    _number("offered"),
    _number("accepted"),
    _number("carried_out"),
    key=("mass_id", "order_id"),
)
"""The affected orders that a case covers: each once, with the case, and how far it has come."""

facts_analyses = _table(
    "facts_analyses",
    _text("analysis_id", always=True),
    _text("state", always=True),
    _number("open"),
    _text("team", always=True),
    _text("signature"),
    _text("cause"),
    _text("step"),
    _number("whys"),
    _micros("begun_at", always=True),
    _micros("ended_at"),
    key=("analysis_id",),
)
"""One row per analysis; ``cause`` and ``step`` are those of its conclusion."""

facts_analysis_incidents = _table(
    "facts_analysis_incidents",
    _text("incident_id", always=True),
    _text("analysis_id", always=True),
    key=("incident_id", "analysis_id"),
)
"""Which incidents an analysis explains, or shows its whys by."""

facts_corrective_actions = _table(
    "facts_corrective_actions",
    _text("action_id", always=True),
    _text("analysis_id"),
    _text("state", always=True),
    _number("open"),
    _number("to_do"),
    _text("signature", always=True),
    _text("cause", always=True),
    _text("subject_kind", always=True),
    _text("subject", always=True),
    _text("sponsor", always=True),
    _text("owner_team", always=True),
    _text("owner_agent"),
    _text("asked", always=True),
    _micros("due", always=True),
    _micros("planned_at", always=True),
    _micros("done_at"),
    _micros("judged_from"),
    _micros("judged_at"),
    _micros("ended_at"),
    _text("verdict"),
    _text("reason"),
    _number("reopened"),
    _number("recurrences"),
    key=("action_id",),
)
"""One row per corrective action; ``to_do`` is 1 until it is done, ``open`` until it is shown to have helped or is given up."""

facts_corrective_action_incidents = _table(
    "facts_corrective_action_incidents",
    _text("incident_id", always=True),
    _text("action_id", always=True),
    _number("recurred"),
    key=("incident_id", "action_id"),
)
"""Which incidents made somebody act, and which have shown it again since (``recurred``)."""

facts_calls = _table(
    "facts_calls",
    _text("call_id", always=True),
    _text("list_id", always=True),
    _text("order_id", always=True),
    _text("customer", always=True),
    _text("incident_id"),
    _text("reason", always=True),
    _text("state", always=True),
    _number("open"),
    _text("outcome"),
    _number("attempts"),
    _number("in_time"),
    _number("refused"),
    _text("team"),
    _text("agent"),
    _micros("listed_at", always=True),
    _micros("not_before", always=True),
    _micros("due", always=True),
    _micros("asked_at"),
    _micros("ended_at"),
    key=("call_id",),
)
"""One row per verification call; ``in_time`` is 1 once somebody rang by the end of the next working day."""

facts_call_lists = _table(
    "facts_call_lists",
    _text("list_id", always=True),
    _text("day", always=True),
    _micros("since", always=True),
    _micros("until", always=True),
    _micros("made_at", always=True),
    _number("calls"),
    key=("list_id",),
)
"""One row per morning's list; its day as text, which sorts as days do."""

facts_grants = _table(
    "facts_grants",
    _text("incident_id", always=True),
    _text("offer_id", always=True),
    _text("customer"),
    _text("cause", always=True),
    _text("granted_by", always=True),
    _micros("at", always=True),
    _micros("amount"),
    _text("currency"),
    key=("incident_id", "offer_id"),
)
"""What stands granted: a row for each round of offers that could still come to something, or has; ``granted_by``: a handle."""

facts_approvals = _table(
    "facts_approvals",
    _text("incident_id", always=True),
    _text("approval_id", always=True),
    _text("asked", always=True),
    _text("asked_by", always=True),
    _micros("asked_at", always=True),
    _text("state", always=True),
    _number("open"),
    _micros("ended_at"),
    key=("incident_id", "approval_id", "asked"),
)
"""What was asked for beyond somebody's authority: a row by itself, with ``asked`` empty, and one for each who was asked."""

FACT_TABLES: Mapping[str, Table] = MappingProxyType(
    {
        t.name: t
        for t in (
            facts_orders,
            facts_incidents,
            facts_answers,
            facts_asks,
            facts_advice,
            facts_incident_orders,
            facts_promises,
            facts_actions,
            facts_closures,
            facts_order_products,
            facts_order_carriers,
            facts_incident_products,
            facts_incident_channels,
            facts_incident_signatures,
            facts_readings,
            facts_tasks,
            facts_objectives,
            facts_needs,
            facts_contacts,
            facts_deliveries,
            facts_incident_lines,
            facts_need_orders,
            facts_need_incidents,
            facts_costs,
            facts_false_resolutions,
            facts_blocks,
            facts_grants,
            facts_approvals,
            facts_accounts,
            facts_commitments,
            facts_checkins,
            facts_calls,
            facts_call_lists,
            facts_analyses,
            facts_analysis_incidents,
            facts_corrective_actions,
            facts_corrective_action_incidents,
            facts_mass_incidents,
            facts_mass_orders,
            facts_mass,
        )
    }
)
"""Every table of facts by its name."""


figures = _table(
    "figures",
    _text("measure", always=True),
    _text("definition", always=True),
    _text("zone", always=True),
    _text("by", always=True),
    _text("segment", always=True),
    _micros("since", always=True),
    _micros("until", always=True),
    _micros("marks", always=True),
    _text("cells", always=True),
    _micros("known_at", always=True),
    _micros("turns_at"),
    key=("measure", "definition", "zone", "by", "segment", "since"),
)
"""Figures of windows that have ended, each with the number of marks that there were on its days when it was computed.

It holds from ``known_at`` on, and until ``turns_at``, when by waiting alone it may become another.
"""

figure_marks = _table(
    "figure_marks", _text("what", always=True), _micros("day", always=True), _micros("n", always=True), key=("what", "day")
)
"""How often something changed about the facts of a kind that began on a day of UTC. Never falls."""


def _index(table: Table, name: str, *columns: str, where: ColumnElement[bool] | None = None) -> None:
    parts = [table.c[column] for column in ("tenant", *columns)]
    Index(f"{table.name}_{name}", *parts, sqlite_where=where, postgresql_where=where)


def _given(column: Column[Any]) -> ColumnElement[bool]:
    return column.is_not(None)


def _indexed(table: Table) -> set[str]:
    parts = {column.name for index in table.indexes for column in index.columns}
    chosen = [index.dialect_options["sqlite"]["where"] for index in table.indexes]
    return parts | {
        found.name for where in chosen if where is not None for found in iterate(where) if isinstance(found, Column)
    }


_index(facts_orders, "placed", "placed_at")
_index(facts_orders, "number", "number", where=_given(facts_orders.c.number))
_index(facts_orders, "delivered", "delivered_at", where=_given(facts_orders.c.delivered_at))
_index(facts_orders, "customer", "customer", "placed_at", where=_given(facts_orders.c.customer))
_index(facts_orders, "account", "account", "placed_at", where=_given(facts_orders.c.account))
_index(facts_incidents, "detected", "detected_at")
_index(facts_incidents, "ended", "ended_at")
_index(facts_incidents, "customer", "customer", "detected_at", where=_given(facts_incidents.c.customer))
# With ``open`` itself, though it is 1 in each: otherwise SQLite reads every row only to count them.
_index(facts_incidents, "open", "detected_at", "incident_id", "open", where=facts_incidents.c.open == 1)
_index(
    facts_incident_signatures,
    "repeats",
    "customer",
    "signature",
    "detected_at",
    where=_given(facts_incident_signatures.c.customer),
)
_index(facts_incident_signatures, "signature", "signature", "detected_at")
_index(facts_readings, "at", "at")
_index(facts_readings, "measure", "measure", "at")
_index(facts_answers, "answered", "survey", "answered_at")
_index(facts_asks, "asked", "survey", "asked_at")
_index(facts_asks, "customer", "customer", "asked_at", where=_given(facts_asks.c.customer))
_index(facts_asks, "unread", "answered_at", where=and_(facts_asks.c.commented == 1, facts_asks.c.coded == 0))
_index(facts_advice, "placed", "placed_at")
_index(facts_order_products, "product", "product", "placed_at")
_index(facts_incident_products, "product", "product", "detected_at")
_index(facts_incident_orders, "incident", "incident_id")
_index(facts_tasks, "due", "due", "opened_at")
_index(facts_tasks, "open", "due", "opened_at", where=facts_tasks.c.open == 1)
_index(facts_tasks, "initiative", "initiative", "open", where=_given(facts_tasks.c.initiative))
_index(facts_tasks, "order", "order_id", where=_given(facts_tasks.c.order_id))
_index(facts_tasks, "incident", "incident_id", "open", where=_given(facts_tasks.c.incident_id))
_index(facts_needs, "opened", "opened_at")
_index(facts_needs, "customer", "customer", "opened_at", where=_given(facts_needs.c.customer))
_index(facts_contacts, "at", "at")
_index(facts_grants, "customer", "customer", "at", where=_given(facts_grants.c.customer))
_index(facts_grants, "cause", "cause", "at")
_index(facts_grants, "agent", "granted_by", "at")
_index(facts_approvals, "asked", "asked", "asked_at", "incident_id", "approval_id")
_index(facts_approvals, "open", "asked", "asked_at", "incident_id", "approval_id", where=facts_approvals.c.open == 1)
_index(facts_costs, "at", "at")
_index(facts_blocks, "at", "at")
_index(facts_blocks, "rule", "rule", "at")
_index(facts_costs, "incident", "incident_id", where=_given(facts_costs.c.incident_id))
_index(facts_deliveries, "line", "order_line")
_index(facts_false_resolutions, "at", "at")
_index(facts_need_orders, "need", "need_id")
_index(facts_accounts, "manager", "manager", "account")
_index(facts_commitments, "due", "due")
_index(facts_commitments, "agent", "agent", "due")
_index(facts_commitments, "team", "team", "due")
_index(facts_calls, "listed", "listed_at")
_index(facts_calls, "customer", "customer", "listed_at")
_index(facts_calls, "order", "order_id")
_index(facts_calls, "list", "list_id")
_index(facts_calls, "open", "not_before", where=facts_calls.c.open == 1)
_index(facts_call_lists, "day", "day")
_index(facts_checkins, "held", "held_at")
_index(facts_checkins, "team", "team", "held_at")
_index(facts_promises, "due", "due")
_index(facts_promises, "order", "order_id", "due", where=_given(facts_promises.c.order_id))
_index(facts_incidents, "clocks", "clocks_due", where=_given(facts_incidents.c.clocks_due))
_index(facts_incident_orders, "open", "order_id", where=facts_incident_orders.c.open == 1)

_index(facts_mass_incidents, "opened", "opened_at")
_index(facts_mass, "incident", "incident_id")
_index(facts_mass, "customer", "mass_id", "customer", where=_given(facts_mass.c.customer))
_index(facts_analyses, "begun", "begun_at")
_index(facts_objectives, "until", "importance", "until", "set_at")
_index(facts_corrective_actions, "due", "due", "planned_at")
_index(facts_corrective_actions, "open", "due", "planned_at", where=facts_corrective_actions.c.open == 1)


INDEXED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {name: tuple(sorted(_indexed(table) - {c.name for c in table.primary_key})) for name, table in FACT_TABLES.items()}
)
"""The columns of each table of facts that an index beside its key is made of, or chooses its rows by."""


def upsert(table: Table, dialect_name: str) -> Executable:
    """Puts whole rows into ``table``, in place of those with the same key. Runs once or with many rows.

    Raises:
        ConfigurationError: the dialect is neither ``sqlite`` nor ``postgresql``.
    """
    if dialect_name == "sqlite":
        return replacing(table, sqlite.insert(table))
    if dialect_name == "postgresql":
        return replacing(table, postgresql.insert(table))
    raise ConfigurationError(
        "The store", "must be an SQLite or a PostgreSQL database", got=dialect_name, problems=("store: another",)
    )


def replacing(table: Table, new: sqlite.Insert | postgresql.Insert) -> Executable:
    """The same insert, but in place of rows with the same key."""
    key = [column.name for column in table.primary_key]
    rest = {column.name: new.excluded[column.name] for column in table.columns if column.name not in key}
    if not rest:
        return new.on_conflict_do_nothing(index_elements=key)
    return new.on_conflict_do_update(index_elements=key, set_=rest)
