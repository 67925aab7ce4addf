"""What decisions about messages need to know, for a whole batch in a handful of statements."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve
from sqlalchemy import event

from incidentkit.desk.desk import Desk
from incidentkit.desk.opening import open_desk
from incidentkit.domain.effects import Intent
from incidentkit.domain.incidents import Incident
from incidentkit.domain.orders import Order
from incidentkit.domain.people import Customer
from incidentkit.domain.sending import FrequencyCap, SendPolicy
from incidentkit.domain.surveys import Ask
from incidentkit.store.standing import companions, gather, planned
from incidentkit.testing._audit import Copy
from incidentkit.testing._post import Post
from incidentkit.testing.clocks import ManualClock
from tests.desk.world import SHOP, placed, resolved

ITSELF = ("BEGIN", "SET TRANSACTION", "COMMIT", "ROLLBACK", "PRAGMA")
POLICY = SendPolicy(caps=(FrequencyCap(3, timedelta(days=1)),), bundle_within=timedelta(minutes=10))


@pytest.fixture
def clock() -> ManualClock:
    """Stands still until it is moved."""
    return ManualClock()


@pytest.fixture
def desk(store_url: str, clock: ManualClock) -> Iterator[Desk]:
    """A desk whose shop caps and bundles."""
    with open_desk(store_url, shop=evolve(SHOP, sending=POLICY), plugins=(Post(),), clock=clock) as opened:
        yield opened


@contextmanager
def counted(desk: Desk) -> Iterator[list[str]]:
    ran: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        ran.append(statement)

    engine = desk._runtime.store._engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield ran
    finally:
        event.remove(engine, "before_cursor_execute", note)
        ran[:] = [statement for statement in ran if not statement.startswith(ITSELF)]


def messages(desk: Desk, store_url: str) -> list[Intent]:
    with desk._runtime.store.reading() as unit:
        found = [planned(unit, row["key"]) for row in Copy(store_url).tables["intents"]]
    return [intent for intent in found if intent is not None]


def person(number: int) -> Customer:
    return Customer(f"c-{number}", email=f"c{number}@example.com")


def of_many(desk: Desk, count: int) -> None:
    with desk.batch():
        for number in range(count):
            placed(desk, customer=person(number))
            desk.people.opt_out(person(number), channel="sms", address=f"+3460000{number:04}")


@pytest.mark.parametrize("many", [2, 60])
def test_a_batch_takes_a_handful_of_statements(desk: Desk, store_url: str, many: int) -> None:
    """For two messages as for sixty: what they are about, who gets them and what they want, what those were sent."""
    of_many(desk, many)
    some = messages(desk, store_url)
    with counted(desk) as ran, desk._runtime.store.reading() as unit:
        gathered = gather(unit, some, desk.clock(), desk.shop)

    # The words of all of them come the short way, which this does not hear.
    assert (many, 2) == (len(some), len(ran))
    assert all(gathered.of(intent)[0].person is not None for intent in some)
    assert all(len(gathered.of(intent)[0].preferences.choices) == 1 for intent in some)  # type: ignore[union-attr]
    assert all(isinstance(gathered.of(intent)[1].state, Order) for intent in some)


def test_the_case_of_a_survey_is_known(desk: Desk, store_url: str) -> None:
    """What a question is about decides whether it is still asked."""
    case = resolved(desk, order=placed(desk))
    desk.surveys.ask(incident=case.id, survey="csat")
    (asked,) = [intent for intent in messages(desk, store_url) if intent.step.startswith("survey.")]
    with desk._runtime.store.reading() as unit:
        matter = gather(unit, [asked], desk.clock(), desk.shop).of(asked)[1]

    assert isinstance(matter.state, Ask)
    assert isinstance(matter.case, Incident)
    assert case.id == matter.case.id


def test_only_what_went_out_counts(desk: Desk, store_url: str, clock: ManualClock) -> None:
    """Not what is planned, nor what is too old, nor the message itself; one that carried others counts once."""
    sent: Callable[[], int] = lambda: _sent(desk, store_url, "order.confirmed")  # noqa: E731 - asked for again and again
    first, second = placed(desk, customer=person(1)), placed(desk, customer=person(1))
    desk.orders.confirm(first.id)
    before = sent()
    clock.advance(minutes=10)
    desk.send_due()
    together = sent()
    desk.orders.confirm(second.id)
    clock.advance(minutes=10)
    desk.send_due()
    later = sent()
    clock.advance(days=2)

    assert (0, 1, 2, 0) == (before, together, later, sent())


def _sent(desk: Desk, store_url: str, step: str) -> int:
    placed(desk, customer=person(1))  # a message that is planned, to ask for
    asked = next(i for i in reversed(messages(desk, store_url)) if i.state.value == "planned")
    with desk._runtime.store.reading() as unit:
        return len(gather(unit, [asked], desk.clock(), desk.shop).of(asked)[0].sent)


def test_what_goes_along_is_found(desk: Desk, store_url: str, clock: ManualClock) -> None:
    """Messages that wait for the same person, on the same channel; not those of others, nor of cases."""
    for number in (1, 2, 1):
        placed(desk, customer=person(number))
        clock.advance(minutes=1)
    some = messages(desk, store_url)
    due = min((i for i in some if i.customer == some[0].customer), key=lambda i: i.due)
    with desk._runtime.store.reading() as unit:
        found = companions(unit, [due], due.due, desk.shop)

    theirs = {i.key for i in some if i.customer == due.customer} - {due.key}
    assert theirs == {intent.key for intent in found}


def test_where_nothing_waits_nothing_is_asked(desk: Desk, store_url: str) -> None:
    """Without a wait for others, no statement is run."""
    placed(desk)
    some = messages(desk, store_url)
    shop = evolve(desk.shop, sending=SendPolicy())
    with counted(desk) as ran, desk._runtime.store.reading() as unit:
        found = companions(unit, some, desk.clock(), shop)

    assert ([], []) == (found, ran)
