"""Characters that not every database can hold are refused by all, and nothing is looked for under them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from incidentkit.desk.desk import Desk
from incidentkit.domain.orders import Line
from incidentkit.errors import InvalidInput, UnknownIdError
from incidentkit.testing._audit import Copy
from tests.desk.world import placed, reported

NUL, HALF = "a\0b", "a\ud800b"

GIVEN: dict[str, Callable[[Desk, str], Any]] = {
    "number": lambda desk, text: placed(desk, number=text),
    "product": lambda desk, text: placed(desk, lines=[Line(text, 1, "1")]),
    "key": lambda desk, text: placed(desk, key=text),
    "description": lambda desk, text: desk.incidents.report(type="damaged", description=text),
    "customer": lambda desk, text: placed(desk, customer=text),
}


@pytest.mark.parametrize("text", [NUL, HALF], ids=["nul", "half a pair"])
@pytest.mark.parametrize("what", GIVEN)
def test_what_cannot_be_held_is_refused(desk: Desk, record: Callable[[], Copy], what: str, text: str) -> None:
    """By the same error on every database, with nothing written."""
    before = record()
    with pytest.raises(InvalidInput):
        GIVEN[what](desk, text)

    assert before == record()


@pytest.mark.parametrize("text", [NUL, HALF], ids=["nul", "half a pair"])
def test_nothing_has_such_an_id(desk: Desk, text: str) -> None:
    """It is unknown, like any other id that is not there; so is a number."""
    with pytest.raises(UnknownIdError):
        desk.orders.get(text)

    assert () == tuple(desk.orders.find(number=text))


def test_a_backslash_is_no_nul(desk: Desk) -> None:
    r"""Words may spell ``\u0000`` out."""
    said = "press \\u0000, or \\\\u0000"

    assert said == str(reported(desk, description=said).description)
