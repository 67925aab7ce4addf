"""One transaction's work: conflicts, and what is read of what was not yet written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from attrs import evolve

from incidentkit.desk.calls import Call, Source
from incidentkit.desk.desk import Desk
from incidentkit.desk.opening import open_desk
from incidentkit.desk.work import Work
from incidentkit.domain import events as ev
from incidentkit.domain.events import Event
from incidentkit.domain.evolve import evolve as after
from incidentkit.domain.orders import Order
from incidentkit.domain.texts import Text
from incidentkit.errors import ConflictError, RuleViolation, UnknownIdError
from incidentkit.rules.decision import Decision
from incidentkit.store.store import Store
from incidentkit.store.unit import Held, Unit
from incidentkit.testing._audit import Copy, faults
from incidentkit.testing._post import Post
from tests.desk.world import SHOP, agreed, placed, reported

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the store lies."""
    return tmp_path / "shop.db"


@pytest.fixture
def desk(file: Path) -> Iterator[Desk]:
    """A desk on it."""
    with open_desk(f"sqlite:///{file}", SHOP, plugins=(Post(),)) as opened:
        yield opened


@pytest.fixture
def store(desk: Desk) -> Store:
    """What that desk stands on."""
    return desk._runtime.store


def confirmed(order: Order, version: int) -> tuple[Event, Order]:
    """The event that confirms an order, and the order then."""
    event = Event(order.id, version, ev.OrderConfirmed(), AT, AT, "host:host", "test")
    state = after(order, event)
    assert isinstance(state, Order)
    return event, state


def test_a_stream_that_moved_on_is_a_conflict(desk: Desk, store: Store, file: Path) -> None:
    """What was decided on an older version is not written, and the error says that the same call may be made again."""
    order = placed(desk)
    before = Copy(file)

    def decided_on_the_older(unit: Unit) -> None:
        held = unit.load("order", order.id)
        unit.connection.exec_driver_sql("UPDATE streams SET version = 2 WHERE stream = ?", (order.id,))
        event, state = confirmed(order, held.version + 1)
        unit.append([event], state)

    with pytest.raises(ConflictError) as caught, store.unit() as unit:
        decided_on_the_older(unit)

    assert caught.value.retry
    assert [] == before.differing(Copy(file))


def test_an_event_of_another_version_is_a_conflict(desk: Desk, store: Store) -> None:
    """A stream has no gaps and no second of a version."""
    order = placed(desk)
    for version in (1, 3):
        event, state = confirmed(order, version)
        with store.unit() as unit:
            unit.load("order", order.id)
            with pytest.raises(ConflictError, match="stands at version 1"):
                unit.append([event], state)


def test_a_command_decides_again_after_a_conflict(desk: Desk) -> None:
    """On the state that is there then, a bounded number of times."""
    order = placed(desk)
    seen: list[int] = []

    def body(work: Work) -> Held:
        held = work.unit.load("order", order.id)
        seen.append(held.version)
        if len(seen) < 3:
            raise ConflictError("A stream", "was changed", retry=True)
        return held

    desk._runtime.run(Call("test", {}), body)

    assert 3 == len(seen)


def test_a_conflict_that_stays_comes_out(desk: Desk) -> None:
    """After a handful of attempts the caller hears of it."""
    tried: list[int] = []

    def body(work: Work) -> Held:
        tried.append(1)
        raise ConflictError("A stream", "was changed", retry=True)

    with pytest.raises(ConflictError):
        desk._runtime.run(Call("test", {}), body)

    assert 5 == len(tried)


def test_a_conflict_that_is_no_use_to_retry_comes_out_at_once(desk: Desk) -> None:
    """And so does any inside a batch, whose other commands can't be decided again."""
    tried: list[int] = []

    def body(work: Work) -> Held:
        tried.append(1)
        raise ConflictError("A stream", "was changed", retry=len(tried) > 1)

    with pytest.raises(ConflictError):
        desk._runtime.run(Call("test", {}), body)
    with pytest.raises(ConflictError), desk.batch():
        desk._runtime.run(Call("test", {}), body)

    assert 2 == len(tried)


def test_a_stream_is_of_one_kind(desk: Desk, store: Store) -> None:
    """Asked for as another kind it is unknown."""
    order = placed(desk)
    with store.reading() as unit, pytest.raises(UnknownIdError):
        unit.load("incident", order.id)


