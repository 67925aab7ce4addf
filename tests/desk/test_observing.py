"""Observers see what was committed, and can break nothing."""

from __future__ import annotations

from typing import Any

import pytest

from incidentkit.desk.desk import Desk
from incidentkit.domain.events import Event
from incidentkit.errors import QuantityError
from incidentkit.hooks import hookimpl
from incidentkit.testing._post import Post
from tests.desk.conftest import Opened
from tests.desk.world import placed


def test_observers_see_events_in_the_records_order(desk: Desk, post: Post) -> None:
    """Each command's events, with their places in the record, once."""
    order = placed(desk)
    desk.orders.confirm(order.id)

    assert [(1, "order.placed"), (2, "order.confirmed")] == [(event.seq, event.type) for event in post.seen]


def test_observers_see_nothing_before_the_commit(opened: Opened) -> None:
    """What an observer is shown can be read back by anybody."""
    found: list[str] = []

    class Reader:
        @hookimpl
        def incidentkit_on_events(self, events: tuple[Event, ...]) -> None:
            found.append(other.orders.get(events[0].stream).id)

    other = opened()
    order = placed(opened(plugins=(Post(), Reader())))

    assert [order.id] == found


def test_observers_see_nothing_of_a_refusal(desk: Desk, post: Post) -> None:
    """What did not happen is not shown."""
    order = placed(desk)
    with pytest.raises(QuantityError):
        desk.orders.deliver(order.id)

    assert ["order.placed"] == [event.type for event in post.seen]


def test_observers_see_a_batch_as_one(opened: Opened) -> None:
    """The events of a batch come together, after its end."""
    calls: list[int] = []

    class Counter:
        @hookimpl
        def incidentkit_on_events(self, events: tuple[Event, ...]) -> None:
            calls.append(len(events))

    desk = opened(plugins=(Post(), Counter()))
    with desk.batch():
        order = placed(desk)
        desk.orders.confirm(order.id)
        inside = list(calls)

    assert ([], [2]) == (inside, calls)


def test_observers_see_nothing_of_an_abandoned_batch(desk: Desk, post: Post) -> None:
    """Not even what was written on the way."""

    def written_and_refused() -> None:
        order = placed(desk)
        desk.orders.find()
        desk.orders.deliver(order.id)

    with pytest.raises(QuantityError), desk.batch():
        written_and_refused()

    assert [] == post.seen


def test_an_observer_that_fails_breaks_nothing(opened: Opened, caplog: pytest.LogCaptureFixture) -> None:
    """The command is done, the next observer hears of it, and the log names the plugin and nothing that it said."""

    class Broken:
        @hookimpl
        def incidentkit_on_events(self, events: tuple[Event, ...]) -> None:
            raise RuntimeError("marta@example.com")

    post = Post()
    desk = opened(plugins=(Broken(), post))
    order = placed(desk)

    assert order == desk.orders.get(order.id)
    assert 1 == len(post.seen)
    assert "Broken" in caplog.text
    assert "marta" not in caplog.text


def test_what_was_done_before_is_not_shown_again(desk: Desk, post: Post) -> None:
    """A key given again changes nothing, and shows nothing."""
    placed(desk, key="k")
    placed(desk, key="k")

    assert 1 == len(post.seen)


def test_an_observer_may_use_the_desk(opened: Opened) -> None:
    """After the commit nothing is held: an observer may place orders of its own."""
    made: list[Any] = []

    class Echo:
        @hookimpl
        def incidentkit_on_events(self, events: tuple[Event, ...]) -> None:
            if not made:
                made.append(desk)
                placed(desk, customer=None)

    desk = opened(plugins=(Post(), Echo()))
    placed(desk)

    assert 2 == len(desk.orders.find())
