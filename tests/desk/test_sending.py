"""Messages: a durable mark before each and one after, and nothing said twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import timedelta

import pytest
from attrs import evolve

from incidentkit.desk.desk import Desk
from incidentkit.domain.effects import Receipt
from incidentkit.domain.incidents import Phase
from incidentkit.domain.messages import ReceiptKind
from incidentkit.domain.people import Customer
from incidentkit.domain.times import micros
from incidentkit.hooks import hookimpl
from incidentkit.ports import AddressKind, Channel, ChannelFeatures, Message
from incidentkit.testing._audit import Copy, faults
from incidentkit.testing._post import Post
from incidentkit.testing.clocks import ManualClock
from tests.desk.conftest import Opened
from tests.desk.world import JOAN, MARTA, SHOP, placed, reported, resolved, told

Record = Callable[[], Copy]


class Killed(BaseException):
    """The process ends here."""


class Courier:
    """A plugin with a channel named ``post`` that loses its process while it sends the n-th message."""

    address: AddressKind = "email"
    name = "post"

    def __init__(self, *, idempotent: bool, dies_at: int = 0, before: bool = False) -> None:
        self.features = ChannelFeatures(confirms=True, idempotent=idempotent)
        self.out: list[str] = []
        self.addresses: list[str] = []
        self._dies_at = dies_at
        self._before = before

    @hookimpl
    def incidentkit_register_channels(self) -> Iterable[Channel]:
        """Itself."""
        return [self]

    def send(self, message: Message) -> Receipt:
        """It goes out, unless the process is gone before."""
        dies = len(self.out) + 1 == self._dies_at
        if dies and self._before:
            self._dies_at = 0
            raise Killed
        self.out.append(message.key)
        self.addresses.append(message.to)
        if dies:
            self._dies_at = 0
            raise Killed
        return Receipt(ReceiptKind.DELIVERED)


def states(copy: Copy) -> Counter[str]:
    """How many intents stand where."""
    return Counter(row["state"] + (f":{row['reason']}" if row["reason"] else "") for row in copy.tables["intents"])


# --- What is sent ------------------------------------------------------------------------------------------------


def test_every_step_of_an_order_is_told(desk: Desk, post: Post) -> None:
    """A customer hears in this order that it was taken, confirmed, sent and delivered, once each, all at one instant."""
    order = placed(desk)
    desk.orders.confirm(order.id)
    desk.orders.ship(order.id)
    desk.orders.deliver(order.id)
    report = desk.send_due()

    assert (4, 4) == (report.done, len(post.post.sent))
    assert ["order.placed", "order.confirmed", "order.shipped", "order.delivered"] == [
        key.split("/")[3] for key in post.post.sent
    ]
    assert 0 == desk.send_due().total


def test_two_parcels_are_two_messages(desk: Desk, post: Post) -> None:
    """A second parcel of one order is told of too."""
    order = placed(desk, customer=JOAN)
    desk.orders.ship(order.id, {"A": 1})
    desk.orders.ship(order.id)

    assert 3 == desk.send_due().done
    assert 3 == len(set(post.post.sent))


def test_nothing_is_written_that_is_not_sent(desk: Desk, post: Post) -> None:
    """Commands write what is to be sent; only send_due() sends."""
    placed(desk)

    assert [] == post.post.sent


def test_a_delivered_notice_tells_the_customer(desk: Desk) -> None:
    """A case is communicated when the channel says that its message arrived, not before."""
    case = desk.incidents.notify(reported(desk).id)
    before = case.phase
    desk.send_due()

    assert (Phase.DETECTED, Phase.COMMUNICATED) == (before, desk.incidents.get(case.id).phase)


def test_accepted_is_not_delivered_where_a_channel_can_confirm(desk: Desk, post: Post) -> None:
    """A channel that confirms and has only accepted has not told anybody."""
    post.post.mood = "accepted"
    case = desk.incidents.notify(reported(desk).id)
    desk.send_due()

    assert Phase.DETECTED is desk.incidents.get(case.id).phase


def test_accepted_counts_where_a_channel_cannot_confirm(desk: Desk) -> None:
    """On a channel that can't confirm, accepted without a bounce has to do."""
    case = desk.incidents.notify(reported(desk).id, "wire")
    desk.send_due()

    assert Phase.COMMUNICATED is desk.incidents.get(case.id).phase


@pytest.mark.parametrize("mood", ["bounced", "rejected", "deferred"])
def test_what_did_not_arrive_tells_nobody(desk: Desk, post: Post, mood: str) -> None:
    """A message that came back at once leaves the case detected, and its word is kept."""
    post.post.mood = mood
    case = desk.incidents.notify(reported(desk).id)
    desk.send_due()
    now = desk.incidents.get(case.id)

    assert (Phase.DETECTED, mood) == (now.phase, now.notices[0].receipt)


