"""Messages shared by workers: what one has, no other gets, as long as its lease lasts."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from incidentkit.domain.effects import Intent, IntentState
from incidentkit.errors import ConflictError
from incidentkit.store import intents
from incidentkit.store.store import Store

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATER = NOW + timedelta(minutes=2)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """A store with nothing in it."""
    opened = Store(store_url)
    yield opened
    opened.close()


def message(number: int, channel: str = "post", due: datetime = NOW, customer: str | None = None) -> Intent:
    """One to send."""
    return Intent(f"message/{number:03}", "message", channel, f"order-{number}", "order.placed", due, customer)


def plan(store: Store, *messages: Intent) -> None:
    """Have them planned."""
    with store.unit() as unit:
        unit.plan(messages)


def claim(store: Store, worker: str, limit: int = 100, now: datetime = NOW, **given: tuple[str, ...]) -> list[str]:
    """The keys of what a worker gets, two minutes from then."""
    with store.unit() as unit:
        return [i.key for i in intents.claim(unit, worker, now, now + timedelta(minutes=2), limit, **given)]


def begin(store: Store, worker: str, *keys: str, now: datetime = NOW) -> bool:
    """The mark before."""
    with store.unit() as unit:
        return intents.begin(unit, worker, keys, now)


# --- Claims ------------------------------------------------------------------------------------------------------


def test_what_is_due_is_claimed_in_order(store: Store) -> None:
    """The longest due first, of those that are due together the first planned; no more than asked for."""
    hour = timedelta(hours=1)
    plan(store, message(1), message(2, due=NOW - hour), message(3, due=NOW + hour), message(4), message(5))

    assert ["message/002", "message/001", "message/004"] == claim(store, "a", 3)


def test_what_one_has_nobody_else_gets(store: Store) -> None:
    """Not even itself, a second time."""
    plan(store, *map(message, range(5)))

    assert [3, 2, 0, 0] == [len(claim(store, "a", 3)), len(claim(store, "b")), len(claim(store, "a")), len(claim(store, "b"))]


def test_channels_can_be_left_alone(store: Store) -> None:
    """Their messages stay planned."""
    plan(store, message(1, "sms"), message(2))

    assert ["message/002"] == claim(store, "a", without=("sms",))
    assert ["message/001"] == claim(store, "a")


def test_a_claim_counts_as_an_attempt(store: Store) -> None:
    """And says with whom it is, and since when it may be out, where its channel is marked by the batch."""
    plan(store, message(1), message(2, "mail"))
    with store.unit() as unit:
        found = intents.claim(unit, "a", NOW, LATER, 9, at_once=("mail",))

    assert [(IntentState.CLAIMED, 1, None), (IntentState.CLAIMED, 1, NOW)] == [(i.state, i.attempts, i.sent_at) for i in found]


def test_some_can_be_taken_before_they_are_due(store: Store) -> None:
    """By their keys, as far as nobody has them."""
    plan(store, message(1, due=LATER), message(2, due=LATER))
    with store.unit() as unit:
        first = intents.take(unit, "a", ["message/001"], NOW, LATER)
        second = intents.take(unit, "b", ["message/001", "message/002"], NOW, LATER)

    assert [["message/001"], ["message/002"]] == [[i.key for i in first], [i.key for i in second]]


def test_workers_who_claim_at_once_share(store: Store, store_url: str) -> None:
    """Four workers, few messages each time, all at the same moment: each message is one worker's."""
    count = 120
    plan(store, *map(message, range(count)))
    stores = [Store(store_url) for _ in range(4)]
    together = threading.Barrier(4)
    got: list[str] = []

    def work(worker: int) -> None:
        together.wait()
        while found := claim(stores[worker], str(worker), 3):
            got.extend(found)

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for each in stores:
        each.close()

    assert count == len(got) == len(set(got))


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
def test_on_a_server_a_claim_waits_for_nobody(store: Store, store_url: str) -> None:
    """What another worker is claiming just now is passed over. In a file there is one writer at a time."""
    plan(store, *map(message, range(4)))
    with store.unit() as unit:
        first = intents.claim(unit, "a", NOW, LATER, 3)
        other = Store(store_url)
        second = claim(other, "b")
        other.close()

    assert (3, 1) == (len(first), len(second))


# --- Leases ------------------------------------------------------------------------------------------------------


