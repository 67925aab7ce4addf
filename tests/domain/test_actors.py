"""Actors are known by short handles, never by addresses."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from incidentkit.domain.actors import HOST, RULE, Actor
from incidentkit.errors import InvalidInput
from incidentkit.testing.strategies import actors, handles


@given(actors())
def test_parse_is_the_inverse_of_str(actor: Actor) -> None:
    """What is written out reads back as the same actor."""
    assert actor == Actor.parse(str(actor))


@given(handles())
def test_any_handle_names_an_actor(handle: str) -> None:
    """Letters, digits and . _ + - are kept as they are."""
    assert handle == Actor("agent", handle).name


@pytest.mark.parametrize("name", ["", " ", "ana lopez", "ana@example.com", "ñandú", "a" * 65, "ana\n", "a:b", None, 7])
def test_a_name_that_is_no_handle_is_refused(name: Any) -> None:
    """Addresses, spaces, long and empty names are refused, and the refusal does not repeat them."""
    with pytest.raises(InvalidInput, match="short handle") as refused:
        Actor("agent", name)

    assert not (isinstance(name, str) and name.strip() and name in str(refused.value))


@pytest.mark.parametrize("text", ["boss:ana", "ana", ":ana", ""])
def test_an_unknown_kind_of_actor_is_refused(text: str) -> None:
    """Only the kinds that the record knows are read."""
    with pytest.raises(InvalidInput, match="An actor's kind"):
        Actor.parse(text)


def test_the_desk_and_the_host_have_names() -> None:
    """What the desk does by itself and what an unnamed host does are told apart."""
    assert ("rule:desk", "host:host") == (str(RULE), str(HOST))
