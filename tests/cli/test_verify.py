"""``incidentkit verify``."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.running import NOW, run


@pytest.fixture
def store(demo: Path, tmp_path: Path) -> Path:
    """A copy of the demo's store that may be damaged."""
    return Path(shutil.copy(demo, tmp_path / "copy.db"))


def ruin(store: Path, statement: str) -> None:
    """Do that to a store behind its back."""
    with closing(sqlite3.connect(store)) as connection, connection:
        connection.execute(statement)


@pytest.mark.parametrize(("language", "said"), [("en", "The record is sound"), ("es", "El registro está íntegro")])
def test_a_sound_record_is_said_to_be_sound(store: Path, language: str, said: str) -> None:
    """With the progress beside it, and the last seal to note."""
    answer = run("verify", "--store", store, "--now", NOW, "--lang", language)

    assert 0 == answer.code
    assert answer.out.startswith(said)
    assert "--seal" in answer.out
    assert answer.err


@pytest.mark.parametrize(("language", "said"), [("en", "An event is not as it was written"), ("es", "Un evento no está")])
def test_damage_is_named(store: Path, language: str, said: str) -> None:
    """What it is, where, and what to do; whoever calls it from a script sees it too."""
    ruin(store, "UPDATE events SET actor = 'agent:nobody' WHERE seq = 3")
    answer = run("verify", "--store", store, "--now", NOW, "--lang", language)

    assert 1 == answer.code
    assert said in answer.out
    assert " 3" in answer.out


def test_what_a_rebuild_makes_good_is_said(store: Path) -> None:
    """With the command that does it; others are counted where there are too many."""
    ruin(store, "DELETE FROM facts_actions")
    answer = run("verify", "--store", store, "--now", NOW, "--limit", "2")

    assert 1 == answer.code
    assert "incidentkit rebuild" in answer.out
    assert "more; see --limit" in answer.out


def test_it_is_there_for_programs(store: Path) -> None:
    """The whole report, with nothing else on any stream."""
    ruin(store, "UPDATE facts_orders SET status = 'returned' WHERE order_id = (SELECT min(order_id) FROM facts_orders)")
    answer = run("verify", "--store", store, "--now", NOW, "--json")
    damage = answer.json["damages"][0]

    assert (1, "", False, True) == (answer.code, answer.err, answer.json["ok"], answer.json["rebuildable"])
    assert ("facts", True) == (damage["kind"], damage["rebuildable"])
    assert answer.json["damaged"] >= 1


def test_a_seal_that_was_noted_is_looked_for(store: Path) -> None:
    """It is there, or it is not."""
    noted = run("verify", "--store", store, "--now", NOW, "--json").json["seal"]
    other = f"1:{'0' * 64}"

    assert [0, 1] == [run("verify", "--store", store, "--now", NOW, "--seal", seal).code for seal in (noted, other)]


def test_a_seal_that_is_none_is_refused(store: Path) -> None:
    """As a mistake of whoever asks."""
    answer = run("verify", "--store", store, "--seal", "the last one")

    assert 2 == answer.code
    assert "NUMBER:HASH" in answer.err
