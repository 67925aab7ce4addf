"""Batches: many commands, one transaction."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from incidentkit.desk.desk import Desk
from incidentkit.domain.evidence import Evidence
from incidentkit.domain.incidents import Phase
from incidentkit.domain.orders import Line
from incidentkit.domain.people import Customer
from incidentkit.domain.remedies import Offer
from incidentkit.errors import RuleViolation, StoreError
from incidentkit.store.session import Write
from incidentkit.testing._audit import Copy, faults
from tests.desk.conftest import Opened
from tests.desk.world import JOAN, SHOP, agreed, closed, placed, reported, resolved, told

Record = Callable[[], Copy]
Refused = Callable[[Desk], object]

WHOLE = {"A": 9}


def _two_refunds(desk: Desk) -> object:
    """Each within the order's money, both together beyond it."""
    case = told(desk)
    soon = desk.clock() + timedelta(days=3)
    for kind in ("refund", "discount"):
        desk.incidents.offer(case.id, [Offer(kind, soon, "30")])
    desk.incidents.accept(case.id, "offer-1")
    return lambda: desk.incidents.accept(case.id, "offer-2")


# Each makes ready what it needs, and gives the command that is then refused.
REFUSED: dict[str, Callable[[Desk], object]] = {
    "place with a number that is taken": lambda d: (placed(d, number="1"), lambda: placed(d, number="1", customer=JOAN))[1],
    "place in two currencies": lambda d: lambda: placed(d, number="2", paid="5 USD", customer=JOAN),
    "place with a promise that is over": lambda d: lambda: placed(d, number="3", promised=d.clock() - timedelta(days=1)),
    "ship too many": lambda d: (lambda o: lambda: d.orders.ship(o.id, WHOLE))(placed(d)),
    "deliver what is not on its way": lambda d: (lambda o: lambda: d.orders.deliver(o.id))(placed(d)),
    "cancel too many": lambda d: (lambda o: lambda: d.orders.cancel(o.id, WHOLE, reason="no more"))(placed(d)),
    "take back what is not there": lambda d: (lambda o: lambda: d.orders.take_back(o.id, {"A": 1}, reason="x"))(placed(d)),
    "amend to a number that is taken": lambda d: (
        lambda a, b: lambda: d.orders.amend(b.id, reason="typo", number="1", paid="99")
    )(placed(d, number="1"), placed(d, number="2")),
    "amend to less than was given back": lambda d: (
        lambda case: lambda: d.orders.amend(case.orders[0], reason="typo", paid="1", number="8")
    )(resolved(d)),
    "amend to a number of two lines": lambda d: (lambda o: lambda: d.orders.amend(o.id, reason="x", number="a\nb"))(placed(d)),
    "report of an unknown order": lambda d: lambda: d.incidents.report("nothing", "late", "x", customer=JOAN),
    "report of an unknown type": lambda d: (lambda o: lambda: reported(d, o, type="alien", customer=JOAN))(placed(d)),
    "report without words": lambda d: (lambda o: lambda: reported(d, o, description=" ", customer=JOAN))(placed(d)),
    "resolve what nobody was told of": lambda d: (lambda c: lambda: d.incidents.resolve(c.id, reason="x"))(reported(d)),
    "agree to twice the money": _two_refunds,
    "offer more than there is": lambda d: (
        lambda c: lambda: d.incidents.offer(c.id, [Offer("refund", d.clock() + timedelta(days=1), "36")])
    )(told(d)),
    "accept an unknown offer": lambda d: (lambda c: lambda: d.incidents.accept(c.id, "offer-7"))(told(d)),
    "close without evidence": lambda d: (lambda c: lambda: d.incidents.close(c.id))(resolved(d)),
    "confirm with evidence of nothing": lambda d: (
        lambda c: lambda: d.incidents.confirm_satisfaction(c.id, Evidence.answer("nothing"))
    )(resolved(d)),
    "reopen what is open": lambda d: (lambda c: lambda: d.incidents.reopen(c.id, reason="x"))(told(d)),
    "hand over to nobody": lambda d: (lambda c: lambda: d.incidents.hand_over(c.id, to="nobody"))(told(d)),
    "amend a case to nothing": lambda d: (lambda c: lambda: d.incidents.amend(c.id, reason="x"))(told(d)),
    "an answer off the scale": lambda d: (lambda o: lambda: d.surveys.answer(order=o.id, score=6, comment="marvellous"))(
        placed(d)
    ),
    "an answer to an unknown survey": lambda d: (
        lambda o: lambda: d.surveys.answer(order=o.id, score=4, survey="mood", comment="marvellous")
    )(placed(d)),
    "an answer too long to keep": lambda d: (lambda o: lambda: d.surveys.answer(order=o.id, score=4, comment="x" * 20_001))(
        placed(d)
    ),
    "words that can't be written": lambda d: (lambda o: lambda: d.orders.publish_status(o.id, "half a pair: \ud800"))(
        placed(d)
    ),
    "a name that can't be written": lambda d: lambda: d.orders.place(Customer("c", name="\udfff"), number="9"),
    "a product that can't be written": lambda d: lambda: d.orders.place(JOAN, [Line("\ud800", 1, "5")], number="9"),
}


