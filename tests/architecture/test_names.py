"""Public names: what is in ``__all__``, and nothing else."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

import incidentkit
from tests.architecture.names import borrowed, faults, order
from tests.architecture.sources import modules

TEXTS = {name: path.read_text("utf-8") for name, path in modules()}


@pytest.mark.parametrize("module", TEXTS)
def test_each_module_lists_its_public_names(module: str) -> None:
    """``__all__`` is there, sorted, and names only what the module defines or passes on."""
    assert [] == faults(TEXTS[module])


@pytest.mark.parametrize("module", TEXTS)
def test_floors_take_only_public_names_from_each_other(module: str) -> None:
    """What a module imports from another floor stands in the ``__all__`` there."""
    assert [] == borrowed(module, TEXTS[module], TEXTS)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("def told(): ...", "no __all__"),
        ('__all__ = ["b", "a"]\na = b = 1', "not sorted"),
        ('__all__ = ["a", "B"]\na = 1\nclass B: ...', "not sorted"),
        ('__all__ = ["gone"]', "gone is not there"),
        ('__all__ = ["_own"]\n_own = 1', "_own is private"),
        ('__all__ = ["a", "a"]\na = 1', "a stands there twice"),
    ],
)
def test_the_check_of_a_module_can_fail(text: str, fault: str) -> None:
    """Each fault of an ``__all__`` is named."""
    assert [fault] == faults(text)


def test_the_check_of_borrowed_names_can_fail() -> None:
    """A helper that its floor keeps to itself is named, also when the import stands in a function."""
    texts = {
        "incidentkit.domain.money": '__all__ = ["Money"]\nclass Money: ...\ndef digits(): ...',
        "incidentkit.rules.orders": "def total():\n    from incidentkit.domain.money import Money, digits",
    }

    found = borrowed("incidentkit.rules.orders", texts["incidentkit.rules.orders"], texts)

    assert ["incidentkit.domain.money.digits"] == found


# --- The facade --------------------------------------------------------------------------------------------------


def facade_faults(module: Any) -> list[str]:
    """What is wrong with a package that loads its public names lazily; empty when nothing is."""
    names = list(module.__all__)
    bad = [f"{name} does not resolve" for name in names if not hasattr(module, name)]
    if names != sorted(names, key=order):
        bad.append("not sorted")
    if sorted(names) != dir(module):
        bad.append(f"dir() differs: {sorted(set(names) ^ set(dir(module)))}")
    if hasattr(module, "no_such_name"):
        bad.append("any name resolves")
    return bad


def test_the_facade_shows_exactly_its_public_names() -> None:
    """Every name in ``__all__`` resolves, ``dir()`` shows those and no other, and an unknown one is an AttributeError."""
    assert [] == facade_faults(incidentkit)


def test_a_star_import_brings_exactly_the_public_names() -> None:
    """``from incidentkit import *`` works without any extra, and binds ``__all__``."""
    names: dict[str, object] = {}
    exec("from incidentkit import *", names)

    assert set(incidentkit.__all__) == set(names) - {"__builtins__"}


def test_a_public_name_is_the_thing_itself() -> None:
    """A facade's class is the one that its floor defines, not a copy or a wrapper."""
    assert importlib.import_module("incidentkit.domain.orders").Line is incidentkit.Line


def test_the_check_of_the_facade_can_fail() -> None:
    """A facade that promises what is not there, unsorted, with a dir() of its own, fails each point."""

    class Facade:
        __all__ = ("b", "a")
        b = 1

        def __getattr__(self, name: str) -> int:
            if name == "a":
                raise AttributeError(name)
            return 1

        def __dir__(self) -> list[str]:
            return ["b"]

    expected = ["a does not resolve", "not sorted", "dir() differs: ['a']", "any name resolves"]

    assert expected == facade_faults(Facade())
