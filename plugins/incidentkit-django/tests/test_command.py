"""``manage.py incidentkit``: the command line on the project's record."""

from __future__ import annotations

import json
import pickle
from io import StringIO
from typing import Any

import pytest

import incidentkit as ik
from incidentkit_django.hosting import Project
from incidentkit_django.management.commands.incidentkit import Command

LINE = ik.Line("lamp", 1, "19.90")


def said(*args: str) -> Any:
    """What a command wrote as JSON."""
    from django.core.management import call_command

    out = StringIO()
    call_command("incidentkit", *args, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_it_works_on_the_projects_record(record: ik.Desk) -> None:
    """The project's database, tenant and settings, without any option."""
    order = record.orders.place(lines=[LINE], number="1001", customer=ik.Customer("eva", email="eva@example.com"))
    record.incidents.report(order=order.id, type="damaged", description="broken")

    assert 1 == said("queue")["open"]
    assert "order.placed" in [entry["type"] for entry in said("timeline", "1001")["entries"]]


def test_it_sends_and_ticks(record: ik.Desk) -> None:
    """What is due is sent by the shop's channel, and clocks are acted on."""
    order = record.orders.place(lines=[LINE], number="1001", customer=ik.Customer("eva", email="eva@example.com"))
    record.orders.confirm(order.id)
    due = record.count_due()
    sent = said("send")["done"]

    assert (due, 0) == (sent, record.count_due())
    assert 0 == said("tick")["refused"]


def test_a_worker_elsewhere_is_told_of_the_project(record: ik.Desk) -> None:
    """What workers in processes of their own are given says the same there; no URL or password travels."""
    packed = pickle.dumps(Project())

    assert Project().store == pickle.loads(packed).store
    assert b"://" not in packed


def test_the_record_is_verified_and_rebuilt(record: ik.Desk) -> None:
    """Beside the project's own tables, which neither looks at."""
    order = record.orders.place(lines=[LINE], number="1001")

    assert said("verify")["ok"]
    assert 1 <= said("rebuild")["streams"]
    assert order == record.orders.get(order.id)


def test_another_present(record: ik.Desk) -> None:
    """``--now`` is the desk's clock, as it is without Django."""
    assert "2030-01-02T" == said("queue", "--now", "2030-01-02T10:00Z")["as_of"][:11]


def test_a_refusal_has_its_code(record: ik.Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """What is refused ends with 1, wrong usage with 2; the reason stands on stderr."""
    from django.core.management import CommandError, call_command

    codes = []
    for args in (("timeline", "no such order"), ("nonsense",)):
        with pytest.raises(CommandError) as caught:
            call_command("incidentkit", *args)
        codes.append(caught.value.returncode)

    assert [1, 2] == codes
    assert "no such order" in capsys.readouterr().err


def test_from_the_terminal(record: ik.Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """Its options are its own, and Django's own are left out."""
    from django.core.management.base import BaseCommand

    command: BaseCommand = Command()
    with pytest.raises(SystemExit) as ended:
        command.run_from_argv(
            ["manage.py", "incidentkit", "--settings", "website.settings", "queue", "--pythonpath=.", "--json"]
        )

    assert 0 == ended.value.code
    assert 0 == json.loads(capsys.readouterr().out)["open"]
