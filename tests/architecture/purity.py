"""Finds in a module's text what a pure one does without: clocks, chance, I/O and logging."""

from __future__ import annotations

import ast
from collections.abc import Iterator

_MODULES = frozenset(
    {
        "asyncio",
        "http",
        "importlib",
        "io",
        "logging",
        "multiprocessing",
        "os",
        "pathlib",
        "queue",
        "random",
        "secrets",
        "shutil",
    }
    | {"socket", "sqlite3", "subprocess", "sys", "tempfile", "threading", "time", "urllib", "uuid", "warnings"}
)
_CALLS = frozenset({"__import__", "breakpoint", "compile", "eval", "exec", "input", "open", "print"})
_METHODS = frozenset({"now", "today", "utcnow"})


def impurities(text: str) -> list[str]:
    """Each as ``line: what``, in the order of the text."""
    return [f"{line}: {what}" for line, what in sorted(_found(ast.parse(text)))]


def _found(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, f"import {name.name}") for name in node.names if _top(name.name) in _MODULES)
        elif isinstance(node, ast.ImportFrom) and _top(node.module or "") in _MODULES:
            yield node.lineno, f"from {node.module} import"
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in _CALLS:
            yield node.lineno, node.id
        elif isinstance(node, ast.Attribute) and node.attr in _METHODS:
            yield node.lineno, f".{node.attr}"


def _top(module: str) -> str:
    return module.partition(".")[0]
