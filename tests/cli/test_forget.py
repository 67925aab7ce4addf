"""Forgetting, holding and writing down what is kept of a person, and retention, at a terminal."""

from __future__ import annotations

import json
import shutil
import stat
from pathlib import Path

import pytest

import incidentkit as ik
from tests.cli.running import NOW, run


@pytest.fixture
def store(demo: Path, tmp_path: Path) -> Path:
    """A demo of one's own."""
    return Path(shutil.copy(demo, tmp_path / "own.db"))


def somebody(store: Path) -> str:
    """The id of a customer with an order and a case."""
    with ik.open_desk(f"sqlite:///{store}") as desk:
        return next(str(case.customer) for case in desk.incidents.find(limit=50) if case.customer)


def ask(store: Path, *args: object) -> list[object]:
    """A command on the store, at the end of the demo's month."""
    return [*args, "--store", store, "--now", NOW]


@pytest.mark.parametrize("language", ["en", "es"])
def test_without_yes_nothing_is_deleted(store: Path, language: str) -> None:
    """It says how much there is, and how to go on."""
    who = somebody(store)
    answer = run(*ask(store, "forget", who), "--lang", language)

    assert (0, "") == (answer.code, answer.err)
    assert "--yes" in answer.out
    with ik.open_desk(f"sqlite:///{store}") as desk:
        assert "key" in desk.people.export_person(who)["person"]


def test_with_yes_it_is(store: Path) -> None:
    """The counts as JSON; afterwards there is nothing left but the id."""
    who = somebody(store)
    answer = run(*ask(store, "forget", who, "--yes", "--reason", "request", "--json", "--as", "ana"))

    assert 0 == answer.code
    assert who == answer.json["forgotten"]["customer_id"]
    assert answer.json["forgotten"]["rows"] > 0
    with ik.open_desk(f"sqlite:///{store}") as desk:
        assert {"id": who} == desk.people.export_person(who)["person"]


@pytest.mark.parametrize("language", ["en", "es"])
def test_what_was_deleted_is_said(store: Path, language: str) -> None:
    """How many texts, and under which id the orders stay."""
    who = somebody(store)
    answer = run(*ask(store, "forget", who, "--yes"), "--lang", language)

    assert (0, "") == (answer.code, answer.err)
    assert who in answer.out


def test_nobody_by_that_name(store: Path) -> None:
    """Exit 1, and the name is not said again."""
    answer = run(*ask(store, "forget", "secret@example.com", "--yes"))

    assert (1, "") == (answer.code, answer.out)
    assert "must be known" in answer.err
    assert "secret" not in answer.err


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_hold_is_set_and_ended(store: Path, language: str) -> None:
    """While it stands, forgetting fails with its reason."""
    who, lang = somebody(store), ("--lang", language)
    set_ = run(*ask(store, "person", "hold", who, "tax", "--until", "2031-01-01", "--as", "eva"), *lang)
    refused = run(*ask(store, "forget", who, "--yes"), *lang)
    free = run(*ask(store, "person", "release", who, "--reason", "tax"), *lang)

    assert [0, 1, 0] == [set_.code, refused.code, free.code]
    assert "tax" in set_.out
    assert "must be kept for tax, set by cli:eva" in refused.err
    assert 0 == run(*ask(store, "forget", who, "--yes"), *lang).code


def test_a_hold_as_json(store: Path) -> None:
    """Each reason with who set it."""
    who = somebody(store)
    answer = run(*ask(store, "person", "hold", who, "tax", "--json"))
    ended = run(*ask(store, "person", "release", who, "--json"))

    assert [("tax", None)] == [(hold["reason"], hold["until"]) for hold in answer.json["holds"]]
    assert [] == ended.json["holds"]


def test_a_person_is_exported(store: Path, tmp_path: Path) -> None:
    """To the terminal, or into a new file that nobody else can read."""
    who, file = somebody(store), tmp_path / "person.json"
    shown = run("person", "export", who, "--store", store)
    written = run("person", "export", who, "--store", store, "--out", file)

    assert (0, 0) == (shown.code, written.code)
    assert who == json.loads(file.read_text("utf-8"))["person"]["id"] == shown.json["person"]["id"]
    assert 0o600 == stat.S_IMODE(file.stat().st_mode)
    assert 1 == run("person", "export", who, "--store", store, "--out", file).code


RULES = """
[retention]
case_words = "7d"
"""


@pytest.mark.parametrize("language", ["en", "es"])
def test_retention_is_counted_and_done(store: Path, tmp_path: Path, language: str) -> None:
    """What a dry run counts, the next one deletes."""
    shop = tmp_path / "shop.toml"
    shop.write_text(f'[shop]\nzone = "Europe/Madrid"\n{RULES}')
    asked = ask(store, "retention", "--shop", shop)
    counted, said = run(*asked, "--dry-run", "--json"), run(*asked, "--lang", language)

    assert (0, 0) == (counted.code, said.code)
    assert counted.json["deleted"]["case_words"] > 0
    assert str(counted.json["deleted"]["case_words"]) in said.out.replace(",", "").replace(".", "")
    assert {} == run(*asked, "--json").json["deleted"]


def test_without_rules_it_says_so(store: Path) -> None:
    """Nothing is looked at."""
    answer = run(*ask(store, "retention"))

    assert (0, "") == (answer.code, answer.err)
    assert "[retention]" in answer.out
