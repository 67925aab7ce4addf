"""Recurrence and the measure of it: what is counted as a repeat was escalated, and the context shows what was before."""

from __future__ import annotations

from hypothesis import given, settings

from incidentkit.store.recurring import chain_of
from tests.agreement.scenario import Step, open_scenario, steps
from tests.agreement.test_kept_figures import Record, counts, repeats

STEPS = (
    "place",
    "place",
    "report",
    "report",
    "report",
    "report",
    "ship",
    "amend",
    "withdraw",
    "merge",
    "reopen",
    "close",
    "later",
)


@settings(max_examples=settings().max_examples // 2)
@given(steps(12, 30, of=STEPS))
def test_what_the_measure_counts_was_noted_and_is_shown(history: list[Step]) -> None:
    """Whatever is reported late, corrected, merged, told apart or withdrawn, in whatever order it becomes known.

    Of carriers, of which a parcel may say something after the case is over, only what is shown.
    """
    with open_scenario() as scenario:
        for step in history:
            scenario.do(step)
        record = Record.of(scenario)
        live = [case for case in record.incidents.values() if counts(case)]
        with scenario.desk._runtime.store.reading() as unit:
            chains = {case.id: chain_of(unit, case.id, scenario.desk.shop.recurrence.within) for case in live}
        counted = {case.id for case in live if repeats(record, case)}
        noted = {case.id for case in live if case.repeats or case.cause == "carrier_damage"}

        assert counted == {case for case, chain in chains.items() if chain}
        assert set() == counted - noted


@settings(max_examples=settings().max_examples // 2)
@given(steps(12, 30, of=STEPS))
def test_each_pair_is_noted_once_and_both_know(history: list[Step]) -> None:
    """Of two cases at most one repeats the other, and what one knows the other does; none becomes more severe twice by that."""
    with open_scenario() as scenario:
        for step in history:
            scenario.do(step)
        cases = {case.id: case for case in scenario.incidents()}
        pairs = [(case.id, earlier) for case in cases.values() for each in case.recurrences for earlier in each.earlier]
        back = [(later, case.id) for case in cases.values() for later in case.repeated_by]
        graver = [
            sum(
                bool(getattr(event.data, "severity", ""))
                for event in scenario.history(case)
                if event.type == "incident.recurred"
            )
            for case in cases
        ]

        assert len({frozenset(pair) for pair in pairs}) == len(pairs)
        assert set(pairs) == set(back)
        assert all(cases[later].detected_at >= cases[earlier].detected_at for later, earlier in pairs)
        assert all(count <= 1 for count in graver)
