"""The feed: in the order of the record, without gaps or repeats, however slow some writer is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from random import Random
from threading import Barrier, Event
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from incidentkit.desk.calls import Call
from incidentkit.desk.desk import Desk
from incidentkit.desk.feed import FeedPage
from incidentkit.desk.opening import open_desk
from incidentkit.errors import InvalidInput, RuleViolation, StoreError
from incidentkit.rules.orders import confirm
from tests.desk.world import MARTA, SHOP, placed, reported

Opened = Callable[..., Desk]


@pytest.fixture
def opened(store_url: str) -> Iterator[Opened]:
    """Opens desks on the store."""
    with ExitStack() as stack:
        yield lambda **given: stack.enter_context(open_desk(store_url, SHOP, plugins=(), **given))


@pytest.fixture
def desk(opened: Opened) -> Desk:
    """One of them."""
    return opened()


def seqs(page: FeedPage) -> list[int]:
    """The places of its events."""
    return [event.seq for event in page.events]


def read_all(desk: Desk, limit: int = 1000) -> list[int]:
    """Every place, page by page."""
    found, after = list[int](), 0
    while (page := desk.feed(after, limit=limit)).events:
        found += seqs(page)
        after = page.watermark
    return found


# --- Pages -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", [1, 2, 3, 1000])
def test_every_event_is_given_once_in_order(desk: Desk, limit: int) -> None:
    """Whatever the pages' size."""
    for _ in range(3):
        reported(desk)
    end = desk.feed().watermark

    assert [*range(1, end + 1)] == read_all(desk, limit)


def test_an_empty_page_stays_where_it_is(desk: Desk) -> None:
    """Its watermark is the one that was given."""
    placed(desk)
    end = desk.feed().watermark

    assert FeedPage((), end) == desk.feed(end)


def test_events_come_whole(desk: Desk) -> None:
    """As a timeline has them, with the words that people said."""
    case = reported(desk, description="the lid was open")
    (event,) = [event for event in desk.feed().events if event.type == "incident.reported"]

    assert (case.id, "the lid was open") == (event.stream, str(event.data.description))  # type: ignore[attr-defined]


def test_each_tenant_has_its_own(opened: Opened) -> None:
    """With places of its own."""
    north, south = opened(tenant="north"), opened(tenant="south")
    placed(north)
    placed(north)
    order = placed(south)

    assert {order.id} == {event.stream for event in south.feed().events}
    assert 1 == south.feed().events[0].seq


@pytest.mark.parametrize("given", [{"after": -1}, {"after": "7"}, {"limit": 0}, {"limit": 10_001}])
def test_what_can_be_no_page_is_refused(desk: Desk, given: dict[str, Any]) -> None:
    """By its rule."""
    with pytest.raises(InvalidInput, match="must be"):
        desk.feed(**given)


def test_a_place_that_was_never_reached_is_refused(desk: Desk) -> None:
    """An older copy was put back: whoever followed it would miss what comes now."""
    placed(desk)
    end = desk.feed().watermark
    with pytest.raises(RuleViolation, match="older copy"):
        desk.feed(end + 1)


def test_a_batch_shows_nothing(desk: Desk) -> None:
    """It may never be committed."""
    with desk.batch():
        placed(desk)
        with pytest.raises(RuleViolation):
            desk.feed()


def test_an_event_that_is_missing_is_noticed(desk: Desk, store_url: str) -> None:
    """It does not look like the end, and is not passed over."""
    for _ in range(3):
        placed(desk)
    engine = create_engine(store_url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM events WHERE seq = 2"))
    engine.dispose()
    with pytest.raises(StoreError, match="a gap"):
        desk.feed()


# --- Slow writers ------------------------------------------------------------------------------------------------


def test_nothing_appears_below_a_watermark(opened: Opened) -> None:
    """While one transaction has written and is not committed, another one waits: it can't come before it."""
    slow, quick, reader = opened(), opened(), opened()
    first, second = placed(slow), placed(quick)
    before = reader.feed().watermark
    with ThreadPoolExecutor(1) as pool:
        with slow._runtime.store.unit() as unit:
            work = slow._runtime.work(unit, Call("orders.confirm", {}))
            work.apply(first.id, confirm(work.order(first.id), work.now))
            unit.flush()
            other = pool.submit(quick.orders.confirm, second.id)

            assert FeedPage((), before) == reader.feed(before)
        other.result()
    page = reader.feed(before)

    assert [first.id, second.id] == [event.stream for event in page.events if event.type == "order.confirmed"]
    assert [*range(before + 1, page.watermark + 1)] == seqs(page)


def test_nothing_appears_below_a_watermark_in_a_host_s_transaction(opened: Opened, store_url: str) -> None:
    """The same where the host's own transaction is open for long."""
    slow, quick, reader = opened(), opened(), opened()
    first, second = placed(slow), placed(quick)
    before = reader.feed().watermark
    engine = create_engine(store_url.replace("postgresql:", "postgresql+psycopg:"))
    with ThreadPoolExecutor(1) as pool:
        with engine.connect() as connection, connection.begin():
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            with slow.within(connection):
                slow.orders.confirm(first.id)
                with pytest.raises(RuleViolation):
                    slow.feed()
            other = pool.submit(quick.orders.confirm, second.id)

            assert FeedPage((), before) == reader.feed(before)
        other.result()
    engine.dispose()
    page = reader.feed(before)

    assert [first.id, second.id] == [event.stream for event in page.events if event.type == "order.confirmed"]
    assert [*range(before + 1, page.watermark + 1)] == seqs(page)


def test_a_follower_misses_nothing(opened: Opened) -> None:
    """Four writers at once, alone, in batches, and in batches that are taken back; one reads along in small pages."""
    writers, reader = [opened() for _ in range(4)], opened()
    start, over = Barrier(5), Event()

    def write(number: int) -> None:
        chance, desk = Random(number), writers[number]
        start.wait(timeout=60)
        for _ in range(10):
            _some(desk, chance)

    def follow() -> list[int]:
        found, after = list[int](), 0
        start.wait(timeout=60)
        while True:
            last_round = over.is_set()
            page = reader.feed(after, limit=7)
            found += seqs(page)
            after = page.watermark
            if last_round and not page.events:
                return found

    with ThreadPoolExecutor(5) as pool:
        follower = pool.submit(follow)
        for done in [pool.submit(write, number) for number in range(4)]:
            done.result()
        over.set()
        found = follower.result()

    assert [*range(1, len(found) + 1)] == found
    assert read_all(reader) == found


class _TakenBack(Exception):
    """Ends a batch without anything of it."""


def _some(desk: Desk, chance: Random) -> None:
    if chance.random() < 0.5:
        desk.orders.place(MARTA, [])
        return
    try:
        with desk.batch():
            for _ in range(chance.randint(1, 4)):
                desk.orders.place(MARTA, [])
            if chance.random() < 0.4:
                raise _TakenBack
    except _TakenBack:
        pass
