"""Decisions about analyses: a cause is found from why to why, with what shows each, and with the customer's voice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from incidentkit.domain.actors import Actor
from incidentkit.domain.analyses import Analysis, AnalysisState
from incidentkit.domain.events import Event
from incidentkit.domain.evolve import evolve
from incidentkit.domain.ids import AnalysisId, IncidentId
from incidentkit.domain.incidents import Incident, Owner
from incidentkit.domain.shop import Agent, Shop, Team
from incidentkit.domain.texts import Text
from incidentkit.errors import InvalidInput, TransitionRefused
from incidentkit.rules import analyses as rules
from incidentkit.rules.decision import Circumstances, Decision

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
SHOP = Shop(teams=(Team("after-sales"), Team("warehouse")), agents=(Agent("ana", "after-sales"),))
NOW = Circumstances(SHOP, START, Actor("agent", "ana"))
WORDS, NONE = Text("text:1", "the boxes are thin"), Text("")


def case(number: int = 1) -> Incident:
    return Incident(IncidentId(f"i-{number}"), "damaged", "minor", WORDS, START, Owner("warehouse"))


def after(state: Any, decision: Decision) -> Analysis:
    for data in decision.events:
        state = evolve(state, Event("a-1", 1, data, START, START, "agent:ana", "test"))
    assert isinstance(state, Analysis)
    return state


def begun(**given: Any) -> Analysis:
    new = rules.NewAnalysis(**{"analysis": AnalysisId("a-1"), "problem": WORDS, **given})
    return after(None, rules.begin_analysis(new, NOW))


def with_whys(*steps: str) -> Analysis:
    analysis = begun()
    for step in steps:
        analysis = after(analysis, rules.add_why(analysis, rules.NewWhy(WORDS, WORDS, step), NOW))
    return analysis


def heard(analysis: Analysis) -> Analysis:
    return after(analysis, rules.hear_customer(analysis, WORDS, case()))


def test_it_begins_with_a_problem_in_words() -> None:
    """Seen through by a team, the shop's default one unless another is named; about cases, each once."""
    analysis = begun(incidents=[case(1), case(2), case(1)], signature="packaging/step/packing")

    assert ("after-sales", AnalysisState.OPEN, START) == (analysis.team, analysis.state, analysis.begun_at)
    assert (("i-1", "i-2"), "packaging/step/packing") == (analysis.incidents, analysis.signature)


@pytest.mark.parametrize(
    "given",
    [
        pytest.param({"problem": NONE}, id="no words"),
        pytest.param({"team": "nobody"}, id="no such team"),
        pytest.param({"signature": "packaging"}, id="no signature"),
        pytest.param({"signature": "gremlins/step/packing"}, id="no such cause"),
        pytest.param({"signature": "packaging/step/dreaming"}, id="no such step"),
        pytest.param({"signature": "defect/product/"}, id="of nothing"),
    ],
)
def test_what_makes_no_sense_is_refused(given: dict[str, Any]) -> None:
    """With what there is instead."""
    with pytest.raises(InvalidInput):
        begun(**given)


def test_a_chain_of_whys_leads_through_the_steps() -> None:
    """Each why has its place, what shows it, and who said so."""
    analysis = with_whys("packing", "stock", "packing")

    assert [1, 2, 3] == [why.place for why in analysis.whys]
    assert ("packing", "stock") == analysis.steps
    assert {"agent:ana"} == {why.by for why in analysis.whys}


@pytest.mark.parametrize("why", [rules.NewWhy(WORDS, NONE, "packing"), rules.NewWhy(NONE, WORDS, "packing")])
def test_a_why_needs_what_shows_it(why: rules.NewWhy) -> None:
    """And words of its own."""
    with pytest.raises(InvalidInput, match="in words"):
        rules.add_why(begun(), why, NOW)


def test_a_why_lies_in_a_step_of_the_process() -> None:
    """One that the shop has."""
    with pytest.raises(InvalidInput, match="Known: product, stock"):
        rules.add_why(begun(), rules.NewWhy(WORDS, WORDS, "dreaming"), NOW)