def test_the_mark_before_needs_a_lease(store: Store) -> None:
    """One's own, that is not over."""
    plan(store, message(1))
    claim(store, "a")

    assert [False, False, True] == [
        begin(store, "b", "message/001"),
        begin(store, "a", "message/001", now=LATER),
        begin(store, "a", "message/001"),
    ]


def test_what_is_over_is_told_as_it_stands(store: Store) -> None:
    """Who had it, whether it was begun, and what was noted of it."""
    plan(store, *map(message, range(3)))
    claim(store, "a", 3)
    begin(store, "a", "message/000")
    with store.unit() as unit:
        intents.begin(unit, "a", ["message/001"], NOW, [("message/000", "{}")])
    with store.unit() as unit:
        before = intents.expired(unit, LATER - timedelta(seconds=1))
        found = intents.expired(unit, LATER)

    assert [] == before
    assert [("a", True, "{}"), ("a", True, None), ("a", False, None)] == [(e.worker, e.begun, e.answer) for e in found]


def test_what_is_over_can_be_retaken(store: Store) -> None:
    """As it stands, or each for itself; the one who had it can do nothing with it any more."""
    plan(store, message(1), message(2))
    claim(store, "a")
    begin(store, "a", "message/001")
    with store.unit() as unit:
        intents.retake(unit, "b", ["message/001"], LATER + timedelta(minutes=2))
        intents.free(unit, "b", ["message/002"], LATER, LATER + timedelta(minutes=2))
        held = intents.held_by(unit, ["message/001", "message/002", "message/009"])

    assert {"message/001": (IntentState.CLAIMED, "b"), "message/002": (IntentState.CLAIMED, "b")} == held
    assert [False, True] == [begin(store, worker, "message/002", now=LATER) for worker in "ab"]


def test_a_mark_needs_its_holder(store: Store) -> None:
    """What is somebody else's by now is not concluded."""
    plan(store, message(1))
    claim(store, "a")
    failed = Intent("message/001", "message", "post", "order-1", "order.placed", NOW, state=IntentState.FAILED)
    with pytest.raises(ConflictError), store.unit() as unit:
        unit.mark(failed, IntentState.CLAIMED, "b")
    with store.unit() as unit:
        unit.mark(failed, IntentState.CLAIMED, "a")
        unit.flush()
        held = intents.held_by(unit, ["message/001"])

    assert {"message/001": (IntentState.FAILED, "")} == held


def test_who_may_know_is_not_forgotten(store: Store) -> None:
    """A message in doubt keeps the name of its last worker."""
    plan(store, message(1))
    claim(store, "a")
    doubtful = Intent("message/001", "message", "post", "order-1", "order.placed", NOW, state=IntentState.UNKNOWN)
    with store.unit() as unit:
        unit.mark(doubtful, IntentState.CLAIMED, "a")
        unit.flush()
        held = intents.held_by(unit, ["message/001"])

    assert {"message/001": (IntentState.UNKNOWN, "a")} == held


# --- What there is to do -----------------------------------------------------------------------------------------


def test_what_waits_is_counted(store: Store) -> None:
    """Due and nobody's; when the next is due; when the first lease ends."""
    hour = timedelta(hours=1)
    plan(store, message(1), message(2, "sms"), message(3, due=NOW + hour))
    with store.unit() as unit:
        before = intents.count_due(unit, NOW), intents.count_due(unit, NOW, ["sms"]), intents.next_due(unit)
        none = intents.next_end(unit)
    claim(store, "a")
    with store.unit() as unit:
        after = intents.count_due(unit, NOW), intents.next_due(unit), intents.next_end(unit)

    assert (2, 1, NOW, None) == (*before, none)
    assert (0, NOW + hour, LATER) == after


def test_everything_of_a_message_is_kept(store: Store) -> None:
    """What goes in comes out."""
    given = Intent(
        "message/1",
        "message",
        "post",
        "order-1",
        "order.placed",
        NOW,
        "c-1",
        (("order", "7"),),
        purpose="legal",
        not_after=LATER,
        cause="order.placed",
    )
    plan(store, given)
    with store.unit() as unit:
        (found,) = intents.claim(unit, "a", NOW, LATER, 9)

    assert given == evolve(found, state=IntentState.PLANNED, attempts=0)