def test_the_limit_is_kept(desk: Desk, post: Post) -> None:
    """At most so many at a time, the longest due first."""
    orders = [placed(desk) for _ in range(3)]

    assert [2, 1, 0] == [desk.send_due(limit=2).total for _ in range(3)]
    assert {order.id for order in orders} == {key.split("/")[2] for key in post.post.sent}


def test_the_longest_due_goes_first(desk: Desk, post: Post, clock: ManualClock) -> None:
    """What has waited longest is sent first."""
    first = placed(desk)
    clock.advance(minutes=1)
    placed(desk)
    desk.send_due(limit=1)

    assert [first.id] == [key.split("/")[2] for key in post.post.sent]


def test_progress_is_told(desk: Desk) -> None:
    """The callback hears how many are done, and in the end all of them."""
    heard: list[int] = []
    for _ in range(3):
        placed(desk)
    desk.send_due(progress=heard.append)

    assert 3 == heard[-1]


# --- What is not sent --------------------------------------------------------------------------------------------


def test_without_an_address_it_is_suppressed(desk: Desk, post: Post, record: Record) -> None:
    """Nobody can be written to without an address, and the record says so."""
    order = placed(desk, customer=Customer("c-7", name="Pau"))

    assert 1 == desk.send_due().suppressed
    assert {"suppressed:no_address": 1} == states(record())
    assert "message.undelivered" == desk.orders.timeline(order.id)[-1].type
    assert [] == post.post.sent


def test_without_a_customer_there_is_no_message(desk: Desk, record: Record) -> None:
    """An order of nobody known sends nothing."""
    placed(desk, customer=None)

    assert {} == states(record())


def test_without_its_channel_it_fails(opened: Opened, record: Record) -> None:
    """A shop whose channel is not loaded sends nothing, and the record says so."""
    desk = opened(shop=evolve(SHOP, channel="pigeon"))
    placed(desk)

    assert 1 == desk.send_due().failed
    assert {"failed:no_channel": 1} == states(record())


def test_a_shop_without_a_channel_plans_nothing(opened: Opened, record: Record) -> None:
    """An empty channel sends nothing at all."""
    placed(opened(shop=evolve(SHOP, channel="")))

    assert {} == states(record())


@pytest.mark.parametrize(("mood", "reason"), [("permanent", "failed:permanent"), ("unsupported", "failed:unsupported")])
def test_what_a_channel_refuses_has_failed(desk: Desk, post: Post, record: Record, mood: str, reason: str) -> None:
    """A definite refusal is final."""
    post.post.mood = mood
    placed(desk)
    desk.send_due()

    assert {reason: 1} == states(record())
    assert 0 == desk.send_due().total


# --- Trying again ------------------------------------------------------------------------------------------------


def test_what_fails_for_the_moment_is_due_again(desk: Desk, post: Post, record: Record, clock: ManualClock) -> None:
    """It goes back to planned with a due time of its own, and is sent once that has come."""
    post.post.mood = "transient"
    placed(desk)

    assert 1 == desk.send_due().retried
    row = record().tables["intents"][0]
    assert ("planned", 1, "transient") == (row["state"], row["attempts"], row["reason"])
    assert 0 == desk.send_due().total

    post.post.mood = "delivered"
    clock.advance(hours=1)
    assert 1 == desk.send_due().done
    assert 1 == len(post.post.sent)


def test_waits_grow(desk: Desk, post: Post, record: Record, clock: ManualClock) -> None:
    """Each further wait is longer than the one before, and after the last the message is given up."""
    post.post.mood = "transient"
    placed(desk)
    waits = []
    while desk.send_due().retried:
        row = record().tables["intents"][0]
        before = clock.now
        clock.now = max(before, before + timedelta(microseconds=row["due"] - micros(before)))
        waits.append(clock.now - before)

    assert waits == sorted(waits)
    assert timedelta(minutes=1) <= waits[0]
    assert {"abandoned:transient": 1} == states(record())


def test_a_lost_answer_on_an_idempotent_channel_is_asked_again(desk: Desk, post: Post, clock: ManualClock) -> None:
    """Where sending twice does no harm, doubt is settled by sending again: in effect once."""
    post.post.mood = "broken"
    placed(desk)
    desk.send_due()
    post.post.mood = "delivered"
    clock.advance(hours=1)

    assert 1 == desk.send_due().done
    assert 1 == len(post.post.sent)


def test_a_lost_answer_elsewhere_stays_unknown(desk: Desk, post: Post, record: Record, clock: ManualClock) -> None:
    """Where sending again could send twice, it is not sent again, and nobody counts as told."""
    post.wire.mood = "broken"
    case = desk.incidents.notify(reported(desk, placed(desk, customer=JOAN)).id, "wire")
    desk.send_due()
    clock.advance(days=9)
    post.wire.mood = "accepted"
    desk.send_due()

    assert 1 == states(record())["unknown:unexpected"]
    assert 1 == len(post.wire.sent)
    assert Phase.DETECTED is desk.incidents.get(case.id).phase


