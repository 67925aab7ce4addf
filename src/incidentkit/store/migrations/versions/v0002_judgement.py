"""Contacts, needs, tasks and promises. Tables of facts that change are made anew: what is in them follows from the record."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

__all__ = ["down_revision", "revision", "upgrade"]

revision = "0002"
down_revision = "0001"

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _text(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, _TEXT, nullable=null)


def _number(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=null)


def _micros(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=null)


def _only(where: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)}


def upgrade() -> None:
    """Make the new tables, and those of facts that have other columns now."""
    _orders()
    _incidents()
    _promises()
    _tasks()
    _needs()
    _accounts()


def _orders() -> None:
    op.drop_table("facts_orders")
    op.create_table(
        "facts_orders",
        _text("tenant"),
        _text("order_id"),
        _text("number", null=True),
        _text("customer", null=True),
        _text("account", null=True),
        _text("status"),
        _number("passive"),
        _number("cancelled"),
        _micros("placed_at"),
        _micros("confirmed_at", null=True),
        _micros("delivered_at", null=True),
        _micros("cancelled_at", null=True),
        _micros("promised_first", null=True),
        _micros("promised_due", null=True),
        _micros("confirmation", null=True),
        _micros("delivery", null=True),
        _number("on_time", null=True),
        _micros("value"),
        sa.PrimaryKeyConstraint("tenant", "order_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("facts_orders_account", "facts_orders", ["tenant", "account", "placed_at"], **_only("account IS NOT NULL"))
    op.create_index(
        "facts_orders_customer", "facts_orders", ["tenant", "customer", "placed_at"], **_only("customer IS NOT NULL")
    )
    op.create_index("facts_orders_number", "facts_orders", ["tenant", "number"], **_only("number IS NOT NULL"))
    op.create_index("facts_orders_placed", "facts_orders", ["tenant", "placed_at"])


def _incidents() -> None:
    op.drop_table("facts_incidents")
    op.create_table(
        "facts_incidents",
        _text("tenant"),
        _text("incident_id"),
        _text("order_id", null=True),
        _text("customer", null=True),
        _text("type"),
        _text("group", null=True),
        _text("severity"),
        _number("severity_rank"),
        _text("cause", null=True),
        _text("cause_category", null=True),
        _text("reported_by"),
        _text("owner_team"),
        _text("owner_agent", null=True),
        _text("handover_to", null=True),
        _text("phase"),
        _number("open"),
        _number("counts"),
        _number("passive"),
        _number("claimed"),
        _number("reopened"),
        _number("ever_resolved"),
        _micros("detected_at"),
        _micros("communicated_at", null=True),
        _micros("resolved_at", null=True),
        _micros("closed_at", null=True),
        _micros("ended_at", null=True),
        _micros("resolution", null=True),
        _micros("resolution_working", null=True),
        _micros("unowned", null=True),
        _text("substate", null=True),
        _text("evidence", null=True),
        _number("waived"),
        _number("settled"),
        _number("false_resolutions"),
        _text("follows", null=True),
        _text("merged_into", null=True),
        _micros("first_response_by", null=True),
        _micros("communicate_by", null=True),
        _micros("update_by", null=True),
        _micros("resolve_by", null=True),
        _micros("next_due", null=True),
        _text("waits_for"),
        _text("running", null=True),
        _micros("clocks_due", null=True),
        _number("sla_met"),
        _number("level"),
        sa.PrimaryKeyConstraint("tenant", "incident_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("facts_incidents_clocks", "facts_incidents", ["tenant", "clocks_due"], **_only("clocks_due IS NOT NULL"))
    op.create_index(
        "facts_incidents_customer", "facts_incidents", ["tenant", "customer", "detected_at"], **_only("customer IS NOT NULL")
    )
    op.create_index("facts_incidents_detected", "facts_incidents", ["tenant", "detected_at"])
    op.create_index("facts_incidents_ended", "facts_incidents", ["tenant", "ended_at"])
    op.create_index(
        "facts_incidents_open", "facts_incidents", ["tenant", "passive", "severity_rank", "detected_at"], **_only("open = 1")
    )


def _promises() -> None:
    op.drop_table("facts_promises")
    op.create_table(
        "facts_promises",
        _text("tenant"),
        _text("stream"),
        _text("promise"),
        _text("order_id", null=True),
        _text("what"),
        _text("made_by"),
        _micros("due"),
        _number("kept"),
        _number("replaced"),
        sa.PrimaryKeyConstraint("tenant", "stream", "promise"),
        sqlite_with_rowid=False,
    )
    op.create_index("facts_promises_due", "facts_promises", ["tenant", "due"])
    op.create_index("facts_promises_order", "facts_promises", ["tenant", "order_id", "due"], **_only("order_id IS NOT NULL"))


def _tasks() -> None:
    op.create_table(
        "facts_tasks",
        _text("tenant"),
        _text("task_id"),
        _text("kind"),
        _text("rule", null=True),
        _text("order_id", null=True),
        _text("incident_id", null=True),
        _text("customer", null=True),
        _text("owner_team"),
        _text("owner_agent", null=True),
        _text("asked"),
        _text("state"),
        _number("open"),
        _micros("due", null=True),
        _micros("opened_at"),
        _micros("taken_at", null=True),
        _micros("ended_at", null=True),
        sa.PrimaryKeyConstraint("tenant", "task_id"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "facts_tasks_incident", "facts_tasks", ["tenant", "incident_id", "open"], **_only("incident_id IS NOT NULL")
    )
    op.create_index("facts_tasks_open", "facts_tasks", ["tenant", "opened_at"], **_only("open = 1"))
    op.create_index("facts_tasks_order", "facts_tasks", ["tenant", "order_id"], **_only("order_id IS NOT NULL"))


def _needs() -> None:
    op.create_table(
        "facts_needs",
        _text("tenant"),
        _text("need_id"),
        _text("customer", null=True),
        _text("channel", null=True),
        _text("type", null=True),
        _text("team"),
        _text("agent", null=True),
        _number("counts"),
        _number("open"),
        _number("passive"),
        _micros("opened_at"),
        _micros("asked_at", null=True),
        _micros("resolved_at", null=True),
        _number("reopened"),
        _number("inbound"),
        _micros("first_response", null=True),
        _micros("first_response_working", null=True),
        _number("first_contact"),
        _micros("cost", null=True),
        sa.PrimaryKeyConstraint("tenant", "need_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("facts_needs_customer", "facts_needs", ["tenant", "customer", "opened_at"], **_only("customer IS NOT NULL"))
    op.create_index("facts_needs_opened", "facts_needs", ["tenant", "opened_at"])
    op.create_table(
        "facts_contacts",
        _text("tenant"),
        _text("need_id"),
        _text("contact_id"),
        _text("customer", null=True),
        _text("channel"),
        _text("direction"),
        _micros("at"),
        _number("automatic"),
        _number("live"),
        _number("expects_answer"),
        _text("team", null=True),
        _text("agent", null=True),
        _micros("cost", null=True),
        _text("currency", null=True),
        sa.PrimaryKeyConstraint("tenant", "need_id", "contact_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "facts_need_orders",
        _text("tenant"),
        _text("order_id"),
        _text("need_id"),
        sa.PrimaryKeyConstraint("tenant", "order_id", "need_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("facts_need_orders_need", "facts_need_orders", ["tenant", "need_id"])
    op.create_table(
        "facts_need_incidents",
        _text("tenant"),
        _text("incident_id"),
        _text("need_id"),
        sa.PrimaryKeyConstraint("tenant", "incident_id", "need_id"),
        sqlite_with_rowid=False,
    )


def _accounts() -> None:
    op.create_table(
        "facts_accounts",
        _text("tenant"),
        _text("account"),
        _text("account_id"),
        _text("manager"),
        sa.PrimaryKeyConstraint("tenant", "account"),
        sqlite_with_rowid=False,
    )
    op.create_index("facts_accounts_manager", "facts_accounts", ["tenant", "manager", "account"])
