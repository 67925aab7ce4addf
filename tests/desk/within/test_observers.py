"""Observers hear of what happened inside a host's transaction once that is committed, and only then."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import DBAPIError, OperationalError

from incidentkit.desk.desk import Desk
from incidentkit.domain.orders import Order
from incidentkit.errors import ConflictError, RuleViolation
from incidentkit.hooks import hookimpl
from incidentkit.testing._post import Post
from tests.desk.conftest import Opened
from tests.desk.within.conftest import Rows, add
from tests.desk.within.test_connection import HostFailed
from tests.desk.world import placed


def test_they_hear_after_the_commit(desk: Desk, host: Engine, post: Post) -> None:
    """Not while the transaction is open, and of each command's events in order."""
    with host.begin() as connection:
        with desk.within(connection):
            order = placed(desk)
            desk.orders.confirm(order.id)
        before = list(post.seen)

    assert [] == before
    assert [1, 2] == [seen.version for seen in post.seen]


def test_what_they_hear_of_is_there(opened: Opened, host: Engine) -> None:
    """When an observer is called, everybody else sees what it is told of."""
    other = opened()
    found: list[Order] = []

    class Looking:
        @hookimpl
        def incidentkit_on_events(self, events: tuple[Any, ...]) -> None:
            found.extend(other.orders.get(seen.stream) for seen in events)

    desk = opened(plugins=(Post(), Looking()))
    with host.begin() as connection, desk.within(connection):
        order = placed(desk)

    assert [order] == found


def test_they_hear_nothing_of_what_was_rolled_back(desk: Desk, host: Engine, post: Post) -> None:
    """Neither then nor after the next commit on the same connection."""
    with host.connect() as connection:
        with suppress(HostFailed), connection.begin():
            with desk.within(connection):
                placed(desk)
            raise HostFailed
        add(connection, 1)
        connection.commit()

    assert [] == post.seen


def test_a_savepoint_takes_its_events_along(desk: Desk, host: Engine, post: Post) -> None:
    """Of nested savepoints, what lies in one that is rolled back is not heard of, and what is around it is."""
    with host.begin() as connection, desk.within(connection):
        first = placed(desk)
        with suppress(HostFailed), connection.begin_nested():
            placed(desk)
            with connection.begin_nested():
                placed(desk)
            raise HostFailed
        with connection.begin_nested():
            third = placed(desk)
            with suppress(HostFailed), connection.begin_nested():
                placed(desk)
                raise HostFailed
        last = placed(desk)

    assert [first.id, third.id, last.id] == [seen.stream for seen in post.seen]


def test_a_savepoint_from_before_the_block(desk: Desk, host: Engine, post: Post) -> None:
    """It was set before the desk could see it, and takes everything since along."""
    with host.begin() as connection:
        with suppress(HostFailed), connection.begin_nested():
            with desk.within(connection):
                placed(desk)
            raise HostFailed
        with desk.within(connection):
            order = placed(desk)

    assert [order.id] == [seen.stream for seen in post.seen]


def test_savepoints_in_words(desk: Desk, host: Engine, post: Post) -> None:
    """The host may set its savepoints by statements of its own."""
    with host.begin() as connection, desk.within(connection):
        connection.execute(text("savepoint one"))
        first = placed(desk)
        connection.execute(text('SAVEPOINT "two"'))
        placed(desk)
        connection.execute(text("ROLLBACK TO SAVEPOINT two;"))
        connection.execute(text("release one"))

    assert [first.id] == [seen.stream for seen in post.seen]


def test_a_commit_that_fails_is_none(desk: Desk, host: Engine, rows: Rows, post: Post) -> None:
    """What the database refuses at the commit itself is raised as the host knows it, and observers hear nothing."""
    deferred = "REFERENCES host_rows (id) DEFERRABLE INITIALLY DEFERRED"
    with host.begin() as connection:
        connection.execute(text(f"CREATE TABLE host_parts (id INTEGER {deferred})"))
    try:
        with host.connect() as connection:
            if host.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA foreign_keys=ON")
                connection.commit()
            transaction = connection.begin()
            with desk.within(connection):
                placed(desk)
            connection.execute(text("INSERT INTO host_parts VALUES (7)"))
            with pytest.raises(DBAPIError) as caught:
                transaction.commit()
            transaction.rollback()
    finally:
        with host.begin() as connection:
            connection.execute(text("DROP TABLE host_parts"))

    assert "IntegrityError" == type(caught.value).__name__
    assert ([], [], 0) == (rows(), post.seen, len(desk.orders.find()))


