"""Rows of a log of cases in any order, and repeated, come to the same cases."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from incidentkit.codec.profile import parse_profile
from tests.desk.importing import opened
from tests.desk.test_importing_cases import LOG, tickets, when

Row = dict[str, str]

_rows = st.lists(
    st.fixed_dictionaries(
        {
            "number": st.sampled_from("123"),
            "order": st.sampled_from(["A", "?"]),
            "type": st.sampled_from(["late", "damaged", ""]),
            "severity": st.sampled_from(["minor", "critical", ""]),
            "text": st.sampled_from(["Gone", "Broken", ""]),
            "opened": st.integers(1, 4).map(when),
            "state": st.sampled_from(["New", "Active", "Resolved", "Closed", ""]),
            "written": st.integers(5, 12).map(when),
        }
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda row: (row["number"], row["written"]),
)
"""What tells the rows of a case apart is when they were written."""


def cases(*rounds: list[Row]) -> list[Any]:
    """What the cases are after importing some logs into one desk, one after the other."""
    profile = parse_profile(LOG)
    with TemporaryDirectory() as folder, opened(profile) as desk:
        for rows in rounds:
            desk.imports.run(profile, [tickets(Path(folder), *rows)])
        return sorted(
            (
                case.detected_at,
                case.type,
                case.severity,
                case.phase,
                str(case.resolved_at),
                case.reopened,
                str(case.source_status),
                str(case.description and case.description.value),
                len(case.orders),
            )
            for case in desk.incidents.find()
        )


@settings(max_examples=40)
@given(rows=_rows, data=st.data())
def test_rows_of_a_log_in_any_order_and_again(rows: list[Row], data: st.DataObject) -> None:
    """Shuffled, with rows that come twice, and read once more in yet another order."""
    again = data.draw(st.lists(st.sampled_from(rows), max_size=4))
    mixed, anew = data.draw(st.permutations(rows + again)), data.draw(st.permutations(rows))

    assert cases(rows) == cases(mixed, anew)
