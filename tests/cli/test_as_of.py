"""--as-of: what was known at an instant, on every command that takes it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.running import run

THEN = "2026-09-10"
COMMANDS = (
    ("queue",),
    ("scoreboard",),
    ("measure", "order_confirmation_time"),
    ("measure", "order_confirmation_time", "--rows"),
    ("context", "10001"),
    ("timeline", "10001"),
)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_command_shows_what_was_known_then(demo: Path, command: tuple[str, ...]) -> None:
    """In words and as JSON, and whatever the present is."""
    asked = [*command, "--store", str(demo), "--as-of", THEN]
    words = run(*asked)
    first, second = (run(*asked, "--json", "--now", now) for now in ("2026-09-30", "2026-10-01"))

    assert (0, 0) == (words.code, first.code)
    assert words.out.strip()
    assert json.loads(first.out) == json.loads(second.out)


def test_a_timeline_ends_where_it_ended_then(demo: Path) -> None:
    """It has the first of today's entries."""
    now, then = (run("timeline", "10001", "--store", str(demo), "--json", *at) for at in ((), ("--as-of", "2026-09-02")))
    whole, part = json.loads(now.out)["entries"], json.loads(then.out)["entries"]

    assert 0 < len(part) < len(whole)
    assert whole[: len(part)] == part


def test_progress_is_shown_on_stderr(demo: Path) -> None:
    """In the language that was asked for, and not with --json."""
    shown, silent = (run("queue", "--store", str(demo), "--as-of", THEN, "--lang", "es", *more) for more in ((), ("--json",)))

    assert "Volviendo atrás: " in shown.err
    assert "" == silent.err


@pytest.mark.parametrize(("given", "code", "said"), [("soon", 2, "--as-of"), ("2999-01-01", 1, "must not be in the future")])
def test_an_instant_that_is_none_is_refused(demo: Path, given: str, code: int, said: str) -> None:
    """In plain words."""
    answer = run("queue", "--store", str(demo), "--as-of", given)

    assert (code, "") == (answer.code, answer.out)
    assert said in answer.err
