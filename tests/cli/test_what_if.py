"""``incidentkit what-if``: the difference that settings would have made, in a few lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from incidentkit.phrases.words import LANGUAGES
from tests.cli.running import NOW, run

STRICT = """\
[shop]
name = "Casa Lumbre"
zone = "Europe/Madrid"
currency = "EUR"

[protocols.late]
communicate_within = "10m"
resolve_within = "1h"
attempts = 1
remedies = ["apology"]

[sending.quiet_hours]
email = "18:00-12:00"
"""


@pytest.fixture
def strict(here: Path) -> Path:
    """Settings that would have made a difference."""
    file = here / "strict.toml"
    file.write_text(STRICT, "utf-8")
    return file


def asked(demo: Path, file: Path, *args: str) -> list[object]:
    """The arguments of a question about the demo's month."""
    return ["what-if", file, "--store", demo, "--now", NOW, "--since", "2026-08-30", *args]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_lines_say_the_most(demo: Path, strict: Path, language: str) -> None:
    """Which settings and when, how much was looked at, and a line for each kind of thing that would be otherwise."""
    lines = run(*asked(demo, strict, "--lang", language)).out.splitlines()
    head = lines[1 : lines.index("")]

    assert "strict.toml" in lines[0]
    assert 3 <= len(head) <= 10
    assert ["→"] * len(head) == [line[0] for line in head]


def test_json_has_every_difference(demo: Path, strict: Path) -> None:
    """With its counts; instants are ISO 8601, and nothing else is on stdout."""
    shown = run(*asked(demo, strict, "--json")).json
    deadlines = sum(count for code, count in shown["counts"].items() if code.startswith("deadline."))

    assert (False, deadlines) == (shown["empty"], len(shown["deadlines"]))
    assert {"case", "clock", "was", "would", "due_was", "due_would"} == set(shown["deadlines"][0])
    assert shown["cases"] > 0


def test_settings_that_are_none_are_refused(demo: Path, here: Path) -> None:
    """By a line on stderr that names the mistake."""
    file = here / "wrong.toml"
    file.write_text('[protocols.late]\ncommunicate_within = "soon"\n', "utf-8")
    refused = run(*asked(demo, file))

    assert (1, True) == (refused.code, "protocols.late.communicate_within" in refused.err)
