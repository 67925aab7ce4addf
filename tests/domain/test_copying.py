"""Copies with some fields changed are what attrs would make."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain.copying import changed
from incidentkit.domain.incidents import Incident, Phase
from incidentkit.domain.orders import Line
from incidentkit.domain.texts import Text
from incidentkit.errors import IncidentkitError
from incidentkit.testing.strategies import incidents


@given(incidents(), st.sampled_from(Phase), st.integers(0, 9))
def test_a_copy_is_what_attrs_would_make(case: Incident, phase: Phase, reopened: int) -> None:
    """Field by field, with any of them changed."""
    assert attrs.evolve(case, phase=phase, reopened=reopened) == changed(case, phase=phase, reopened=reopened)
    assert case == changed(case)


def test_checks_run_on_a_copy() -> None:
    """A copy can't be what could not be made."""
    with pytest.raises(IncidentkitError):
        changed(Line("A", 3, "10.00"), quantity=-1)


def test_a_value_of_one_field_is_copied() -> None:
    """However few there are."""

    @attrs.frozen
    class One:
        only: Text

    assert One(Text("b")) == changed(One(Text("a")), only=Text("b"))


def test_a_field_that_is_not_there_is_an_error() -> None:
    """A slip in its name is not passed over."""
    with pytest.raises(KeyError):
        changed(Text("a"), words="b")


def test_fields_that_are_given_by_name_only_are_refused() -> None:
    """They would end up elsewhere."""

    @attrs.frozen(kw_only=True)
    class Named:
        one: int
        two: int

    with pytest.raises(TypeError, match="Named can't be copied field by field"):
        changed(Named(one=1, two=2), one=3)
