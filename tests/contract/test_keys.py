"""The key stores that ship keep what every key store promises."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from incidentkit.ports import KeyStore
from incidentkit.store.keys import SqlKeys
from incidentkit.testing.contracts import KeyStoreContract
from tests.services.postgresql import schema

MASTER = bytes(range(32))


class TestFile(KeyStoreContract):
    """Keys in a file."""

    def make(self, directory: Path) -> KeyStore:
        return SqlKeys(f"sqlite:///{directory / 'keys.db'}")


class TestWrapped(KeyStoreContract):
    """Keys in a file, wrapped with a master key."""

    def make(self, directory: Path) -> KeyStore:
        return SqlKeys(f"sqlite:///{directory / 'keys.db'}", MASTER)


class TestServer(KeyStoreContract):
    """Keys in a PostgreSQL database that several machines share."""

    @pytest.fixture(autouse=True)
    def _schema(self, postgresql_url: str) -> Iterator[None]:
        with schema(postgresql_url) as self.url:
            yield

    def make(self, directory: Path) -> KeyStore:
        return SqlKeys(self.url)
