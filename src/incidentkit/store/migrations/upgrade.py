"""Runs the migrations on an open connection, inside its transaction."""

from __future__ import annotations

import threading
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

__all__ = ["upgrade"]

_HERE = Path(__file__).parent

# Alembic's scripts speak to whatever environment is set up last, for all threads.
_ONE = threading.Lock()


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Bring the schema from whatever revision it is at to that one; nothing is committed."""
    config = Config()
    config.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    config.attributes["connection"] = connection
    with _ONE:
        command.upgrade(config, revision)
