"""A desk driven through random histories: whatever is done, and in whatever order, the record stays true."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from incidentkit.testing.machines import DeskMachine, Reached
from tests.services.postgresql import empty

LATER_RECEIPTS = {"incident.untold", "incident untell"}
"""What follows when a channel first says that a message arrived, and later that it came back. Those of the machine say one
thing of each message; that these happen when one says both is shown elsewhere."""

GIVEN_UP = {"intent abandoned"}
"""A message that is not sent after all; the machine leaves none undecided for so long."""

BESIDE_CASES = ("checkin.", "commitment.", "objective.", "reading.")
"""What is done with goals, which the machine has no rules for."""

IN_A_SAMPLE = 100
"""So many of some 160 events and moves a short run need not come by."""


def reached_by(kind: type[DeskMachine], how: settings) -> Reached:
    """What a run of the machine came by, in which nothing was found wrong."""
    reached = Reached()
    run_state_machine_as_test(type(kind.__name__, (kind,), {"reached": reached}), settings=how)
    return reached


def _missing(reached: Reached) -> list[str]:
    """What the machine could have come by, and has not."""
    return [each for each in reached.missing if not each.startswith(BESIDE_CASES)]


class _OnPostgreSQL(DeskMachine):
    """The same on a server, with fewer examples: what it must show is that the database makes no difference."""

    url: ClassVar[str] = ""

    @contextmanager
    def store(self) -> Iterator[str]:
        empty(self.url)
        yield self.url


@pytest.fixture
def on_postgresql(postgresql_store: str, monkeypatch: pytest.MonkeyPatch) -> type[DeskMachine]:
    """The machine, told where."""
    monkeypatch.setattr(_OnPostgreSQL, "url", postgresql_store)
    return _OnPostgreSQL


def test_a_desk_keeps_every_promise() -> None:
    """Whatever a short run does, all invariants hold, and it is no short list that it does."""
    reached = reached_by(DeskMachine, settings(max_examples=60, stateful_step_count=20))

    assert [] == _missing(reached)[IN_A_SAMPLE:]


def test_a_desk_keeps_every_promise_on_a_server(on_postgresql: type[DeskMachine]) -> None:
    """The same on PostgreSQL."""
    reached = reached_by(on_postgresql, settings(max_examples=10, stateful_step_count=20))

    assert "incident.closed" in reached.events


LONG = settings(max_examples=300, stateful_step_count=40, derandomize=False, deadline=None, database=None, print_blob=True)


@pytest.mark.long
def test_a_desk_keeps_every_promise_for_long() -> None:
    """In a long run every type of event and every move of every lifecycle comes about."""
    assert set() == set(_missing(reached_by(DeskMachine, LONG))) - LATER_RECEIPTS - GIVEN_UP


@pytest.mark.long
def test_a_desk_keeps_every_promise_on_a_server_for_long(on_postgresql: type[DeskMachine]) -> None:
    """The same on PostgreSQL, not quite as far."""
    assert reached_by(on_postgresql, settings(LONG, max_examples=50)).events
