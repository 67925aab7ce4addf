"""A worker among others: it stops when told to, puts down what it knows, and sends together what goes together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

import pytest
from attrs import evolve

from incidentkit.desk.desk import Desk
from incidentkit.domain.effects import Receipt
from incidentkit.domain.messages import ReceiptKind
from incidentkit.domain.retrying import RateLimit
from incidentkit.domain.sending import QuietHours, SendPolicy
from incidentkit.domain.shop import ChannelSettings
from incidentkit.hooks import hookimpl
from incidentkit.ports import AddressKind, Channel, ChannelFeatures, Message
from incidentkit.testing._audit import Copy, faults
from incidentkit.testing._post import Post
from incidentkit.testing.clocks import ManualClock
from tests.desk.conftest import Opened
from tests.desk.world import JOAN, MARTA, SHOP, placed

Record = Callable[[], Copy]

TOGETHER = evolve(SHOP, sending=SendPolicy(bundle_within=timedelta(minutes=5)))


class Killed(BaseException):
    """The process ends here."""


class Loud:
    """A plugin with a channel named ``post`` that raises what it is told to once the n-th message is out."""

    address: AddressKind = "email"
    name = "post"

    def __init__(self, *, idempotent: bool = False, raises: BaseException | None = None, at: int = 1) -> None:
        self.features = ChannelFeatures(confirms=True, idempotent=idempotent)
        self.out: list[Message] = []
        self._raises = raises
        self._at = at

    @hookimpl
    def incidentkit_register_channels(self) -> Iterable[Channel]:
        """Itself."""
        return [self]

    def send(self, message: Message) -> Receipt:
        """Out it goes."""
        self.out.append(message)
        if self._raises is not None and len(self.out) == self._at:
            raises, self._raises = self._raises, None
            raise raises
        return Receipt(ReceiptKind.DELIVERED, f"ref-{len(self.out)}")

    @property
    def keys(self) -> list[str]:
        """Whose messages."""
        return [message.key for message in self.out]


def states(copy: Copy) -> Counter[str]:
    """How many intents stand where, and why."""
    return Counter(row["state"] + (f":{row['reason']}" if row["reason"] else "") for row in copy.tables["intents"])


def leases(copy: Copy) -> set[str]:
    """Of whom there are leases."""
    return {row["worker"] for row in copy.tables["intents"] if row["leased_until"] is not None}


# --- Stopping ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("idempotent", [True, False])
def test_a_worker_that_is_told_to_stop_leaves_nothing_half_done(opened: Opened, record: Record, idempotent: bool) -> None:
    """What is out is in the record; the rest is as it was, at once free for others."""
    loud = Loud(idempotent=idempotent)
    desk = opened(plugins=(loud,))
    for _ in range(5):
        placed(desk)
    report = desk.send_due(stopping=lambda: len(loud.out) == 2)

    assert (2, 2) == (report.done, report.total)
    assert {"done": 2, "planned": 3} == states(record())
    assert set() == leases(record())
    assert {0, 1} == {row["attempts"] for row in record().tables["intents"]}
    assert 3 == desk.send_due().done


@pytest.mark.parametrize("idempotent", [True, False])
@pytest.mark.parametrize("raises", [KeyboardInterrupt(), SystemExit(1)])
def test_an_interrupt_leaves_one_message_open(
    opened: Opened, record: Record, clock: ManualClock, idempotent: bool, raises: BaseException
) -> None:
    """The one that was being handed over, until its lease is over; what is known is put down, the rest is free."""
    loud = Loud(idempotent=idempotent, raises=raises, at=3)
    desk = opened(plugins=(loud,))
    for _ in range(5):
        placed(desk)
    with pytest.raises(type(raises)):
        desk.send_due()

    assert {"done": 2, "claimed": 1, "planned": 2} == states(record())
    assert 2 == desk.send_due().done
    clock.advance(minutes=2)
    last = desk.send_due()
    assert (1, 0) == (last.done, last.unknown) if idempotent else (0, 1) == (last.done, last.unknown)
    assert [] == faults(record(), SHOP)


def test_what_was_noted_is_not_asked_again(opened: Opened, record: Record, clock: ManualClock) -> None:
    """A worker died after it had noted what came of its messages: they are done, with their channel's references."""
    loud = Loud(raises=Killed(), at=4)
    desk = opened(plugins=(loud,))
    for _ in range(4):
        placed(desk)
    with pytest.raises(Killed):
        desk.send_due()
    clock.advance(minutes=2)
    report = desk.send_due()

    assert (3, 1, 4) == (report.done, report.unknown, len(loud.out))
    assert ["", "ref-1", "ref-2", "ref-3"] == sorted(row["reference"] for row in record().tables["intents"])


