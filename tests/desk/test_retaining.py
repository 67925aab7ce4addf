"""Retention: what was kept long enough goes by itself, what is held or under way stays, and no figure changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from attrs import evolve

from incidentkit.desk.desk import Desk
from incidentkit.domain.orders import Order
from incidentkit.domain.retention import Retention
from incidentkit.errors import InvalidInput, RuleViolation, UnknownIdError
from incidentkit.testing._audit import Copy, faults
from incidentkit.testing.clocks import ManualClock
from tests.desk.conftest import Opened
from tests.desk.letters import Letters, mail, take
from tests.desk.test_forgetting import PHOTO, whole, with_photo
from tests.desk.world import JOAN, MARTA, SHOP, closed, placed, reported

DAY = timedelta(days=1)


def keeping(opened: Opened, **days: int) -> Desk:
    """A desk with such rules, in days."""
    policy = Retention(**{kind: timedelta(days=count) for kind, count in days.items()})
    return opened(shop=evolve(SHOP, retention=policy), plugins=(Letters(),))


def delivered(desk: Desk, **given: object) -> Order:
    """An order that has arrived whole."""
    order = placed(desk, **given)
    desk.orders.ship(order.id)
    return desk.orders.deliver(order.id)


def test_nothing_goes_without_rules(opened: Opened, clock: ManualClock) -> None:
    """However long it was."""
    desk = keeping(opened)
    closed(desk)
    clock.advance(days=4000)

    assert (0, 0) == (desk.retain().total, desk.tick().deleted)


def test_words_of_a_case_go_with_time(opened: Opened, clock: ManualClock, record: Callable[[], Copy]) -> None:
    """So many days after it ended, not before; the case stays, without words, and so does whoever had it."""
    desk = keeping(opened, case_words=30)
    case = closed(desk)
    clock.advance(days=29)
    assert 0 == desk.retain().total
    clock.advance(days=2)
    report = desk.retain()

    assert {"case_words"} == report.deleted.keys()
    assert "crushed" not in whole(record())
    assert "Marta Vidal" in whole(record())
    assert "" == str(desk.incidents.get(case.id).description)
    assert 0 == desk.retain().total


def test_an_open_case_keeps_its_words(opened: Opened, clock: ManualClock) -> None:
    """However old it is; and one that was reopened has them as long as it is open."""
    desk = keeping(opened, case_words=30)
    case = reported(desk)
    clock.advance(days=400)

    assert 0 == desk.retain().total
    assert str(desk.incidents.get(case.id).description)


def test_words_of_an_order_wait_for_its_cases(opened: Opened, clock: ManualClock) -> None:
    """An order is over when it has arrived and no case of it is open."""
    desk = keeping(opened, order_words=10)
    order = delivered(desk)
    desk.orders.publish_status(order.id, "left at the door")
    case = reported(desk, order)
    clock.advance(days=50)
    assert 0 == desk.retain().total
    desk.incidents.withdraw(case.id, reason="it was fine")
    clock.advance(days=11)

    assert {"order_words": 1} == desk.retain().deleted


def test_an_order_on_its_way_keeps_its_words(opened: Opened, clock: ManualClock) -> None:
    """Nobody knows yet whether it arrives."""
    desk = keeping(opened, order_words=10)
    order = placed(desk)
    desk.orders.publish_status(order.id, "packed")
    clock.advance(days=100)

    assert 0 == desk.retain().total


def test_mails_and_files_have_their_own_time(opened: Opened, clock: ManualClock) -> None:
    """The photo goes first, the mail later, each with what lies beside the database."""
    desk = keeping(opened, mails=60, files=20)
    delivered(desk)
    take(desk, with_photo(), mail(sender="stranger@example.net"))
    for need in desk.needs.find():
        if need.incidents == ():
            desk.needs.resolve(need.id)
    (photo,) = desk.inbox.files("mail", "mail-0")
    assert PHOTO == desk.inbox.file(photo.ref)
    clock.advance(days=21)

    assert {"files": 1} == desk.retain().deleted
    with pytest.raises(UnknownIdError):
        desk.inbox.file(photo.ref)
    assert MARTA.email == desk.inbox.read("mail", "mail-0").sender
    clock.advance(days=40)
    assert {"mails": 2} == desk.retain().deleted
    with pytest.raises(UnknownIdError):
        desk.inbox.raw("mail", "mail-0")


def test_customers_are_forgotten_with_time(opened: Opened, clock: ManualClock, record: Callable[[], Copy]) -> None:
    """Whoever has ordered lately, or has something under way, is not; a tombstone says who was."""
    desk = keeping(opened, customers=100)
    first = delivered(desk)
    clock.advance(days=60)
    delivered(desk, customer=JOAN)
    clock.advance(days=50)

    assert {"customers": 1} == desk.retain().deleted
    assert "Marta Vidal" not in whole(record())
    assert "Joan Ros" in whole(record())
    assert first.customer is not None
    assert desk.people.preferences(first.customer).forgotten_at == desk.clock()
    assert () == desk.verify().damages
    assert [] == faults(record(), desk.shop)


def test_somebody_without_orders_has_another_time(opened: Opened, clock: ManualClock) -> None:
    """Who only agreed to something, or asked something."""
    desk = keeping(opened, customers=1000, customers_without_orders=30)
    desk.people.consent(JOAN, purpose="marketing")
    delivered(desk)
    clock.advance(days=31)

    assert {"customers_without_orders": 1} == desk.retain().deleted


def test_a_hold_keeps_everything(opened: Opened, clock: ManualClock) -> None:
    """Counted; and gone once it is released, though its time came while it stood."""
    desk = keeping(opened, case_words=10, customers=10)
    case = closed(desk)
    delivered(desk)
    order = case.orders[0]
    desk.orders.cancel(order)
    desk.people.hold(MARTA, "lawsuit-7", until=clock() + 60 * DAY)
    clock.advance(days=30)
    report = desk.retain()
    assert 0 == report.total
    assert report.held
    assert str(desk.incidents.get(case.id).description)
    clock.advance(days=31)

    assert {"case_words", "customers"} == desk.retain().deleted.keys()


def test_a_dry_run_counts_and_deletes_nothing(opened: Opened, clock: ManualClock, record: Callable[[], Copy]) -> None:
    """The same numbers as the real one."""
    desk = keeping(opened, case_words=10, order_words=10)
    closed(desk)
    clock.advance(days=30)
    before = record()
    counted = desk.retain(dry_run=True)

    assert before == record()
    assert counted.deleted == desk.retain().deleted


def test_a_tick_sees_to_it_bit_by_bit(opened: Opened, clock: ManualClock) -> None:
    """Whoever ticks has all of it looked over in time, whichever process does."""
    desk = keeping(opened, case_words=10)
    closed(desk)
    clock.advance(days=30)

    assert desk.tick().deleted
    assert 0 == desk.retain().total


def test_no_figure_changes(opened: Opened, clock: ManualClock) -> None:
    """Of any measure."""
    desk = keeping(opened, case_words=10, order_words=10, messages=10, customers=20, mails=10, files=10)
    closed(desk)
    delivered(desk)
    take(desk, with_photo())
    desk.send_due()
    clock.advance(days=50)
    before = {measure.name: desk.measure(measure.name, by="day").rows for measure in desk.measures}
    assert desk.retain().total

    assert before == {measure.name: desk.measure(measure.name, by="day").rows for measure in desk.measures}


def test_old_idempotency_keys_go(opened: Opened, clock: ManualClock, record: Callable[[], Copy]) -> None:
    """Those that are no longer kept."""
    desk = keeping(opened)
    placed(desk, key="old")
    clock.advance(days=91)
    placed(desk, key="new")
    desk.retain()

    assert ["new"] == [row["key"] for row in record().tables["keys"]]


def test_inside_a_batch_it_is_refused(opened: Opened) -> None:
    """It has transactions of its own."""
    desk = keeping(opened, mails=1)

    with desk.batch(), pytest.raises(RuleViolation):
        desk.retain()


def test_progress_is_told(opened: Opened) -> None:
    """Up to all parts of the vault."""
    desk = keeping(opened, mails=1)
    closed(desk)
    told: list[tuple[int, int]] = []
    desk.retain(progress=lambda done, total: told.append((done, total)))

    assert told[-1][0] == told[-1][1] > 0


@pytest.mark.parametrize("span", [timedelta(hours=5), timedelta(days=40_000)])
def test_a_span_is_a_day_at_least(span: timedelta) -> None:
    """And a hundred years at the most."""
    with pytest.raises(InvalidInput):
        Retention(mails=span)