def test_a_name_is_one_streams(desk: Desk, store: Store) -> None:
    """Given to another it is refused; given to the same again it stays."""
    order = placed(desk, number="7")
    with store.unit() as unit:
        unit.name("order", "7", order.id)
        with pytest.raises(RuleViolation, match="once"):
            unit.name("order", "7", "another")
        unit.name("case", "7", "another")


def test_words_can_be_read_before_they_are_written(store: Store) -> None:
    """What waits to be written is found as if it had been."""
    ref = "text:01900000-0000-7000-8000-000000000001"
    with store.unit() as unit:
        unit.keep(ref, "crushed", None, None)

        assert {ref: "crushed"} == unit.words(f'{{"text":"{ref}"}}')


def test_a_history_can_be_cut(desk: Desk, store: Store) -> None:
    """Up to a version, in order."""
    order = placed(desk)
    desk.orders.confirm(order.id)
    desk.orders.ship(order.id)
    with store.reading() as unit:
        assert [1, 2] == [event.version for event in unit.history(order.id, 2)]
        assert [1, 2, 3] == [event.version for event in unit.history(order.id)]


def test_nothing_is_left_open(desk: Desk, store: Store) -> None:
    """After an error inside, the store can be written at once."""
    with pytest.raises(UnknownIdError), store.unit() as unit:
        unit.load("order", "nothing")

    placed(desk)


# --- What comes from a source ------------------------------------------------------------------------------------


def imported(desk: Desk, key: str, body: Callable[[Work], Held]) -> object:
    """A command as an import makes it."""
    return desk._runtime.run(Call("import.test", {}, at=desk.clock(), source=Source("file", key)), body)


def test_every_event_of_a_source_has_a_key_of_its_own(desk: Desk, file: Path) -> None:
    """One call may write several events, to several streams: keys never meet, and the first is the call's own."""
    case = agreed(desk)
    order = case.orders[0]
    both = Decision(
        (ev.SourceStatusNoted("seen"), ev.SourceStatusNoted("done")),
        elsewhere=((order, ev.SourceStatusNoted("packed")), (order, ev.SourceStatusNoted("paid back"))),
    )
    imported(desk, "row-1", lambda work: work.apply(case.id, both))

    assert ["row-1", "row-1#1", "row-1#2", "row-1#3"] == sorted(
        row["source_key"] for row in Copy(file).tables["events"] if row["source"]
    )
    assert [] == faults(Copy(file), SHOP)


def test_the_same_source_key_is_in_the_record_once(desk: Desk, file: Path) -> None:
    """A second event with it is refused, whatever it says."""
    order = placed(desk)
    noted = Decision((ev.SourceStatusNoted("sent"),))
    imported(desk, "row-1", lambda work: work.apply(order.id, noted))
    before = Copy(file)
    with pytest.raises(ConflictError, match="holds each thing once"):
        imported(desk, "row-1", lambda work: work.apply(order.id, noted))

    assert [] == before.differing(Copy(file))


def test_what_comes_from_a_source_sends_and_times_nothing(desk: Desk, file: Path) -> None:
    """Whatever was decided."""
    order = placed(desk, customer=None)
    case = reported(desk, order)
    copy = Copy(file)
    told = Decision((ev.SourceStatusNoted("told"),), timers=(), intents=())
    imported(desk, "row-1", lambda work: work.apply(case.id, told))

    assert copy.tables["intents"] == Copy(file).tables["intents"]
    assert copy.tables["timers"] == Copy(file).tables["timers"]


def test_a_view_shows_what_is_derived(desk: Desk, store: Store) -> None:
    """The state that is kept does not say that it is in incident; the state that is shown does."""
    order = placed(desk)
    reported(desk, order)
    with store.reading() as unit:
        held = unit.load("order", order.id)

        assert (False, True) == (held.state.in_incident, unit.view(held).in_incident)  # type: ignore[union-attr]


def test_states_in_a_unit_are_those_of_the_unit(store: Store, desk: Desk) -> None:
    """Loaded twice, a stream is the same; changed in between, it is the changed one."""
    order = placed(desk)
    with store.unit() as unit:
        first = unit.load("order", order.id)
        event, state = confirmed(order, 2)
        unit.append([event], evolve(state, status_text=Text("t")))

        assert first is unit.load("order", order.id)
        assert first.state.status_text == Text("t")  # type: ignore[union-attr]
        raise_if_shared(unit, store)


def raise_if_shared(unit: Unit, store: Store) -> None:
    """Another reader sees none of it."""
    assert unit.recorded
    with store._engine.connect() as other:
        assert 1 == other.exec_driver_sql("SELECT version FROM streams").scalar()
