"""Words taken out of a noun and put back."""

from __future__ import annotations

from hypothesis import given

from incidentkit.codec.record import decode_document, encode_document, kind_of, text_refs
from incidentkit.domain.events import Event
from incidentkit.domain.evolve import replay
from incidentkit.domain.texts import Text
from incidentkit.domain.wording import with_words, without_words
from incidentkit.testing.strategies import histories
from tests.domain.texts import texts_in


@given(histories())
def test_a_state_without_words_is_what_its_document_says_alone(history: tuple[Event, ...]) -> None:
    """As it is read where everything in it was forgotten."""
    state = replay(history)
    alone = decode_document(kind_of(state), encode_document(state))

    assert alone == without_words(state)
    assert texts_in(alone) == texts_in(without_words(state))


@given(histories())
def test_words_that_are_put_in_stand_where_they_are_read(history: tuple[Event, ...]) -> None:
    """In every text, and nowhere else; those that are not given are forgotten."""
    state = replay(history)
    document = encode_document(state)
    words = {ref: f"words of {ref}" for ref in text_refs(document)[::2]}
    read = decode_document(kind_of(state), document, words)

    assert texts_in(read) == texts_in(with_words(state, words))
    assert texts_in(read) == texts_in(with_words(without_words(state), words))


def test_a_noun_without_texts_stays_the_very_same() -> None:
    """Nothing is copied for nothing."""
    texts = (Text("text:1"), Text("text:2"))

    assert texts is without_words(texts)
