"""Measures are sound data."""

from __future__ import annotations

import pytest
from attrs import evolve

from incidentkit.errors import InvalidInput
from incidentkit.measures.conditions import Conditions, Within
from incidentkit.measures.definitions import MEASURES, measure_named
from incidentkit.measures.measure import Measure
from incidentkit.store.facts import FACT_TABLES

measures = pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)


def columns_of(facts: str, conditions: Conditions) -> set[tuple[str, str]]:
    """Every column, with its table of facts, that the conditions speak of."""
    named = {(facts, c.column) for c in conditions}
    for c in conditions:
        if isinstance(c, Within):
            named |= {(c.facts, c.column)} | columns_of(c.facts, c.where)
    return named


@measures
def test_every_column_exists(measure: Measure) -> None:
    """Every column that a measure names stands in its table of facts."""
    named = columns_of(measure.facts, (*measure.where, *measure.numerator))
    named |= {(measure.facts, c) for c in (measure.when, measure.column, measure.claimed) if c}

    assert set() == {(facts, column) for facts, column in named if column not in FACT_TABLES[f"facts_{facts}"].c}


@measures
def test_units_fit_kinds(measure: Measure) -> None:
    """Durations are in seconds, shares and scores in themselves, counts in what is counted."""
    expected = {"duration": "seconds", "share": "share", "score": "score", "count": measure.facts}[measure.kind]

    assert expected == measure.unit


def test_the_first_measures_are_there() -> None:
    """The measures of the first release are there under the names that hosts rely on."""
    expected = {
        "orders_received",
        "order_confirmation_time",
        "delivery_time",
        "on_time_delivery_rate",
        "incident_rate",
        "incident_resolution_time",
        "reopen_rate",
        "csat_mean",
        "csat_top_share",
    }

    assert expected <= set(MEASURES)


def test_an_unknown_measure_is_refused_with_a_guess() -> None:
    """A slip of the pen is refused, with all names and the likeliest."""
    with pytest.raises(InvalidInput, match=r"orders_received, .*csat_top_share.*Did you mean delivery_time\?"):
        measure_named("delivry_time")


def test_an_unknown_measure_far_from_any_is_refused() -> None:
    """A name like no other is refused without a guess."""
    with pytest.raises(InvalidInput, match="Give one of those"):
        measure_named("zzz")


@pytest.mark.parametrize(
    ("name", "change"),
    [("delivery_time", {"column": None}), ("orders_received", {"column": "delivery"}), ("incident_rate", {"numerator": ()})],
)
def test_a_measure_without_what_it_needs_is_refused(name: str, change: dict[str, object]) -> None:
    """A measure has a column exactly if it is a duration or score, and a numerator exactly if it is a share."""
    with pytest.raises(InvalidInput, match=name):
        evolve(MEASURES[name], **change)  # type: ignore[arg-type]
