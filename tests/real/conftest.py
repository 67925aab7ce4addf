"""The real data sets that lie beside the repository; without them the tests here are skipped."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from incidentkit.desk.desk import Desk
from tests.services.postgresql import schema


@pytest.fixture(scope="session")
def olist(real_data: Path) -> Path:
    """The folder of the Olist tables."""
    folder = real_data / "olist"
    if not folder.is_dir():
        pytest.skip("the Olist tables are not here: expected a folder olist in shared/data")
    return folder


@pytest.fixture(scope="session")
def olist_expected(olist: Path) -> dict[str, Any]:
    """The reference figures that come with the tables."""
    read: dict[str, Any] = json.loads((olist / "expected.json").read_text("utf-8"))
    return read


@pytest.fixture(scope="session")
def uci(real_data: Path) -> Path:
    """The folder of the UCI incident log."""
    folder = real_data / "uci_incident"
    if not folder.is_dir():
        pytest.skip("the UCI incident log is not here: expected a folder uci_incident in shared/data")
    return folder


@pytest.fixture(scope="session")
def uci_expected(uci: Path) -> dict[str, Any]:
    """The reference figures that come with the log."""
    read: dict[str, Any] = json.loads((uci / "expected.json").read_text("utf-8"))
    return read


@pytest.fixture(scope="session")
def receipt(real_data: Path) -> Path:
    """The folder of the permit requests."""
    folder = real_data / "receipt"
    if not folder.is_dir():
        pytest.skip("the permit requests are not here: expected a folder receipt in shared/data")
    return folder


@pytest.fixture(scope="session")
def problems(real_data: Path) -> Path:
    """The folder of the closed problem tickets."""
    folder = real_data / "bpic2013_closed_problems"
    if not folder.is_dir():
        pytest.skip("the problem tickets are not here: expected a folder bpic2013_closed_problems in shared/data")
    return folder


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def real_store_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a store that is not made yet, once for a module and kind of database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('real') / 'shop.db'}"
    else:
        with schema(request.getfixturevalue("postgresql_url")) as url:
            yield url


def documents(desk: Desk, kind: str) -> list[dict[str, Any]]:
    """The documents of every stream of a kind."""
    with desk._runtime.store.reading() as unit:
        found = unit.connection.exec_driver_sql(f"SELECT document FROM streams WHERE kind = '{kind}'").scalars()
        return [json.loads(document) for document in found]
