"""The example's project, in this process, on each kind of database in turn."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import django
import pytest

import incidentkit as ik
from tests.services.postgresql import postgresql, schema

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "django_backend"

Config = dict[str, Any]


@pytest.fixture(scope="session")
def example() -> Path:
    """The folder of the example."""
    return EXAMPLE


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Django, set up with the example's settings; the folder of its data."""
    data = tmp_path_factory.mktemp("project")
    os.environ["SHOP_DATA"] = str(data)
    os.environ["DJANGO_SETTINGS_MODULE"] = "website.settings"
    sys.path.insert(0, str(EXAMPLE))
    django.setup()
    from django.test.utils import setup_test_environment

    setup_test_environment(debug=False)
    return data


@pytest.fixture(scope="session")
def configs(project: Path) -> Iterator[Callable[[str], Config]]:
    """What DATABASES says of a database of each kind, which is made and migrated when it is first asked for."""
    from contextlib import ExitStack

    from django.core.management import call_command

    made: dict[str, Config] = {}
    with ExitStack() as stack:

        def config(kind: str) -> Config:
            if kind not in made:
                made[kind] = _sqlite(project) if kind == "sqlite" else _postgresql(stack)
                use(made[kind])
                call_command("migrate", verbosity=0)
            return made[kind]

        yield config
        use({"ENGINE": "django.db.backends.dummy"})


def _sqlite(folder: Path) -> Config:
    options = {"transaction_mode": "IMMEDIATE", "timeout": 5}
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "shop.sqlite3"), "OPTIONS": options}


def _postgresql(stack: Any) -> Config:
    from psycopg.conninfo import conninfo_to_dict

    given = conninfo_to_dict(stack.enter_context(schema(stack.enter_context(postgresql()))))
    known = {"NAME": given.pop("dbname"), "USER": given.pop("user"), "HOST": given.pop("host")}
    return {"ENGINE": "django.db.backends.postgresql", **known, "OPTIONS": {**given}}


def use(config: Config) -> None:
    """Have Django's default database be that one, in every thread."""
    from django.db import connections

    from incidentkit_django import close_desks

    close_desks()
    connections.close_all()
    connections.settings["default"] = connections.configure_settings({"default": dict(config)})["default"]
    # One that this thread has had already; there may be none.
    with suppress(AttributeError):
        del connections["default"]


@pytest.fixture
def switch() -> Callable[[Config], None]:
    """`use`, for tests that make a database of their own."""
    return use


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """The kind of database."""
    return str(request.param)


@pytest.fixture
def record(kind: str, configs: Callable[[str], Config]) -> Iterator[ik.Desk]:
    """The project's desk on a record with nothing in it, and no purchases and no users either."""
    use(configs(kind))
    from django.apps import apps
    from django.contrib.auth.models import User

    from incidentkit_django.testing import fresh_record

    apps.get_model("checkout", "Purchase").objects.all().delete()
    User.objects.all().delete()
    with fresh_record() as opened:
        yield opened
