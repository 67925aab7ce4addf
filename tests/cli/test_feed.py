"""``incidentkit feed``: the record in its order, page by page."""

from __future__ import annotations

from pathlib import Path

import pytest

from incidentkit.desk.opening import open_desk
from tests.cli.running import run


def test_pages_follow_each_other(demo: Path) -> None:
    """As JSON, until there is nothing more; the places have no gap."""
    first = run("feed", "--store", demo, "--json", "--limit", 700).json
    second = run("feed", "--store", demo, "--json", "--limit", 5, "--after", first["watermark"]).json

    assert [*range(1, 706)] == [event["seq"] for event in (*first["events"], *second["events"])]
    assert (700, 705) == (first["watermark"], second["watermark"])


def test_it_holds_no_words_of_people(demo: Path) -> None:
    """What they said are references."""
    with open_desk(f"sqlite:///{demo}") as desk:
        said = [str(event.data.description) for event in desk.feed().events if event.type == "incident.reported"]  # type: ignore[attr-defined]
    answer = run("feed", "--store", demo, "--json")

    assert [] == [words for words in said if len(words) > 8 and words in answer.out]


@pytest.mark.parametrize(("lang", "said"), [("en", "Go on with --after 3"), ("es", "Sigue con --after 3")])
def test_it_is_shown_in_words(demo: Path, lang: str, said: str) -> None:
    """One line for each event, and how it goes on."""
    answer = run("feed", "--store", demo, "--limit", 3, "--lang", lang)

    assert 0 == answer.code
    assert "order.placed" in answer.out
    assert said in answer.out


def test_the_end_is_said(demo: Path) -> None:
    """Where nothing has happened since."""
    with open_desk(f"sqlite:///{demo}") as desk:
        end = 0
        while (page := desk.feed(end, limit=10_000)).events:
            end = page.watermark

    assert "Nothing has happened since" in run("feed", "--store", demo, "--after", end, "--lang", "en").out


def test_a_place_beyond_the_end_is_refused(demo: Path) -> None:
    """With what it may mean."""
    answer = run("feed", "--store", demo, "--after", 10**9)

    assert (1, True) == (answer.code, "older copy" in answer.err)
