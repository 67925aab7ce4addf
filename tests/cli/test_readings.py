"""Readings and the rows of figures, in the terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import incidentkit as ik
from tests.cli.running import run

SETTINGS = """
[[measures]]
name = "courtesy_calls"
kind = "count"
unit = "calls"
title = "Courtesy calls"

[[measures]]
name = "checks"
kind = "share"
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A shop's settings, with a store beside them."""
    file = tmp_path / "shop.toml"
    file.write_text(SETTINGS, "utf-8")
    ik.open_desk(f"sqlite:///{tmp_path / 'shop.db'}", ik.load_shop(file)).close()
    return file


def said(shop: Path, *args: str, lang: str = "en") -> str:
    """What a command of that shop says."""
    answer = run(*args, "--store", str(shop.parent / "shop.db"), "--shop", str(shop), "--lang", lang)
    assert (0, "") == (answer.code, answer.err)
    return answer.out


def test_a_number_is_entered_and_listed(shop: Path) -> None:
    """What is entered is confirmed, listed with its measure's title, and part of the figure."""
    entered = said(shop, "readings", "enter", "courtesy_calls", "12", "--note", "the late ones")
    listed = said(shop, "readings")
    (row,) = json.loads(said(shop, "measure", "courtesy_calls", "--json"))["rows"]

    assert "Entered for courtesy_calls" in entered
    assert "Courtesy calls" in listed
    assert " 12 " in listed
    assert 12 == row["value"]


def test_a_share_is_entered_by_hits(shop: Path) -> None:
    """Of a share one says how many of how many; Spanish says it too."""
    said(shop, "readings", "enter", "checks", "--hits", "18", "--of", "20")

    assert "18 de 20" in said(shop, "readings", "list", "checks", lang="es")


def test_a_number_is_put_right_and_taken_back(shop: Path) -> None:
    """By the end of its id a reading is corrected and withdrawn, and counts accordingly."""
    reading = json.loads(said(shop, "readings", "enter", "courtesy_calls", "12", "--json"))
    said(shop, "readings", "correct", reading["id"][-8:], "10", "--reason", "two were others")
    found = json.loads(said(shop, "readings", "list", "--json"))["readings"]
    said(shop, "readings", "withdraw", reading["id"], "--reason", "last year's")

    assert [10] == [one["value"] for one in found]
    assert "Nothing is entered yet" in said(shop, "readings")


def test_what_does_not_fit_is_refused(shop: Path) -> None:
    """A number that is none, and a reading that is not there, exit with 1 and say why."""
    store = ("--store", str(shop.parent / "shop.db"), "--shop", str(shop), "--lang", "en")
    odd, lost = run("readings", "enter", "courtesy_calls", "many", *store), run("readings", "withdraw", "zzzzzzzz", *store)

    assert (1, True) == (odd.code, "must be a number such as" in odd.err)
    assert (1, True) == (lost.code, "is one of this record" in lost.err)


def test_the_rows_of_a_figure_are_shown(shop: Path) -> None:
    """A figure's rows stand below its definition, as many as wished, and JSON says where the next ones are."""
    for value in ("3", "4"):
        said(shop, "readings", "enter", "courtesy_calls", value)
    shown = said(shop, "measure", "courtesy_calls", "--rows", "--limit", "1")
    first = json.loads(said(shop, "measure", "courtesy_calls", "--rows", "--limit", "1", "--json"))
    second = json.loads(said(shop, "measure", "courtesy_calls", "--rows", "--after", first["next"], "--json"))

    assert "1 of 2 rows" in shown
    assert [3, 4] == [row["weight"] for page in (first, second) for row in page["rows"]]
    assert (2, None) == (second["total"], second["next"])


def test_own_measures_are_listed(shop: Path) -> None:
    """The list has the shop's own, with their role and formula."""
    listed = json.loads(said(shop, "measure", "courtesy_calls", "--list", "--json"))["measures"]

    assert [("lead", "sum of the readings", 1)] == [(m["role"], m["formula"], m["version"]) for m in listed]
