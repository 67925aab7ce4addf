"""What surveys come to: figures, open answers that are read, and the step that moves the score."""

from __future__ import annotations

import statistics
from collections import Counter
from typing import Any

import pytest
from attrs import evolve

from incidentkit.desk.desk import Desk
from incidentkit.domain.protocols import Protocol
from incidentkit.domain.surveys import Ask
from incidentkit.errors import InvalidInput, RuleViolation
from incidentkit.testing.clocks import ManualClock
from tests.desk.test_asking import Opened
from tests.desk.world import JOAN, SHOP, placed, reported


@pytest.fixture
def stepped(opened: Opened) -> Desk:
    """A desk of a shop that knows where its cases come from."""
    steps = (Protocol("damaged", severity="critical", step="transit"), Protocol("late", step="handover"))
    return opened(shop=evolve(SHOP, protocols=(*steps, Protocol("out_of_stock", team="warehouse", step="stock"))))


def asked(desk: Desk, score: int | None = None, comment: str | None = None, **given: Any) -> Ask:
    """A case about which its customer was asked, and answered."""
    case = reported(desk, **given)
    ask = desk.surveys.ask(incident=case.id)
    return ask if score is None else desk.surveys.answer(ask.id, score=score, comment=comment)


def test_the_figures_are_those_of_the_measures(desk: Desk) -> None:
    """Mean and share of top scores, over everything and by team, equal what the measures say."""
    for score in (1, 4, 5, 5):
        asked(desk, score)
    asked(desk, 2, type="out_of_stock")
    row, by_team = desk.survey_figures("csat").rows[0], desk.survey_figures("csat", "team").rows

    assert (5, desk.measure("csat_mean").rows[0].value, desk.measure("csat_top_share").rows[0].value) == (
        row.n,
        row.mean,
        row.top_share,
    )
    assert {r.segment: r.value for r in desk.measure("csat_mean", by="team").rows} == {r.segment: r.mean for r in by_team}


def test_the_response_rate_counts_those_who_could_answer(desk: Desk, clock: ManualClock) -> None:
    """Answered of those asked and not lost; while some wait it says so, and what was asked elsewhere is left out."""
    asked(desk, 5)
    waiting = asked(desk)
    desk.surveys.answer(order=placed(desk).id, score=3)
    row = desk.survey_figures("csat").rows[0]
    clock.advance(days=40)
    later = desk.survey_figures("csat").rows[0]

    assert (2, 2, 1, 0, 1, 0.5) == (row.n, row.asked, row.answered, row.lost, row.waiting, row.response_rate)
    assert (0, None) == (later.waiting, desk.surveys.get(waiting.id).answer)


def test_an_ask_that_reached_nobody_is_lost(desk: Desk) -> None:
    """It is told apart, and not held against the response."""
    order = placed(desk, customer=JOAN)
    desk.people.opt_out(JOAN, purpose="survey")
    desk.surveys.ask("csat", order=order.id)
    desk.send_due()
    row = desk.survey_figures("csat").rows[0]

    assert (1, 0, 1, 0, None) == (row.asked, row.answered, row.lost, row.waiting, row.response_rate)


def test_a_survey_is_cut_by_the_account_of_the_order(desk: Desk) -> None:
    """And what belongs to none comes last."""
    for account, score in (("acme", 1), ("acme", 3), (None, 5)):
        ask = desk.surveys.ask(order=placed(desk, account=account).id)
        desk.surveys.answer(ask.id, score=score)
    rows = desk.survey_figures("csat", "account").rows

    assert [("acme", 2, 2.0), (None, 1, 5.0)] == [(row.segment, row.n, row.mean) for row in rows]


