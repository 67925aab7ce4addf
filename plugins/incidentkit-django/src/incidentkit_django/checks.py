"""What ``manage.py check`` says of the settings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core import checks
from django.db import connections

from incidentkit.errors import ConfigurationError
from incidentkit_django.database import database_url
from incidentkit_django.settings import Settings, read_settings

__all__ = ["check_settings"]


def check_settings(**_: Any) -> list[checks.CheckMessage]:
    """Every mistake in INCIDENTKIT and in the shop's settings, and what the database lacks. No database is touched."""
    try:
        settings = read_settings()
        database_url(settings.database)
    except ConfigurationError as error:
        return [checks.Error(problem, hint=error.next, id="incidentkit.E001") for problem in error.problems or (str(error),)]
    return list(_advice(settings))


def _advice(settings: Settings) -> Iterator[checks.CheckMessage]:
    connection = connections[settings.database]
    where = f"DATABASES[{settings.database!r}]"
    mode = str(connection.settings_dict.get("OPTIONS", {}).get("transaction_mode") or "")
    if connection.vendor == "sqlite" and mode.upper() != "IMMEDIATE":
        yield checks.Warning(
            f"{where}: a transaction that reads before it writes fails where somebody else wrote in between.",
            hint=f'{where}["OPTIONS"]["transaction_mode"] = "IMMEDIATE"',
            id="incidentkit.W001",
        )
    if connection.vendor == "postgresql" and settings.files is None:
        yield checks.Warning(
            "Files that come with mails are kept in a temporary folder.",
            hint="INCIDENTKIT['FILES'] = a folder of its own, that no web server shows, and that all machines share.",
            id="incidentkit.W002",
        )
