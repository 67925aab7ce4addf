"""Commands inside a transaction of asynchronous code, and calls of the desk from there."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import Session

from incidentkit.desk.desk import Desk
from incidentkit.domain.orders import Order
from incidentkit.errors import InvalidInput, QuantityError, RuleViolation, UnknownIdError
from incidentkit.testing._audit import Copy, faults
from incidentkit.testing._post import Post
from tests.desk.within.conftest import Rows, add
from tests.desk.within.test_connection import HostFailed
from tests.desk.within.test_sessions import HostRow
from tests.desk.world import SHOP, placed, told


@asynccontextmanager
async def opened_engine(url: str) -> AsyncIterator[AsyncEngine]:
    """The host's engine for that database."""
    engine = create_async_engine(url.replace("sqlite:", "sqlite+aiosqlite:"))
    try:
        yield engine
    finally:
        await engine.dispose()


def run(url: str, body: Callable[[AsyncEngine], Awaitable[None]]) -> None:
    """Run asynchronous code with the host's engine."""

    async def main() -> None:
        async with opened_engine(url) as engine:
            await body(engine)

    asyncio.run(main())


@pytest.mark.usefixtures("host")
def test_an_asynchronous_connection(desk: Desk, host_url: str, rows: Rows, post: Post, record: Callable[[], Copy]) -> None:
    """Its synchronous half is joined: commits, refusals, reads and a rollback are as they are everywhere."""
    kept: list[Order] = []

    def work(connection: Connection) -> None:
        add(connection, 1)
        with desk.within(connection):
            case = told(desk)
            kept.append(desk.orders.get(case.orders[0]))
            with pytest.raises(QuantityError):
                desk.orders.ship(kept[0].id, {"A": 99})
            with desk.batch():
                desk.orders.confirm(kept[0].id)
            assert 1 == desk.queue_size() == len(desk.measure_rows("incident_rate").rows)

    def lost(connection: Connection) -> None:
        with desk.within(connection):
            kept.append(placed(desk))
        raise HostFailed

    async def body(engine: AsyncEngine) -> None:
        async with engine.begin() as connection:
            await connection.run_sync(work)
        with pytest.raises(HostFailed):
            async with engine.begin() as connection:
                await connection.run_sync(lost)

    run(host_url, body)

    assert [1] == rows()
    assert {kept[0].id} < {seen.stream for seen in post.seen}
    assert kept[1].id not in {seen.stream for seen in post.seen}
    with pytest.raises(UnknownIdError):
        desk.orders.get(kept[1].id)
    assert [] == faults(record(), SHOP)


@pytest.mark.usefixtures("host")
def test_an_asynchronous_session(desk: Desk, host_url: str, rows: Rows, post: Post) -> None:
    """Its synchronous half is joined, and what it holds back is sent first."""

    def work(session: Session) -> Order:
        session.add(HostRow(id=1))
        with desk.within(session):
            return placed(desk)

    async def body(engine: AsyncEngine) -> None:
        async with AsyncSession(engine) as session:
            order = await session.run_sync(work)
            before = len(post.seen)
            await session.commit()

            assert (0, [order.id]) == (before, [seen.stream for seen in post.seen])

    run(host_url, body)

    assert [1] == rows()


@pytest.mark.usefixtures("host")
def test_other_tasks_are_not_inside(desk: Desk, host_url: str) -> None:
    """While one task's command waits for the database, another's on the same thread is in no transaction of the first."""
    order = placed(desk)
    inside, seen = asyncio.Event(), []

    def work(connection: Connection) -> None:
        with desk.within(connection):
            desk.orders.confirm(order.id)
            inside.set()
            connection.execute(text("SELECT 1"))
            for _ in range(20):
                connection.execute(text("SELECT 1"))

    async def other() -> None:
        await inside.wait()
        seen.append((desk._runtime.store.joined, desk.orders.get(order.id).confirmed_at))

    async def body(engine: AsyncEngine) -> None:
        async with engine.begin() as connection:
            task = asyncio.create_task(other())
            await connection.run_sync(work)
            await task

    run(host_url, body)

    assert [(False, None)] == seen


@pytest.mark.usefixtures("host")
def test_a_task_that_began_inside_is_refused(desk: Desk, host_url: str) -> None:
    """It has inherited the block, and would use its connection at the same time: it is told so, until the block has ended."""
    refused, done = [], []

    async def child() -> None:
        try:
            placed(desk)
        except RuleViolation as error:
            refused.append(str(error))

    async def later() -> None:
        await asyncio.sleep(0)
        done.append(desk._runtime.store.joined)

    def work(connection: Connection) -> None:
        with desk.within(connection):
            tasks.append(asyncio.get_running_loop().create_task(child()))
            for _ in range(20):
                connection.execute(text("SELECT 1"))
            tasks.append(asyncio.get_running_loop().create_task(later()))

    tasks: list[asyncio.Task[None]] = []

    async def body(engine: AsyncEngine) -> None:
        async with engine.begin() as connection:
            await connection.run_sync(work)
        await asyncio.gather(*tasks)

    run(host_url, body)

    assert 1 == len(refused)
    assert "one thread and one task" in refused[0]
    assert [False] == done


