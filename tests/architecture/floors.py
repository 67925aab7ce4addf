"""Runs the import contracts of pyproject.toml over a source folder."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

from tests.architecture.sources import REPO

CONFIG = REPO / "pyproject.toml"

_LINT = """
import sys
from importlinter.cli import lint_imports
sys.exit(lint_imports(sys.argv[1], no_cache=True, no_logo=True))
"""


def contracts() -> list[str]:
    """The name of each contract."""
    return [contract["name"] for contract in tomllib.loads(CONFIG.read_text("utf-8"))["tool"]["importlinter"]["contracts"]]


def broken(source: Path) -> list[str]:
    """The lines with which the linter names what is wrong in the package under ``source``; empty when nothing is.

    Imports inside functions and under TYPE_CHECKING count like any other.
    """
    run = subprocess.run([sys.executable, "-c", _LINT, CONFIG], cwd=source, capture_output=True, text=True, check=False)
    lines = (run.stdout + run.stderr).splitlines()
    return [] if run.returncode == 0 else [line for line in lines if "KEPT" not in line]
