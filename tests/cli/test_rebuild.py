"""``incidentkit rebuild``."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.running import NOW, run


@pytest.fixture
def store(demo: Path, tmp_path: Path) -> Path:
    """A copy of the demo's store that may be changed."""
    return Path(shutil.copy(demo, tmp_path / "copy.db"))


@pytest.mark.parametrize(("language", "said"), [("en", "Made anew from the events"), ("es", "Rehecho a partir de los eventos")])
def test_it_says_how_much_was_made_anew(store: Path, language: str, said: str) -> None:
    """In one line, with the progress beside it."""
    answer = run("rebuild", "--store", store, "--lang", language)

    assert 0 == answer.code
    assert answer.out.startswith(said)
    assert answer.err


def test_figures_stay_what_they_were(store: Path) -> None:
    """The scoreboard reads the same before and after."""
    before = run("scoreboard", "--store", store, "--now", NOW).out
    run("rebuild", "--store", store, "--json")

    assert before == run("scoreboard", "--store", store, "--now", NOW).out


def test_dated_promises_are_read_in_the_zone_of_today(store: Path, tmp_path: Path) -> None:
    """A promise for a day ends when that day ends in the shop's zone, also those of before the zone was changed."""
    far = tmp_path / "far.toml"
    far.write_text('[shop]\nzone = "Pacific/Kiritimati"\n')

    def promised() -> object:
        return run("measure", "promise_kept_rate", "--by", "day", "--store", store, "--shop", far, "--now", NOW, "--json").json

    before = promised()
    run("rebuild", "--store", store, "--shop", far)

    assert before != promised()
