"""Commands inside a transaction of the host's, on a SQLAlchemy connection."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from incidentkit.desk.desk import Desk
from incidentkit.errors import QuantityError, RuleViolation, UnknownIdError
from incidentkit.testing._audit import Copy, faults
from incidentkit.testing._post import Post
from tests.desk.conftest import Opened
from tests.desk.within.conftest import Rows, add
from tests.desk.world import SHOP, placed, reported, told

Record = Callable[[], Copy]


class HostFailed(Exception):
    """Something went wrong on the host's side."""


def test_both_are_committed_together(desk: Desk, host: Engine, rows: Rows, record: Record) -> None:
    """Once the host commits, its rows and ours are there."""
    with host.begin() as connection:
        add(connection, 1)
        with desk.within(connection):
            case = told(desk)
        add(connection, 2)

    assert [1, 2] == rows()
    assert case == desk.incidents.get(case.id)
    assert [] == faults(record(), SHOP)


def test_neither_is_there_after_a_rollback(desk: Desk, host: Engine, rows: Rows, record: Record) -> None:
    """Where the host rolls back, not a row of ours is left."""
    before = record()
    with suppress(HostFailed), host.begin() as connection:
        add(connection, 1)
        with desk.within(connection):
            told(desk)
        raise HostFailed

    assert [] == rows()
    assert before == record()


def test_nobody_sees_it_before_the_commit(opened: Opened, host: Engine) -> None:
    """Inside, reads see what was written; outside, nobody does until the host has committed."""
    inside, outside = opened(), opened()
    with host.begin() as connection:
        with inside.within(connection):
            order = placed(inside)
            seen = inside.orders.get(order.id)
        with pytest.raises(UnknownIdError):
            outside.orders.get(order.id)

    assert order == seen == outside.orders.get(order.id)


def test_a_read_sees_the_hosts_rows_and_ours(desk: Desk, host: Engine) -> None:
    """Lists, figures and whole views inside hold what is not committed yet; afterwards nothing of it was kept."""
    with suppress(HostFailed), host.begin() as connection:
        with desk.within(connection):
            case = reported(desk)
            queue = [item.incident for item in desk.queue()]
            size, count = desk.queue_size(), len(desk.measure_rows("incident_rate").rows)
            context = desk.context(case.orders[0])
        raise HostFailed

    assert ([case.id], 1, 1) == (queue, size, count)
    assert [case.id] == [shown.incident.id for shown in context.cases]
    assert (0, 0) == (desk.queue_size(), len(desk.measure_rows("incident_rate").rows))


def test_a_refused_command_leaves_nothing_behind(desk: Desk, host: Engine, rows: Rows) -> None:
    """What came before it stands, and the transaction goes on."""
    with host.begin() as connection:
        add(connection, 1)
        with desk.within(connection):
            order = placed(desk)
            with pytest.raises(QuantityError):
                desk.orders.ship(order.id, {"A": 99})
            desk.orders.confirm(order.id)
        add(connection, 2)

    assert [1, 2] == rows()
    assert 2 == len(desk.orders.timeline(order.id))


def test_what_the_host_catches_of_its_own_is_undone_by_its_savepoint(desk: Desk, host: Engine, rows: Rows) -> None:
    """A savepoint of the host's takes the commands inside it along."""
    with host.begin() as connection:
        add(connection, 1)
        with desk.within(connection):
            first = placed(desk)
            with suppress(IntegrityError), connection.begin_nested():
                second = placed(desk)
                add(connection, 1)
            third = placed(desk)

    assert [1] == rows()
    assert [first, third] == [desk.orders.get(first.id), desk.orders.get(third.id)]
    with pytest.raises(UnknownIdError):
        desk.orders.get(second.id)


def test_a_batch_inside_is_one_part(desk: Desk, host: Engine, rows: Rows) -> None:
    """A batch inside that fails leaves nothing of it, and everything around it."""
    with host.begin() as connection, desk.within(connection):
        first = placed(desk)
        with suppress(HostFailed), desk.batch():
            second = placed(desk)
            raise HostFailed
        with desk.batch():
            third = placed(desk)
            desk.orders.confirm(third.id)
        add(connection, 1)

    assert [1] == rows()
    assert desk.orders.get(first.id) == first
    assert desk.orders.get(third.id).number == third.number
    with pytest.raises(UnknownIdError):
        desk.orders.get(second.id)


def test_a_key_is_kept_or_not_with_the_rest(desk: Desk, host: Engine) -> None:
    """A key of a transaction that was rolled back is free; one that was committed gives what came of it."""
    with suppress(HostFailed), host.begin() as connection:
        with desk.within(connection):
            lost = placed(desk, key="k")
        raise HostFailed
    with host.begin() as connection, desk.within(connection):
        kept = placed(desk, key="k")
        again = placed(desk, key="k")

    assert lost.id != kept.id
    assert kept.id == again.id == placed(desk, key="k").id


def test_two_blocks_of_one_transaction(desk: Desk, host: Engine, rows: Rows) -> None:
    """Blocks may follow each other, and lie in each other, as long as the transaction is the same."""
    with host.begin() as connection:
        with desk.within(connection):
            order = placed(desk)
        add(connection, 1)
        with desk.within(connection), desk.within(connection):
            desk.orders.confirm(order.id)
        desk_outside = desk._runtime.store.joined

    assert not desk_outside
    assert [1] == rows()
    assert 2 == len(desk.orders.timeline(order.id))


def test_a_connection_that_commits_as_it_goes(desk: Desk, host: Engine, post: Post) -> None:
    """Each of its transactions is joined for itself."""
    with host.connect() as connection:
        for row in (1, 2):
            add(connection, row)
            with desk.within(connection):
                placed(desk)
            told_before = len(post.seen)
            connection.commit()

            assert (row - 1, row) == (told_before, len(post.seen))
        add(connection, 3)
        with desk.within(connection):
            placed(desk)
        connection.rollback()

    assert 2 == len(post.seen)


def test_a_block_ends_with_its_transaction(desk: Desk, host: Engine) -> None:
    """After the host's commit nothing more can be part of it, though the block is still open."""
    with host.connect() as connection:
        add(connection, 1)
        with desk.within(connection):
            order = placed(desk)
            connection.commit()
            with pytest.raises(RuleViolation, match="has ended"):
                desk.orders.confirm(order.id)

    assert 1 == len(desk.orders.timeline(order.id))


def test_the_hosts_settings_are_as_they_were(desk: Desk, host: Engine) -> None:
    """On PostgreSQL the search path and the lock timeout of the host's transaction are its own again after each command."""
    if host.dialect.name != "postgresql":
        pytest.skip("a file has neither")
    asked = text("SELECT current_setting('search_path'), current_setting('lock_timeout')")
    with host.begin() as connection:
        connection.execute(text("SET LOCAL search_path = public"))
        connection.execute(text("SET LOCAL lock_timeout = '7s'"))
        before = connection.execute(asked).one()
        with desk.within(connection):
            order = placed(desk)
            with pytest.raises(QuantityError):
                desk.orders.ship(order.id, {"A": 99})
            desk.orders.get(order.id)
        after = connection.execute(asked).one()

    assert ("public", "7s") == tuple(before) == tuple(after)
