"""The record in its own order: each place is taken once, none is left out, and time does not run back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from incidentkit.store.verifying.findings import Findings

__all__ = ["judge_sequence"]


def judge_sequence(rows: Iterator[Any], findings: Findings) -> Iterator[Any]:
    """Pass the events on, noting every place that is left out or taken twice."""
    last = 0
    for row in rows:
        if row.seq > last + 1:
            left_out = f"{last + 1}" if row.seq == last + 2 else f"{last + 1} to {row.seq - 1}"
            findings.add("sequence", f"place {left_out}", "no event has it", last + 1)
        elif row.seq <= last:
            findings.add("sequence", row.stream, "another event has its place", row.seq, row.version)
        last = row.seq
        yield row
