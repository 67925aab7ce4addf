"""What pages take from the code is what the code says today."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from docs.advice import ADVICE
from docs.generate import PAGES, PARTS, REPO, generated
from incidentkit import errors
from incidentkit.domain.events import EVENT_TYPES
from incidentkit.measures.definitions import MEASURES


def _kinds(root: type[Any]) -> Iterator[type[Any]]:
    yield root
    for kind in (kind for kind in root.__subclasses__() if not kind.__name__.startswith("_")):
        yield from _kinds(kind)


KINDS = [
    kind
    for root in (errors.IncidentkitError, errors.SetupError)
    for kind in _kinds(root)
    if kind.__module__ == "incidentkit.errors"
]


def _anchors(page: str) -> list[str]:
    return re.findall(r'<a id="([a-z-]+)"></a>', (REPO / page).read_text("utf-8"))


@pytest.fixture(scope="module")
def made() -> dict[Path, str]:
    """Every page with a generated part, as it should be."""
    return dict(generated())


@pytest.mark.parametrize("page", [*PAGES, *PARTS])
def test_the_page_says_what_the_code_says(made: dict[Path, str], page: str) -> None:
    """The committed page is what ``python -m docs.generate`` writes."""
    assert made[REPO / page] == (REPO / page).read_text("utf-8")


def test_every_error_has_its_anchor() -> None:
    """The page of errors has one anchor for each code, and no other."""
    assert sorted(kind.code for kind in KINDS) == sorted(_anchors("docs/reference/errors.md"))


def test_every_error_has_a_cause_and_a_next_step() -> None:
    """No code is without advice, and no advice without its code."""
    assert {kind.code for kind in KINDS} == set(ADVICE)


@pytest.mark.parametrize("name", MEASURES)
def test_every_measure_is_explained(name: str) -> None:
    """Each measure has its section, with the definition that the code has."""
    section = (REPO / "docs/reference/measures.md").read_text("utf-8").split(f"\n## {name}\n")[1].split("\n## ")[0]

    assert MEASURES[name].definition[1:] in section


@pytest.mark.parametrize("name", EVENT_TYPES)
def test_every_event_says_what_happened(name: str) -> None:
    """Each event's class says in a sentence what happened."""
    assert (EVENT_TYPES[name].__doc__ or "").strip().endswith(".")
