"""Commands inside the transaction of an ORM session."""

from __future__ import annotations

from contextlib import suppress

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, scoped_session, sessionmaker

from incidentkit.desk.desk import Desk
from incidentkit.errors import UnknownIdError
from incidentkit.testing._post import Post
from tests.desk.within.conftest import Rows
from tests.desk.within.test_connection import HostFailed
from tests.desk.world import placed


class Base(DeclarativeBase):
    """What the host's classes derive from."""


class HostRow(Base):
    """A row of the host's."""

    __tablename__ = "host_rows"
    id: Mapped[int] = mapped_column(primary_key=True)


def test_a_session_commits_both(desk: Desk, host: Engine, rows: Rows, post: Post) -> None:
    """What the session holds back and what commands write are committed by it, and observers hear then."""
    with Session(host) as session:
        session.add(HostRow(id=1))
        with desk.within(session):
            order = placed(desk)
        session.add(HostRow(id=2))
        before = list(post.seen)
        session.commit()

    assert [1, 2] == rows()
    assert [] == before
    assert [order.id] == [seen.stream for seen in post.seen]


def test_a_session_is_sent_first(desk: Desk, host: Engine) -> None:
    """What the session holds back is in the database before each command: what it refuses is refused before."""
    with Session(host) as session, desk.within(session):
        placed(desk)
        session.add_all([HostRow(id=1), HostRow(id=2)])
        desk.orders.find()
        with session.no_autoflush:
            sent = session.execute(select(HostRow.id).order_by(HostRow.id)).scalars().all()
        session.add(HostRow(id=1))
        with pytest.raises(IntegrityError):
            placed(desk)

    assert [1, 2] == sent


def test_a_session_rolls_both_back(desk: Desk, host: Engine, rows: Rows, post: Post) -> None:
    """Closed without a commit it leaves nothing."""
    with Session(host) as session, desk.within(session):
        session.add(HostRow(id=1))
        order = placed(desk)

    assert ([], []) == (rows(), post.seen)
    with pytest.raises(UnknownIdError):
        desk.orders.get(order.id)


def test_nested_blocks_of_a_session(desk: Desk, host: Engine, rows: Rows, post: Post) -> None:
    """A session's savepoint takes the commands inside along when it is rolled back."""
    with Session(host) as session, session.begin(), desk.within(session):
        first = placed(desk)
        with suppress(HostFailed), session.begin_nested():
            session.add(HostRow(id=1))
            placed(desk)
            raise HostFailed
        with session.begin_nested():
            session.add(HostRow(id=2))
            third = placed(desk)

    assert [2] == rows()
    assert [first.id, third.id] == [seen.stream for seen in post.seen]


def test_a_session_of_a_test(desk: Desk, immediate: Engine, rows: Rows, post: Post) -> None:
    """A session inside a transaction that a test rolls back commits nothing, and observers hear of nothing."""
    with immediate.connect() as connection:
        outer = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            with desk.within(session):
                order = placed(desk)
            session.commit()
            with desk.within(session):
                seen = desk.orders.get(order.id)
        outer.rollback()

    assert order == seen
    assert ([], [], 0) == (rows(), post.seen, len(desk.orders.find()))


def test_a_scoped_session(desk: Desk, host: Engine, rows: Rows) -> None:
    """The session of this thread is meant."""
    sessions = scoped_session(sessionmaker(host))
    with desk.within(sessions):
        sessions.add(HostRow(id=1))
        order = placed(desk)
    sessions.commit()
    sessions.remove()

    assert [1] == rows()
    assert order == desk.orders.get(order.id)