def abandoned(desk: Desk, what: Callable[[], object]) -> None:
    """Do something in a batch, and then think better of it."""
    with pytest.raises(ZeroDivisionError), desk.batch():
        _then_fail(what)


def _then_fail(what: Callable[[], object]) -> None:
    what()
    raise ZeroDivisionError


@pytest.mark.parametrize("ready", REFUSED.values(), ids=list(REFUSED))
def test_what_is_refused_inside_leaves_nothing(desk: Desk, record: Record, ready: Callable[[Desk], Refused]) -> None:
    """A batch in which the only command is refused changes no row of any table."""
    refused = ready(desk)
    before = record()
    with desk.batch(), pytest.raises(RuleViolation):
        refused()  # type: ignore[call-arg]

    assert [] == before.differing(record())


@pytest.mark.parametrize("ready", REFUSED.values(), ids=list(REFUSED))
def test_what_is_refused_inside_leaves_the_others(desk: Desk, record: Record, ready: Callable[[Desk], Refused]) -> None:
    """Commands before and after one that is refused take effect, and the record is sound."""
    refused = ready(desk)
    known = len(desk.orders.find())
    with desk.batch():
        placed(desk, number="before")
        with pytest.raises(RuleViolation):
            refused()  # type: ignore[call-arg]
        placed(desk, number="after")

    assert known + 2 == len(desk.orders.find())
    assert [] == faults(record(), SHOP)


@pytest.mark.parametrize("ready", REFUSED.values(), ids=list(REFUSED))
def test_what_is_refused_alone_leaves_nothing(desk: Desk, record: Record, ready: Callable[[Desk], Refused]) -> None:
    """The same without a batch."""
    refused = ready(desk)
    before = record()
    with pytest.raises(RuleViolation):
        refused()  # type: ignore[call-arg]

    assert [] == before.differing(record())


def test_an_error_that_leaves_the_batch_leaves_nothing(desk: Desk, record: Record) -> None:
    """Whatever was done before it, in every table."""
    order = placed(desk)
    before = record()

    def much() -> None:
        desk.orders.confirm(order.id, key="k")
        agreed(desk)
        desk.surveys.ask(order=order.id)

    abandoned(desk, much)

    assert [] == before.differing(record())


def test_a_refusal_that_leaves_the_batch_leaves_nothing(desk: Desk, record: Record) -> None:
    """A refusal that nobody catches inside is an error like any other."""
    before = record()
    with pytest.raises(RuleViolation), desk.batch():
        desk.orders.deliver(placed(desk).id)

    assert [] == before.differing(record())


def test_questions_inside_see_what_was_done_inside(desk: Desk) -> None:
    """Whatever is asked inside a batch knows of the commands before it."""
    with desk.batch():
        order = placed(desk, number="7")
        case = reported(desk, order)

        assert [order.id] == [o.id for o in desk.orders.find(number="7", in_incident=True)]
        assert desk.orders.get(order.id).in_incident
        assert [case.id] == [item.incident for item in desk.queue()]
        assert 3 == len(desk.orders.timeline(order.id)) + 1
        assert 1 == desk.measure("orders_received").rows[0].n


