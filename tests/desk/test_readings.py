"""Numbers that people enter by hand, and the figures that they come to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

import incidentkit as ik
from incidentkit.domain.readings import OwnMeasure
from incidentkit.testing.clocks import ManualClock

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
SHOP = ik.Shop(
    zone="UTC",
    teams=(ik.Team("after-sales"), ik.Team("warehouse")),
    agents=(ik.Agent("ana", "after-sales"), ik.Agent("leo", "warehouse")),
    default_team="after-sales",
    measures=(
        OwnMeasure("calls", "count", unit="calls", title="Calls"),
        OwnMeasure("checks", "share"),
        OwnMeasure("mood", "score", maturity=timedelta(days=1)),
    ),
)


@pytest.fixture
def clock() -> ManualClock:
    """A week later."""
    return ManualClock(MONDAY + timedelta(days=7))


@pytest.fixture
def desk(store_url: str, clock: ManualClock) -> Iterator[ik.Desk]:
    """A desk on a new store of each kind."""
    with ik.open_desk(store_url, SHOP, clock=clock) as opened:
        yield opened


def values(desk: ik.Desk, measure: str) -> list[tuple[int, float | None]]:
    """n and value of each week."""
    return [(row.n, row.value) for row in desk.measure(measure, by="week").rows]


def test_counts_add_up_in_their_weeks(desk: ik.Desk) -> None:
    """Each number counts in the week in which it was taken, whenever it is entered."""
    for value, day in ((3, 0), (4, 6), (5, 7)):
        desk.readings.enter("calls", value, at=MONDAY + timedelta(days=day))

    assert [(7, 7), (5, 5)] == values(desk, "calls")


def test_shares_are_weighed(desk: ik.Desk) -> None:
    """A share is all hits of all that there were, not the mean of shares."""
    desk.readings.enter("checks", hits=1, of=1)
    desk.readings.enter("checks", hits=0, of=3)

    assert [(4, 0.25)] == values(desk, "checks")


def test_scores_have_a_mean(desk: ik.Desk) -> None:
    """A score is the mean of what was entered, with up to four decimals."""
    desk.readings.enter("mood", Decimal("4.0001"))
    desk.readings.enter("mood", -1)
    (row,) = desk.measure("mood").rows

    assert 2 == row.n
    assert row.value == pytest.approx(1.50005)


def test_a_correction_makes_the_kept_figure_stale(desk: ik.Desk) -> None:
    """What is put right, or was entered by mistake, changes the figure of its week, though that was kept."""
    reading = desk.readings.enter("calls", 3, at=MONDAY)
    found = [values(desk, "calls")[0]]
    desk.readings.correct(reading.id, 8, reason="a slip")
    found.append(values(desk, "calls")[0])
    desk.readings.withdraw(reading.id, reason="never happened")

    assert [(3, 3), (8, 8)] == found
    assert [] == values(desk, "calls")


def test_a_reading_has_a_team(desk: ik.Desk) -> None:
    """An agent's number is their team's too, and figures are cut by both."""
    desk.readings.enter("calls", 3, agent="leo")
    desk.readings.enter("calls", 2, team="after-sales")
    desk.readings.enter("calls", 1)
    rows = desk.measure("calls", by="team").rows

    assert [("after-sales", 2), ("warehouse", 3), ("", 1)] == [(row.segment, row.n) for row in rows]


def test_found_by_measure_team_and_day(desk: ik.Desk) -> None:
    """Readings are found the latest first; those that were withdrawn only when asked for."""
    first, second = (desk.readings.enter("calls", n, agent="ana", at=MONDAY + timedelta(days=n)) for n in (1, 2))
    desk.readings.enter("checks", hits=1, of=1)
    desk.readings.withdraw(first.id, reason="twice")

    assert [second.id] == [r.id for r in desk.readings.find("calls")]
    assert [second.id, first.id] == [r.id for r in desk.readings.find("calls", withdrawn=True)]
    assert [] == list(desk.readings.find("calls", since=MONDAY + timedelta(days=3)))
    assert [] == list(desk.readings.find(agent="leo"))


@pytest.mark.parametrize(
    ("measure", "given", "match"),
    [
        ("calls", {}, "whole number of 0 or more as value"),
        ("calls", {"value": -1}, "whole number of 0 or more as value"),
        ("calls", {"value": 1.5}, "whole number of 0 or more as value"),
        ("calls", {"value": True}, "whole number of 0 or more as value"),
        ("calls", {"hits": 1, "of": 2}, "is one number"),
        ("checks", {"value": 1}, "how many of how many"),
        ("checks", {"hits": 3, "of": 2}, "no more hits than there were"),
        ("checks", {"hits": 0, "of": 0}, "whole number of 1 or more as of"),
        ("mood", {"value": float("nan")}, "at most four decimals"),
        ("mood", {"value": Decimal("0.00001")}, "at most four decimals"),
        ("calls", {"value": 1, "agent": "eva"}, "must be an agent of the shop"),
        ("calls", {"value": 1, "team": "sales"}, "must be a team of the shop"),
        ("calls", {"value": 1, "team": "warehouse", "agent": "ana"}, "must be in team warehouse"),
        ("orders_received", {"value": 1}, "nothing is entered for it"),
        ("cals", {"value": 1}, "Did you mean calls"),
    ],
)
def test_what_does_not_fit_is_refused(desk: ik.Desk, measure: str, given: dict[str, Any], match: str) -> None:
    """A number that its measure can't use, or of somebody who is not there, is refused and changes nothing."""
    with pytest.raises(ik.InvalidInput, match=match):
        desk.readings.enter(measure, **given)

    assert () == desk.readings.find()


def test_withdrawn_is_final(desk: ik.Desk) -> None:
    """What was withdrawn can neither be put right nor withdrawn again, and each change needs a reason."""
    reading = desk.readings.enter("calls", 1)
    with pytest.raises(ik.InvalidInput, match="Say why"):
        desk.readings.withdraw(reading.id, reason=" ")
    desk.readings.withdraw(reading.id, reason="twice")

    with pytest.raises(ik.RuleViolation, match="once it is withdrawn"):
        desk.readings.correct(reading.id, 2, reason="no")
    with pytest.raises(ik.RuleViolation, match="once it is withdrawn"):
        desk.readings.withdraw(reading.id, reason="no")


def test_the_same_key_enters_once(desk: ik.Desk) -> None:
    """A retry under the same key counts nothing twice."""
    for _ in range(2):
        desk.readings.enter("calls", 3, key="monday")

    assert [(3, 3)] == values(desk, "calls")


def test_rows_are_those_of_the_figure(desk: ik.Desk) -> None:
    """Each row says how much of the figure it is."""
    desk.readings.enter("checks", hits=1, of=4, agent="leo", at=MONDAY)
    desk.readings.enter("checks", hits=2, of=2, at=MONDAY)
    found = desk.measure_rows("checks", segment=("agent", "leo"))

    assert [("reading", 0.25, 4)] == [(row.kind, row.value, row.weight) for row in found.rows]
    assert 1 == found.total


def test_a_figure_says_its_version(desk: ik.Desk) -> None:
    """A figure says which definition it is by, and what people call the measure."""
    figures = desk.measure("calls")

    assert (1, "Calls", "calls") == (figures.version, figures.title, figures.unit)
    assert 1 == figures.as_dict()["version"]
