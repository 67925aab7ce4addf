"""What a plugin's modules take from incidentkit that is not public."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from tests.architecture.sources import REPO

__all__ = ["PUBLIC", "plugin_modules", "private"]

PUBLIC = (
    *("incidentkit", "incidentkit.cli", "incidentkit.errors", "incidentkit.hooks", "incidentkit.mail"),
    *("incidentkit.testing.clocks", "incidentkit.testing.contracts"),
)
"""The modules that plugins may import from; `incidentkit` as a whole too, by ``import incidentkit as ik``."""


def plugin_modules() -> list[Path]:
    """Every module and test of every plugin of this tree."""
    return sorted((REPO / "plugins").glob("*/src/**/*.py")) + sorted((REPO / "plugins").glob("*/tests/*.py"))


def private(text: str, own: str) -> list[str]:
    """The imports that are not public.

    Args:
        own: the plugin's own package, from which it may import what it wants.
    """
    return [name for name in _imported(text) if name.startswith("incidentkit") and not _own(name, own) and not _public(name)]


def _own(name: str, own: str) -> bool:
    return name == own or name.startswith(f"{own}.")


def _public(name: str) -> bool:
    module, _, last = name.rpartition(".")
    return name in PUBLIC or (module in PUBLIC and last in import_module(module).__all__)


def _imported(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
