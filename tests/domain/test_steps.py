"""Steps of the process, and which one an incident comes from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain.causes import CAUSES, Cause
from incidentkit.domain.default_protocols import DEFAULT_PROTOCOLS
from incidentkit.domain.protocols import Protocol
from incidentkit.domain.shop import Shop
from incidentkit.domain.steps import STEPS, ProcessStep, in_order
from incidentkit.errors import ConfigurationError

CODES = [step.code for step in STEPS]


def codes(*told: tuple[str, str]) -> list[str]:
    """The order that steps given by code and predecessor come to."""
    return [step.code for step in in_order((ProcessStep(code), after) for code, after in told)]


def test_without_any_given_the_built_in_order_stands() -> None:
    """Nothing given changes nothing."""
    assert in_order(()) == STEPS


def test_steps_after_the_same_one_stay_in_their_order() -> None:
    """Two steps that come after packing stand in the order in which they were given."""
    place = CODES.index("packing") + 1

    assert [*CODES[:place], "a", "b", *CODES[place:]] == codes(("a", "packing"), ("b", "packing"))


def test_a_step_may_come_after_a_new_one() -> None:
    """A step that stands before it in the list will do."""
    place = CODES.index("transit") + 1

    assert [*CODES[:place], "a", "b", *CODES[place:]] == codes(("a", "transit"), ("b", "a"))


def test_a_step_without_a_place_comes_last() -> None:
    """Neither a predecessor nor a built-in place: the end."""
    assert [*CODES, "a", "b"] == codes(("a", ""), ("b", "nowhere"))


def test_a_built_in_step_may_move() -> None:
    """A built-in step that names a predecessor leaves its own place."""
    found = codes(("handover", "delivery"))

    assert found[found.index("delivery") + 1] == "handover"
    assert sorted(CODES) == sorted(found)


@given(st.lists(st.tuples(st.sampled_from([*CODES, "a", "b"]), st.sampled_from([*CODES, "a", "b", ""]))))
def test_every_step_stands_there_once(given: list[tuple[str, str]]) -> None:
    """However they are given, no step is lost and none stands there twice."""
    assert sorted({*CODES, *(code for code, _ in given)}) == sorted(codes(*given))


def test_every_built_in_cause_and_type_has_a_step() -> None:
    """Only what says nothing of why has none."""
    types = {p.type: p.step for p in DEFAULT_PROTOCOLS}

    assert ["unknown"] == [cause.code for cause in CAUSES.values() if cause.step not in CODES]
    assert ["other"] == [type_ for type_, step in types.items() if step not in CODES]


@pytest.mark.parametrize(
    ("type_", "cause", "step"),
    [
        ("late", None, "transit"),
        ("late", "picking", "picking"),
        ("late", "unknown", "transit"),
        ("late", "dropped", "transit"),
        ("other", None, ""),
        ("dropped", None, ""),
        (None, "packaging", "packing"),
    ],
)
def test_the_cause_speaks_before_the_type(type_: str | None, cause: str | None, step: str) -> None:
    """The cause's step counts; where it says nothing, the type's does."""
    assert step == Shop().step_of(type_, cause)


def test_a_step_that_is_not_there_is_refused() -> None:
    """A protocol's and a cause's step must be one of the shop's."""
    with pytest.raises(ConfigurationError) as error:
        Shop(protocols=(Protocol("late", step="sky"),), causes={"rain": Cause("rain", "weather", "sea")})

    assert ["protocols.late.step", "causes.rain.step"] == [p.split(":")[0] for p in map(str, error.value.problems)]
