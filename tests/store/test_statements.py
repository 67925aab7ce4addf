"""What one command asks of a database: a bounded number of statements, and of ways to the server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.engine import Engine

from incidentkit.desk.desk import Desk
from incidentkit.desk.opening import open_desk
from incidentkit.domain.effects import Receipt
from incidentkit.domain.messages import ReceiptKind
from incidentkit.domain.people import Customer
from incidentkit.store.postgresql import PostgreSQLSession
from incidentkit.testing._post import Post, PostChannel
from tests.desk.world import SHOP, placed, reported
from tests.services.postgresql import empty

Command = Callable[[Desk, str], Any]

COMMANDS: dict[str, tuple[Command, int, int]] = {
    # Done to a case; at most how many statements on SQLite with BEGIN and COMMIT, and ways to a PostgreSQL server with COMMIT.
    "hand over": (lambda desk, case: desk.incidents.hand_over(case, to="leo", by="ana"), 10, 4),
    # A cause makes it a case of something, and perhaps a repeat: its order is read, what it is a case of is written, and
    # the days of those like it are marked; those of its customer are looked for, which is one more way to the server.
    "amend": (lambda desk, case: desk.incidents.amend(case, reason="Seen.", cause="oversold", by="ana"), 16, 5),
    "amend, but not the cause": (
        lambda desk, case: desk.incidents.amend(case, reason="Seen.", severity="critical", by="ana"),
        11,
        4,
    ),
    # Asks for the order's number too.
    "notify": (lambda desk, case: desk.incidents.notify(case, by="ana"), 10, 4),
    # Opens a need too: another stream, with a name, four tables of facts, and what leads from order and case to it.
    "speak": (lambda desk, case: desk.incidents.log_conversation(case, channel="phone", summary="Told.", by="ana"), 22, 5),
}


@contextmanager
def a_case(url: str) -> Iterator[tuple[Desk, str]]:
    """A desk with a new case of a new customer."""
    with open_desk(url, SHOP, plugins=(Post(),)) as desk:
        yield desk, reported(desk, placed(desk, customer=Customer("c-new", email="c@example.com"))).id


@pytest.mark.parametrize(("command", "most"), [(command, most) for command, most, _ in COMMANDS.values()], ids=[*COMMANDS])
def test_a_command_is_a_bounded_number_of_statements(command: Command, most: int, file: Path) -> None:
    """Whatever is derived from what it changes is counted too."""
    said: list[str] = []

    def note(connection: Any, _: object) -> None:
        connection.set_trace_callback(said.append)

    event.listen(Engine, "connect", note)
    try:
        with a_case(f"sqlite:///{file}") as (desk, case):
            said.clear()
            command(desk, case)
            heard = [*said]
    finally:
        event.remove(Engine, "connect", note)

    assert ("BEGIN IMMEDIATE", "COMMIT") == (heard[0], heard[-1])
    assert len(heard) <= most, heard


@pytest.mark.parametrize(("command", "most"), [(command, most) for command, _, most in COMMANDS.values()], ids=[*COMMANDS])
def test_a_command_goes_to_the_server_a_bounded_number_of_times(
    command: Command, most: int, postgresql_store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it asks for, the turn to write, all that it writes, and COMMIT."""
    empty(postgresql_store)
    ways: list[object] = []
    go = PostgreSQLSession._watched

    def counted(session: PostgreSQLSession, does: Callable[..., Any], *arguments: Any) -> Any:
        ways.append(does)
        return go(session, does, *arguments)

    with a_case(postgresql_store) as (desk, case):
        monkeypatch.setattr(PostgreSQLSession, "_watched", counted)
        command(desk, case)

    assert len(ways) + 1 <= most, ways


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_many_messages_are_sent_in_as_many_statements_as_few(
    kind: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the batch, on a channel that has nothing to add. The streams that they are about are asked for together."""
    url = f"sqlite:///{request.getfixturevalue('file')}" if kind == "sqlite" else request.getfixturevalue("postgresql_store")
    if kind == "postgresql":
        empty(url)
    ways: list[object] = []
    go, execute = PostgreSQLSession._watched, Connection.execute

    def counted(session: PostgreSQLSession, does: Callable[..., Any], *arguments: Any) -> Any:
        ways.append(does)
        return go(session, does, *arguments)

    def executed(connection: Connection, *arguments: Any, **named: Any) -> Any:
        ways.append(connection)
        return execute(connection, *arguments, **named)

    monkeypatch.setattr(PostgreSQLSession, "_watched", counted)
    monkeypatch.setattr(Connection, "execute", executed)
    monkeypatch.setattr(PostChannel, "send", lambda *_: Receipt(ReceiptKind.DELIVERED, "ref"))
    with open_desk(url, SHOP, plugins=(Post(),)) as desk:
        found = []
        for count in (2, 18):
            for number in range(count):
                placed(desk, customer=Customer(f"c-{count}-{number}", email="c@example.com"))
            ways.clear()
            assert count == desk.send_due().done
            found.append(len(ways))

    assert found[0] == found[1]
