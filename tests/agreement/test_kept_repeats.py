"""Repeats and claims, whatever becomes of the earlier case: kept figures are those anew, and what the record says."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from incidentkit.domain.times import micros
from incidentkit.testing._audit import Copy, faults
from tests.agreement.reckoning import Subject, expected_rows
from tests.agreement.scenario import Step, open_scenario, steps
from tests.agreement.test_kept_figures import Record, anew, counts, order_wrong, orders, repeats, troubled

FIRST = ("place", "place", "report", "report", "report", "ship")
LATER = ("report", "withdraw", "merge", "merge", "amend", "ship", "place", "reopen", "close")
MEASURES = ("repeat_incident_rate", "order_error_claim_rate", "incident_rate")


def subjects(r: Record, measure: str) -> list[Subject]:
    """What a measure counts, without cases that were withdrawn or merged."""
    if measure == "repeat_incident_rate":
        return [Subject(micros(i.detected_at), repeats(r, i)) for i in r.incidents.values() if counts(i)]
    if measure == "order_error_claim_rate":
        return orders(r, lambda o: order_wrong(r, o))
    alive = evolve(r, incidents={key: i for key, i in r.incidents.items() if counts(i)})
    return orders(r, lambda o: troubled(alive, o))


@settings(max_examples=settings().max_examples // 2)
@given(
    history=steps(8, 16, of=FIRST),
    late=st.lists(steps(1, 4, of=LATER), min_size=2, max_size=5),
    window=st.sampled_from(["day", "week"]),
)
def test_late_and_taken_back(history: list[Step], late: list[list[Step]], window: str) -> None:
    """An earlier case that comes late, is withdrawn, merged, told apart or explained otherwise changes the right windows."""
    with open_scenario() as scenario:
        for some in (history, *late):
            for step in some:
                scenario.do(step)
            record, now = Record.of(scenario), scenario.clock.now
            for measure in MEASURES:
                rows = list(scenario.desk.measure(measure, by=window).rows)
                spans = [(row.from_, row.until) for row in rows]

                assert (measure, list(anew(scenario, measure, [window]).rows)) == (measure, rows)
                assert (measure, expected_rows(measure, subjects(record, measure), spans, now)) == (measure, rows)


@settings(max_examples=settings().max_examples // 4)
@given(history=steps(10, 20, of=(*FIRST, *LATER)))
def test_signatures_are_what_the_states_say(history: list[Step]) -> None:
    """Whatever happens in whatever order, the facts are what the states come to, signatures too."""

    with TemporaryDirectory() as folder:
        file = Path(folder) / "shop.db"
        with open_scenario(url=f"sqlite:///{file}") as scenario:
            for step in history:
                scenario.do(step)
            shop = scenario.desk.shop

        assert [] == faults(Copy(file), shop)
