"""Texts can be forgotten without changing the record."""

from __future__ import annotations

from hypothesis import given

from incidentkit.domain.texts import Text
from incidentkit.testing.strategies import texts

TOKEN = "hunter2-token"


@given(texts(token=TOKEN))
def test_a_texts_repr_shows_only_its_reference(text: Text) -> None:
    """The words are in str(), and never in the repr."""
    assert TOKEN in str(text)
    assert TOKEN not in repr(text)
    assert text.ref in repr(text)


@given(texts())
def test_forgetting_changes_no_record(text: Text) -> None:
    """A text without its words is equal to itself with them."""
    forgotten = Text(text.ref)

    assert text == forgotten
    assert hash(text) == hash(forgotten)


@given(texts(forgotten=True))
def test_a_forgotten_text_reads_as_nothing(text: Text) -> None:
    """It has no words and is false."""
    assert ("", False) == (str(text), bool(text))


@given(texts())
def test_a_text_with_words_is_true(text: Text) -> None:
    """It reads as its words."""
    assert (text.value, True) == (str(text), bool(text))
