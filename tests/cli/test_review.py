"""The review in the terminal, as JSON and as Markdown."""

from __future__ import annotations

from pathlib import Path

import pytest

import incidentkit as ik
from incidentkit.phrases.words import LANGUAGES
from tests.cli.running import NOW, run


def asked(demo: Path, *args: str) -> list[object]:
    """The arguments of a review of the demo."""
    return ["review", *args, "--store", demo, "--now", NOW]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_lines_say_the_most(demo: Path, language: str) -> None:
    """Whose and when, how many, where from, what is new: before any table, in words."""
    lines = run(*asked(demo, "--since", "2026-09-01", "--lang", language)).out.splitlines()
    head = lines[1 : lines.index("")]

    assert "Casa Lumbre" in lines[0]
    assert 3 <= len(head) <= 8
    assert ["→"] * len(head) == [line[0] for line in head]


def test_json_is_the_review(demo: Path) -> None:
    """Every part of it, money as text, and what follows from it."""
    shown = run(*asked(demo, "--since", "2026-09-01", "--until", "2026-10-01", "--json")).json
    steps = {step.code for step in ik.Shop().steps}

    assert ("month", "cannot_say") == (shown["by"], shown["patterns"]["verdict"])
    assert {"places", "patterns", "recurrences", "false_resolutions", "actions", "alarms", "costs", "avoided"} <= set(shown)
    assert "EUR" in shown["costs"]["total"]
    assert {place["whole"]["step"] for place in shown["places"]} <= {*steps, ""}


@pytest.mark.parametrize("language", LANGUAGES)
def test_markdown_has_the_same_sections(demo: Path, here: Path, language: str) -> None:
    """A title, the first lines as a list, and a heading for each section with its table."""
    said = run(*asked(demo, "--since", "2026-09-01", "--lang", language, "--markdown", "review.md")).out
    text = (here / "review.md").read_text("utf-8")
    shown = run(*asked(demo, "--since", "2026-09-01", "--lang", language)).out.splitlines()
    titles = [line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")]

    assert "review.md" in said
    assert text.startswith("# Casa Lumbre")
    assert [title for title in titles if title not in shown] == []
    assert len(titles) >= 6


def test_markdown_cannot_be_broken_by_what_it_shows(here: Path) -> None:
    """A shop's name and a product's code stand as they are: no heading, no table, no link comes of them."""
    name = "# <b>Shop</b> | [x](y)"
    with ik.open_desk("sqlite:///shop.db", ik.Shop(name=name, channel="", blocked_plugins=("local",))) as desk:
        order = desk.orders.place(customer=None, lines=[ik.Line("A|*B*", 1, "5.00")])
        desk.incidents.report(order.id, type="damaged", description="crushed")
    run("review", "--since", "2020-01-01", "--markdown", "review.md")
    text = (here / "review.md").read_text("utf-8")

    assert text.startswith("# # \\<b\\>Shop\\</b\\> \\| \\[x\\](y)")
    assert "A\\|\\*B\\*" in text


def test_an_unknown_team_is_refused(demo: Path) -> None:
    """With the teams that there are, and exit code 1."""
    refused = run(*asked(demo, "--team", "moon"))

    assert 1 == refused.code
    assert "after-sales" in refused.err
