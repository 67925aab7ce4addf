"""Which version the schema has, for those who write: a desk that was opened before somebody changed it must not go on."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, Text, delete, insert, literal_column, select

from incidentkit.errors import OutcomeUnknown, StoreTooNew
from incidentkit.store import tables as t
from incidentkit.store.database import STORE

__all__ = ["check_schema", "note_schema", "other_schema", "schema_version", "unknown_outcome"]

_NAME = "schema"


def note_schema(connection: Connection, version: int) -> None:
    """Keep the version where writers see it."""
    s = t.settings
    connection.execute(delete(s).where(s.c.tenant == STORE, s.c.name == _NAME))
    connection.execute(insert(s).values(tenant=STORE, name=_NAME, value=str(version)))


def schema_version() -> ColumnElement[str]:
    """The version as a column of what a writer asks anyway."""
    s = t.settings.c
    ours = s.tenant == literal_column(f"'{STORE}'", Text), s.name == literal_column(f"'{_NAME}'", Text)
    version: ColumnElement[str] = select(s.value).where(*ours).scalar_subquery()
    return version.label("schema")


def check_schema(version: str | None, label: str) -> None:
    """Refuse a store whose schema is not the one that this process was made for.

    Raises:
        StoreTooNew: it is another one now.
    """
    if version != _OURS:
        raise other_schema(label)


_OURS = str(t.SCHEMA_VERSION)


def other_schema(label: str) -> StoreTooNew:
    """The error for a store that was changed under an open desk."""
    rule, step = "must have the schema that this desk was opened with", "Stop this process, and start it with that version."
    return StoreTooNew(label, rule, got="that of another version of incidentkit", next=step)


def unknown_outcome(label: str, got: str) -> OutcomeUnknown:
    """The error for a commit without an answer."""
    rule, step = "must say whether it has written", "Make the same call again, with the same key if it had one."
    return OutcomeUnknown(label, rule, got=got, next=step)
