"""A machine's clock that steps back and forth: the record stays in its order, and everything in it stays true."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from random import Random

import pytest

from incidentkit.desk.desk import Desk
from incidentkit.desk.opening import open_desk
from incidentkit.domain.events import Event
from incidentkit.errors import RuleViolation
from incidentkit.testing._audit import Copy, faults
from incidentkit.testing._post import Post
from incidentkit.testing.clocks import ManualClock
from tests.desk.world import SHOP, placed


@pytest.mark.parametrize("seed", [0, pytest.param(range(1, 40), marks=pytest.mark.long)])
def test_a_clock_that_steps_back(store_url: str, seed: int | range) -> None:
    """By up to two days at any moment, under commands, sending and ticking."""
    for number in [seed] if isinstance(seed, int) else seed:
        chance, clock = Random(number), ManualClock()
        with open_desk(store_url, SHOP, plugins=(Post(),), clock=clock) as desk:
            orders: list[str] = [placed(desk).id for _ in range(3)]
            for _ in range(60):
                clock.now += timedelta(hours=chance.uniform(-48, 60))
                with suppress(RuleViolation):
                    _something(desk, chance, orders)
            known = [event.known_at for event in _events(desk)]

            assert (number, sorted(known)) == (number, known)
            assert (number, ()) == (number, desk.verify().damages)
        assert (number, []) == (number, faults(Copy(store_url), SHOP))


def _events(desk: Desk) -> list[Event]:
    found, after = list[Event](), 0
    while (page := desk.feed(after)).events:
        found += page.events
        after = page.watermark
    return found


def _something(desk: Desk, chance: Random, orders: list[str]) -> None:
    order = chance.choice(orders)
    does = chance.randrange(7)
    if does == 0:
        orders.append(placed(desk).id)
    elif does == 1:
        desk.orders.ship(order, {"A": 1})
    elif does == 2:
        desk.incidents.report(order, "damaged", "crushed")
    elif does == 3:
        case = chance.choice(desk.incidents.find(limit=20) or [desk.incidents.report(order, "late", "late")])
        desk.incidents.log_conversation(case.id, channel="phone", summary="said so", by="ana")
    elif does == 4:
        desk.send_due()
    elif does == 5:
        desk.tick()
    else:
        desk.orders.confirm(order, key=f"confirm-{order}")