def test_a_survey_is_cut_by_weeks_without_a_gap(desk: Desk, clock: ManualClock) -> None:
    """Each answer in the week it was given, each ask in the week it was put; empty weeks are there."""
    ask = asked(desk)
    clock.advance(days=15)
    desk.surveys.answer(ask.id, score=4)
    rows = desk.survey_figures("csat", "week").rows

    assert [(0, 1), (0, 0), (1, 0)] == [(row.n, row.asked) for row in rows]
    assert [row.until for row in rows[:-1]] == [row.from_ for row in rows[1:]]


def test_an_nps_has_its_score(desk: Desk) -> None:
    """Promoters less detractors, of a survey from 0 to 10; the measure says the same."""
    for score in (10, 9, 7, 2):
        ask = desk.surveys.ask("nps", order=placed(desk).id)
        desk.surveys.answer(ask.id, score=score)

    assert [25.0, 25.0] == [desk.survey_figures("nps").rows[0].nps, desk.measure("nps").rows[0].value]


@pytest.mark.parametrize(("survey", "by"), [("mood", None), ("csat", "colour")])
def test_what_there_is_not_is_refused(desk: Desk, survey: str, by: str | None) -> None:
    """With what there is."""
    with pytest.raises(InvalidInput):
        desk.survey_figures(survey, by)


def test_open_answers_wait_to_be_read(stepped: Desk, clock: ManualClock) -> None:
    """The latest first, each with its words and a suggestion; scores without words do not."""
    asked(stepped, 1, "la caja estaba abierta")
    asked(stepped, 5)
    clock.advance(hours=1)
    asked(stepped, 2, "ni fu ni fa")
    unread = stepped.surveys.uncoded()

    assert 2 == unread.total
    assert [("ni fu ni fa", "transit"), ("la caja estaba abierta", "packing")] == [
        (each.comment, each.suggestion) for each in unread.answers
    ]


def test_an_answer_that_is_read_counts_for_its_step(stepped: Desk) -> None:
    """Until it is read, for the step that its case comes from."""
    ask = asked(stepped, 1, "la caja estaba abierta")
    before = [row.segment for row in stepped.survey_figures("csat", "step").rows]
    coded = stepped.surveys.code(ask.id, "packing", by="ana")

    assert (["transit"], "packing") == (before, coded.step)
    assert ["packing"] == [row.segment for row in stepped.survey_figures("csat", "step").rows]
    assert ["packing"] == [row.segment for row in stepped.measure("csat_mean", by="step").rows]
    assert 0 == stepped.surveys.uncoded().total


def test_other_words_are_read_anew(stepped: Desk) -> None:
    """A later answer takes the place of the earlier one, and of what was said of it."""
    ask = asked(stepped, 1, "la caja")
    stepped.surveys.code(ask.id, "packing")
    again = stepped.surveys.answer(ask.id, score=2, comment="y el repartidor")

    assert (None, 1) == (again.step, stepped.surveys.uncoded().total)


def test_what_nobody_wrote_is_not_read(desk: Desk) -> None:
    """Neither an ask without an answer, nor a bare score; nor is a step that the shop has not."""
    bare = asked(desk, 3)
    with pytest.raises(RuleViolation):
        desk.surveys.code(bare.id, "packing")
    with pytest.raises(InvalidInput):
        desk.surveys.code(asked(desk, 3, "hola").id, "moon")


def test_the_step_that_lowers_the_score_is_named(stepped: Desk) -> None:
    """With enough answers; the mean of each is that of its answers."""
    given = Counter({"damaged": 12, "late": 14})
    scores = {"damaged": [1, 1, 2], "late": [5, 4, 5]}
    told = {type_: [scores[type_][n % 3] for n in range(count)] for type_, count in given.items()}
    for type_, each in told.items():
        for score in each:
            asked(stepped, score, type=type_)
    found = stepped.survey_drivers("csat")
    means = {driver.step: driver.mean for driver in found.drivers}

    assert {"transit": statistics.fmean(told["damaged"]), "handover": statistics.fmean(told["late"])} == means
    assert {"transit": "suffered", "handover": "valued"} == {driver.step: driver.verdict for driver in found.drivers}
