"""One transaction for the project's rows and the record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest

import incidentkit as ik
from incidentkit.hooks import Event
from incidentkit_django import atomic, desk, recorded

LINE = ik.Line("lamp", 1, "19.90")


class Broken(Exception):
    """Something of the project's own went wrong."""


@pytest.fixture
def heard() -> Iterator[list[str]]:
    """The types of the events that the signal told of."""
    types: list[str] = []

    def hear(*, events: tuple[Event, ...], **_: Any) -> None:
        types.extend(event.type for event in events)

    recorded.connect(hear)
    yield types
    recorded.disconnect(hear)


def purchase(number: str, order: ik.Order) -> None:
    """The project's own row."""
    from django.apps import apps

    apps.get_model("checkout", "Purchase").objects.create(number=number, total="19.90", order_id=order.id)


def numbers() -> set[str]:
    """Of all purchases."""
    from django.apps import apps

    return set(apps.get_model("checkout", "Purchase").objects.values_list("number", flat=True))


def placed(record: ik.Desk) -> set[str]:
    """The numbers of all orders."""
    return {order.number for order in record.orders.find()}


def test_both_are_written(record: ik.Desk, heard: list[str]) -> None:
    """The project's row and the order are there after the block, and the signal tells of it then and not before."""
    with atomic() as joined:
        order = joined.orders.place(lines=[LINE], number="1")
        purchase("1", order)
        before = list(heard)

    assert ([], ["order.placed"]) == (before, heard)
    assert ({"1"}, {"1"}) == (numbers(), placed(record))


def test_neither_is_written_after_an_error(record: ik.Desk, heard: list[str]) -> None:
    """Neither the project's row nor the order is there, and the signal tells of nothing."""
    with suppress(Broken), atomic() as joined:
        purchase("1", joined.orders.place(lines=[LINE], number="1"))
        raise Broken

    assert (set(), set(), []) == (numbers(), placed(record), heard)


def test_a_refused_command_leaves_the_rest(record: ik.Desk, heard: list[str]) -> None:
    """What was written before it and after it is committed."""
    with atomic() as joined:
        order = joined.orders.place(lines=[LINE], number="1")
        with suppress(ik.RuleViolation):
            joined.orders.deliver(order.id)
        purchase("1", order)
        joined.orders.confirm(order.id)

    assert ({"1"}, ik.OrderStatus.CONFIRMED) == (numbers(), record.orders.get(order.id).status)
    assert ["order.placed", "order.confirmed"] == heard


def test_an_inner_block_is_a_savepoint(record: ik.Desk, heard: list[str]) -> None:
    """An inner block that fails takes its own with it, and its events; the outer one goes on."""
    with atomic() as outer:
        purchase("1", outer.orders.place(lines=[LINE], number="1"))
        with suppress(Broken), atomic() as inner:
            purchase("2", inner.orders.place(lines=[LINE], number="2"))
            raise Broken
        purchase("3", outer.orders.place(lines=[LINE], number="3"))

    assert ({"1", "3"}, {"1", "3"}) == (numbers(), placed(record))
    assert ["order.placed", "order.placed"] == heard


def test_inside_of_the_projects_own_block(record: ik.Desk, heard: list[str]) -> None:
    """As with ATOMIC_REQUESTS: what the outer block rolls back was never written, and nobody hears of it."""
    from django.db import transaction

    with suppress(Broken), transaction.atomic():
        with atomic() as joined:
            purchase("1", joined.orders.place(lines=[LINE], number="1"))
        raise Broken

    assert (set(), set(), []) == (numbers(), placed(record), heard)


def test_inside_one_sees_what_was_written(record: ik.Desk) -> None:
    """Queries in the block find the order that is not committed yet; queries of others do not."""
    from threading import Thread

    from django.db import connections

    seen: list[set[str]] = []

    def look() -> None:
        seen.append(placed(record))
        connections.close_all()

    with atomic() as joined:
        joined.orders.place(lines=[LINE], number="1")
        inside = placed(joined)
        other = Thread(target=look)
        other.start()
        other.join()

    assert ({"1"}, [set()]) == (inside, seen)


