"""``migrate``: the record's tables beside Django's."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import incidentkit as ik
from incidentkit_django import desk
from incidentkit_django.database import database_url


def test_the_record_lies_beside_the_projects_tables(record: ik.Desk) -> None:
    """One database has Django's tables, the project's and the record's."""
    from django.db import connection

    names = set(connection.introspection.table_names())

    assert {"auth_user", "checkout_purchase", "django_migrations", "events", "streams", "vault"} <= names


def test_migrating_again_changes_nothing(record: ik.Desk) -> None:
    """What is in the record stays, and so does the desk that is open."""
    from django.core.management import call_command

    order = record.orders.place(lines=[ik.Line("lamp", 1, 5)], number="1")
    said = StringIO()
    call_command("migrate", verbosity=2, stdout=said)

    assert "Bringing the record up to date" in said.getvalue()
    assert order == desk().orders.get(order.id)


def test_no_migration_is_missing(record: ik.Desk) -> None:
    """Django finds nothing in the models that its migrations do not know."""
    from django.core.management import call_command

    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_what_the_models_show_has_no_rows(record: ik.Desk) -> None:
    """Django's commands that walk over all models find nothing, and fail nowhere."""
    from django.core.management import call_command

    record.orders.place(lines=[ik.Line("lamp", 1, 5)], number="1")
    written = StringIO()
    call_command("dumpdata", "incidentkit", "checkout", stdout=written)

    assert "[]" == written.getvalue().strip()


def test_the_record_is_opened_without_django_too(record: ik.Desk) -> None:
    """By its URL alone, as a worker elsewhere would, and it proves to be sound."""
    order = record.orders.place(lines=[ik.Line("lamp", 1, 5)], number="1")
    with ik.open_desk(database_url("default"), tenant=_tenant()) as other:
        assert order == other.orders.get(order.id)
        assert other.verify().ok


def _tenant() -> str:
    from django.conf import settings

    return str(settings.INCIDENTKIT["TENANT"])


def test_another_database_is_left_alone(
    project: Path, tmp_path: Path, configs: Callable[[str], dict[str, Any]], switch: Callable[[dict[str, Any]], None]
) -> None:
    """The record is in the database that the settings name, and in no other that is migrated."""
    from django.core.management import call_command
    from django.db import connections
    from django.test.utils import override_settings

    switch({"ENGINE": "django.db.backends.sqlite3", "NAME": str(tmp_path / "a.sqlite3")})
    other = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(tmp_path / "b.sqlite3")}
    connections.settings["other"] = connections.configure_settings({"default": other})["default"]
    try:
        with override_settings(INCIDENTKIT={"DATABASE": "other"}):
            call_command("migrate", database="default", verbosity=0)
            call_command("migrate", database="other", verbosity=0)
            where = [alias for alias in ("default", "other") if "events" in connections[alias].introspection.table_names()]
    finally:
        connections["other"].close()
        del connections["other"], connections.settings["other"]

    assert ["other"] == where
