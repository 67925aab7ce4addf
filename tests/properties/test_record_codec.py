"""Laws of the record's text: everything that can be drawn survives being written and read."""

from __future__ import annotations

import json

from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from incidentkit.codec.record import decode_document, decode_event, encode_document, encode_event, kind_of, text_refs
from incidentkit.domain.events import EVENT_TYPES, Event
from incidentkit.domain.evolve import replay
from incidentkit.testing.strategies import events, histories


def test_every_event_type_is_drawn() -> None:
    """The strategies below know every type that the record has."""
    seen: set[str] = set()

    @settings(max_examples=400)
    @given(st.lists(events(), min_size=20, max_size=20))
    def draw(some: list[Event]) -> None:
        seen.update(event.type for event in some)

    draw()

    assert set(EVENT_TYPES) == seen


@given(events())
def test_an_event_comes_back_as_it_was(event: Event) -> None:
    """Whatever happened, it is read as it was written, with every word's reference."""
    data = encode_event(event.data)

    assert event.data == decode_event(event.type, event.data.version, data)


@given(events())
def test_an_event_is_written_the_same_each_time(event: Event) -> None:
    """What was read is written with the same letters: hashes hold."""
    data = encode_event(event.data)

    assert data == encode_event(decode_event(event.type, event.data.version, data))


@given(histories())
def test_a_document_comes_back_as_it_was(history: tuple[Event, ...]) -> None:
    """Any state that a history can lead to."""
    state = replay(history)

    assert state == decode_document(kind_of(state), encode_document(state))


@given(histories())
def test_a_document_is_what_the_written_events_add_up_to(history: tuple[Event, ...]) -> None:
    """Events that were written and read lead to the same document, letter for letter."""
    read = [evolve(e, data=decode_event(e.type, e.data.version, encode_event(e.data))) for e in history]

    assert encode_document(replay(history)) == encode_document(replay(read))


@given(histories())
def test_no_words_are_written(history: tuple[Event, ...]) -> None:
    """Every text in events and state is its reference; the words come back only from the vault."""
    written = [encode_event(event.data) for event in history]
    state = replay(history)
    refs = {ref for text in (*written, encode_document(state)) for ref in text_refs(text)}
    words = {ref: f"the words of {ref}" for ref in refs}

    assert "the words of" not in encode_document(decode_document(kind_of(state), encode_document(state), words))
    for event, text in zip(history, written, strict=True):
        assert text == encode_event(decode_event(event.type, event.data.version, text, words))


@given(histories())
def test_it_is_json_that_anybody_can_read(history: tuple[Event, ...]) -> None:
    """Objects of text, numbers, lists and truth; no NaN, nothing of Python's."""
    for event in history:
        loaded = json.loads(encode_event(event.data), parse_constant=_never)

        assert isinstance(loaded, dict)


def _never(constant: str) -> None:
    raise AssertionError(constant)