def test_durable_refuses_to_be_inside(record: ik.Desk) -> None:
    """As Django's own does."""
    from django.db import transaction

    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"), atomic(durable=True):
        pass


def test_a_key_is_used_once_whichever_way(record: ik.Desk) -> None:
    """A command repeated with its key inside a block gives the order that was placed outside of one."""
    first = record.orders.place(lines=[LINE], number="1", key="buy-1")
    with atomic() as joined:
        again = joined.orders.place(lines=[LINE], number="1", key="buy-1")

    assert first == again


def test_another_tenant_in_the_same_transaction(record: ik.Desk) -> None:
    """Each sees its own. Its desk was opened before, for the first time takes a transaction of its own."""
    desk("branch")
    with atomic() as first, atomic("branch") as second:
        first.orders.place(lines=[LINE], number="1")
        second.orders.place(lines=[LINE], number="1")
        purchase("1", first.orders.find()[0])
        found = (len(first.orders.find()), desk("branch") is second)

    assert (1, True) == found
    assert {"1"} == placed(desk("branch"))


def test_another_writer_waits(record: ik.Desk) -> None:
    """A command of another thread comes after the block, and both are there."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        with atomic() as joined:
            purchase("1", joined.orders.place(lines=[LINE], number="1"))
            other = pool.submit(record.orders.place, lines=[LINE], number="2")
        other.result()

    assert {"1", "2"} == placed(record)


def test_a_view_under_atomic_requests(record: ik.Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The example's view, in a transaction that Django opens: a purchase is written whole, a declined one not."""
    from django.db import connection
    from django.test import Client

    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
    buys = {"product": "lamp", "quantity": 2, "price": "19.90", "email": "eva@example.com"}
    given = [{**buys, "number": "1", "limit": "50"}, {**buys, "number": "2", "limit": "1"}]
    codes = [Client().post("/checkout", each, content_type="application/json").status_code for each in given]

    assert [201, 402] == codes
    assert ({"1"}, {"1"}) == (numbers(), placed(record))


def test_many_at_once(record: ik.Desk) -> None:
    """Four threads that write both: every purchase has its order, and every order its purchase."""
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connections

    def sell(thread: int) -> None:
        for place in range(5):
            with atomic() as joined:
                purchase(f"{thread}-{place}", joined.orders.place(lines=[LINE], number=f"{thread}-{place}"))
        connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(sell, range(4)))

    assert (20, numbers()) == (len(numbers()), placed(record))
    assert record.verify().ok


@pytest.mark.parametrize("more", [{"server_side_binding": True}, {"isolation_level": 4}, {"pool": True}])
def test_other_connections_to_postgresql(
    configs: Callable[[str], dict[str, Any]], switch: Callable[[dict[str, Any]], None], more: dict[str, Any]
) -> None:
    """Whatever kind of cursor, isolation (4: serializable) or pool Django's connection has: both are written, or neither."""
    if "pool" in more:
        pytest.importorskip("psycopg_pool", reason="Django's pool of connections needs psycopg_pool")
    config = configs("postgresql")
    switch({**config, "OPTIONS": {**config["OPTIONS"], **more}})
    from django.apps import apps
    from django.db import connection

    from incidentkit_django.testing import fresh_record

    apps.get_model("checkout", "Purchase").objects.all().delete()
    with fresh_record() as record:
        with atomic() as joined:
            purchase("1", joined.orders.place(lines=[LINE], number="1"))
        with suppress(Broken), atomic() as joined:
            purchase("2", joined.orders.place(lines=[LINE], number="2"))
            raise Broken
        found = (numbers(), placed(record))
    connection.close()
    if "pool" in more:
        connection.close_pool()  # type: ignore[attr-defined]

    assert ({"1"}, {"1"}) == found
