"""The example backend, by its own commands and in processes of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.services.postgresql import postgresql, schema

Manage = Callable[..., Any]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A PostgreSQL database."""
    with postgresql() as url:
        yield url


@pytest.fixture
def manage(kind: str, request: pytest.FixtureRequest, tmp_path: Path, example: Path) -> Iterator[Manage]:
    """Runs ``manage.py`` on an empty database, where a warning is an error."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "SHOP_", "DJANGO_"))}
    env |= {"SHOP_DATA": str(tmp_path), "PYTHONWARNINGS": "error"}

    def run(*args: str, code: int = 0, **more: str) -> Any:
        command = [sys.executable, "manage.py", *args]
        done = subprocess.run(command, cwd=example, env={**env, **more}, capture_output=True, text=True, check=False)

        assert code == done.returncode, done.stderr
        return done

    if kind == "sqlite":
        yield run
        return
    from psycopg.conninfo import conninfo_to_dict

    with schema(request.getfixturevalue("server")) as url:
        given = conninfo_to_dict(url)
        env |= {"PGDATABASE": str(given["dbname"]), "PGUSER": str(given["user"]), "PGHOST": str(given["host"])}
        env |= {"PGOPTIONS": str(given["options"])}
        yield run


SELLS = """
import json
from django.core.management import call_command
from django.test import Client
from django.conf import settings
settings.ALLOWED_HOSTS = ["testserver"]
call_command("check", fail_level="WARNING")
client, answers = Client(), []
for number in range(6):
    buys = {"number": str(number), "product": "lamp", "quantity": 1, "price": "19.90", "email": f"c{number}@example.com"}
    buys["limit"] = "1" if number == 5 else "50"
    answers.append(client.post("/checkout", buys, content_type="application/json").status_code)
problem = {"type": "damaged", "words": "broken"}
answers.append(client.post("/orders/1/problem", problem, content_type="application/json").status_code)
answers.append(client.get("/orders/1").json()["in_incident"])
from checkout.models import Purchase
from incidentkit_django import desk
answers.append([Purchase.objects.count(), len(desk().orders.find())])
for order in desk().orders.find():
    desk().orders.confirm(order.id)
call_command("incidentkit", "tick", "--json")
print(json.dumps([*answers, desk().verify().ok]))
"""


def test_it_runs_from_end_to_end(manage: Manage) -> None:
    """Migrated, checked, bought from, complained to, ticked, verified, and sent by two workers."""
    manage("migrate", "--verbosity", "0")
    answers = json.loads(manage("shell", "--verbosity", "0", "-c", SELLS).stdout.splitlines()[-1])
    sent = json.loads(manage("incidentkit", "send", "--workers", "2", "--json").stdout)

    assert [201, 201, 201, 201, 201, 402, 201, True, [5, 5], True] == answers
    assert sent["done"] >= 5
    manage("incidentkit", "timeline", "no such order", code=1)


def test_its_own_tests_pass(manage: Manage) -> None:
    """With Django's runner, which makes a database for them and drops it."""
    said = manage("test", "--noinput", PGOPTIONS="").stderr

    assert "OK" in said
