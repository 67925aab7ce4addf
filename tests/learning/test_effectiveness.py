"""Whether what was done has helped: decided from rates, carefully, and wrong no more often than stated."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain.corrective_actions import Counted, Effect, Effectiveness, EffectReason
from incidentkit.learning.effectiveness import effect_of, spread_of
from incidentkit.measures.intervals import difference_of_rates
from tests.learning.simulated import Life, shares

QUIET = [Counted(1, 50)] * 26
"""A week in, a week out: one in fifty."""

weeks = st.lists(st.integers(0, 60).flatmap(lambda n: st.builds(Counted, st.integers(0, n), st.just(n))), max_size=8)


def said(effect: Effect) -> tuple[Effectiveness, EffectReason]:
    return effect.verdict, effect.reason


# --- What follows from what --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("after", "verdict", "reason"),
    [
        pytest.param([Counted(0, 50)] * 10, Effectiveness.EFFECTIVE, EffectReason.RARER, id="never since"),
        pytest.param([Counted(2, 50)] * 10, Effectiveness.INEFFECTIVE, EffectReason.ABOVE_LIMIT, id="twice as often"),
        pytest.param([Counted(0, 50)] * 2, Effectiveness.INCONCLUSIVE, EffectReason.TOO_FEW, id="a hundred orders"),
        pytest.param([Counted(1, 100)] * 3, Effectiveness.INCONCLUSIVE, EffectReason.TOO_FEW, id="half, but few"),
        pytest.param([], Effectiveness.INCONCLUSIVE, EffectReason.NO_EXPOSURE, id="no orders"),
    ],
)
def test_a_judgement_says_why(after: list[Counted], verdict: Effectiveness, reason: EffectReason) -> None:
    """Of five different courses of events."""
    assert (verdict, reason) == said(effect_of(QUIET, after))


def test_nothing_is_said_before_the_window_is_over() -> None:
    """However well it looks; that it does not help may be said at any time."""
    assert EffectReason.TOO_EARLY is effect_of(QUIET, [Counted(0, 50)] * 10, final=False).reason
    assert Effectiveness.INEFFECTIVE is effect_of(QUIET, [Counted(9, 50)] * 3, final=False).verdict


def test_what_never_happened_before_cannot_have_become_rarer() -> None:
    """Nor can it without orders before."""
    assert EffectReason.NEVER_BEFORE is effect_of([Counted(0, 50)] * 9, [Counted(0, 50)] * 99).reason
    assert EffectReason.NO_BASELINE is effect_of([], [Counted(0, 50)] * 99).reason


def test_one_case_is_too_few_to_show_that_it_helped() -> None:
    """It can be acted on all the same; what is said is that there is no telling."""
    assert EffectReason.TOO_FEW is effect_of([Counted(1, 40)], [Counted(0, 400)]).reason


def test_fewer_is_not_enough_where_a_limit_was_set() -> None:
    """A third less, by far more than chance, does not do where it should be half."""
    before, after = [Counted(30, 1000)] * 20, [Counted(20, 1000)] * 20

    assert (Effectiveness.INEFFECTIVE, EffectReason.ABOVE_LIMIT) == said(effect_of(before, after))
    assert Effectiveness.EFFECTIVE is effect_of(before, after, limit=0.025).verdict


def test_a_limit_is_half_the_rate_before_unless_one_is_given() -> None:
    """As many recurrences as it leaves room for among the orders that are expected are allowed."""
    relative, absolute = effect_of(QUIET, [], expected=450), effect_of(QUIET, [], expected=450, limit=0.002)

    assert (0.01, 4) == (relative.limit, relative.allowed)
    assert (0.002, 0) == (absolute.limit, absolute.allowed)


def test_more_orders_than_expected_leave_more_room() -> None:
    """The rate counts, not the number."""
    assert 10 == effect_of(QUIET, [Counted(9, 1000)], expected=450).allowed


def test_batches_count_as_what_they_are() -> None:
    """Twenty in one week are one bad pallet: that the next weeks had none shows nothing."""
    spread_out, at_once = [Counted(1, 50)] * 20, [*[Counted(0, 50)] * 19, Counted(20, 50)]
    after = [Counted(0, 50)] * 9

    assert Effectiveness.EFFECTIVE is effect_of(spread_out, after).verdict
    assert (Effectiveness.INCONCLUSIVE, EffectReason.TOO_FEW) == said(effect_of(at_once, after))


def test_every_further_look_asks_for_more() -> None:
    """What just counts the first time does not the fifth time."""
    before, after = [Counted(2, 100)] * 9, [Counted(0, 100)] * 3

    assert Effectiveness.EFFECTIVE is effect_of(before, after).verdict
    assert Effectiveness.INCONCLUSIVE is effect_of(before, after, looks=4).verdict


# --- Laws --------------------------------------------------------------------------------------------------------


@given(weeks, st.none() | st.floats(0, 1), st.booleans(), st.integers(0, 5))
def test_without_orders_since_nothing_is_ever_effective(
    before: list[Counted], limit: float | None, final: bool, looks: int
) -> None:
    """Whatever was before, whatever the limit."""
    after = [Counted(0, 0)] * 5
    effect = effect_of(before, after, limit=limit, final=final, looks=looks)

    assert (Effectiveness.INCONCLUSIVE, EffectReason.NO_EXPOSURE) == said(effect)


@given(weeks, weeks, st.none() | st.floats(0, 1))
def test_effective_means_rarer_and_within_the_limit(before: list[Counted], after: list[Counted], limit: float | None) -> None:
    """By more than chance, among orders that there were."""
    effect = effect_of(before, after, limit=limit)

    if effect.verdict is Effectiveness.EFFECTIVE:
        assert effect.after.exposed
        assert effect.limit is not None
        assert effect.after.rate is not None
        assert effect.after.rate <= effect.limit
        assert effect.high is not None
        assert effect.high < 1


@given(weeks, weeks)
def test_one_more_recurrence_never_makes_it_look_better(before: list[Counted], after: list[Counted]) -> None:
    """The verdict stays or gets worse, as long as weeks are as even as chance has it."""
    worse = [Counted(week.hits + 1, week.exposed + 1) if place == 0 else week for place, week in enumerate(after)]
    if not after or spread_of(before, after) > 1 or spread_of(before, worse) > 1:
        return
    order = (Effectiveness.INEFFECTIVE, Effectiveness.INCONCLUSIVE, Effectiveness.EFFECTIVE)

    if effect_of(before, after).after.exposed:
        assert order.index(effect_of(before, worse).verdict) <= order.index(effect_of(before, after).verdict)


@given(weeks, weeks)
def test_its_interval_is_that_of_two_rates(before: list[Counted], after: list[Counted]) -> None:
    """Where the weeks differ no more than chance has it."""
    effect = effect_of(before, after)
    known = difference_of_rates(effect.before.hits, effect.before.exposed, effect.after.hits, effect.after.exposed)

    if known is not None and effect.spread == 1:
        assert [known.low, known.high] == [effect.low, effect.high]


# --- How often it is wrong ---------------------------------------------------------------------------------------

LIVES = 300


@pytest.mark.parametrize("orders", [50, 200])
@pytest.mark.parametrize("batch", [1, 5])
def test_what_did_nothing_is_rarely_called_effective(orders: int, batch: int) -> None:
    """In no more than one life of twenty, also where trouble comes in batches."""
    assert shares(Life(orders, ratio=1, batch=batch), LIVES).get("effective", 0) <= 0.05


def test_what_did_nothing_is_opened_again_by_its_recurrences() -> None:
    """With two hundred orders a week, nearly always before the window is over."""
    assert shares(Life(200, ratio=1), LIVES).get("reopened", 0) >= 0.95


def test_what_helped_is_found() -> None:
    """Of four fifths less trouble, with two hundred orders a week, nearly always; and it is hardly ever opened again."""
    found = shares(Life(200, ratio=0.2), LIVES)

    assert found.get("effective", 0) >= 0.95
    assert found.get("reopened", 0) <= 0.05


def test_what_helped_is_never_said_not_to_help_by_much() -> None:
    """In at most one life of twenty."""
    assert shares(Life(50, ratio=0.2), LIVES).get("ineffective", 0) <= 0.05


def test_without_orders_there_is_no_telling() -> None:
    """In none of the lives."""
    assert {"inconclusive": 1.0} == shares(Life(200, ratio=1, after=0), 50)
