"""How a database goes about a page: by an index and in its order, also once it has looked at how its tables are filled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from attrs import evolve
from sqlalchemy import Connection

from incidentkit.desk.desk import Desk
from incidentkit.desk.opening import open_desk
from incidentkit.domain.call_policy import CallPolicy
from incidentkit.domain.pages import Page
from incidentkit.domain.people import Customer
from incidentkit.testing._post import Post
from incidentkit.testing.clocks import ManualClock
from tests.desk.world import MARTA, SHOP, placed
from tests.store.asking import Asked, asked, engine_of, plan_of

List = Callable[..., Page[Any]]

RINGING = evolve(SHOP, verification_calls=CallPolicy(share=1.0, daily=200))

LISTS: dict[str, Callable[[Desk], List]] = {
    "orders": lambda d: d.orders.find,
    "incidents": lambda d: d.incidents.find,
    "open incidents": lambda d: lambda **page: d.incidents.find(open=True, **page),
    "tasks": lambda d: lambda **page: d.tasks.find(open=None, **page),
    "open tasks": lambda d: d.tasks.find,
    "approvals": lambda d: lambda **page: d.approvals.find(open=None, **page),
    "open approvals": lambda d: d.approvals.find,
    "an agent's approvals": lambda d: lambda **page: d.approvals.find(asked_of="eva", **page),
    "needs": lambda d: d.needs.find,
    "accounts": lambda d: d.accounts.find,
    "messages": lambda d: d.messages.find,
    "dead letters": lambda d: d.messages.dead,
    "inbox": lambda d: d.inbox.find,
    "readings": lambda d: d.readings.find,
    "check-ins": lambda d: d.checkins.find,
    "commitments": lambda d: d.checkins.commitments,
    "calls": lambda d: lambda **page: d.verification_calls.find(open=None, **page),
    "calls to make": lambda d: d.verification_calls.find,
    "objectives": lambda d: d.objectives.find,
    "analyses": lambda d: d.analyses.find,
    "corrective actions": lambda d: lambda **page: d.corrective_actions.find(open=None, **page),
    "open corrective actions": lambda d: d.corrective_actions.find,
}
"""Read in the order of an index from where the page before ended."""

ASIDE = "due + 0"
"""Messages that came back are few, found by their receipts, and sorted among themselves."""

FEW: dict[str, Callable[[Desk, str], List]] = {
    "an order by its number": lambda d, _: lambda **page: d.orders.find(number="n-7", **page),
    "a person's orders": lambda d, _: lambda **page: d.orders.find(person=MARTA, **page),
    "orders by address": lambda d, _: lambda **page: d.orders.find(email=MARTA.email, **page),
    "orders by telephone": lambda d, _: lambda **page: d.orders.find(phone=MARTA.phone, **page),
    "an order's incidents": lambda d, order: lambda **page: d.incidents.find(order=order, **page),
    "an order's tasks": lambda d, order: lambda **page: d.tasks.find(order=order, **page),
    "a person's needs": lambda d, _: lambda **page: d.needs.find(customer=MARTA, **page),
    "an order's calls": lambda d, order: lambda **page: d.verification_calls.find(order=order, **page),
    "a person's calls": lambda d, _: lambda **page: d.verification_calls.find(customer=MARTA, open=None, **page),
    "an order's needs": lambda d, order: lambda **page: d.needs.find(order=order, **page),
    "an order's messages": lambda d, order: lambda **page: d.messages.find(stream=order, **page),
    "a person's messages": lambda d, _: lambda **page: d.messages.find(customer=MARTA, **page),
    "an order's timeline": lambda d, order: lambda **page: d.orders.timeline(order, **page),
}
"""Found by what they are about, never by looking through a list."""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, str]]:
    """A desk on a store that knows how its tables are filled, and an order with something of everything."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('pages') / 'shop.db'}"
    else:
        url = request.getfixturevalue("own_schema")
    clock = ManualClock()
    with open_desk(url, RINGING, plugins=(Post(),), clock=clock) as desk:
        order = fill(desk, clock)
        with engine_of(desk).connect() as connection:
            connection.exec_driver_sql("ANALYZE")
            connection.commit()
        yield desk, order


@pytest.fixture(scope="module")
def own_schema(postgresql_url: str) -> Iterator[str]:
    """A schema that other tests leave alone."""
    from tests.services.postgresql import schema

    with schema(postgresql_url) as url:
        yield url


