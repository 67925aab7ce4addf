"""The record: seals, forgetting, keys apart from the words, finding, two times, many writers."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import sqlalchemy as sa
from alembic import op

from incidentkit.domain.phones import read_phone

__all__ = ["down_revision", "revision", "upgrade"]

revision = "0005"
down_revision = "0004"

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
    """Make what is new; the facts follow from the events, and are made anew when the store is opened."""
    _of_verify()
    _of_forget()
    _of_vault()
    _of_find()
    _of_time()
    _of_writers()


def _of_verify() -> None:
    """Seals over the record."""
    op.create_table(
        "seals",
        _text("tenant"),
        _number("number"),
        _micros("seq"),
        _number("events"),
        _text("root"),
        _micros("sealed_at"),
        _text("hash"),
        _text("signature"),
        sa.PrimaryKeyConstraint("tenant", "number"),
        sqlite_with_rowid=False,
    )


def _of_forget() -> None:
    """What was deleted for good, and finding what came in by where the vault has it."""
    op.create_table(
        "tombstones",
        _text("tenant"),
        _text("ref"),
        _text("customer", null=True),
        _text("reason"),
        _micros("at"),
        sa.PrimaryKeyConstraint("tenant", "ref"),
        sqlite_with_rowid=False,
    )
    op.create_index("inbox_raw", "inbox", ["tenant", "raw"])


def _of_vault() -> None:
    """Keys apart from the words."""


def _of_find() -> None:
    """What lists are read by, page by page; and the telephone numbers that people are found by."""
    op.create_index("intents_latest", "intents", ["tenant", "due", "seq", "key"])
    op.create_index("inbox_received", "inbox", ["tenant", "received_at", "source", "event_id"])
    op.create_index("addresses_customer", "addresses", ["tenant", "customer"])
    op.create_index("people_customer", "people", ["tenant", "customer"])
    for table in ("facts_incidents", "facts_tasks", "facts_corrective_actions"):
        op.drop_index(f"{table}_open", table)
    op.create_index(
        "facts_incidents_open",
        "facts_incidents",
        ["tenant", "detected_at", "incident_id", "open"],
        **_only("open = 1"),
    )
    op.create_index("facts_tasks_open", "facts_tasks", ["tenant", "due", "opened_at"], **_only("open = 1"))
    op.create_index("facts_tasks_due", "facts_tasks", ["tenant", "due", "opened_at"])
    op.create_index(
        "facts_corrective_actions_open", "facts_corrective_actions", ["tenant", "due", "planned_at"], **_only("open = 1")
    )
    op.create_index("facts_corrective_actions_due", "facts_corrective_actions", ["tenant", "due", "planned_at"])
    op.create_index("facts_readings_at", "facts_readings", ["tenant", "at"])
    op.create_index("facts_checkins_held", "facts_checkins", ["tenant", "held_at"])
    op.create_index("facts_analyses_begun", "facts_analyses", ["tenant", "begun_at"])
    op.create_index("facts_objectives_until", "facts_objectives", ["tenant", "importance", "until", "set_at"])
    _fill_phones(op.get_bind())


def _fill_phones(connection: sa.Connection) -> None:
    """Whoever was known before is found by their number too."""
    key = connection.execute(sa.text("SELECT value FROM settings WHERE tenant = 'store' AND name = 'key'")).scalar()
    people = "SELECT p.tenant, p.customer, v.body FROM people p JOIN vault v ON v.tenant = p.tenant AND v.ref = p.customer"
    rows = []
    for tenant, customer, body in connection.execute(sa.text(people)) if key else ():
        number = read_phone(json.loads(body).get("phone", ""))
        if number is not None:
            said = f"phone\0{tenant}\0{number.tail}".encode()
            hash_ = hmac.new(bytes.fromhex(key or ""), said, hashlib.sha256).hexdigest()
            rows.append({"t": tenant, "h": hash_, "c": customer})
    if rows:
        connection.execute(sa.text("INSERT INTO addresses (tenant, hash, customer) VALUES (:t, :h, :c)"), rows)


def _of_time() -> None:
    """Two times: how far a record goes in which an event became known before one in front of it."""
    op.execute(
        "INSERT INTO settings (tenant, name, value) "
        "SELECT tenant, 'disorder', CAST(max(seq) AS TEXT) FROM ("
        "SELECT tenant, seq, known_at, max(known_at) OVER ("
        "PARTITION BY tenant ORDER BY seq ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS earlier FROM events"
        ") AS placed WHERE known_at < earlier GROUP BY tenant"
    )


def _of_writers() -> None:
    """Many writers."""
