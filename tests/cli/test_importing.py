"""What `incidentkit import` leaves behind, and what a dry run does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import run
from tests.cli.test_commands import till


def test_what_was_rejected_is_listed_beside_the_store(here: Path) -> None:
    """The list stands next to the store unless it is named otherwise, and is pointed to."""
    till(here)
    (here / "data").mkdir()
    first = run("import", "--profile", "till.toml", "--store", "data/s.db", ".")
    run("import", "--profile", "till.toml", "--store", "data/s.db", "--rejects", "mine.csv", ".")

    assert "data/rejects.csv" in first.out
    assert "orders.csv,4,at,,missing:placed" in (here / "data" / "rejects.csv").read_text()
    assert (here / "mine.csv").exists()


@pytest.mark.parametrize(("language", "said"), [("en", "nothing was written"), ("es", "no se ha escrito nada")])
def test_a_dry_run_leaves_nothing_behind(here: Path, language: str, said: str) -> None:
    """It tells the counts, and makes neither a store nor a list."""
    till(here)
    before = sorted(here.iterdir())
    found = run("import", "--profile", "till.toml", "--store", "s.db", "--dry-run", ".", "--lang", language)

    assert (0, True) == (found.code, said in found.out)
    assert before == sorted(here.iterdir())


def test_a_dry_run_on_a_store(here: Path) -> None:
    """A store that is there is looked into, and stays as it is."""
    till(here)
    run("import", "--profile", "till.toml", "--store", "s.db", ".")
    report = run("import", "--profile", "till.toml", "--store", "s.db", "--dry-run", ".", "--json").json

    assert (0, 2, 0) == (report["orders_new"], report["orders_unchanged"], report["events"])
