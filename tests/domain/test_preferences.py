"""What people want to be sent: scopes that contain each other, and purposes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain.ids import CustomerId
from incidentkit.domain.preferences import PURPOSES, Preferences, Scope, same_address
from incidentkit.domain.texts import Text
from incidentkit.errors import InvalidInput

HOME, WORK = Text("text:1", "marta@example.com"), Text("text:2", "marta@work.example")
SCOPES = st.builds(
    Scope, st.sampled_from(("", *PURPOSES)), st.sampled_from(("", "sms", "email")), st.sampled_from((None, HOME, WORK))
)
MEANT = st.tuples(
    st.sampled_from(PURPOSES), st.sampled_from(("sms", "email")), st.sampled_from((str(HOME), str(WORK), "x@example.com"))
)


@given(SCOPES, SCOPES, MEANT)
def test_what_is_within_another_scope_is_covered_by_it(one: Scope, other: Scope, meant: tuple[str, str, str]) -> None:
    """Whatever message the narrower one means, the wider one means too."""
    assert not (one.within(other) and one.covers(*meant)) or other.covers(*meant)


@given(SCOPES)
def test_everything_contains_every_scope(scope: Scope) -> None:
    """And each scope contains itself."""
    assert scope.within(Scope())
    assert scope.within(scope)


def test_a_forgotten_address_is_nobodys() -> None:
    """Where the vault no longer has the words, no address is meant."""
    assert not Scope(address=Text("text:1")).covers("service", "email", "marta@example.com")


@pytest.mark.parametrize(
    ("expected", "other"), [(True, " MARTA@example.com "), (True, "marta@exam ple.com"), (False, "marta@example.org")]
)
def test_an_address_is_the_same_however_it_is_written(expected: bool, other: str) -> None:
    """Blanks and capitals make no difference."""
    assert expected is same_address("marta@example.com", other)


def test_there_is_no_other_purpose() -> None:
    """A scope of a purpose that no message has would never stop anything."""
    with pytest.raises(InvalidInput, match="service, legal, survey, staff, marketing"):
        Scope("newsletter")


def test_preferences_belong_to_their_person() -> None:
    """So that what the vault keeps with them is forgotten with that person."""
    assert "p-1" == Preferences(CustomerId("p-1")).customer
