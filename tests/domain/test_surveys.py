"""Scales go up, and scores are whole numbers on them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain.surveys import Answer, Ask, Scale
from incidentkit.errors import InvalidInput
from incidentkit.testing.strategies import answers, asks, scales


@given(scales(), st.integers(-20, 20))
def test_a_score_is_on_the_scale_or_refused(scale: Scale, score: int) -> None:
    """Both ends are on it, and the refusal names them."""
    if scale.low <= score <= scale.high:
        assert score == scale.check(score)
        return
    with pytest.raises(InvalidInput, match=f"from {scale.low} to {scale.high}; got {score}"):
        scale.check(score)


@pytest.mark.parametrize("score", [4.0, True, "4", None])
def test_a_score_is_a_whole_number(score: Any) -> None:
    """Parts, flags and text are no scores."""
    with pytest.raises(InvalidInput, match="A score"):
        Scale().check(score)


@pytest.mark.parametrize(("low", "high"), [(5, 1), (3, 3), ("1", "5"), (1.0, 5.0), (None, 5)])
def test_a_scale_goes_up(low: Any, high: Any) -> None:
    """A flat, falling or broken one is refused."""
    with pytest.raises(InvalidInput, match="must go up"):
        Scale(low, high)


@given(st.data(), scales())
def test_drawn_answers_are_on_their_scale(data: st.DataObject, scale: Scale) -> None:
    """The strategy keeps to the scale that it is given."""
    answer: Answer = data.draw(answers(scale))

    assert answer.score == scale.check(answer.score)


@given(asks())
def test_an_answer_is_on_its_asks_scale(ask: Ask) -> None:
    """And not before the question."""
    if ask.answer is not None:
        assert ask.answer.score == ask.scale.check(ask.answer.score)
        assert ask.asked_at <= ask.answer.at