def fill(desk: Desk, clock: ManualClock) -> str:
    """Some hundreds of everything that is worked with every day; the id of an order that has some of each."""
    with desk.batch():
        for number in range(240):
            clock.advance(minutes=10)
            mail, phone = f"c{number % 60}@example.com", f"+346001{number % 60:05}"
            whose = MARTA if number % 40 == 7 else Customer(f"c-{number % 60}", email=mail, phone=phone)
            order = placed(desk, customer=whose, number=f"n-{number}", account=f"a-{number % 9}")
            if number % 2:
                desk.orders.ship(order.id)
                desk.orders.deliver(order.id)
            if number % 3 == 1:
                case = desk.incidents.report(order.id, type="damaged", description="crushed")
                task = desk.tasks.open(kind="call", what="call back", incident=case.id)
                if number % 2:
                    desk.tasks.done(task.id, outcome="reached", by="ana")
                desk.contacts.log(channel="email", incident=case.id, summary="well?")
        for number in range(9):
            desk.accounts.describe(f"a-{number}", manager="eva")
    clock.advance(days=1)
    desk.verification_calls.list()
    return desk.orders.find(number="n-7")[0].id


def plans(desk: Desk, queries: list[Asked]) -> Iterator[tuple[str, list[str]]]:
    """Every query with its steps; PostgreSQL reads and sorts whole tables only where it can't help it."""
    with engine_of(desk).connect() as connection:
        if connection.dialect.name == "postgresql":
            for setting in ("enable_seqscan", "enable_sort", "enable_bitmapscan"):
                connection.exec_driver_sql(f"SET {setting} = off")
        for query in queries:
            yield query.sql, plan_of(connection, query)


def tables(connection: Connection) -> set[str]:
    """The tables of the store."""
    return {row[0] for row in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")}


def scans(desk: Desk, steps: list[str]) -> list[str]:
    """The steps that read a table without an index."""
    with engine_of(desk).connect() as connection:
        if connection.dialect.name == "postgresql":
            return [step for step in steps if "Seq Scan" in step]
        own = tables(connection)
    return [step for step in steps if step.startswith("SCAN ") and step.split()[1] in own and "USING" not in step]


def sorts(steps: list[str]) -> list[str]:
    """The steps that sort everything there is. PostgreSQL may sort those of one instant among themselves."""
    return [step for step in steps if step == "USE TEMP B-TREE FOR ORDER BY" or step.removeprefix("->  ").startswith("Sort  (")]


def wide(steps: list[str]) -> list[str]:
    """The steps that look through everything that a tenant has."""
    wide_sqlite = [step for step in steps if step.startswith("SEARCH ") and step.endswith("(tenant=?)")]
    wide_postgresql = [step for step in steps if step.startswith("Index Cond: (tenant = ") and " AND " not in step]
    return wide_sqlite + wide_postgresql


def pages(ask: List) -> list[Any]:
    """The first two pages of a list."""
    first = ask(limit=2)
    return [first] if first.next is None else [first, ask(limit=2, after=first.next)]


@pytest.mark.parametrize("name", LISTS)
def test_a_page_is_read_by_an_index(filled: tuple[Desk, str], name: str) -> None:
    """No table is read without one, and nothing is sorted: a page costs the same however long the list is."""
    desk, _ = filled
    with asked(desk) as queries:
        pages(LISTS[name](desk))
    found = {sql: scans(desk, steps) + ([] if ASIDE in sql else sorts(steps)) for sql, steps in plans(desk, queries)}

    assert {sql: [] for sql in found} == found


@pytest.mark.parametrize("name", FEW)
def test_what_is_about_something_is_found_by_it(filled: tuple[Desk, str], name: str) -> None:
    """Every step is led by more than the tenant: what else the shop has is not looked at."""
    desk, order = filled
    with asked(desk) as queries:
        pages(FEW[name](desk, order))
    found = {sql: scans(desk, steps) + wide(steps) for sql, steps in plans(desk, queries) if "events_seq" not in str(steps)}

    assert {sql: [] for sql in found} == found


def test_the_queue_looks_at_what_is_open(filled: tuple[Desk, str]) -> None:
    """Incidents and tasks are read by the index of those that are open, and the troubles of their customers by customer."""
    desk, _ = filled
    with asked(desk) as queries:
        pages(desk.queue)
    steps = [step for _, found in plans(desk, queries) for step in found]

    assert any("facts_incidents_open" in step for step in steps), steps
    assert any("facts_tasks_open" in step for step in steps)
    assert [] == [step for step in steps if "facts_incidents_detected" in step or "Seq Scan" in step]
