"""The record as it was known: what a desk said at an instant is what it says of that instant for ever."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import incidentkit as ik
from incidentkit.desk.as_of import AsOf
from incidentkit.desk.desk import Desk
from incidentkit.desk.opening import open_desk
from incidentkit.domain.vault import VaultSettings
from incidentkit.testing._audit import Copy, faults
from incidentkit.testing.clocks import ManualClock
from tests.desk.world import JOAN, MARTA, SHOP, agreed, closed, placed, reported, resolved, told

Opened = Callable[..., Desk]


def live(desk: Desk, clock: ManualClock, chance: Random, steps: int) -> None:
    """Things happen by chance, hours and days apart."""
    for _ in range(steps):
        clock.advance(hours=chance.choice((1, 5, 26)))
        step(desk, chance)


def step(desk: Desk, chance: Random) -> None:
    """One thing happens."""
    match chance.randrange(9):
        case 0:
            placed(desk, customer=chance.choice((MARTA, JOAN)), promised=(desk.clock() + timedelta(days=2)).date())
        case 1:
            chance.choice((reported, told, agreed, resolved, closed))(desk)
        case 2:
            desk.tick()
        case 3:
            order = desk.orders.confirm(placed(desk).id)
            desk.orders.amend(order.id, number=f"N-{chance.randrange(10**6)}", reason="typed wrong")
        case 4:
            order = desk.orders.ship(placed(desk).id)
            desk.orders.deliver(order.id)
        case 5:
            desk.contacts.log(customer=MARTA, channel="phone", summary="asks where it is", order=placed(desk).id)
        case 6:
            first, second = reported(desk, placed(desk)), reported(desk, placed(desk))
            desk.incidents.merge(first.id, into=second.id)
        case 7:
            desk.tasks.open(kind="call", what="call them", incident=reported(desk).id, by="ana")
        case _:
            case = (*desk.incidents.find(open=True, limit=1), reported(desk))[0]
            desk.incidents.amend(case.id, severity="critical", reason="worse than it looked")


def seen(desk: Desk) -> dict[str, Any]:
    """What a desk says of everything."""
    orders, cases = desk.orders.find(limit=100), desk.incidents.find(limit=100)
    return {
        "orders": tuple(orders),
        "each order": [desk.orders.get(order.id) for order in orders],
        "of Marta": tuple(desk.orders.find(person=MARTA)),
        "of her phone": tuple(desk.orders.find(phone=MARTA.phone)),
        "numbers": [desk.orders.find(number=order.number) for order in orders if order.number],
        "timelines": [tuple(desk.orders.timeline(order.id)) for order in orders],
        "contexts": [desk.context(order.id) for order in orders],
        "cases": tuple(cases),
        "each case": [desk.incidents.get(case.id) for case in cases],
        "clocks": [desk.incidents.clocks(case.id) for case in cases],
        "owners": [desk.incidents.owners(case.id) for case in cases],
        "tasks": tuple(desk.tasks.find(limit=100)),
        "needs": tuple(desk.needs.find(limit=100)),
        "queue": (tuple(desk.queue()), desk.queue_size(), desk.severity_share()),
        "figures": [desk.measure(name, by=by) for name in desk.measures.names for by in (None, "week")],
        "rows": [tuple(desk.measure_rows(name).rows) for name in desk.measures.names],
        "board": desk.scoreboard(),
        "review": desk.review(),
    }


def differing(expected: dict[str, Any], actual: dict[str, Any]) -> dict[str, Any]:
    """What is not the same in both."""
    return {name: (said, actual[name]) for name, said in expected.items() if said != actual[name]}


@pytest.mark.parametrize("seed", [1, 2])
def test_an_instant_is_seen_later_as_it_was_seen_then(desk: Desk, clock: ManualClock, seed: int) -> None:
    """Orders, timelines, contexts, cases and their clocks, the queue, every figure, the board and the review."""
    chance, expected = Random(seed), dict[datetime, dict[str, Any]]()
    for _ in range(3):
        live(desk, clock, chance, 5)
        expected[desk.clock()] = seen(desk)
    live(desk, clock, chance, 5)
    for known_at, said in expected.items():
        with desk.as_of(known_at) as then:
            actual = seen(then)

            assert {} == differing(said, actual)


def test_what_becomes_known_late_changes_no_earlier_view(desk: Desk, clock: ManualClock) -> None:
    """Neither what happened before and is told now, nor what is written at the very instant, nor by a clock set back."""
    order = placed(desk)
    with desk.as_of(clock.advance(hours=5)) as then:
        expected = then.seq, then.orders.get(order.id), then.measure("orders_handled")
    desk.orders.confirm(order.id, at=clock() - timedelta(hours=4))
    clock.advance(hours=-3)
    desk.orders.ship(order.id)
    clock.advance(hours=3)
    with desk.as_of(clock()) as then:
        actual = then.seq, then.orders.get(order.id), then.measure("orders_handled")

    assert expected == actual
    assert desk.orders.get(order.id) != actual[1]


def test_nothing_becomes_known_before_what_is_in_the_record(
    desk: Desk, opened: Opened, clock: ManualClock, store_url: str
) -> None:
    """With a clock that steps back, and with machines whose clocks differ, chains hold and instants never step back."""
    behind = ManualClock(clock() - timedelta(hours=7))
    other = opened(clock=behind)
    order = placed(desk)
    clock.advance(hours=-1)
    desk.orders.confirm(order.id)
    other.orders.ship(placed(other).id)
    with other.batch():
        placed(other)
        behind.advance(hours=9)
        placed(other)
    placed(desk)

    assert [] == faults(Copy(store_url), SHOP)


def test_views_are_settled_while_others_write(opened: Opened, store_url: str) -> None:
    """Four writers whose clocks differ, and one who looks again and again: each view is in the end what it was."""
    start = datetime(2026, 3, 2, 9, tzinfo=UTC)
    ticks = count()
    clocks = [lambda by=by: start + timedelta(seconds=next(ticks), minutes=by) for by in (-9, 0, 3, -2, 0)]
    *writers, viewer = [opened(clock=clock) for clock in clocks]
    views: list[tuple[datetime, int]] = []

    def write(desk: Desk) -> None:
        for _ in range(4):
            desk.orders.confirm(placed(desk).id)

    with ThreadPoolExecutor() as pool:
        writing = [pool.submit(write, desk) for desk in writers]
        while not all(each.done() for each in writing):
            with viewer.as_of(viewer.clock() - timedelta(seconds=1)) as then:
                views.append((then.known_at, then.seq))
        for each in writing:
            each.result()

    assert [seq for _, seq in views] == [viewer.as_of(at).seq for at, _ in views]
    assert [] == faults(Copy(store_url), SHOP)


def test_words_come_from_an_encrypted_vault(opened: Opened, clock: ManualClock, tmp_path: Path) -> None:
    """As they do on the desk itself; and what was forgotten since is forgotten in the view."""
    desk = opened(shop=evolve(SHOP, vault=VaultSettings(keys=str(tmp_path / "keys.db"))))
    order = placed(desk, customer=JOAN)
    case = reported(desk, order)
    with desk.as_of(clock.advance(hours=1)) as then:
        before = then.incidents.get(case.id).description, then.context(order.id).customer, len(then.orders.find(person=JOAN))
    desk.people.forget(JOAN)
    with desk.as_of(clock()) as then:
        after = then.context(order.id).customer, len(then.orders.find(person=JOAN)), then.queue_size()

    assert ("the box was crushed", "Joan Ros", 1) == (before[0] and before[0].value, before[1] and before[1].name, before[2])
    assert (None, 0, 1) == after


@given(st.lists(st.integers(-5, 5), min_size=2, max_size=12))
def test_a_view_is_settled_whatever_the_clock_does(moves: list[int]) -> None:
    """Views taken on the way, under a clock that is moved at random, are the same in the end."""
    clock, views = ManualClock(), list[tuple[datetime, int]]()
    with open_desk("sqlite://", SHOP, clock=clock) as desk:
        for hours in moves:
            placed(desk)
            clock.advance(hours=hours)
            with desk.as_of(clock()) as then:
                views.append((clock(), then.seq))
        clock.advance(hours=sum(map(abs, moves)))
        actual = [desk.as_of(at).seq for at, _ in views]

    assert [seq for _, seq in views] == actual


# --- What a view is ----------------------------------------------------------------------------------------------


def test_before_the_first_event_nothing_was_known(desk: Desk, clock: ManualClock) -> None:
    """Lists are empty, figures too, and an order is not known."""
    before, order = clock(), placed(desk, at=clock.advance(hours=1))
    with desk.as_of(before) as then:
        assert (0, (), 0) == (then.seq, tuple(then.orders.find()), then.queue_size())
        with pytest.raises(ik.UnknownIdError):
            then.orders.get(order.id)


def test_commands_are_refused(desk: Desk, clock: ManualClock) -> None:
    """With a typed error, and the record is as it was."""
    order = placed(desk)
    with desk.as_of(clock()) as then:
        for refused in (
            lambda: then.orders.confirm(order.id),
            lambda: then.incidents.report(order.id, type="damaged"),
            lambda: then.tasks.open(kind="call", what="x", order=order.id),
            then.tick,
            then.batch,
            then.rebuild,
            lambda: then.as_of(clock()),
        ):
            with pytest.raises(ik.RuleViolation, match="as it was known"):
                refused()

    assert 1 == len(desk.orders.timeline(order.id))


@pytest.mark.parametrize("known_at", [datetime(2999, 1, 1, tzinfo=UTC), datetime(2026, 3, 1)])  # noqa: DTZ001 - that is it
def test_an_instant_that_has_not_passed_or_has_no_zone_is_refused(desk: Desk, known_at: datetime) -> None:
    """Nobody knows what will be known."""
    with pytest.raises(ik.TimeError, match="known_at"):
        desk.as_of(known_at)


def test_a_view_is_refused_inside_a_batch(desk: Desk, clock: ManualClock) -> None:
    """What is not written yet was not known."""
    with desk.batch(), pytest.raises(ik.RuleViolation, match="as it was known"):
        desk.as_of(clock())


def test_a_timeline_goes_on_page_by_page(desk: Desk, clock: ManualClock) -> None:
    """As a living one does."""
    order = placed(desk)
    told(desk, order=order)
    with desk.as_of(clock()) as then:
        whole, page = tuple(then.orders.timeline(order.id)), then.orders.timeline(order.id, limit=2)
        pages = [*page]
        while page.next is not None:
            page = then.orders.timeline(order.id, limit=2, after=page.next)
            pages += page

    assert whole == tuple(pages)
    assert whole == tuple(desk.orders.timeline(order.id))


def test_its_file_is_gone_when_it_is_closed(desk: Desk, clock: ManualClock) -> None:
    """Nothing of the view is left behind."""
    placed(desk)
    then = desk.as_of(clock())
    then.queue()
    folder = folder_of(then)
    there = folder.exists()
    then.close()

    assert (True, False) == (there, folder.exists())


def folder_of(view: AsOf) -> Path:
    """Where its file lies."""
    made = view._past._folder
    assert made is not None
    return Path(made.name)
