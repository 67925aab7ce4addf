"""The scoreboard with a goal in the terminal, and the pages that the command writes."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve

from incidentkit.cli.board import show_scoreboard
from incidentkit.cli.screen import Screen
from incidentkit.cli.values import Values
from incidentkit.cli.words import load_words
from incidentkit.goals.board import Scoreboard
from incidentkit.phrases.words import LANGUAGES
from tests.cli.running import NOW, run
from tests.web.goal_boards import AS_OF, GOAL_BOARD


def board(capsys: pytest.CaptureFixture[str], shown: Scoreboard, language: str = "en", width: int | None = None) -> list[str]:
    """What the terminal shows of a board."""
    words = load_words(language)
    show_scoreboard(Screen(words, width), Values(words, ZoneInfo("Europe/Madrid")), shown)
    return capsys.readouterr().out.splitlines()


def test_the_goal_stands_first(capsys: pytest.CaptureFixture[str]) -> None:
    """Goal and verdict, then each Key Result: state, from, now, should be, target, expected, n; and why one is unknown."""
    expected = [
        "▼ losing Nobody has to ask where their order is",
        "Winning 2 of 4 Key Results · until 31 Dec 2026 · days left: 87",
    ]
    shown = board(capsys, GOAL_BOARD)
    row = next(line for line in shown if "Solved at" in line)

    assert expected == shown[2:4]
    assert ["▼", "losing"] == row.split()[:2]
    assert ["40%", "46.0%", "55%", "≥", "75%", "49.5%–60.0%", "(32.0%)", "214"] == row.split("contact")[1].split()[:8]
    assert "● We tell them first: n is 7, and it takes 20 to judge" in shown


def test_teams_stand_below_with_what_they_kept(capsys: pytest.CaptureFixture[str]) -> None:
    """Each team has its lines and its commitments, and the other lines come last."""
    shown = board(capsys, GOAL_BOARD)
    titles = [line for line in shown if line.startswith("What ") or line == "Other figures"]

    assert [
        "What after-sales moves · commitments kept: 10 of 16",
        "What warehouse moves · commitments kept: 3 of 6",
        "What everybody moves · commitments kept: 4 of 4",
        "Other figures",
    ] == titles


def test_a_stale_record_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """Since when there has been no news stands right below the title."""
    shown = board(capsys, evolve(GOAL_BOARD, stale=True, known_until=AS_OF - timedelta(days=9)))

    assert "No news since 26 Sep 2026 10:00. Nothing is judged until there is some." == shown[1]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [80, 100, 140])
def test_it_fits_the_terminal(capsys: pytest.CaptureFixture[str], language: str, width: int) -> None:
    """No line is wider than the terminal, and each Key Result keeps its figure and its target."""
    shown = board(capsys, GOAL_BOARD, language, width)

    assert [] == [line for line in shown if len(line) > width]
    assert 2 == sum("≥ 75" in line or "≥ 90" in line for line in shown)


# --- What is written ---


def test_the_site_has_a_page_for_each_figure(demo: Path, tmp_path: Path) -> None:
    """The folder is made, and each link of its first page leads to a file in it."""
    answer = run("scoreboard", "--store", demo, "--now", NOW, "--site", tmp_path / "a" / "site")
    pages = sorted(page.name for page in (tmp_path / "a" / "site" / "figures").iterdir())
    index = (tmp_path / "a" / "site" / "index.html").read_text("utf-8")

    assert (0, True) == (answer.code, "index.html" in answer.out)
    assert len(pages) >= 6
    assert all(f'href="figures/{page}"' in index for page in pages)


def test_the_public_page_tells_in_fives(demo: Path, tmp_path: Path) -> None:
    """With --public the page is the one for anybody; without a page to write, the option makes no sense."""
    file = tmp_path / "public.html"
    answer = run("scoreboard", "--store", demo, "--now", NOW, "--public", "--html", file)
    alone = run("scoreboard", "--store", demo, "--now", NOW, "--public")

    assert (0, 2) == (answer.code, alone.code)
    assert "at least" in file.read_text("utf-8")
    assert "--html" in alone.err


def test_a_goal_that_is_not_there_is_refused(demo: Path) -> None:
    """An id that no Objective has is named."""
    answer = run("scoreboard", "--store", demo, "--now", NOW, "--objective", "no-such-goal")

    assert (1, "") == (answer.code, answer.out)
    assert "no-such-goal" in answer.err
