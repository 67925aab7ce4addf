"""Runs the command line, in this process or in one of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

from attrs import frozen
from typer.testing import CliRunner

from incidentkit.cli.app import app

CLEAN = dict.fromkeys(("INCIDENTKIT_LANG", "LC_ALL", "LC_MESSAGES", "LANG", "COLUMNS", "FORCE_COLOR", "NO_COLOR"))
"""Variables that change what is said, or how."""

NOW = "2026-10-01"
"""The end of the demo's month."""


@frozen
class Answer:
    """What a command gave."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def run(*args: object, **env: str) -> Answer:
    """In this process. An exception that is not caught fails the test."""
    result = CliRunner().invoke(app(), [str(arg) for arg in args], env={**CLEAN, **env}, catch_exceptions=False)
    return Answer(result.exit_code, result.stdout, result.stderr)


def process(*args: object, code: str = "", **env: str) -> Answer:
    """In a process of its own. ``code`` runs before the command line is imported."""
    script = f"import sys\n{code}\nfrom incidentkit.cli import main\nsys.exit(main())"
    command = [sys.executable, "-c", script, *map(str, args)]
    done = subprocess.run(command, capture_output=True, check=False, env=environment(env))
    return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())


def environment(env: dict[str, str]) -> dict[str, str]:
    """This process's variables without those of `CLEAN`, and with ``env``."""
    return {**{name: value for name, value in os.environ.items() if name not in CLEAN}, "PYTHONUTF8": "1", **env}
