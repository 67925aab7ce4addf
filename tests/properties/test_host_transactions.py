"""Whatever a host does with its transactions and savepoints, the record holds what was committed, and observers know it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from itertools import count
from typing import Any

import pytest
from attrs import define, field, frozen
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, create_engine, event, make_url

from incidentkit.desk.desk import Desk
from incidentkit.desk.opening import open_desk
from incidentkit.domain.orders import Line
from incidentkit.errors import QuantityError
from incidentkit.testing._post import Post
from tests.desk.world import SHOP, placed


class Undone(Exception):
    """What a block fails with."""


@frozen
class Block:
    """What is done in a transaction or a savepoint of the host's, or in a batch, and whether it fails in the end."""

    kind: str
    steps: list[Any]
    fails: bool


def blocks(kind: str, steps: st.SearchStrategy[Any]) -> st.SearchStrategy[Block]:
    """Blocks of that kind."""
    return st.builds(Block, st.just(kind), st.lists(steps, max_size=4), st.booleans())


COMMANDS = st.sampled_from(["place", "refused", "read", "key"])
STEPS = st.recursive(COMMANDS | blocks("batch", COMMANDS), lambda inner: inner | blocks("savepoint", inner), max_leaves=8)
TRANSACTIONS = st.lists(blocks("transaction", STEPS), max_size=3)


@define
class Life:
    """A desk and its host."""

    desk: Desk
    host: Engine
    numbers: Iterator[int] = field(factory=lambda: count(1))

    def done(self, connection: Connection, block: Block) -> list[str]:
        """The numbers of the orders that stay when a block has ended, if everything around it stays."""
        stays: list[str] = []
        with suppress(Undone), self.opened(connection, block.kind):
            placed_ = [number for step in block.steps for number in self.step(connection, step)]
            if block.fails:
                raise Undone
            stays = placed_
        return stays

    def opened(self, connection: Connection, kind: str) -> AbstractContextManager[object]:
        """The block itself."""
        if kind == "batch":
            return self.desk.batch()
        return connection.begin_nested() if kind == "savepoint" else connection.begin()

    def step(self, connection: Connection, step: Any) -> list[str]:
        """A block inside, or a command."""
        if isinstance(step, Block) and step.kind == "savepoint":
            return self.done(connection, step)
        with nullcontext() if self.desk._runtime.store.joined else self.desk.within(connection):
            return self.done(connection, step) if isinstance(step, Block) else self.command(step)

    def command(self, step: str) -> list[str]:
        """One command; the numbers of the orders that it has placed."""
        if step == "read":
            assert all(order.number for order in self.desk.orders.find(limit=5))
            return []
        number = f"n-{next(self.numbers)}"
        order = placed(self.desk, number=number, key=number, lines=(Line("A", 1, "1"),))
        if step == "key":
            assert order == placed(self.desk, number=number, key=number, lines=(Line("A", 1, "1"),))
        elif step == "refused":
            with pytest.raises(QuantityError):
                self.desk.orders.ship(order.id, {"A": 2})
        return [number]


@pytest.fixture
def engine(new_store_url: str) -> Iterator[Engine]:
    """The host's own, which begins its transactions as writers on a file."""
    url = make_url(new_store_url)
    engine = create_engine(url.set(drivername="postgresql+psycopg") if "postgresql" in url.drivername else url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda raw, _: setattr(raw, "isolation_level", None))
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    yield engine
    engine.dispose()


@pytest.fixture
def tenants() -> Iterator[int]:
    """A shop of its own for each example."""
    return count(1)


@given(transactions=TRANSACTIONS, around=st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
def test_the_record_holds_what_was_committed(
    engine: Engine, tenants: Iterator[int], new_store_url: str, transactions: list[Block], around: bool
) -> None:
    """Of any tree of transactions, savepoints, batches and commands: with one block of `within` around each transaction's
    commands, or one around each command. Observers hear of the same orders, in the same order.
    """
    post = Post()
    opened = open_desk(new_store_url, SHOP, plugins=(post,), tenant=f"t{next(tenants)}")
    with opened as desk, engine.connect() as connection:
        life = Life(desk, engine)
        kept = [number for block in transactions for number in _lived(life, connection, block, around=around)]
        orders = {str(order.id): order.number for order in desk.orders.find()}
        heard = [orders[seen.stream] for seen in post.seen if seen.type == "order.placed"]
        verified = desk.verify()

    assert kept == heard
    assert sorted(kept) == sorted(orders.values())
    assert () == verified.damages


def _lived(life: Life, connection: Connection, block: Block, *, around: bool) -> list[str]:
    if not around:
        return life.done(connection, block)
    inside = Block("savepoint", block.steps, fails=False)
    stays: list[str] = []
    with suppress(Undone), connection.begin():
        with life.desk.within(connection):
            placed_ = life.done(connection, inside)
        if block.fails:
            raise Undone
        stays = placed_
    return stays