@pytest.mark.parametrize("idempotent", [True, False])
def test_however_much_was_left_behind_is_seen_to(opened: Opened, record: Record, clock: ManualClock, idempotent: bool) -> None:
    """In one go, once its lease is over."""
    loud = Loud(idempotent=idempotent, raises=Killed(), at=55)
    desk = opened(plugins=(loud,))
    with desk.batch():
        for _ in range(60):
            placed(desk)
    with pytest.raises(Killed):
        desk.send_due()
    clock.advance(minutes=2)
    desk.send_due()

    assert {"done": 60} == states(record()) if idempotent else {"done": 59, "unknown:no_answer": 1} == states(record())


def test_a_worker_is_called_by_its_name(opened: Opened, record: Record) -> None:
    """In the store, while it has something."""
    desk = opened(plugins=(Loud(raises=Killed()),))
    placed(desk)
    with pytest.raises(Killed):
        desk.send_due(worker="anvil")
    (worker,) = leases(record())

    assert worker.startswith("anvil-")


def test_a_slow_channel_s_messages_are_shared(opened: Opened, record: Record, clock: ManualClock) -> None:
    """A worker holds no more than it can see to within seconds; what is left over is free for others meanwhile."""
    held: list[int] = []

    class Slow(Loud):
        def send(self, message: Message) -> Receipt:
            clock.advance(seconds=3)
            held.append(sum(row["state"] == "claimed" for row in record().tables["intents"]))
            return super().send(message)

    desk = opened(plugins=(Slow(),))
    for _ in range(15):
        placed(desk)
    report = desk.send_due()

    assert (15, 15) == (report.done, held[0])
    assert max(held[2:]) <= 5


# --- Decided again -----------------------------------------------------------------------------------------------


def test_what_is_put_off_costs_no_attempt(opened: Opened, record: Record, clock: ManualClock) -> None:
    """In quiet hours nothing is sent; it is due when they end."""
    quiet = evolve(SHOP, sending=SendPolicy(quiet_hours={"post": QuietHours("00:00-23:00")}))
    desk = opened(shop=quiet)
    placed(desk)
    report = desk.send_due()
    (row,) = record().tables["intents"]
    clock.advance(hours=24)

    assert (1, 1) == (report.deferred, report.total)
    assert ("planned", "quiet_hours", 0) == (row["state"], row["reason"], row["attempts"])


def test_a_limit_of_a_channel_puts_off(opened: Opened, record: Record, clock: ManualClock) -> None:
    """One in an hour: the second one waits for the next hour."""
    slow = evolve(SHOP, channels=(ChannelSettings("post", rate=RateLimit(count=1, per=timedelta(hours=1))),))
    desk = opened(shop=slow)
    placed(desk)
    placed(desk)
    first = desk.send_due()
    clock.advance(hours=1)
    second = desk.send_due()

    assert [1, 1] == [first.done, second.done]
    assert {"done": 2} == states(record())


