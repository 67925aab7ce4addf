"""A protocol's own texts: where they are looked for, which customer gets them, and what is said where one is missing."""

from __future__ import annotations

from pathlib import Path

import pytest
from attrs import evolve

from incidentkit.delivery.catalogue import load_catalogue
from incidentkit.domain.protocols import Protocol
from incidentkit.domain.shop import Shop
from incidentkit.errors import ConfigurationError

TEXT = """---
subject: Su oferta
brief: Oferta para {{ order }}.
---
Le enviamos otro {{ order }}.
"""
SHOP = Shop(protocols=(Protocol("damaged", messages={"offered": "damaged"}),))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With a text for the offers of damaged goods, in Spanish."""
    (tmp_path / "es").mkdir()
    (tmp_path / "es" / "incident.offered.damaged.md").write_text(TEXT, "utf-8")
    return tmp_path


def test_a_case_has_the_text_of_its_protocol(folder: Path) -> None:
    """Where its message names one."""
    catalogue = load_catalogue(evolve(SHOP, templates=str(folder)))
    own = catalogue.render("incident.offered", "es", {"order": "7", "text": "damaged"})

    assert ("Su oferta", True) == (own.subject, "Le enviamos otro pedido 7." in own.text)


@pytest.mark.parametrize(
    ("step", "language", "text"),
    [
        ("incident.offered", "es", ""),
        ("incident.offered", "en", "damaged"),
        ("incident.offered", "es", "gone"),
        ("incident.closed", "es", "damaged"),
    ],
    ids=["no name", "another language", "a text that is gone", "another point"],
)
def test_else_it_has_the_usual_one(folder: Path, step: str, language: str, text: str) -> None:
    """Nobody waits for a text that is not there."""
    catalogue = load_catalogue(evolve(SHOP, templates=str(folder)))
    given = {"order": "7", "type": "damaged"}

    assert catalogue.render(step, language, given) == catalogue.render(step, language, {**given, "text": text})


def test_what_a_bundle_carries_is_said_in_its_own_words(folder: Path) -> None:
    """The brief of the text that its protocol names."""
    catalogue = load_catalogue(evolve(SHOP, templates=str(folder)))
    values = {"item.1.step": "incident.offered", "item.1.order": "7", "item.1.text": "damaged"}

    assert "Oferta para pedido 7." in catalogue.render("bundle.orders", "es", values).text


def test_a_text_that_is_nowhere_is_named(folder: Path) -> None:
    """When the settings are loaded, not when a customer waits for it."""
    shop = evolve(SHOP, templates=str(folder), protocols=(Protocol("late", messages={"told": "storm"}),))
    (folder / "es" / "incident.offered.damaged.md").unlink()
    (folder / "es" / "incident.detected.md").write_text(TEXT, "utf-8")

    with pytest.raises(
        ConfigurationError, match=r"protocols\.late\.messages\.told: expected a text incident\.detected\.storm\.md"
    ):
        load_catalogue(shop)


def test_without_a_folder_no_text_of_its_own_is_there() -> None:
    """The settings say so at once."""
    with pytest.raises(ConfigurationError, match=r"protocols\.damaged\.messages\.offered: expected templates"):
        load_catalogue(SHOP)
