"""A store copied from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import NOW, run


@pytest.mark.parametrize(("language", "said"), [("en", "Copied into b.db and compared"), ("es", "Copiado en b.db y comparado")])
def test_a_copy_has_the_same_figures(demo: Path, here: Path, language: str, said: str) -> None:
    """It says what was copied, and both stores show the same."""
    found = run("copy", "--store", demo, "--to", "b.db", "--lang", language)
    boards = [run("scoreboard", "--store", store, "--now", NOW, "--json").json for store in (demo, "b.db")]

    assert (0, True) == (found.code, found.out.startswith(said))
    assert boards[0] == boards[1]


def test_a_copy_as_json(demo: Path, here: Path) -> None:
    """The rows by table, and the streams that were compared."""
    found = run("copy", "--store", demo, "--to", "b.db", "--json").json

    assert found["streams"] == found["rows"]["streams"] > 80


def test_only_into_an_empty_store(demo: Path, here: Path) -> None:
    """A second copy into the same store is refused."""
    run("copy", "--store", demo, "--to", "b.db")
    found = run("copy", "--store", demo, "--to", "b.db")

    assert (1, True) == (found.code, "must be empty to be copied into" in found.err)


def test_a_store_that_is_not_there(here: Path) -> None:
    """Nothing is made by asking for a copy of nothing."""
    found = run("copy", "--store", "a.db", "--to", "b.db")

    assert (1, True) == (found.code, "must be there before it can be read" in found.err)
    assert [] == list(here.iterdir())


def test_where_to_is_needed(here: Path) -> None:
    """Without --to it is wrong usage."""
    assert 2 == run("copy").code
