"""The rows that readings come to."""

from __future__ import annotations

from incidentkit.domain.readings import READING_UNIT, Reading
from incidentkit.domain.times import micros
from incidentkit.measures.fact import Fact

__all__ = ["reading_rows"]


def reading_rows(reading: Reading) -> dict[str, list[Fact]]:
    """Its row of ``facts_readings``: ``units`` is how many subjects it stands for, rounded down where it is no count."""
    value = reading.value
    row: Fact = {
        "reading_id": reading.id,
        "measure": reading.measure,
        "at": micros(reading.at),
        "value": value,
        "hits": reading.hits,
        "units": reading.of if value is None else max(value // READING_UNIT, 0),
        "team": reading.team or None,
        "agent": reading.agent or None,
        "counts": int(not reading.withdrawn),
    }
    return {"facts_readings": [row]}
