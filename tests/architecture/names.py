"""Reads a module's public names from its text, and says what is wrong with its ``__all__``."""

from __future__ import annotations

import ast
from collections.abc import Iterator


def order(name: str) -> tuple[int, str]:
    """Constants, then classes, then the rest; each by alphabet. The order that ruff keeps."""
    rank = 0 if name.isupper() else 1 if name[:1].isupper() else 2
    return rank, name


def exported(text: str) -> list[str] | None:
    """The names in ``__all__``, as they stand there; None without one."""
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign) and _targets(node) == ["__all__"]:
            return [str(name) for name in ast.literal_eval(node.value)]
    return None


def defined(text: str) -> set[str]:
    """The names that the module binds at its top level by a definition."""
    return {name for node in ast.parse(text).body for name in _bound(node)}


def imported(text: str) -> set[str]:
    """The names that the module imports, wherever; a lazy one does so under TYPE_CHECKING."""
    imports = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Import | ast.ImportFrom)]
    return {(name.asname or name.name).partition(".")[0] for node in imports for name in node.names}


def faults(text: str) -> list[str]:
    """What is wrong with the module's ``__all__``; empty when nothing is.

    It may leave out helpers that only its own floor uses, and a package may pass on what its modules define.
    """
    names = exported(text)
    if names is None:
        return ["no __all__"] if any(not name.startswith("_") for name in defined(text)) else []
    bad = [f"{name} stands there twice" for name in sorted({n for n in names if names.count(n) > 1})]
    bad += [f"{name} is private" for name in names if name.startswith("_") and not name.startswith("__")]
    bad += [f"{name} is not there" for name in names if name not in defined(text) | imported(text)]
    if names != sorted(names, key=order):
        bad.append("not sorted")
    return bad


def _bound(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        yield from _targets(node)


def _targets(node: ast.Assign | ast.AnnAssign) -> list[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return [name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)]


def borrowed(module: str, text: str, texts: dict[str, str]) -> list[str]:
    """Names that ``module`` imports from another floor although that module's ``__all__`` leaves them out."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.ImportFrom) or node.module not in texts or _floor(node.module) == _floor(module):
            continue
        public = exported(texts[node.module]) or []
        names = [name.name for name in node.names if f"{node.module}.{name.name}" not in texts]
        found += [f"{node.module}.{name}" for name in names if name not in public]
    return found


def _floor(module: str) -> str:
    return ".".join(module.split(".")[:2])
