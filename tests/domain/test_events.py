"""Every type of event is known by its name, frozen, and carries no words but in texts."""

from __future__ import annotations

import re

import attrs
import pytest
from attrs.exceptions import FrozenInstanceError
from hypothesis import given

from incidentkit.domain import events as ev
from incidentkit.domain.events import EVENT_TYPES, Event, Happening
from incidentkit.testing.strategies import events


def test_every_event_is_listed_under_its_name() -> None:
    """No class of event is missing from the list, and no two share a name."""
    classes = {kind for kind in vars(ev).values() if isinstance(kind, type) and issubclass(kind, Happening)}

    assert classes - {Happening} == set(EVENT_TYPES.values())
    assert list(EVENT_TYPES) == [kind.type for kind in EVENT_TYPES.values()]


_KINDS = (
    *(
        "account",
        "analysis",
        "checkin",
        "commitment",
        "contact",
        "corrective_action",
        "incident",
        "mass",
        "message",
        "need",
        "objective",
    ),
    *("order", "person", "promise", "reading", "source", "survey", "task", "call", "call_list"),
)


@pytest.mark.parametrize("name", list(EVENT_TYPES))
def test_an_events_name_says_what_happened_to_what(name: str) -> None:
    """It is a stream's kind, a dot, and a word."""
    assert re.fullmatch(rf"({'|'.join(_KINDS)})\.[a-z_]+", name)


@given(events())
def test_an_event_is_named_by_its_data(event: Event) -> None:
    """The envelope and what is in it have one name."""
    assert event.data is not None
    assert EVENT_TYPES[event.type] is type(event.data)


@pytest.mark.parametrize("kind", list(EVENT_TYPES.values()))
def test_what_happened_can_not_be_changed(kind: type[Happening]) -> None:
    """Its class is frozen and slotted."""
    bare = object.__new__(kind)

    assert attrs.has(kind)
    assert not hasattr(bare, "__dict__")
    with pytest.raises((FrozenInstanceError, AttributeError)):
        bare.anything = 1  # type: ignore[attr-defined]