@pytest.mark.usefixtures("host")
def test_a_task_that_is_cancelled(desk: Desk, host_url: str, post: Post) -> None:
    """Stopped in the midst of a command, it ends as cancelled; its transaction is rolled back, and the desk goes on."""
    begun = asyncio.Event()

    def work(connection: Connection) -> None:
        with desk.within(connection):
            while True:
                placed(desk)
                begun.set()

    async def transact(engine: AsyncEngine) -> None:
        async with engine.begin() as connection:
            await connection.run_sync(work)

    async def body(engine: AsyncEngine) -> None:
        task = asyncio.create_task(transact(engine))
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run(host_url, body)

    assert ([], 0) == (post.seen, len(desk.orders.find()))
    assert [placed(desk).id] == [order.id for order in desk.orders.find()]


@pytest.mark.usefixtures("host")
def test_the_asynchronous_half_is_refused(desk: Desk, host_url: str) -> None:
    """Whoever gives it is told about run_sync; a synchronous half outside of it can't reach the database."""

    async def body(engine: AsyncEngine) -> None:
        async with engine.begin() as connection:
            with pytest.raises(InvalidInput, match="run_sync"), desk.within(connection):
                pass
            with pytest.raises(RuleViolation, match="run_sync"), desk.within(connection.sync_connection):
                pass
        async with AsyncSession(engine) as session:
            with pytest.raises(InvalidInput, match="run_sync"), desk.within(session):
                pass

    run(host_url, body)


# --- desk.run ----------------------------------------------------------------------------------------------------

_REQUEST: ContextVar[str] = ContextVar("request", default="")


def test_run_calls_in_another_thread(desk: Desk) -> None:
    """The event loop goes on meanwhile; the function sees the caller's context, and what it raises is raised."""

    def work(number: str, *, by: str) -> tuple[str, str, bool]:
        order = placed(desk, number=number, by=by)
        return order.id, _REQUEST.get(), threading.current_thread() is threading.main_thread()

    async def main() -> tuple[str, str, bool]:
        _REQUEST.set("r-1")
        with pytest.raises(UnknownIdError):
            await desk.run(desk.orders.get, "nothing")
        return await desk.run(work, "n-1", by="ana")

    order, request, here = asyncio.run(main())

    assert ("n-1", "r-1", False) == (desk.orders.get(order).number, request, here)


def test_a_command_that_nobody_waits_for_is_done(desk: Desk) -> None:
    """Whoever is cancelled while it runs does not stop it."""
    begun, go, done = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        go.wait(10)
        placed(desk, number="n-1")
        done.set()

    async def main() -> bool:
        task = asyncio.create_task(desk.run(work))
        await asyncio.to_thread(begun.wait, 10)
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            go.set()
            return await asyncio.to_thread(done.wait, 10)
        return False

    assert asyncio.run(main())
    assert ["n-1"] == [order.number for order in desk.orders.find()]


def test_run_belongs_outside_of_blocks(desk: Desk, host: Engine) -> None:
    """A batch and a transaction of the host's belong to one thread."""

    async def main() -> None:
        with desk.batch(), pytest.raises(RuleViolation, match="transactions of its own"):
            await desk.run(placed, desk)
        with host.begin() as connection, desk.within(connection), pytest.raises(RuleViolation, match="of its own"):
            await desk.run(placed, desk)

    asyncio.run(main())


def test_a_batch_belongs_to_its_task(desk: Desk) -> None:
    """While a batch is open in one task, the commands of others on the same thread are not in it."""
    seen: list[bool] = []

    async def other(inside: asyncio.Event) -> None:
        await inside.wait()
        seen.append(desk._runtime.store.joined)

    async def main() -> None:
        inside = asyncio.Event()
        task = asyncio.create_task(other(inside))
        with desk.batch():
            inside.set()
            await task

    asyncio.run(main())

    assert [False] == seen


def test_a_block_that_ends_elsewhere_is_told(desk: Desk, host: Engine) -> None:
    """Opened in one thread for commands in another, as some frameworks do, it had none of them: its end says so."""

    async def main() -> None:
        with host.connect() as connection, connection.begin():
            block = desk.within(connection)
            await asyncio.to_thread(block.__enter__)
            outside = desk._runtime.store.joined
            with pytest.raises(RuleViolation, match="begin and end in one thread and task"):
                await asyncio.to_thread(block.__exit__, None, None, None)

            assert not outside

    if host.dialect.name == "sqlite":
        pytest.skip("its driver lets no other thread use a connection")
    asyncio.run(main())


def test_a_batch_that_ends_elsewhere_is_told(desk: Desk) -> None:
    """The same for a batch; nothing is committed."""

    async def main() -> None:
        block = desk.batch()
        await asyncio.to_thread(block.__enter__)
        with pytest.raises(RuleViolation, match="begin and end in one thread and task"):
            await asyncio.to_thread(block.__exit__, None, None, None)

    asyncio.run(main())

    assert 0 == len(desk.orders.find())
