"""Analyses through the desk, on both stores: why something goes wrong, and what shows it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from incidentkit.desk.desk import Desk
from incidentkit.domain.analyses import Analysis, AnalysisState
from incidentkit.errors import RuleViolation, TransitionRefused, UnknownIdError
from incidentkit.testing._audit import Copy, faults
from incidentkit.testing.clocks import ManualClock
from tests.desk.conftest import Opened
from tests.desk.world import SHOP, placed, reported


def concluded(desk: Desk, incident: str) -> Analysis:
    """From one case to its root cause."""
    analysis = desk.analyses.begin(problem="boxes arrive torn", incidents=incident, team="warehouse", by="leo")
    desk.analyses.why(analysis.id, because="the card is thin", evidence="3 mm instead of 5", step="packing", by="leo")
    desk.analyses.why(
        analysis.id, because="it was bought by price", evidence="order form of May", step="stock", incidents=incident, by="eva"
    )
    desk.analyses.hear(analysis.id, words="it looked as if a dog had had it", incident=incident, by="ana")
    return desk.analyses.conclude(analysis.id, cause="packaging", step="packing", by="eva")


def test_a_cause_is_followed_to_its_end(desk: Desk) -> None:
    """From the problem through the steps, with the customer's voice, to a code that can be counted."""
    case = reported(desk)
    analysis = concluded(desk, case.id)

    assert (AnalysisState.CONCLUDED, "packaging", "packing") == (analysis.state, analysis.cause, analysis.step)
    assert ("packing", "stock") == analysis.steps
    assert ["the card is thin", "it was bought by price"] == [str(why.because) for why in analysis.whys]
    assert ["agent:leo", "agent:eva"] == [why.by for why in analysis.whys]
    assert "it looked as if a dog had had it" == str(analysis.voices[0].words)


def test_it_stands_on_the_timelines_of_its_cases(desk: Desk) -> None:
    """Those that it explains later too."""
    case, other = reported(desk), reported(desk)
    analysis = concluded(desk, case.id)
    desk.analyses.explain(analysis.id, [other.id], by="leo")

    assert "analysis.concluded" in [entry.type for entry in desk.orders.timeline(case.orders[0])]
    assert "analysis.incidents_explained" in [entry.type for entry in desk.orders.timeline(other.orders[0])]


def test_analyses_are_found(desk: Desk, clock: ManualClock) -> None:
    """By a case, by what was found, by who sees it through; the latest first."""
    case, shown = reported(desk), reported(desk)
    over = concluded(desk, case.id)
    clock.advance(minutes=1)
    begun = desk.analyses.begin(problem="parcels are late", signature="carrier_delay/step/transit")
    open_ = desk.analyses.why(begun.id, because="x", evidence="y", step="transit", incidents=shown.id)

    assert (open_, over) == desk.analyses.find()
    assert (open_,) == desk.analyses.find(open=True) == desk.analyses.find(incident=shown.id)
    assert (over,) == desk.analyses.find(cause="packaging", step="packing") == desk.analyses.find(team="warehouse")
    assert (over,) == desk.analyses.find(incident=case.id)


def test_a_wrong_reason_is_taken_back_and_a_conclusion_opened_again(desk: Desk) -> None:
    """What was found is not known any more."""
    analysis = concluded(desk, reported(desk).id)
    desk.analyses.reopen(analysis.id, reason="new boxes tear too", by="eva")
    again = desk.analyses.retract(analysis.id, 2, reason="the price was the same", by="leo")
    dropped = desk.analyses.drop(analysis.id, reason="we changed the carrier", by="eva")

    assert (AnalysisState.OPEN, 1, "") == (again.state, len(again.whys), again.cause)
    assert (AnalysisState.DROPPED, "we changed the carrier") == (dropped.state, str(dropped.reason))
    assert () == desk.analyses.find(cause="packaging")


def test_what_is_refused_leaves_the_record_as_it_was(desk: Desk, record: Callable[[], Copy]) -> None:
    """No cause without evidence, and none about what is not there."""
    analysis = desk.analyses.begin(problem="boxes arrive torn")
    before = record()
    with pytest.raises(TransitionRefused, match="a why with evidence, the customer's voice"):
        desk.analyses.conclude(analysis.id, cause="packaging")
    with pytest.raises(UnknownIdError):
        desk.analyses.begin(problem="boxes arrive torn", incidents="nothing")
    with pytest.raises(UnknownIdError):
        desk.analyses.get("nothing")
    with pytest.raises(RuleViolation):
        desk.analyses.find(limit=0)

    assert record() == before


def test_words_are_in_the_vault_and_a_customers_are_theirs(desk: Desk, record: Callable[[], Copy]) -> None:
    """They are found by the customer of the case, so that they are forgotten with them."""
    case = reported(desk)
    analysis = concluded(desk, case.id)
    copy = record()
    voice = [row for row in copy.tables["vault"] if row["body"] == "it looked as if a dog had had it"]

    assert [] == copy.holding("a dog had had it") == copy.holding("the card is thin")
    assert [(case.customer, analysis.id)] == [(row["customer"], row["stream"]) for row in voice]


def test_an_analysis_is_the_same_after_opening_the_store_again(desk: Desk, opened: Opened, clock: ManualClock) -> None:
    """Its words too; and the record is sound."""
    analysis = concluded(desk, reported(desk, placed(desk)).id)
    clock.advance(days=1)

    assert analysis == opened().analyses.get(analysis.id)


def test_the_record_is_sound(desk: Desk, record: Callable[[], Copy]) -> None:
    """Also after it is rebuilt from its events."""
    concluded(desk, reported(desk).id)
    desk.rebuild()

    assert [] == faults(record(), SHOP)


def test_an_action_follows_from_an_analysis(desk: Desk, clock: ManualClock) -> None:
    """It lowers what the analysis found, and both are found by each other."""
    analysis = concluded(desk, reported(desk).id)
    action = desk.corrective_actions.plan(
        what="thicker card", sponsor="eva", doer="leo", due=clock() + timedelta(days=9), analysis=analysis.id
    )

    assert "packaging/step/packing" == action.signature
    assert (action,) == desk.corrective_actions.find(analysis=analysis.id)
