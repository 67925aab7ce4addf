"""Runs the migrations on an open connection, inside its transaction."""

from __future__ import annotations

import threading
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from incidentkit.store.database import OWN_VERSIONS

__all__ = ["upgrade"]

_HERE = Path(__file__).parent

# Alembic's scripts speak to whatever environment is set up last, for all threads.
_ONE = threading.Lock()


def upgrade(connection: Connection, revision: str = "head", *, versions: str = OWN_VERSIONS) -> None:
    """Bring the schema from whatever revision it is at to that one; nothing is committed.

    Args:
        versions: the table that the revision is kept in.
    """
    config = Config()
    config.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    config.attributes |= {"connection": connection, "versions": versions}
    with _ONE:
        command.upgrade(config, revision)
