"""The connection is cut in the midst of a commit: nobody can know what came of it, and the same key settles it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from random import Random

import psycopg
import pytest

from incidentkit.desk.desk import Desk
from incidentkit.domain.orders import Line
from incidentkit.errors import OutcomeUnknown, StoreBusy
from incidentkit.testing._audit import Copy, faults
from tests.desk.world import MARTA, SHOP
from tests.faults.lives import AGAIN, desk_of
from tests.faults.wire import Wire, wire
from tests.services.postgresql import schema


@pytest.fixture
def url(postgresql_url: str) -> Iterator[str]:
    """A schema of its own, past the wire."""
    if "host=" not in postgresql_url:
        pytest.skip("the server is not our own: its socket is not known")
    with schema(postgresql_url) as made:
        yield made


@pytest.fixture
def line(url: str) -> Iterator[Wire]:
    """A wire to it."""
    with wire(url) as made:
        yield made


def placed(desk: Desk, key: str) -> str:
    """An order, under a key."""
    return desk.orders.place(MARTA, [Line("A", 1, "5.00")], key=key).id


@pytest.mark.parametrize(("when", "there"), [("after", 1), ("before", 0)])
def test_the_outcome_is_unknown_and_the_key_settles_it(url: str, line: Wire, when: str, there: int) -> None:
    """Whether the server had committed or not, the error is the same, and the same call gives one order in the end."""
    with desk_of(line.url) as desk, desk_of(url) as other:
        placed(desk, "first")
        line.cut(when)
        with pytest.raises(OutcomeUnknown, match="same key"):
            placed(desk, "second")
        assert line.ended.wait(60)
        before = len(other.orders.find())
        order = placed(desk, "second")

        assert (1 + there, 2) == (before, len(other.orders.find()))
        assert order == placed(other, "second")
    assert [] == faults(Copy(url), SHOP)


def test_a_batch_is_there_as_a_whole_or_not_at_all(url: str, line: Wire) -> None:
    """Ten commands of which the last answer was lost are all there."""
    with desk_of(line.url) as desk, desk_of(url) as other:
        line.cut("after")
        with pytest.raises(OutcomeUnknown):
            _ten(desk)

        assert line.ended.wait(60)
        assert 10 == len(other.orders.find())
        assert other.verify().ok


def _ten(desk: Desk) -> None:
    with desk.batch():
        for number in range(10):
            placed(desk, f"{number}")


def test_a_connection_that_is_lost_before_is_known_to_have_written_nothing(url: str) -> None:
    """The desk says so with another error, and the same call goes through afterwards without a key."""
    with desk_of(url) as desk:
        placed(desk, "first")
        _end_connections(url)
        with pytest.raises(StoreBusy, match="keep its connection"):
            desk.orders.place(MARTA, [Line("A", 1, "5.00")])
        desk.orders.place(MARTA, [Line("A", 1, "5.00")])

        assert 2 == len(desk.orders.find())


def _end_connections(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'incidentkit' AND state = 'idle'"
        )


def commands_over_a_bad_wire(url: str, line: Wire, seed: str, count: int) -> int:
    """So many keyed commands while the wire is cut again and again; how often it was."""
    chance, made = Random(seed), []
    with desk_of(line.url) as desk:
        for number in range(count):
            line.cut(chance.choice(["before", "after", ""]))
            while True:
                try:
                    made.append(placed(desk, f"{number}"))
                    break
                except AGAIN:
                    continue
    with desk_of(url) as other:
        assert (seed, sorted(made)) == (seed, sorted(order.id for order in other.orders.find(limit=10_000)))
        assert other.verify().ok
    return line.cuts


def test_every_command_has_one_effect_over_a_bad_wire(url: str, line: Wire) -> None:
    """Two in three are cut off in their commits."""
    assert 5 <= commands_over_a_bad_wire(url, line, "wire", 20)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(5))
def test_every_command_has_one_effect_over_a_bad_wire_at_length(url: str, line: Wire, seed: int) -> None:
    """The same with a hundred, five times."""
    cuts = commands_over_a_bad_wire(url, line, str(seed), 100)
    sys.stdout.write(f"{cuts} commits cut off\n")

    assert 40 <= cuts
