"""Measures are sound data."""

from __future__ import annotations

from itertools import pairwise

import pytest
from attrs import evolve

from incidentkit.errors import InvalidInput
from incidentkit.measures.conditions import Conditions, Either, Equals, Happened, Not, Repeated, Within, columns_of
from incidentkit.measures.definitions import MEASURES, measure_named
from incidentkit.measures.measure import Measure
from incidentkit.store.facts import FACT_TABLES

measures = pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)


def named_in(facts: str, conditions: Conditions) -> set[tuple[str, str]]:
    """Every column, with its table of facts, that the conditions speak of."""
    named = set[tuple[str, str]]()
    for c in conditions:
        named |= {(facts, column) for column in columns_of(c)}
        if isinstance(c, Within):
            named |= {(c.facts, c.column)} | named_in(c.facts, c.where)
        elif isinstance(c, Not):
            named |= named_in(facts, (c.condition,))
        elif isinstance(c, Either):
            named |= {one for group in c.groups for one in named_in(facts, group)}
        elif isinstance(c, Happened):
            steps = [facts, *(name for name, _ in c.path)]
            named |= {(name, shared) for pair, (_, shared) in zip(pairwise(steps), c.path, strict=True) for name in pair}
            named |= {(steps[-1], c.at)} | named_in(steps[-1], c.where)
        elif isinstance(c, Repeated):
            named |= {(c.facts, column) for column in (c.subject, *c.same, c.at)} | named_in(c.facts, c.where)
    return named


@measures
def test_every_column_exists(measure: Measure) -> None:
    """Every column that a measure names stands in its table of facts."""
    named = named_in(measure.facts, (*measure.where, *measure.numerator, *measure.against, *measure.at_once))
    own = (measure.when, measure.column, measure.claimed, measure.distinct, measure.passed, measure.hits, measure.weight)
    named |= {(measure.facts, column) for column in own if column}
    if measure.at_end is not None:
        named |= {(measure.facts, measure.at_end.ended), (measure.facts, measure.at_end.subject)}
        named |= {(measure.at_end.pauses, c) for c in (measure.at_end.subject, "since", "until")}

    assert set() == {(facts, column) for facts, column in named if column not in FACT_TABLES[f"facts_{facts}"].c}


@measures
def test_units_fit_kinds(measure: Measure) -> None:
    """Durations are in seconds, shares in themselves, amounts in money, counts and means of counts in what is counted."""
    counted = "orders" if measure.distinct == "order_id" else measure.facts
    mean = "contacts" if measure.column == "inbound" else "score"
    units = {"duration": "seconds", "share": "share", "score": mean, "amount": "money", "count": counted, "nps": "points"}
    expected = units[measure.kind]

    assert expected == measure.unit


@measures
def test_each_says_how_it_is_reckoned(measure: Measure) -> None:
    """Each has a formula, and says whether it leads or lags."""
    assert measure.formula
    assert measure.role in ("lead", "lag")


def test_the_first_measures_are_there() -> None:
    """The measures of the first release are there under the names that hosts rely on."""
    expected = {
        "orders_received",
        "orders_handled",
        "order_confirmation_time",
        "delivery_time",
        "on_time_delivery_rate",
        "promise_kept_rate",
        "incident_rate",
        "incident_resolution_time",
        "reopen_rate",
        "backlog",
        "backlog_age",
        "unowned_time",
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
    [
        ("delivery_time", {"column": None}),
        ("orders_received", {"column": "delivery"}),
        ("backlog_age", {"column": "resolution"}),
        ("incident_rate", {"numerator": ()}),
        ("incident_rate", {"distinct": "customer"}),
        ("reopen_rate", {"at_end": MEASURES["backlog"].at_end}),
        ("nps", {"against": ()}),
        ("nps", {"weight": "score"}),
        ("reopen_rate", {"hits": "level"}),
        ("incident_rate", {"against": (Equals("counts", 0),)}),
    ],
)
def test_a_measure_without_what_it_needs_is_refused(name: str, change: dict[str, object]) -> None:
    """A measure has a column exactly if it is a duration of its own or a score, a numerator exactly if it is a share; only
    counts count a subject once, and only counts and durations look at a window's end.
    """
    with pytest.raises(InvalidInput, match=name):
        evolve(MEASURES[name], **change)  # type: ignore[arg-type]
