"""What holds of figures in SQLite holds of them in PostgreSQL: both agree with plain Python, and so with each other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from incidentkit.measures.definitions import MEASURES
from incidentkit.measures.segments import SEGMENTS, segments_of
from incidentkit.measures.windows import WINDOWS
from incidentkit.store.engine import open_engine
from incidentkit.store.figures import figures
from tests.agreement.reckoning import expected_rows
from tests.agreement.test_figures_oracle import END, SUBJECTS, ZONES, World, stored, worlds
from tests.services.postgresql import schema


@pytest.fixture(scope="module")
def server(postgresql_url: str) -> Iterator[Engine]:
    """A store on a server."""
    with schema(postgresql_url) as url:
        opened = open_engine(url)
        yield opened
        opened.dispose()


@settings(max_examples=15)
@given(
    world=worlds(),
    zone=st.sampled_from(ZONES),
    by=st.none() | st.sampled_from(sorted(WINDOWS)),
    segment=st.none() | st.sampled_from(sorted(SEGMENTS)),
)
def test_every_measure_agrees(server: Engine, world: World, zone: str, by: str | None, segment: str | None) -> None:
    """Without windows, by window, by segment and by both, whatever facts there are."""
    with server.begin() as connection:
        stored(connection, world)
        for measure, subjects in SUBJECTS.items():
            cut = segment if segment in segments_of(MEASURES[measure]) else None
            asked = [each for each in (by, cut) if each]
            rows = figures(connection, "ours", measure, zone=zone, as_of=END, by=asked).rows
            spans = list(dict.fromkeys((row.from_, row.until) for row in rows))

            assert (measure, expected_rows(measure, subjects(world), spans, END, cut)) == (measure, list(rows))
