"""Delivery: messages that several workers share."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import sqlalchemy as sa
from alembic import op

__all__ = ["down_revision", "revision", "upgrade"]

revision = "0003"
down_revision = "0002"

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
    """Make the new tables, and those that have other columns now."""
    _intents()
    _receipts()
    _channel_state()
    _inbox()
    _cursors()
    _addresses()
    _facts_of_orders()
    _facts_of_incidents()
    _facts_of_contacts()


_KEPT = "tenant, key, kind, channel, stream, step, customer, vals, due, state, attempts, reason, seq"


def _intents() -> None:
    """Made anew rather than altered, so that its text is the same as in a new store. What is in it is kept."""
    op.execute("CREATE TABLE intents_before AS SELECT * FROM intents")
    op.drop_table("intents")
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
        _text("purpose"),
        _text("cause"),
        _micros("not_after", null=True),
        _text("reference"),
        _micros("sent_at", null=True),
        _text("carrier", null=True),
        _text("worker", null=True),
        _micros("leased_until", null=True),
        _text("answer", null=True),
        sa.PrimaryKeyConstraint("tenant", "key"),
        sqlite_with_rowid=False,
    )
    # What was being sent is nobody's any more: its lease is over.
    op.execute(
        f"INSERT INTO intents ({_KEPT}, purpose, cause, reference, leased_until)"  # noqa: S608
        f" SELECT {_KEPT}, 'service', '', '', CASE state WHEN 'claimed' THEN 0 END FROM intents_before"
    )
    op.drop_table("intents_before")
    op.create_index("intents_carrier", "intents", ["tenant", "carrier"], **_only("carrier IS NOT NULL"))
    op.create_index("intents_claimed", "intents", ["tenant", "leased_until"], **_only("state = 'claimed'"))
    op.create_index("intents_customer", "intents", ["tenant", "customer", "sent_at"], **_only("customer IS NOT NULL"))
    op.create_index("intents_dead", "intents", ["tenant", "due"], **_only("state IN ('abandoned', 'failed', 'unknown')"))
    op.create_index("intents_due", "intents", ["tenant", "due", "seq"], **_only("state = 'planned'"))
    op.create_index("intents_reference", "intents", ["tenant", "channel", "reference"], **_only("reference != ''"))
    op.create_index("intents_stream", "intents", ["tenant", "stream"])


def _receipts() -> None:
    op.create_table(
        "receipts",
        _text("tenant"),
        _text("channel"),
        _text("key"),
        _text("reference"),
        _text("message", null=True),
        _text("kind"),
        _text("reason"),
        _micros("at"),
        _micros("known_at"),
        _text("raw", null=True),
        _text("state"),
        sa.PrimaryKeyConstraint("tenant", "channel", "key"),
        sqlite_with_rowid=False,
    )
    op.create_index("receipts_lost", "receipts", ["tenant", "at"], **_only("state = 'lost'"))
    op.create_index("receipts_message", "receipts", ["tenant", "message"], **_only("message IS NOT NULL"))
    op.create_index("receipts_waiting", "receipts", ["tenant", "channel", "reference"], **_only("state = 'waiting'"))


def _channel_state() -> None:
    op.create_table(
        "channel_state",
        _text("tenant"),
        _text("channel"),
        _number("failures"),
        _number("opened"),
        _micros("open_until", null=True),
        _micros("probe_until", null=True),
        _text("recent"),
        sa.PrimaryKeyConstraint("tenant", "channel"),
        sqlite_with_rowid=False,
    )


def _inbox() -> None:
    op.create_table(
        "inbox",
        _text("tenant"),
        _text("source"),
        _text("event_id"),
        _text("raw"),
        _micros("received_at"),
        _text("state"),
        _number("attempts"),
        _micros("due"),
        _text("outcome"),
        _text("reason"),
        _text("sender", null=True),
        _text("message", null=True),
        _text("need", null=True),
        sa.PrimaryKeyConstraint("tenant", "source", "event_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("inbox_apart", "inbox", ["tenant", "received_at"], **_only("state IN ('dead', 'held')"))
    op.create_index("inbox_due", "inbox", ["tenant", "due"], **_only("state = 'waiting'"))
    op.create_index("inbox_message", "inbox", ["tenant", "message"], **_only("message IS NOT NULL"))
    op.create_index("inbox_need", "inbox", ["tenant", "need"], **_only("need IS NOT NULL"))
    op.create_index("inbox_sender", "inbox", ["tenant", "sender", "received_at"], **_only("sender IS NOT NULL"))


def _cursors() -> None:
    op.create_table(
        "cursors",
        _text("tenant"),
        _text("mailbox"),
        _text("place"),
        sa.PrimaryKeyConstraint("tenant", "mailbox"),
        sqlite_with_rowid=False,
    )


def _addresses() -> None:
    op.create_table(
        "addresses",
        _text("tenant"),
        _text("hash"),
        _text("customer"),
        sa.PrimaryKeyConstraint("tenant", "hash", "customer"),
        sqlite_with_rowid=False,
    )
    _fill_addresses(op.get_bind())


def _fill_addresses(connection: sa.Connection) -> None:
    """Those of the people who are known already."""
    key = connection.execute(sa.text("SELECT value FROM settings WHERE tenant = 'store' AND name = 'key'")).scalar()
    known = sa.text(
        "SELECT p.tenant, p.customer, v.body FROM people p JOIN vault v ON v.tenant = p.tenant AND v.ref = p.customer"
    )
    rows = []
    for tenant, customer, body in connection.execute(known):
        email = json.loads(body).get("email", "") if key else ""
        if email:
            said = f"address\0{tenant}\0{email.strip().lower()}".encode("utf-8", "replace")
            rows.append({"t": tenant, "h": hmac.new(bytes.fromhex(key or ""), said, hashlib.sha256).hexdigest(), "c": customer})
    if rows:
        connection.execute(sa.text("INSERT INTO addresses (tenant, hash, customer) VALUES (:t, :h, :c)"), rows)


# Facts have other columns now, and are made anew: what is in them follows from the record.


def _facts_of_orders() -> None:
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
        _micros("updated_at", null=True),
        _micros("judged_at"),
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
        "facts_deliveries",
        _text("tenant"),
        _text("order_id"),
        _text("order_line"),
        _micros("at"),
        sa.PrimaryKeyConstraint("tenant", "order_id", "order_line", "at"),
        sqlite_with_rowid=False,
    )
    op.create_index("facts_deliveries_line", "facts_deliveries", ["tenant", "order_line"])


def _facts_of_incidents() -> None:
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
        _micros("told_at", null=True),
        _micros("promised_at", null=True),
        _number("lines_named"),
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
    op.create_table(
        "facts_incident_lines",
        _text("tenant"),
        _text("incident_id"),
        _text("order_line"),
        sa.PrimaryKeyConstraint("tenant", "incident_id", "order_line"),
        sqlite_with_rowid=False,
    )


def _facts_of_contacts() -> None:
    op.drop_table("facts_contacts")
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
        _number("covered"),
        sa.PrimaryKeyConstraint("tenant", "need_id", "contact_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("facts_contacts_at", "facts_contacts", ["tenant", "at"])