def test_another_way_is_a_message_of_its_own(opened: Opened, post: Post, record: Record) -> None:
    """Whoever wants nothing on one channel is written to on the next that the shop names."""
    desk = opened(shop=evolve(SHOP, fallback=("wire", "call")))
    order = placed(desk)
    assert order.customer is not None
    desk.people.opt_out(order.customer, channel="post")
    report = desk.send_due()

    assert (1, 1) == (report.suppressed, report.done)
    assert ([], 1) == (post.post.sent, len(post.wire.sent))
    assert {"suppressed:opted_out": 1, "done": 1} == states(record())


# --- Several in one ----------------------------------------------------------------------------------------------


def two_orders(desk: Desk, clock: ManualClock) -> Sequence[str]:
    """Of one person, at one instant, and one of another; the orders."""
    orders = [placed(desk).id, placed(desk).id, placed(desk, customer=JOAN).id]
    clock.advance(minutes=5)
    return orders


def carriers(copy: Copy) -> list[str | None]:
    """By whom each was carried, in order."""
    rows = sorted(copy.tables["intents"], key=lambda row: (row["seq"], row["key"]))
    return [row["carrier"] for row in rows]


@pytest.mark.parametrize("idempotent", [True, False])
def test_news_of_several_orders_are_one_message(opened: Opened, record: Record, clock: ManualClock, idempotent: bool) -> None:
    """It says all of them; each order has its receipt, and knows who carried it."""
    loud = Loud(idempotent=idempotent)
    desk = opened(shop=TOGETHER, plugins=(loud,))
    orders = two_orders(desk, clock)
    report = desk.send_due()

    assert (3, 2) == (report.done, len(loud.out))
    assert [None, loud.keys[0], None] == carriers(record())
    assert ["message.receipt"] * 3 == [desk.orders.timeline(order)[-1].type for order in orders]
    assert [] == faults(record(), TOGETHER)


def test_what_is_sent_again_says_the_same(opened: Opened, record: Record, clock: ManualClock) -> None:
    """A message that carried others and may be out goes out again with the same ones, under the same key."""
    loud = Loud(idempotent=True, raises=Killed())
    desk = opened(shop=TOGETHER, plugins=(loud,))
    two_orders(desk, clock)
    with pytest.raises(Killed):
        desk.send_due()
    placed(desk)
    clock.advance(minutes=5)
    report = desk.send_due()

    assert 4 == report.done
    assert loud.out[0].key == loud.out[1].key
    assert loud.out[0].text == loud.out[1].text
    assert [None, loud.keys[0], None, None] == carriers(record())


def test_in_doubt_are_all_of_it(opened: Opened, record: Record, clock: ManualClock) -> None:
    """Where nobody can tell whether a message is out, nobody can tell it of those that it carried."""
    loud = Loud(raises=Killed())
    desk = opened(shop=TOGETHER, plugins=(loud,))
    two_orders(desk, clock)
    with pytest.raises(Killed):
        desk.send_due()
    clock.advance(minutes=2)
    report = desk.send_due()

    assert (2, 1) == (report.unknown, report.done)
    assert {"unknown:no_answer": 2, "done": 1} == states(record())


def test_a_failure_for_the_moment_keeps_them_together(opened: Opened, post: Post, clock: ManualClock, record: Record) -> None:
    """What is tried again says the same again."""
    desk = opened(shop=TOGETHER)
    two_orders(desk, clock)
    post.post.mood = "transient"
    first = desk.send_due()
    post.post.mood = "delivered"
    clock.advance(hours=1)
    second = desk.send_due()

    first_one, second_one, other = carriers(record())

    assert (3, 3, 2) == (first.retried, second.done, len(post.post.sent))
    assert (None, None) == (first_one, other)
    assert second_one in post.post.sent


def test_only_what_waits_goes_along(opened: Opened, clock: ManualClock) -> None:
    """A person's other messages are not taken before their time where nothing is to be laid together."""
    loud = Loud()
    desk = opened(plugins=(loud,))
    placed(desk, customer=MARTA)
    placed(desk, customer=MARTA)
    desk.send_due()

    assert 2 == len(loud.out)