def test_a_transaction_that_has_failed_commits_nothing(desk: Desk, host: Engine, post: Post) -> None:
    """PostgreSQL rolls back what has failed when it is told to commit, without an error: nothing is heard of it."""
    if host.dialect.name != "postgresql":
        pytest.skip("a file goes on after a statement that failed")
    with host.connect() as connection:
        transaction = connection.begin()
        with desk.within(connection):
            placed(desk)
            with suppress(DBAPIError):
                connection.execute(text("SELECT 1 / 0"))
            with pytest.raises(RuleViolation, match="has failed"):
                placed(desk)
        transaction.commit()

    assert ([], 0) == (post.seen, len(desk.orders.find()))


def test_a_connection_that_is_lost_in_the_commit(desk: Desk, host: Engine, post: Post) -> None:
    """The host gets the error that SQLAlchemy would have raised, the connection is given up, and nothing is heard of."""
    if host.dialect.name != "postgresql":
        pytest.skip("a file is never lost")
    with host.connect() as connection:
        transaction = connection.begin()
        with desk.within(connection):
            placed(desk)
        backend = connection.execute(text("SELECT pg_backend_pid()")).scalar()
        with host.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:backend)"), {"backend": backend})
        with pytest.raises(OperationalError) as caught:
            transaction.commit()
        transaction.rollback()
        again = connection.execute(text("SELECT 1")).scalar()

    assert (True, 1) == (caught.value.connection_invalidated, again)
    assert ([], 0) == (post.seen, len(desk.orders.find()))


def test_an_observer_that_calls_the_desk_is_outside(opened: Opened, host: Engine) -> None:
    """The transaction is over when it is called, though the block is still open: its commands can't be part of it."""
    refused: list[RuleViolation] = []

    class Calling:
        desk: Desk

        @hookimpl
        def incidentkit_on_events(self, events: tuple[Any, ...]) -> None:
            try:
                self.desk.orders.confirm(events[0].stream)
            except RuleViolation as error:
                refused.append(error)

    calling = Calling()
    desk = calling.desk = opened(plugins=(Post(), calling))
    with host.connect() as connection:
        connection.begin()
        with desk.within(connection):
            placed(desk)
            connection.commit()

    assert 1 == len(refused)


def test_listeners_of_the_hosts_hear_before_the_commit(desk: Desk, host: Engine, rows: Rows) -> None:
    """A listener of its own for commits may still write, as without us."""

    def last_word(connection: Any) -> None:
        add(connection, 9)

    event.listen(host, "commit", last_word)
    try:
        with host.begin() as connection, desk.within(connection):
            placed(desk)
    finally:
        event.remove(host, "commit", last_word)

    assert [9] == rows()


def test_what_is_known_of_documents_is_not_learned_from_a_rollback(desk: Desk, host: Engine) -> None:
    """The store remembers what it has read or worked out of what was committed, and of nothing else."""
    known = desk._runtime.store._recollection
    said = dict(known._said)
    with suppress(HostFailed), host.begin() as connection:
        with desk.within(connection):
            order = placed(desk)
            desk.orders.get(order.id)
        raise HostFailed
    unlearned = dict(known._said)
    with host.begin() as connection, desk.within(connection):
        placed(desk)

    assert said == unlearned
    assert len(known._said) > len(said)


def test_a_conflict_is_the_hosts_to_repeat(desk: Desk, host: Engine, opened: Opened) -> None:
    """Where the host's transaction sees an older state, a command says so, once, and leaves the transaction usable."""
    order, other = placed(desk), opened()
    isolated = "REPEATABLE READ" if host.dialect.name == "postgresql" else "SERIALIZABLE"
    with host.connect().execution_options(isolation_level=isolated) as connection:
        connection.exec_driver_sql("BEGIN") if host.dialect.name == "sqlite" else connection.begin()
        connection.execute(text("SELECT count(*) FROM host_rows")).all()
        other.orders.confirm(order.id)
        with desk.within(connection), pytest.raises(ConflictError) as caught:
            desk.orders.confirm(order.id)
        count = connection.execute(text("SELECT count(*) FROM host_rows")).scalar()
        connection.rollback()

    assert (True, 0) == (caught.value.retry, count)
