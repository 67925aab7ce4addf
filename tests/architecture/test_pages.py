"""The documentation: it is there, holds together, and speaks the domain's words."""

from __future__ import annotations

from pathlib import Path

import pytest

from incidentkit.domain.effects import IntentState
from incidentkit.domain.incidents import Phase
from incidentkit.domain.messages import ReceiptKind
from incidentkit.domain.orders import OrderStatus
from incidentkit.domain.remedies import OfferState
from incidentkit.domain.remedy_kinds import KINDS
from tests.architecture.pages import dead_links, explained, reached
from tests.architecture.sources import REPO

DOCS = REPO / "docs"
PAGES = [*sorted(DOCS.rglob("*.md")), *sorted(REPO.glob("*.md"))]


@pytest.mark.parametrize(
    "page",
    [
        "README.md",
        "CHANGELOG.md",
        "LICENSE",
        "docs/index.md",
        "docs/explanation/why.md",
        "docs/explanation/glossary.md",
        "docs/explanation/decisions/index.md",
    ],
)
def test_the_pages_that_a_newcomer_looks_for_are_there(page: str) -> None:
    """The page exists and says something."""
    assert (REPO / page).read_text("utf-8").strip()


def test_no_link_leads_nowhere() -> None:
    """Every link from one page to a file finds it."""
    assert [] == dead_links(PAGES)


def test_every_page_can_be_reached_from_the_index() -> None:
    """No page of the documentation is an orphan."""
    orphans = set(DOCS.rglob("*.md")) - reached(DOCS / "index.md")

    assert set() == {str(page.relative_to(DOCS)) for page in orphans}


@pytest.mark.parametrize("words", [Phase, ReceiptKind, IntentState, OrderStatus, OfferState, list(KINDS)])
def test_the_glossary_explains_the_words_of_the_record(words: type[Phase] | list[str]) -> None:
    """Each word that the record uses for where something stands has its entry."""
    glossary = (DOCS / "explanation" / "glossary.md").read_text("utf-8")

    assert set() == {str(word).replace("_", " ") for word in words} - explained(glossary)


def test_a_dead_link_and_an_orphan_are_found(tmp_path: Path) -> None:
    """A link to a missing file is named, unless it stands in a code block; a page that no other links to is not reached."""
    index, orphan = tmp_path / "index.md", tmp_path / "orphan.md"
    index.write_text("[a](gone.md#part) [b](https://example.com/x.md) [c](#here)\n```\n[d](also-gone.md)\n```\n", "utf-8")
    orphan.write_text("[home](index.md)", "utf-8")

    assert ["index.md: gone.md"] == dead_links([index, orphan])
    assert {index.resolve()} == reached(index)


def test_a_missing_term_is_found() -> None:
    """Only what opens its paragraph in bold counts as explained."""
    assert {"told", "lapsed", "closed"} == explained("**told**: ...\n\n**lapsed** (of a case), **closed**: not **open**\n")
