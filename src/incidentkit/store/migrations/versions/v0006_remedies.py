"""Remedies: what they draw on, what was paid, who may grant how much, and the same mistake again."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

__all__ = ["down_revision", "revision", "upgrade"]

revision = "0006"
down_revision = "0005"

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _text(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, _TEXT, nullable=null)


def _number(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=null)


def _micros(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=null)


def _only(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _table(name: str, *columns: sa.Column[str] | sa.Column[int], key: tuple[str, ...]) -> None:
    """One whose rows are found by their tenant and that key."""
    op.create_table(name, _text("tenant"), *columns, sa.PrimaryKeyConstraint("tenant", *key), sqlite_with_rowid=False)


def upgrade() -> None:
    """Make what is new; the facts follow from the events, and are made anew when the store is opened."""
    _of_remedies()
    _of_payments()
    _of_authority()
    _of_protocols()
    _of_recurrence()
    _of_mass()
    _of_calls()


def _of_remedies() -> None:
    """What remedies draw on."""


def _of_payments() -> None:
    """What was paid: payments and messages are taken on apart."""
    op.drop_index("intents_due", "intents")
    op.create_index("intents_due", "intents", ["tenant", "due", "seq"], **_only("state = 'planned' AND kind = 'message'"))
    op.create_index("intents_payments", "intents", ["tenant", "state", "due", "key"], **_only("kind = 'money'"))


def _of_authority() -> None:
    """Who may grant how much."""
    _table(
        "facts_grants",
        _text("incident_id"),
        _text("offer_id"),
        _text("customer", null=True),
        _text("cause"),
        _text("granted_by"),
        _micros("at"),
        _micros("amount", null=True),
        _text("currency", null=True),
        key=("incident_id", "offer_id"),
    )
    known = "customer IS NOT NULL"
    op.create_index("facts_grants_customer", "facts_grants", ["tenant", "customer", "at"], **_only(known))
    op.create_index("facts_grants_cause", "facts_grants", ["tenant", "cause", "at"])
    op.create_index("facts_grants_agent", "facts_grants", ["tenant", "granted_by", "at"])
    _table(
        "facts_approvals",
        _text("incident_id"),
        _text("approval_id"),
        _text("asked"),
        _text("asked_by"),
        _micros("asked_at"),
        _text("state"),
        _number("open"),
        _micros("ended_at", null=True),
        key=("incident_id", "approval_id", "asked"),
    )
    listed = ["tenant", "asked", "asked_at", "incident_id", "approval_id"]
    op.create_index("facts_approvals_asked", "facts_approvals", listed)
    op.create_index("facts_approvals_open", "facts_approvals", listed, **_only("open = 1"))


def _of_protocols() -> None:
    """Protocols with steps."""


def _of_recurrence() -> None:
    """The same again, and what blocks."""
    _table(
        "facts_blocks",
        _text("incident_id"),
        _text("block"),
        _text("rule"),
        _text("customer", null=True),
        _text("team"),
        _text("agent", null=True),
        _micros("at"),
        _text("state"),
        _number("around"),
        _number("open"),
        _text("allowed_by", null=True),
        _micros("cost", null=True),
        _text("currency", null=True),
        _micros("ended_at", null=True),
        _number("counts"),
        key=("incident_id", "block"),
    )
    op.create_index("facts_blocks_at", "facts_blocks", ["tenant", "at"])
    op.create_index("facts_blocks_rule", "facts_blocks", ["tenant", "rule", "at"])


def _of_mass() -> None:
    """One cause, many orders."""
    _table(
        "facts_mass_incidents",
        _text("mass_id"),
        _text("type"),
        _text("cause", null=True),
        _micros("opened_at"),
        _number("orders"),
        _number("stages"),
        key=("mass_id",),
    )
    _table("facts_mass_orders", _text("mass_id"), _text("order_id"), key=("mass_id", "order_id"))
    _table(
        "facts_mass",
        _text("mass_id"),
        _text("order_id"),
        _text("incident_id"),
        _text("customer", null=True),
        _number("stage"),
        _number("refused"),
        _text("phase"),
        *map(_number, ("open", "told", "offered", "accepted", "carried_out")),
        key=("mass_id", "order_id"),
    )
    given = sa.text("customer IS NOT NULL")
    op.create_index("facts_mass_incidents_opened", "facts_mass_incidents", ["tenant", "opened_at"])
    op.create_index("facts_mass_incident", "facts_mass", ["tenant", "incident_id"])
    columns = ["tenant", "mass_id", "customer"]
    op.create_index("facts_mass_customer", "facts_mass", columns, sqlite_where=given, postgresql_where=given)


def _of_calls() -> None:
    """Verification calls."""
    _table(
        "facts_calls",
        _text("call_id"),
        _text("list_id"),
        _text("order_id"),
        _text("customer"),
        _text("incident_id", null=True),
        _text("reason"),
        _text("state"),
        _number("open"),
        _text("outcome", null=True),
        _number("attempts"),
        _number("in_time"),
        _number("refused"),
        _text("team", null=True),
        _text("agent", null=True),
        _micros("listed_at"),
        _micros("not_before"),
        _micros("due"),
        _micros("asked_at", null=True),
        _micros("ended_at", null=True),
        key=("call_id",),
    )
    _table(
        "facts_call_lists",
        _text("list_id"),
        _text("day"),
        _micros("since"),
        _micros("until"),
        _micros("made_at"),
        _number("calls"),
        key=("list_id",),
    )
    where = sa.text("delivered_at IS NOT NULL")
    op.create_index(
        "facts_orders_delivered", "facts_orders", ["tenant", "delivered_at"], sqlite_where=where, postgresql_where=where
    )
    op.create_index("facts_calls_listed", "facts_calls", ["tenant", "listed_at"])
    op.create_index("facts_calls_customer", "facts_calls", ["tenant", "customer", "listed_at"])
    op.create_index("facts_calls_order", "facts_calls", ["tenant", "order_id"])
    op.create_index("facts_calls_list", "facts_calls", ["tenant", "list_id"])
    still = sa.text("open = 1")
    op.create_index("facts_calls_open", "facts_calls", ["tenant", "not_before"], sqlite_where=still, postgresql_where=still)
    op.create_index("facts_call_lists_day", "facts_call_lists", ["tenant", "day"])
