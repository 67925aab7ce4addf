"""Suggestions for what an open answer is about."""

from __future__ import annotations

import pytest

from incidentkit.domain.steps import STEPS
from incidentkit.learning.coding import STEP_WORDS, suggest

CODES = [step.code for step in STEPS]


def suggested(comment: str, language: str = "es", case_step: str | None = None, **words: tuple[str, ...]) -> str | None:
    """What is suggested in a shop with all built-in steps, and these words of its own in Spanish."""
    return suggest(comment, language=language, case_step=case_step, steps=CODES, words={"es": words} if words else {})


@pytest.mark.parametrize(
    ("comment", "language", "step"),
    [
        ("La caja venía abierta y sin embalaje", "es", "packing"),
        ("EL TRANSPORTISTA LO DEJO TODO ROTO", "es", "transit"),
        ("todavia espero el reembolso", "es", "refund"),
        ("The courier lost it", "en", "transit"),
        ("still waiting for my refund", "en-GB", "refund"),
    ],
)
def test_words_say_the_step(comment: str, language: str, step: str) -> None:
    """In capitals or without accents too."""
    assert step == suggested(comment, language)


def test_a_part_of_a_word_is_no_word() -> None:
    """``vale`` does not stand in ``equivalente``."""
    assert suggested("todo equivalente") is None


def test_the_case_decides_between_equals() -> None:
    """And says what nothing else says."""
    comment = "la caja y la entrega"

    assert ["packing", "delivery", "refund"] == [
        suggested(comment),
        suggested(comment, case_step="delivery"),
        suggested("sin más", case_step="refund"),
    ]


def test_the_shop_adds_its_words() -> None:
    """Beside those that ship."""
    assert "transit" == suggested("la furgoneta", transit=("furgoneta",))


def test_another_language_than_the_shops_is_understood() -> None:
    """Where none of the shop's own words is there."""
    assert "packing" == suggested("la caja", "en")


def test_a_step_that_the_shop_has_not_is_not_suggested() -> None:
    """Whatever the words say."""
    assert suggest("la caja", language="es", case_step=None, steps=["transit"]) is None


def test_the_words_that_ship_are_of_steps_that_there_are() -> None:
    """In both languages, for every built-in step."""
    assert [set(CODES)] * 2 == [set(words) for words in STEP_WORDS.values()]