def test_nobody_else_sees_a_batch_before_its_end(opened: Opened) -> None:
    """Another desk on the same store sees nothing of it until it is done."""
    desk, other = opened(), opened()
    with desk.batch():
        placed(desk)
        seen = len(other.orders.find())

    assert (0, 1) == (seen, len(other.orders.find()))


def test_a_batch_does_what_single_commands_do(desk: Desk, record: Record) -> None:
    """The same commands one by one and then in a batch leave as many rows in every table again."""
    empty = _sizes(record())
    closed(desk, customer=JOAN)
    single = _sizes(record())
    with desk.batch():
        closed(desk, customer=JOAN)
    both = _sizes(record())

    assert {n: 2 * c - empty[n] for n, c in single.items() if n not in _KNOWN} == {
        n: c for n, c in both.items() if n not in _KNOWN
    }


# Whoever bought before is known already; and figures are marked once, however much changes.
_KNOWN = ("addresses", "people", "vault", "figures", "figure_marks")


def _sizes(copy: Copy) -> dict[str, int]:
    return {name: len(rows) for name, rows in copy.tables.items()}


def test_a_long_batch_is_written_as_it_goes(desk: Desk, record: Record) -> None:
    """A batch with more events than are held back at once is whole, and sound."""
    with desk.batch():
        for number in range(510):
            order = desk.orders.place("c-joan", [Line("A", 1, "1")], number=str(number))
            desk.orders.confirm(order.id)
            desk.orders.ship(order.id)
            desk.orders.deliver(order.id)

    assert 510 == desk.measure("delivery_time").rows[0].n
    assert [] == faults(record(), SHOP)


def test_a_batch_in_a_batch_is_refused(desk: Desk) -> None:
    """There is one at a time; the outer one goes on."""
    with desk.batch():
        order = placed(desk)
        with pytest.raises(RuleViolation, match="inside another"), desk.batch():
            pass
        desk.orders.confirm(order.id)

    assert desk.orders.get(order.id).confirmed_at is not None


def test_sending_in_a_batch_is_refused(desk: Desk) -> None:
    """What leaves the house does so when the record says that it will, not before."""
    with desk.batch():
        placed(desk)
        with pytest.raises(RuleViolation, match="transactions of its own"):
            desk.send_due()

    assert 1 == desk.send_due().done


def test_the_hosts_own_error_comes_out_as_it_is(desk: Desk) -> None:
    """An error of another database that the host uses inside a batch is none of ours."""
    theirs = IntegrityError("INSERT", {}, Exception("UNIQUE constraint failed: their.table"))
    with pytest.raises(IntegrityError) as caught, desk.batch():
        raise theirs

    assert theirs is caught.value


def test_a_write_that_failed_ends_the_batch(desk: Desk, record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a write fails half way inside, catching the error does not commit the other half."""
    before = record()
    monkeypatch.setattr(Write, "check", _full_disk)

    def undeterred() -> None:
        placed(desk)
        with suppress(OSError):
            desk.orders.find()
        placed(desk)

    with pytest.raises(StoreError, match="the first write that fails"), desk.batch():
        undeterred()

    assert [] == before.differing(record())


def _full_disk(*_: object) -> None:
    raise OSError("no space left")


def test_ids_can_be_used_at_once(desk: Desk) -> None:
    """What a command inside returns can be worked on by the next, through a whole life."""
    with desk.batch():
        case = closed(desk)

    assert Phase.CLOSED is desk.incidents.get(case.id).phase


def test_a_state_from_an_abandoned_batch_is_unknown(desk: Desk) -> None:
    """What a batch returned holds only if it ended well."""
    orders: list[str] = []
    abandoned(desk, lambda: orders.append(placed(desk).id))
    with pytest.raises(RuleViolation, match="must be in this record"):
        desk.orders.get(orders[0])


def test_another_batch_follows_an_abandoned_one(desk: Desk) -> None:
    """A batch that failed is over."""
    with pytest.raises(KeyError), desk.batch():
        raise KeyError
    with desk.batch():
        placed(desk)

    assert 1 == len(desk.orders.find())
