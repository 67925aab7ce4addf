"""The first schema."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

__all__ = ["down_revision", "revision", "upgrade"]

revision = "0001"
down_revision = None

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
    """Make every table, and its indexes after it."""
    _record()
    _effects()
    _people()
    _order_facts()
    _incident_facts()
    _figures()


def _record() -> None:
    op.create_table(
        "settings",
        _text("tenant"),
        _text("name"),
        _text("value"),
        sa.PrimaryKeyConstraint("tenant", "name"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "streams",
        _text("tenant"),
        _text("stream"),
        _text("kind"),
        _number("version"),
        _text("head"),
        _text("document"),
        sa.PrimaryKeyConstraint("tenant", "stream"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "events",
        _text("tenant"),
        _text("stream"),
        _number("version"),
        _micros("seq"),
        _text("type"),
        _number("type_version"),
        _micros("occurred_at"),
        _micros("known_at"),
        _text("actor"),
        _text("cause"),
        _text("data"),
        _text("hash"),
        _text("source", null=True),
        _text("source_key", null=True),
        sa.PrimaryKeyConstraint("tenant", "stream", "version"),
        sqlite_with_rowid=False,
    )
    op.create_index("events_seq", "events", ["tenant", "seq"], unique=True)
    op.create_index("events_source", "events", ["tenant", "source", "source_key"], unique=True, **_only("source IS NOT NULL"))
    op.create_table(
        "names",
        _text("tenant"),
        _text("kind"),
        _text("name"),
        _text("stream"),
        sa.PrimaryKeyConstraint("tenant", "kind", "name"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "links",
        _text("tenant"),
        _text("order_id"),
        _text("stream"),
        sa.PrimaryKeyConstraint("tenant", "order_id", "stream"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "keys",
        _text("tenant"),
        _text("key"),
        _text("fingerprint"),
        _text("stream"),
        _number("version"),
        _number("in_incident"),
        _micros("made_at"),
        sa.PrimaryKeyConstraint("tenant", "key"),
        sqlite_with_rowid=False,
    )


def _effects() -> None:
    op.create_table(
        "intents",
        _text("tenant"),
        _text("key"),
        _text("kind"),
        _text("channel"),
        _text("stream"),
        _text("step"),
        _text("customer", null=True),
        _text("vals"),
        _micros("due"),
        _text("state"),
        _number("attempts"),
        _text("reason"),
        _micros("seq"),
        sa.PrimaryKeyConstraint("tenant", "key"),
        sqlite_with_rowid=False,
    )
    op.create_index("intents_due", "intents", ["tenant", "due"], **_only("state IN ('planned', 'claimed')"))
    op.create_index("intents_stream", "intents", ["tenant", "stream"])
    op.create_table(
        "timers",
        _text("tenant"),
        _text("stream"),
        _text("name"),
        _micros("due"),
        sa.PrimaryKeyConstraint("tenant", "stream", "name"),
        sqlite_with_rowid=False,
    )
    op.create_index("timers_due", "timers", ["tenant", "due"])


def _people() -> None:
    op.create_table(
        "people",
        _text("tenant"),
        _text("hash"),
        _text("customer"),
        sa.PrimaryKeyConstraint("tenant", "hash"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "vault",
        _text("tenant"),
        _text("ref"),
        _text("customer", null=True),
        _text("stream", null=True),
        _text("body"),
        sa.PrimaryKeyConstraint("tenant", "ref"),
        sqlite_with_rowid=False,
    )
    op.create_index("vault_customer", "vault", ["tenant", "customer"])


def _order_facts() -> None:
    op.create_table(
        "facts_actions",
        _text("tenant"),
        _micros("at"),
        _text("order_id"),
        _text("actor"),
        _text("agent", null=True),
        _text("team", null=True),
        sa.PrimaryKeyConstraint("tenant", "at", "order_id", "actor"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "facts_order_carriers",
        _text("tenant"),
        _text("order_id"),
        _text("carrier"),
        sa.PrimaryKeyConstraint("tenant", "order_id", "carrier"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "facts_order_products",
        _text("tenant"),
        _text("order_id"),
        _text("product"),
        sa.PrimaryKeyConstraint("tenant", "order_id", "product"),
        sqlite_with_rowid=False,
    )
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
        sa.PrimaryKeyConstraint("tenant", "order_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("facts_orders_account", "facts_orders", ["tenant", "account", "placed_at"], **_only("account IS NOT NULL"))
    op.create_index(
        "facts_orders_customer", "facts_orders", ["tenant", "customer", "placed_at"], **_only("customer IS NOT NULL")
    )
    op.create_index("facts_orders_number", "facts_orders", ["tenant", "number"], **_only("number IS NOT NULL"))
    op.create_index("facts_orders_placed", "facts_orders", ["tenant", "placed_at"])
    op.create_table(
        "facts_promises",
        _text("tenant"),
        _text("order_id"),
        _text("promise"),
        _micros("due"),
        _number("kept"),
        _number("replaced"),
        sa.PrimaryKeyConstraint("tenant", "order_id", "promise"),
        sqlite_with_rowid=False,
    )
    op.create_index("facts_promises_due", "facts_promises", ["tenant", "due"])


def _incident_facts() -> None:
    op.create_table(
        "facts_answers",
        _text("tenant"),
        _text("ask_id"),
        _text("survey"),
        _text("order_id", null=True),
        _text("incident_id", null=True),
        _text("customer", null=True),
        _micros("asked_at"),
        _micros("answered_at"),
        _number("score"),
        _number("top"),
        _number("passive"),
        _text("type", null=True),
        _text("severity", null=True),
        _text("cause", null=True),
        _text("team", null=True),
        _text("agent", null=True),
        sa.PrimaryKeyConstraint("tenant", "ask_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("facts_answers_answered", "facts_answers", ["tenant", "survey", "answered_at"])
    op.create_table(
        "facts_closures",
        _text("tenant"),
        _text("incident_id"),
        _number("place"),
        _micros("since"),
        _micros("until"),
        sa.PrimaryKeyConstraint("tenant", "incident_id", "place"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "facts_incident_channels",
        _text("tenant"),
        _text("incident_id"),
        _text("channel"),
        sa.PrimaryKeyConstraint("tenant", "incident_id", "channel"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "facts_incident_orders",
        _text("tenant"),
        _text("order_id"),
        _text("incident_id"),
        _number("counts"),
        _number("open"),
        sa.PrimaryKeyConstraint("tenant", "order_id", "incident_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("facts_incident_orders_incident", "facts_incident_orders", ["tenant", "incident_id"])
    op.create_index("facts_incident_orders_open", "facts_incident_orders", ["tenant", "order_id"], **_only("open = 1"))
    op.create_table(
        "facts_incident_products",
        _text("tenant"),
        _text("incident_id"),
        _text("product"),
        sa.PrimaryKeyConstraint("tenant", "incident_id", "product"),
        sqlite_with_rowid=False,
    )
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
        _micros("communicate_by", null=True),
        _micros("resolve_by", null=True),
        _micros("resolution", null=True),
        _micros("unowned", null=True),
        sa.PrimaryKeyConstraint("tenant", "incident_id"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "facts_incidents_customer", "facts_incidents", ["tenant", "customer", "detected_at"], **_only("customer IS NOT NULL")
    )
    op.create_index("facts_incidents_detected", "facts_incidents", ["tenant", "detected_at"])
    op.create_index("facts_incidents_ended", "facts_incidents", ["tenant", "ended_at"])
    op.create_index(
        "facts_incidents_open", "facts_incidents", ["tenant", "passive", "severity_rank", "detected_at"], **_only("open = 1")
    )


def _figures() -> None:
    op.create_table(
        "figure_marks",
        _text("tenant"),
        _text("what"),
        _micros("day"),
        _micros("n"),
        sa.PrimaryKeyConstraint("tenant", "what", "day"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "figures",
        _text("tenant"),
        _text("measure"),
        _text("definition"),
        _text("zone"),
        _text("by"),
        _text("segment"),
        _micros("since"),
        _micros("until"),
        _micros("marks"),
        _text("cells"),
        sa.PrimaryKeyConstraint("tenant", "measure", "definition", "zone", "by", "segment", "since"),
        sqlite_with_rowid=False,
    )
