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


def _of_protocols() -> None:
    """Protocols with steps."""


def _of_recurrence() -> None:
    """The same again, and what blocks."""


def _of_mass() -> None:
    """One cause, many orders."""


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
    still = sa.text("open = 1")
    op.create_index("facts_calls_open", "facts_calls", ["tenant", "not_before"], sqlite_where=still, postgresql_where=still)
    op.create_index("facts_call_lists_day", "facts_call_lists", ["tenant", "day"])
