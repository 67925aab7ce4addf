"""A finished demo to look at, and a folder of one's own to stand in."""

from __future__ import annotations

from pathlib import Path

import pytest

from incidentkit.testing.simulator import run_demo


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of a small demo. Tests only read it."""
    out = tmp_path_factory.mktemp("demo")
    run_demo(out, orders=80, seed=3)
    return out / "shop.db"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder: empty, and gone afterwards."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
