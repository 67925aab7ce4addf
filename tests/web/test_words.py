"""Both languages say everything."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import product

import pytest

from incidentkit.measures.scoreboard import Reason, Verdict
from incidentkit.measures.windows import WINDOWS
from incidentkit.phrases.words import LANGUAGES, words_in

languages = pytest.mark.parametrize("language", LANGUAGES)


def _placeholders(texts: Mapping[str, str]) -> dict[str, list[str]]:
    return {key: sorted(re.findall(r"\$(\w+)", text)) for key, text in texts.items()}


def test_languages_have_the_same_texts() -> None:
    """Each text is there in each language, with the same placeholders."""
    first, second = (_placeholders(words_in(language, "incidentkit.web").texts) for language in LANGUAGES)

    assert first == second


@languages
def test_nothing_is_without_words(language: str) -> None:
    """Every verdict, reason and window has words of its own."""
    texts = words_in(language, "incidentkit.web").texts
    needed = [f"{group}.{verdict.value}" for group, verdict in product(("verdicts", "meanings"), Verdict)]
    needed += [f"tally.{verdict.value}.{form}" for verdict, form in product(Verdict, ("one", "many"))]
    needed += [f"reasons.{reason.value}" for reason in Reason if reason is not Reason.NO_COMPLETE_WINDOW]
    needed += [f"{group}.{window}" for group, window in product(("windows", "trends", "reasons.no_complete_window"), WINDOWS)]

    assert [] == [key for key in needed if not texts.get(key)]
