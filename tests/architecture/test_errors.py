"""The error tree: what its module draws is what it defines."""

from __future__ import annotations

import re

import pytest

from incidentkit import errors

TREE = re.compile(r"^    (?P<stem>[│├└─ ]*)(?P<name>[A-Z]\w+)(?: \((?P<also>\w+)\))?", re.MULTILINE)


def drawn(text: str) -> dict[str, tuple[str | None, str | None]]:
    """Each class of the drawing, with the class above it and the builtin in brackets."""
    tree: dict[str, tuple[str | None, str | None]] = {}
    path: list[str] = []
    for match in TREE.finditer(text):
        depth = len(match["stem"]) // 4
        path[depth:] = [match["name"]]
        tree[match["name"]] = (path[depth - 1] if depth else None), match["also"]
    return tree


def declared(kinds: list[type[Exception]]) -> dict[str, tuple[str | None, str | None]]:
    """The same, from the classes themselves."""
    return {kind.__name__: (_base(kind, kinds), _builtin(kind)) for kind in kinds}


def codeless(kinds: list[type[Exception]]) -> list[str]:
    """Classes without a code of their own, or with one that another has too."""
    codes = [vars(kind).get("code") for kind in kinds]
    return [kind.__name__ for kind, code in zip(kinds, codes, strict=True) if not code or codes.count(code) > 1]


def _base(kind: type[Exception], kinds: list[type[Exception]]) -> str | None:
    return next((base.__name__ for base in kind.__bases__ if base in kinds), None)


def _builtin(kind: type[Exception]) -> str | None:
    return next((base.__name__ for base in kind.__bases__ if base.__module__ == "builtins"), None)


KINDS = [kind for name, kind in vars(errors).items() if isinstance(kind, type) and not name.startswith(("_", "Any"))]


def test_every_error_is_public() -> None:
    """A caller can name every error that can be raised."""
    assert {kind.__name__ for kind in KINDS} == set(errors.__all__)


def test_the_drawing_is_the_tree() -> None:
    """The drawing in the module's docstring has every public error, each under its base and with the builtin it is."""
    assert declared(KINDS) == drawn(errors.__doc__ or "")


def test_every_error_has_a_code_of_its_own() -> None:
    """No two errors share a code, none inherits one."""
    assert [] == codeless(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_says_subject_rule_finding_and_next_step(kind: type[Exception]) -> None:
    """The text holds the four parts in that order, and the parts are attributes."""
    error = kind("Order 1001", "must be known", got="nothing", next="Place it first.")  # type: ignore[call-arg]

    assert "Order 1001: must be known; got nothing. Place it first." == str(error)


def test_a_wrong_drawing_is_found() -> None:
    """A drawing that lacks an error, or hangs it elsewhere, differs from the tree."""
    text = errors.__doc__ or ""

    assert declared(KINDS) != drawn(text.replace("StoreBusy", "busy"))
    assert declared(KINDS) != drawn(text.replace("│   ├── UnknownIdError", "├── UnknownIdError"))
    assert declared(KINDS) != drawn(text.replace("PluginError", "PluginError (ValueError)"))


def test_a_missing_or_shared_code_is_found() -> None:
    """An error that inherits its code, and two with the same one, are named."""
    first = type("First", (Exception,), {"code": "same"})
    second = type("Second", (Exception,), {"code": "same"})
    heir = type("Heir", (first,), {})

    assert ["First", "Second", "Heir"] == codeless([first, second, heir])