def test_a_why_that_does_not_hold_goes_with_those_that_answer_it() -> None:
    """Those before it stay."""
    analysis = with_whys("packing", "stock", "product")

    assert ("packing",) == after(analysis, rules.retract_whys(analysis, 2, WORDS)).steps
    with pytest.raises(InvalidInput, match="whys 1 to 3; got 4"):
        rules.retract_whys(analysis, 4, WORDS)


def test_a_root_cause_is_the_last_why_unless_another_is_named() -> None:
    """It has a code, and lies where that why does."""
    analysis = heard(with_whys("packing", "stock"))
    last = after(analysis, rules.conclude_analysis(analysis, "packaging", None, None, NOW))
    first = after(analysis, rules.conclude_analysis(analysis, "packaging", 1, "product", NOW))

    assert (2, "stock", analysis.whys[1]) == (last.root, last.step, last.root_cause)
    assert (1, "product", analysis.whys[0]) == (first.root, first.step, first.root_cause)
    assert (AnalysisState.CONCLUDED, START, False) == (last.state, last.ended_at, last.open)


@pytest.mark.parametrize(
    ("analysis", "missing"),
    [(heard(begun()), "a why with evidence"), (with_whys("packing"), "the customer's voice")],
    ids=["no why", "no voice"],
)
def test_no_cause_is_found_without_evidence_and_the_customers_voice(analysis: Analysis, missing: str) -> None:
    """The refusal names what is missing."""
    with pytest.raises(TransitionRefused) as refused:
        rules.conclude_analysis(analysis, "packaging", None, None, NOW)

    assert (missing,) == refused.value.missing


def test_a_cause_is_one_of_the_shops() -> None:
    """So that the cases that it explains can be counted."""
    with pytest.raises(InvalidInput, match="A cause: is one of the shop's"):
        rules.conclude_analysis(heard(with_whys("packing")), "gremlins", None, None, NOW)


def test_a_conclusion_can_be_taken_back() -> None:
    """Then the cause is not known any more; what was gathered stays."""
    analysis = heard(with_whys("packing"))
    concluded = after(analysis, rules.conclude_analysis(analysis, "packaging", None, None, NOW))
    again = after(concluded, rules.reopen_analysis(concluded, WORDS))

    assert (AnalysisState.OPEN, "", None, analysis.whys) == (again.state, again.cause, again.root_cause, again.whys)


def test_what_is_learned_later_still_belongs_to_it() -> None:
    """A concluded analysis explains further cases and hears customers; its chain is closed."""
    analysis = heard(with_whys("packing"))
    concluded = after(analysis, rules.conclude_analysis(analysis, "packaging", None, None, NOW))
    more = after(concluded, rules.explain_incidents(concluded, [case(7)]))

    assert (("i-7",), AnalysisState.CONCLUDED) == (more.incidents, more.state)
    assert () == rules.explain_incidents(more, [case(7)]).events
    assert 2 == len(heard(more).voices)
    with pytest.raises(TransitionRefused):
        rules.add_why(more, rules.NewWhy(WORDS, WORDS, "packing"), NOW)


def test_what_is_dropped_stays_dropped() -> None:
    """Nothing is added to it."""
    dropped = after(begun(), rules.drop_analysis(begun(), WORDS))

    assert (AnalysisState.DROPPED, START) == (dropped.state, dropped.ended_at)
    attempts: tuple[Callable[[], Decision], ...] = (
        lambda: rules.hear_customer(dropped, WORDS, None),
        lambda: rules.explain_incidents(dropped, [case()]),
        lambda: rules.add_why(dropped, rules.NewWhy(WORDS, WORDS, "packing"), NOW),
        lambda: rules.conclude_analysis(dropped, "packaging", None, None, NOW),
        lambda: rules.reopen_analysis(dropped, WORDS),
    )
    for attempt in attempts:
        with pytest.raises(TransitionRefused):
            attempt()
