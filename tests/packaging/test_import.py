"""Importing the package: light, silent and without side effects."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROBE = """
import sys, threading, logging, warnings
before = set(sys.modules), threading.active_count(), list(logging.root.handlers), list(warnings.filters)
{code}
after = threading.active_count(), list(logging.root.handlers), list(warnings.filters)
print(*sorted({{name.partition(".")[0] for name in set(sys.modules) - before[0]}}))
print("touched" if after != before[1:] else "untouched")
"""

HEAVY = {"cryptography", "hypothesis", "jinja2", "markdown_it", "pytest", "rich", "sqlalchemy", "typer"}
LAZY = "import incidentkit; incidentkit.open_desk"


def run(code: str) -> tuple[set[str], str]:
    """The packages that ``code`` loads in a fresh interpreter, and whether it touched what belongs to the host."""
    done = subprocess.run([sys.executable, "-c", PROBE.format(code=code)], capture_output=True, text=True, check=True)
    loaded, touched = done.stdout.splitlines()
    return set(loaded.split()), touched


def test_naming_open_desk_loads_nothing_heavy() -> None:
    """Neither the database layer nor an extra is loaded before a desk opens."""
    loaded, _ = run(LAZY)

    assert set() == loaded & HEAVY


def test_a_desk_that_sends_nothing_loads_no_templates() -> None:
    """Opening one and naming what is in it needs neither the template language nor Markdown."""
    loaded, _ = run(
        "import incidentkit as ik\nwith ik.open_desk('sqlite://') as desk: desk.catalogue.label('phases', 'closed')"
    )

    assert set() == loaded & {"jinja2", "markdown_it"}


def test_importing_touches_nothing_of_the_host() -> None:
    """No thread, log handler or warning filter is there that was not there before."""
    _, touched = run(LAZY)

    assert "untouched" == touched


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import sqlalchemy.engine", ({"sqlalchemy"}, "untouched")),
        ("import logging; logging.basicConfig()", (set(), "touched")),
    ],
)
def test_the_probe_can_fail(code: str, expected: tuple[set[str], str]) -> None:
    """A heavy package and a changed host are both seen."""
    loaded, touched = run(code)

    assert expected == (loaded & HEAVY, touched)
