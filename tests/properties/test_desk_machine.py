"""A desk driven through random histories: whatever is done, and in whatever order, the record stays true."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

import pytest
from hypothesis import settings

from incidentkit.testing.machines import DeskMachine
from tests.services.postgresql import empty

TestDesk = DeskMachine.TestCase


class _Long(DeskMachine):
    """The same, further."""


TestDeskForLong = pytest.mark.long(_Long.TestCase)
TestDeskForLong.settings = settings(max_examples=200, stateful_step_count=80, deadline=None, database=None, print_blob=True)


class _OnPostgreSQL(DeskMachine):
    """The same on a server, with fewer examples: what it must show is that the database makes no difference."""

    url: ClassVar[str] = ""

    @contextmanager
    def store(self) -> Iterator[str]:
        empty(self.url)
        yield self.url


@pytest.fixture
def on_postgresql(postgresql_store: str) -> None:
    """Tells the machine where."""
    _OnPostgreSQL.url = postgresql_store


TestDeskOnPostgreSQL = pytest.mark.usefixtures("on_postgresql")(_OnPostgreSQL.TestCase)
TestDeskOnPostgreSQL.settings = settings(max_examples=10, stateful_step_count=20)
