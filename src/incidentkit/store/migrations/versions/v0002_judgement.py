"""Contacts, needs, tasks and promises. Tables of facts that change are made anew: what is in them follows from the record."""

from __future__ import annotations

__all__ = ["down_revision", "revision", "upgrade"]

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the new tables, and those of facts that have other columns now."""
