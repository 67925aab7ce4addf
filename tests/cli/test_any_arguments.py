"""Whatever is typed: an answer or a plain refusal, never a traceback."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cli.running import run

WORDS = [
    "queue",
    "timeline",
    "measure",
    "scoreboard",
    "plugins",
    "check",
    "init",
    "import",
    "--store",
    "--shop",
    "--json",
    "--lang",
    "--owner",
    "--limit",
    "--by",
    "--list",
    "--since",
    "--until",
    "--now",
    "--profile",
    "--help",
    "--version",
    "--",
    "-",
    "DEMO",
    "shop.db",
    "shop.toml",
    "text.db",
    "sqlite://",
    "sqlite:///DEMO",
    "x://y",
    ".",
    "olist",
    "es",
    "en",
    "week",
    "day",
    "quarter",
    "type",
    "team",
    "csat_mean",
    "delivery_time",
    "2026-09-01",
    "2026-10-01",
    "2026-09-01T10:00",
    "2026-09-01T10:00+02:00",
    "-1",
    "0",
    "5",
    "10001",
    "10020",
    "warehouse",
    "ana",
]
ODD = ["", " ", "\udcff", "\x1b[2J", "\n"]
# What an argument of a process can hold, but no slashes: init writes where it is told to.
LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="/\\\0")
TYPED = st.sampled_from(WORDS) | st.sampled_from(ODD) | st.text(LETTERS, max_size=8)
COMMANDS = st.sampled_from(["queue", "timeline", "measure", "scoreboard", "plugins", "check", "init", "import"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.tuples(COMMANDS, st.lists(TYPED, max_size=6)))
def test_any_arguments_give_an_answer_or_a_refusal(here: Path, demo: Path, typed: tuple[str, list[str]]) -> None:
    """The exit code is 0, 1 or 2, and stderr says why where it is not 0."""
    (here / "text.db").write_text("no database")
    command, args = typed
    answer = run(command, *(arg.replace("DEMO", str(demo)) for arg in args))

    assert answer.code in {0, 1, 2}
    assert "Traceback" not in answer.err
    assert answer.code == 0 or answer.err
