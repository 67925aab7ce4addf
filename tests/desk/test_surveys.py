"""Surveys at the desk: asking, answering, and answers to questions put elsewhere."""

from __future__ import annotations

import pytest

from incidentkit.desk.desk import Desk
from incidentkit.errors import InvalidInput
from incidentkit.testing._post import Post
from tests.desk.world import placed, reported


def test_asking_writes_to_the_customer(desk: Desk, post: Post) -> None:
    """One message, with the survey's own step."""
    ask = desk.surveys.ask(order=placed(desk).id)
    desk.send_due()

    assert ["survey.csat"] == [key.split("/")[3] for key in post.post.sent if key.split("/")[2] == ask.id]


def test_an_answer_is_kept_with_its_comment(desk: Desk) -> None:
    """Score and words come back."""
    ask = desk.surveys.ask(order=placed(desk).id)
    desk.surveys.answer(ask.id, score=5, comment="gracias")
    kept = desk.surveys.get(ask.id).answer

    assert kept is not None
    assert (5, "gracias") == (kept.score, str(kept.comment))


def test_a_second_answer_replaces_the_first(desk: Desk) -> None:
    """The last one counts, once."""
    ask = desk.surveys.ask(order=placed(desk).id)
    desk.surveys.answer(ask.id, score=1)
    desk.surveys.answer(ask.id, score=5)
    row = desk.measure("csat_mean").rows[0]

    assert (1, 5.0) == (row.n, row.value)


def test_an_answer_needs_no_ask_of_ours(desk: Desk, post: Post) -> None:
    """A question that was put elsewhere is taken down silently with its answer."""
    order = placed(desk)
    ask = desk.surveys.answer(order=order.id, score=4)
    desk.send_due()

    assert (order.id, 4) == (ask.order, ask.answer.score if ask.answer else None)
    assert not any("survey" in key for key in post.post.sent)


def test_every_answer_without_an_ask_counts_each(desk: Desk) -> None:
    """Different asks count each."""
    order = placed(desk)
    for score in (2, 4):
        desk.surveys.answer(order=order.id, score=score)

    assert (2, 3.0) == (desk.measure("csat_mean").rows[0].n, desk.measure("csat_mean").rows[0].value)


def test_an_answer_reaches_its_case(desk: Desk) -> None:
    """The case remembers the score; its phase stays."""
    case = reported(desk)
    ask = desk.surveys.answer(incident=case.id, score=2)
    now = desk.incidents.get(case.id)

    assert [(ask.id, 2)] == [(answer.ask, answer.score) for answer in now.answers]
    assert case.phase is now.phase


def test_an_ask_is_on_the_timeline_of_every_order_of_its_case(desk: Desk) -> None:
    """A case of two orders has its survey on both."""
    first, second = placed(desk), placed(desk)
    case = desk.incidents.report([first.id, second.id], "late", "one van")
    ask = desk.surveys.ask(incident=case.id)

    assert all(ask.id in {entry.stream for entry in desk.orders.timeline(order.id)} for order in (first, second))


def test_a_refused_answer_leaves_no_ask(desk: Desk) -> None:
    """A score off the scale, to a question put elsewhere, leaves nothing on the timeline, not even in a batch."""
    order = placed(desk)
    with desk.batch(), pytest.raises(InvalidInput):
        desk.surveys.answer(order=order.id, score=9)

    assert ["order.placed"] == [entry.type for entry in desk.orders.timeline(order.id)]


def test_a_survey_has_its_own_scale(desk: Desk) -> None:
    """Ten is a score of nps, and none of csat."""
    order = placed(desk)

    assert 10 == desk.surveys.answer(order=order.id, survey="nps", score=10).scale.high
    with pytest.raises(InvalidInput, match="from 1 to 5"):
        desk.surveys.answer(order=order.id, score=10)
