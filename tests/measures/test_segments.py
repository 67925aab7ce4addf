"""What measures can be cut by."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from incidentkit.errors import InvalidInput
from incidentkit.measures.definitions import MEASURES
from incidentkit.measures.segments import SEGMENTS, SOURCES, Linked, Own, segment_of, segments_of
from incidentkit.measures.windows import WINDOWS
from incidentkit.store.facts import FACT_TABLES


def columns(facts: str, source: Own | tuple[Linked, ...]) -> Iterator[tuple[str, str]]:
    """Every column that a source names, with its table of facts."""
    if isinstance(source, Own):
        yield facts, source.column
        return
    for linked in source:
        tables = [facts, *(name for name, _ in linked.path)]
        for (table, column), before in zip(linked.path, tables, strict=False):
            yield table, column
            yield before, column
        yield tables[-1], linked.value
        if linked.without is not None:
            yield facts, linked.without


def test_every_column_exists() -> None:
    """Every column that a segment is found by stands in its table of facts."""
    named = {at for facts, sources in SOURCES.items() for source in sources.values() for at in columns(facts, source)}

    assert set() == {(facts, column) for facts, column in named if column not in FACT_TABLES[f"facts_{facts}"].c}


def test_every_measure_has_segments() -> None:
    """What is about orders has an account, a product and a carrier at least, and what people do has a team and an agent."""
    own = {"commitments": {"team", "agent"}}
    least = {m.name: own.get(m.facts, {"account", "product", "carrier"}) for m in MEASURES.values()}

    assert {} == {
        name: some - set(segments_of(MEASURES[name])) for name, some in least.items() if some - set(segments_of(MEASURES[name]))
    }


def test_every_segment_is_some_measures() -> None:
    """No segment is without a measure, none is called like a window, and no source has another name."""
    assert set(SEGMENTS) == {name for sources in SOURCES.values() for name in sources}
    assert set(SEGMENTS) == {name for m in MEASURES.values() for name in segments_of(m)}
    assert set() == set(SEGMENTS) & set(WINDOWS)


def test_an_incident_has_them_all() -> None:
    """Incidents can be cut by everything."""
    assert SEGMENTS == segments_of(MEASURES["backlog"])


def test_a_segment_that_is_not_there_is_refused() -> None:
    """The error names those that the measure has."""
    with pytest.raises(
        InvalidInput, match="csat_mean: can be cut by type, severity, cause, step, team, agent, account, product, carrier"
    ):
        segment_of(MEASURES["csat_mean"], "channel")
