"""export events and load: the record in a file, and a store made of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.running import run


def test_a_record_goes_to_a_file_and_comes_back(demo: Path, tmp_path: Path) -> None:
    """With the settings that it was read by, so that every figure is the same."""
    file, new = tmp_path / "record.jsonl", tmp_path / "new.db"
    written = run("export", "events", file, "--store", demo)
    loaded = run("load", file, "--store", new)
    asked = ("measure", "order_confirmation_time", "--by", "week", "--now", "2026-10-01", "--json")
    before, after = (run(*asked, "--store", store) for store in (demo, new))

    assert (0, 0) == (written.code, loaded.code)
    assert "Writing: " in written.err
    assert "Loading: " in loaded.err
    assert before.out == after.out


def test_both_answer_as_json(demo: Path, tmp_path: Path) -> None:
    """And with nothing else."""
    file = tmp_path / "record.jsonl"
    written = json.loads(run("export", "events", file, "--store", demo, "--personal", "--json").out)
    loaded = json.loads(run("load", file, "--store", tmp_path / "new.db", "--json").out)

    assert (True, written["events"]) == (written["personal"], loaded["events"])
    assert loaded["texts"] > 0


@pytest.mark.parametrize("language", ["en", "es"])
def test_words_come_in_both_languages(demo: Path, tmp_path: Path, language: str) -> None:
    """What was done, and with how much."""
    file = tmp_path / "record.jsonl"
    written = run("export", "events", file, "--store", demo, "--lang", language)
    loaded = run("load", file, "--store", tmp_path / "new.db", "--lang", language)

    assert str(file) in written.out
    assert "new.db" in loaded.out


def test_a_file_that_is_wrong_is_refused_in_plain_words(demo: Path, tmp_path: Path) -> None:
    """With the line, and nothing is made of it."""
    file = tmp_path / "record.jsonl"
    run("export", "events", file, "--store", demo)
    file.write_text(file.read_text("utf-8").replace('{"event"', '{"evnt"', 1), "utf-8")
    answer = run("load", file, "--store", tmp_path / "new.db")

    assert (1, "") == (answer.code, answer.out)
    assert "line 2: does not say" in answer.err
    assert 0 == json.loads(run("queue", "--store", tmp_path / "new.db", "--json").out)["open"]


def test_what_is_there_is_left_alone(demo: Path, tmp_path: Path) -> None:
    """Neither a file nor a store is written over; a file that is not there is named."""
    file = tmp_path / "record.jsonl"
    run("export", "events", file, "--store", demo)
    again, into, missing = (
        run("export", "events", file, "--store", demo),
        run("load", file, "--store", demo),
        run("load", tmp_path / "none.jsonl", "--store", tmp_path / "new.db"),
    )

    assert [1, 1, 1] == [again.code, into.code, missing.code]
    assert "must not be there yet" in again.err
    assert "must have nothing in it" in into.err
    assert "none.jsonl" in missing.err


def test_the_group_shows_its_commands(tmp_path: Path) -> None:
    """In both languages, and names what it does not know."""
    shown, spanish, wrong = run("export"), run("export", "--lang", "es"), run("export", "cake")

    assert (0, 0, 2) == (shown.code, spanish.code, wrong.code)
    assert "\n  events " in shown.out
    assert "Usage: incidentkit export " in shown.out
    assert "archivos" in spanish.out
    assert "cake" in wrong.err
