"""The texts that every face and message shares: complete, the same in both languages, each in one place."""

from __future__ import annotations

import re

import pytest

from incidentkit.errors import InvalidInput
from incidentkit.measures.definitions import MEASURES
from incidentkit.phrases.measures import measure_about, measure_name
from incidentkit.phrases.words import LANGUAGES, Words, words_in

FACES = ("incidentkit.cli", "incidentkit.web")
languages = pytest.mark.parametrize("language", LANGUAGES)


def placeholders(words: Words) -> dict[str, list[str]]:
    """Each key with the placeholders of its text."""
    return {key: sorted(set(re.findall(r"\$(\w+)", text))) for key, text in words.texts.items()}


def test_both_languages_have_the_same_texts_with_the_same_placeholders() -> None:
    """No shared text is missing in one language, and none says more than the other."""
    english, spanish = (placeholders(words_in(language)) for language in LANGUAGES)

    assert english == spanish


@languages
@pytest.mark.parametrize("face", FACES)
def test_a_face_repeats_no_shared_text(face: str, language: str) -> None:
    """What all share stands in one place: no face has a text of its own under a shared key."""
    shared, own = words_in(language).texts, words_in(language, face).texts

    assert shared == {key: own[key] for key in shared}


@languages
def test_every_measure_and_unit_has_words(language: str) -> None:
    """Each measure has its name and its definition, and each unit that is shown in words has its own."""
    texts = words_in(language).texts
    needed = [f"measures.{name}.{part}" for name in MEASURES for part in ("name", "about")]
    needed += [f"subjects.{m.facts}.{form}" for m in MEASURES.values() for form in ("one", "many")]
    units = {m.unit for m in MEASURES.values()} - {"share", "score", "money"}
    needed += [f"units.{unit}.{form}" for unit in sorted(units) for form in ("one", "many")]

    assert [] == [key for key in needed if not texts.get(key)]


@languages
@pytest.mark.parametrize("form", ["", "short."])
def test_a_year_has_twelve_months(language: str, form: str) -> None:
    """There is one name for each month, long and short."""
    assert 12 == len(set(words_in(language).say(f"dates.{form}months").split()))


def test_a_measure_is_defined_in_english_as_in_its_one_home() -> None:
    """What is said of a measure is the measure's own definition."""
    words = words_in("en")

    assert {name: m.definition for name, m in MEASURES.items()} == {name: measure_about(words, name, "") for name in MEASURES}


@languages
def test_a_brief_name_is_there_only_where_it_differs(language: str) -> None:
    """Where there is little room, a measure has another name for the same or keeps its own."""
    words = words_in(language)
    own = {name: words.texts.get(f"measures.{name}.brief") for name in MEASURES}

    assert [] == [name for name, brief in own.items() if brief == measure_name(words, name)]
    assert [brief or measure_name(words, name) for name, brief in own.items()] == [
        measure_name(words, name, brief=True) for name in MEASURES
    ]


def test_a_measure_of_a_plugin_is_read_as_words() -> None:
    """Without words of its own, its code is its name and its own definition is told."""
    words = words_in("es")

    assert ("lamps lit", "lamps that were lit") == (
        measure_name(words, "lamps_lit"),
        measure_about(words, "lamps_lit", "lamps that were lit"),
    )


def test_a_code_without_words_is_read_as_words() -> None:
    """An unknown type is shown without its underscores."""
    assert "stolen on the way" == words_in("es").named("types", "stolen_on_the_way")


def test_a_line_without_its_value_is_left_out() -> None:
    """An empty value takes its line away; one that was forgotten is an error, not a gap."""
    words = Words("en", {"key": "Shipped: $units\ncarrier $carrier"})

    assert "Shipped: 2" == words.say("key", units=2, carrier="")
    with pytest.raises(KeyError, match="carrier"):
        words.say("key", units=2)


def test_a_value_is_never_read_as_a_text() -> None:
    """A dollar sign in a value stays what it is."""
    assert "Hello $name" == Words("en", {"key": "Hello $who"}).say("key", who="$name")


def test_a_language_without_texts_is_refused() -> None:
    """It names those that there are."""
    with pytest.raises(InvalidInput, match="must be one of en, es"):
        words_in("fr")