# --- A process that dies -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("dies_at", [1, 3, 5])
@pytest.mark.parametrize("before", [True, False])
def test_an_idempotent_channel_sends_each_once_in_effect(
    opened: Opened, record: Record, clock: ManualClock, dies_at: int, before: bool
) -> None:
    """Of a process killed while sending, before or after the message was out, another one ends what was begun."""
    courier = Courier(idempotent=True, dies_at=dies_at, before=before)
    desk = opened(plugins=(courier,))
    for _ in range(5):
        placed(desk)
    with pytest.raises(Killed):
        desk.send_due()
    clock.advance(minutes=2)
    report = opened(plugins=(courier,)).send_due()

    assert 5 == report.done
    assert 5 == len(set(courier.out))
    assert {"done": 5} == states(record())
    assert [] == faults(record(), SHOP)


@pytest.mark.parametrize("dies_at", [1, 3, 5])
@pytest.mark.parametrize("before", [True, False])
def test_elsewhere_one_message_at_most_is_in_doubt(
    opened: Opened, record: Record, clock: ManualClock, dies_at: int, before: bool
) -> None:
    """On a channel that can't be repeated, the one message that was being sent stays unknown; no other is lost or doubled."""
    courier = Courier(idempotent=False, dies_at=dies_at, before=before)
    desk = opened(plugins=(courier,))
    for _ in range(5):
        placed(desk)
    with pytest.raises(Killed):
        desk.send_due()
    clock.advance(minutes=2)
    report = opened(plugins=(courier,)).send_due()

    assert (4, 1) == (report.done, report.unknown)
    assert {"done": 4, "unknown:no_answer": 1} == states(record())
    assert len(courier.out) == len(set(courier.out)) == 5 - before


def test_what_is_unknown_is_never_sent_again(opened: Opened, record: Record, clock: ManualClock) -> None:
    """However often and however late it is tried."""
    courier = Courier(idempotent=False, dies_at=1)
    desk = opened(plugins=(courier,))
    placed(desk)
    with pytest.raises(Killed):
        desk.send_due()
    for _ in range(3):
        clock.advance(days=30)
        opened(plugins=(courier,)).send_due()

    assert 1 == len(courier.out)
    assert {"unknown:no_answer": 1} == states(record())


def test_a_dead_process_leaves_its_mark(opened: Opened, record: Record) -> None:
    """Before a message goes out the record says that it is about to."""
    desk = opened(plugins=(Courier(idempotent=True, dies_at=1),))
    placed(desk)
    with pytest.raises(Killed):
        desk.send_due()

    assert {"claimed": 1} == states(record())


def test_a_doubtful_notice_tells_nobody(opened: Opened, clock: ManualClock) -> None:
    """A case whose only notice may or may not have gone out is not communicated."""
    desk = opened(plugins=(Courier(idempotent=False, dies_at=2),))
    case = desk.incidents.notify(reported(desk).id)
    with pytest.raises(Killed):
        desk.send_due()
    clock.advance(minutes=2)
    desk.send_due()

    assert Phase.DETECTED is desk.incidents.get(case.id).phase


# --- To whom -----------------------------------------------------------------------------------------------------


def test_the_address_is_read_when_it_is_sent(opened: Opened, record: Record) -> None:
    """An address that was corrected since is the one that is used; none is kept with the message."""
    courier = Courier(idempotent=True)
    desk = opened(plugins=(courier,))
    placed(desk)
    placed(desk, customer=evolve(MARTA, email="new@example.com"))
    desk.send_due()

    assert ["new@example.com"] * 2 == courier.addresses
    assert [] == record().holding("new@example.com") + record().holding(MARTA.email)


def test_each_standing_is_told_once(desk: Desk, post: Post) -> None:
    """Asking again to write where the case stands writes nothing new."""
    case = reported(desk)
    for _ in range(3):
        desk.incidents.notify(case.id)
    desk.send_due()
    desk.incidents.notify(case.id)

    assert 0 == desk.send_due().total
    assert 2 == len(post.post.sent)


def test_a_round_of_its_own_is_told_again(desk: Desk, post: Post) -> None:
    """After a reopening the same step is a new message."""
    case = resolved(desk)
    desk.incidents.reopen(case.id, reason="broken again")
    desk.incidents.resolve(case.id)
    desk.send_due()

    assert 2 == sum("incident.resolved" in key for key in post.post.sent)


def test_what_is_told_in_person_is_told(desk: Desk) -> None:
    """A conversation tells the customer without any message."""
    assert Phase.COMMUNICATED is told(desk).phase
