"""How pressing things are: the laws of the order, and the reasons."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st

from incidentkit.domain.priority import PriorityWeights
from incidentkit.domain.shop import Shop
from incidentkit.errors import InvalidInput
from incidentkit.rules.priority import Part, Priority, Scoring, Subject, longest_wait, overtaken
from incidentkit.testing.strategies import priority_weights

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
SEVERITIES = ("critical", "major", "minor")
CLOCKS = ("first_response", "communicate_by", "update_by", "resolve_by")
HOUR, DAY = 3_600_000_000, 86_400_000_000


def scale(weights: PriorityWeights | None = None, at: datetime = AT) -> Scoring:
    return Scoring.of(Shop(severities=SEVERITIES, protocols=(), priority=weights or PriorityWeights()), at)


SCALE = scale()
NOW = SCALE.at


def subject(**given: Any) -> Subject:
    return Subject(**{"id": "a", "group": 0, "severity": "minor", "since": NOW, **given})


MOMENTS = st.integers(NOW - 400 * DAY, NOW + 400 * DAY) | st.integers(NOW - 2 * DAY, NOW + 2 * DAY)
WEIGHTS = priority_weights()
SCALES = WEIGHTS.map(scale)


@st.composite
def subjects(draw: st.DrawFn, id: str = "", group: int | None = None) -> Subject:
    return Subject(
        id=id or draw(st.text("abc", min_size=1, max_size=3)),
        group=draw(st.integers(0, 2)) if group is None else group,
        severity=draw(st.sampled_from((*SEVERITIES, "gone", ""))),
        since=draw(st.integers(NOW - 400 * DAY, NOW)),
        clocks=tuple((name, draw(MOMENTS)) for name in draw(st.lists(st.sampled_from(CLOCKS), unique=True))),
        promised=draw(st.none() | MOMENTS),
        value=draw(st.integers(0, 10**9)),
        repeats=draw(st.integers(0, 9)),
    )


def later(on: Scoring, one: Subject, other: Subject) -> bool:
    """Whether ``one`` comes after ``other``."""
    return on.key(one) > on.key(other)


# --- Laws --------------------------------------------------------------------------------------------------------


@given(SCALES, st.lists(subjects(), max_size=8, unique_by=lambda s: s.id), st.randoms())
def test_the_order_is_total(on: Scoring, many: list[Subject], random: Any) -> None:
    """Law total: however things are shuffled, they come out in one order, and no two stand in one place."""
    shuffled = random.sample(many, len(many))

    assert sorted(many, key=on.key) == sorted(shuffled, key=on.key)
    assert len(many) == len({on.key(one) for one in many})


@given(SCALES, subjects())
def test_the_score_is_the_sum_of_its_reasons(on: Scoring, one: Subject) -> None:
    """Law explained: every point has its reason, the weightiest first, and none is of no points."""
    priority = on.priority(one)

    assert on.score(one) == priority.score == sum(part.points for part in priority.parts)
    assert all(part.points > 0 for part in priority.parts)
    assert [part.points for part in priority.parts] == sorted((part.points for part in priority.parts), reverse=True)
    assert len(priority.parts) + 1 == len(priority.explain().splitlines())


@given(SCALES, subjects(), st.sampled_from(SEVERITIES))
def test_more_severe_never_comes_later(on: Scoring, one: Subject, severity: str) -> None:
    """Law severity: with all else equal."""
    rank = {name: place for place, name in enumerate((*SEVERITIES, "gone", ""))}
    assume(rank[severity] <= min(rank[one.severity], rank["gone"]))

    assert not later(on, evolve(one, severity=severity), one)


@given(SCALES, subjects(), st.integers(0, 100 * DAY))
def test_less_time_left_never_comes_later(on: Scoring, one: Subject, less: int) -> None:
    """Law time: on any clock, and to the promised delivery."""
    for place, (name, due) in enumerate(one.clocks):
        sooner = (*one.clocks[:place], (name, due - less), *one.clocks[place + 1 :])
        assert not later(on, evolve(one, clocks=sooner), one)
    if one.promised is not None:
        assert not later(on, evolve(one, promised=one.promised - less), one)
        assert not later(on, one, evolve(one, promised=None))


@given(SCALES, subjects(), st.integers(0, 10**9))
def test_older_never_comes_later(on: Scoring, one: Subject, older: int) -> None:
    """Law age."""
    assert not later(on, evolve(one, since=one.since - older), one)


@given(SCALES, subjects(), st.integers(0, 10**9), st.integers(0, 9))
def test_more_value_or_repeats_never_come_later(on: Scoring, one: Subject, value: int, repeats: int) -> None:
    """Law worth, law repeats."""
    assert not later(on, evolve(one, value=one.value + value), one)
    assert not later(on, evolve(one, repeats=one.repeats + repeats), one)


@given(WEIGHTS, subjects("old", 0), subjects("new", 0), st.integers(0, 400 * DAY))
def test_nothing_waits_for_ever(weights: PriorityWeights, old: Subject, new: Subject, extra: int) -> None:
    """Law end of waiting: what has waited so much longer comes first, whatever is said of the other."""
    patience = longest_wait(weights, len(new.clocks)) // timedelta(microseconds=1)
    old = evolve(old, since=new.since - patience - extra)

    assert later(scale(weights), new, old)


@given(SCALES, subjects(group=0), subjects(group=1), subjects(group=2))
def test_whom_it_waits_for_goes_before_points(on: Scoring, shop: Subject, customer: Subject, imported: Subject) -> None:
    """Law group: the shop, then the customer, then what was imported."""
    assert later(on, customer, shop)
    assert later(on, imported, customer)


@given(SCALES, subjects("mine"), st.lists(subjects(), max_size=8, unique_by=lambda s: s.id), st.sampled_from(SEVERITIES))
def test_who_is_pushed_down_is_who_was_before(on: Scoring, mine: Subject, others: list[Subject], severity: str) -> None:
    """Law pushed down: exactly those that come before it now and after it then, in their order."""
    raised = evolve(mine, severity=severity)
    expected = [one.id for one in sorted(others, key=on.key) if later(on, mine, one) and later(on, one, raised)]

    assert tuple(expected) == overtaken(mine, severity, [mine, *others], on)


# --- Examples ----------------------------------------------------------------------------------------------------


def test_every_reason_has_its_words() -> None:
    """And its points, out of the shop's weights."""
    one = subject(
        severity="critical",
        since=NOW - 36 * HOUR,
        clocks=(("communicate_by", NOW - 2 * HOUR), ("resolve_by", NOW + 12 * HOUR)),
        promised=NOW + 7 * DAY,
        value=2_500_000,
        repeats=5,
    )

    assert SCALE.priority(one).explain().splitlines() == [
        "1100 points, waits for the shop",
        "  severity critical: 400",
        "  communicate_by, 2 h over: 200",
        "  the same trouble 5 times before: 150",
        "  waiting for 36 h: 150",
        "  resolve_by, 12 h left: 100",
        "  promised delivery, 168 h left: 50",
        "  an order of 250: 50",
    ]


def test_severities_get_their_part_by_rank() -> None:
    """One that the settings no longer name gets none."""
    assert [400, 266, 133, 0] == [SCALE.score(subject(severity=name)) for name in (*SEVERITIES, "gone")]


def test_what_has_no_points_has_no_reason() -> None:
    """A new thing of no severity."""
    assert Priority("customer", 0, ()) == SCALE.priority(subject(severity="", group=1))
    assert None is SCALE.priority(subject(severity="")).top
    assert Part("severity", 133, "minor") == SCALE.priority(subject()).top


@pytest.mark.parametrize(
    "given",
    [
        {"severity": -1},
        {"age": 0},
        {"full_value": 0},
        {"clock_ahead": timedelta(0)},
        {"most_critical": 0.0},
        {"most_critical": 1.5},
    ],
)
def test_weights_that_break_a_law_are_refused(given: dict[str, Any]) -> None:
    """Below zero, no points for age, no share."""
    with pytest.raises(InvalidInput):
        PriorityWeights(**given)
