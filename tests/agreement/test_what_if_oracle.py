"""A simulated month by the settings that it was lived under: rules alone explain it, and changed ones what they say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from attrs import evolve

from incidentkit.desk.desk import Desk
from incidentkit.desk.opening import open_desk
from incidentkit.domain.effects import IntentState
from incidentkit.domain.incidents import Incident
from incidentkit.testing._post import Post
from incidentkit.testing.simulator.plan import Plan
from incidentkit.testing.simulator.runner import MovableClock, simulate
from incidentkit.testing.simulator.shop import demo_shop

SINCE = date(2026, 8, 1)
HOUR = timedelta(hours=1)


@pytest.fixture
def month(store_url: str) -> Iterator[Desk]:
    """A desk after a month of sixty orders."""
    clock, shop = MovableClock(), evolve(demo_shop(), channel="post", blocked_plugins=("local",))
    with open_desk(store_url, shop, plugins=(Post(),), clock=clock) as desk:
        simulate(desk, clock, Plan(60, 7))
        yield desk


def live(desk: Desk) -> list[Incident]:
    """Every case of the month."""
    return list(desk.incidents.find(limit=10_000))


@pytest.mark.parametrize("store_url", ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)], indirect=True)
def test_a_month_is_explained_by_its_own_rules(month: Desk) -> None:
    """Every case and message is looked at; the same settings change none, and hardly one is not to be compared.

    One hour less for every answer misses the deadlines that were kept in their last hour, and no other.
    """
    same = month.what_if(month.shop, since=SINCE)
    out = [m for m in month.messages.find(limit=10_000) if m.purpose != "staff" and m.customer is not None]
    shorter = tuple(
        evolve(p, communicate_within=p.communicate_within - HOUR if p.communicate_within else None)
        for p in month.shop.protocols
    )
    hurried = month.what_if(evolve(month.shop, protocols=shorter), since=SINCE)
    told = [change for change in hurried.deadlines if change.clock == "communicate_by"]

    assert (True, len(live(month))) == (same.empty, same.cases)
    assert len([m for m in out if m.state is not IntentState.CLAIMED]) == same.messages
    assert same.apart_in_all <= max(1, (same.cases + same.messages) // 100)
    assert {"deadline", "escalation"} >= {code.partition(".")[0] for code in hurried.counts}
    assert all(change.due_would < change.due_was for change in told if change.due_was and change.due_would)
    assert {"missed"} >= {change.would for change in told if change.would != change.was and change.was == "met"}
