"""Receipts from outside: kept with the channel's own words, each with one effect, whenever it comes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import permutations

import pytest

from incidentkit.desk.desk import Desk
from incidentkit.domain.effects import Intent, IntentState, Receipt
from incidentkit.domain.incidents import Incident, Phase
from incidentkit.domain.messages import LostReason, ReceiptKind
from incidentkit.errors import InvalidInput, UnknownIdError
from incidentkit.hooks import hookimpl
from incidentkit.ports import AddressKind, Channel, ChannelFeatures, Message
from incidentkit.testing._audit import Copy, faults
from incidentkit.testing._post import Post
from incidentkit.testing.clocks import ManualClock
from tests.desk.conftest import Opened
from tests.desk.world import SHOP, placed, reported, resolved

Record = Callable[[], Copy]
R = ReceiptKind


def written(desk: Desk, post: Post, channel: str = "post") -> tuple[Incident, Intent]:
    """A case whose notice was accepted by its channel, and that notice's message."""
    post.post.mood = "accepted"
    case = desk.incidents.notify(reported(desk).id, channel)
    desk.send_due()
    return desk.incidents.get(case.id), desk.messages.get(case.notices[-1].key)


def say(desk: Desk, message: Intent, kind: ReceiptKind, *, key: str = "", at: datetime | None = None, **given: object) -> bool:
    """Its channel says something of it."""
    receipt = Receipt(kind, **given)  # type: ignore[arg-type]
    return desk.messages.receipt(channel=message.channel, reference=message.key, receipt=receipt, key=key, at=at)


# --- One effect --------------------------------------------------------------------------------------------------


def test_a_delivery_tells_the_customer(desk: Desk, post: Post, record: Record) -> None:
    """A case whose message was only accepted is communicated when its channel says that it was delivered."""
    case, message = written(desk, post)
    say(desk, message, R.DELIVERED)

    assert (Phase.DETECTED, Phase.COMMUNICATED) == (case.phase, desk.incidents.get(case.id).phase)
    assert [] == faults(record(), SHOP)


@pytest.mark.parametrize("key", ["event-1", ""])
def test_the_same_receipt_has_one_effect(desk: Desk, post: Post, key: str) -> None:
    """However often it comes; by the channel's own id, or by what it says."""
    case, message = written(desk, post)
    at = desk.clock()
    had = [say(desk, message, R.DELIVERED, key=key, at=at) for _ in range(3)]
    noted = [entry for entry in desk.orders.timeline(case.orders[0]) if entry.type == "message.receipt"]

    assert [True, False, False] == had
    assert 1 == sum(getattr(entry.data, "receipt", None) is R.DELIVERED for entry in noted)


def test_of_many_at_once_one_counts(opened: Opened, post: Post) -> None:
    """Deliveries of one event to several processes at the same instant are one."""
    desks = [opened() for _ in range(3)]
    _, message = written(desks[0], post)
    with ThreadPoolExecutor(3) as threads:
        had = list(threads.map(lambda desk: say(desk, message, R.DELIVERED, key="event-1"), desks))

    assert [False, False, True] == sorted(had)


def test_the_channels_own_words_lie_in_the_vault(desk: Desk, post: Post, record: Record) -> None:
    """Beside the receipt, and nowhere else: they may hold an address."""
    _, message = written(desk, post)
    say(desk, message, R.BOUNCED, raw="<marta@example.com>: 550 5.1.1 no such user\0\udcff")
    (said,) = (said for said in desk.messages.receipts(message.key) if said.kind is R.BOUNCED)
    vault = {row["ref"]: row for row in record().tables["vault"]}

    assert "550 5.1.1 no such user" in vault[said.raw]["body"]
    assert message.customer == vault[said.raw]["customer"]
    assert [] == record().holding("no such user")


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_any_order_ends_alike(desk: Desk, post: Post, clock: ManualClock, order: tuple[int, ...]) -> None:
    """A delivery, a bounce after it and a word that it is on its way, in whatever order they come in: it came back."""
    case, message = written(desk, post)
    clock.advance(hours=1)
    begun = clock() - timedelta(minutes=30)
    words = [(R.DELIVERED, 1), (R.BOUNCED, 2), (R.ACCEPTED, 3)]
    for place in (*order, *order):
        kind, minute = words[place]
        say(desk, message, kind, at=begun + timedelta(minutes=minute))
    now = desk.incidents.get(case.id)

    assert (Phase.DETECTED, R.BOUNCED) == (now.phase, now.notices[0].receipt)
    assert [message.key] == [letter.key for letter in desk.messages.dead()]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_what_arrived_after_all_is_no_dead_letter(desk: Desk, post: Post, clock: ManualClock, order: tuple[int, ...]) -> None:
    """A bounce, and after it a delivery, in either order: the customer is told, and nobody need look."""
    case, message = written(desk, post)
    clock.advance(hours=1)
    begun = clock() - timedelta(minutes=30)
    for place in order:
        say(desk, message, (R.BOUNCED, R.DELIVERED)[place], at=begun + timedelta(minutes=place))

    assert Phase.COMMUNICATED is desk.incidents.get(case.id).phase
    assert () == desk.messages.dead()


def test_what_lies_ahead_counts_as_now(desk: Desk, post: Post) -> None:
    """The clock of a channel may be fast."""
    case, message = written(desk, post)
    say(desk, message, R.DELIVERED, at=desk.clock() + timedelta(days=1))

    assert desk.clock() == desk.incidents.get(case.id).communicated_at


# --- A receipt that is early -------------------------------------------------------------------------------------


class Hasty:
    """A plugin whose channel sends its receipts before it has answered."""

    name = "post"
    features = ChannelFeatures(confirms=True, idempotent=False)
    address: AddressKind = "email"

    def __init__(self) -> None:
        self.desk: Desk | None = None
        self.answers: object = Receipt(R.ACCEPTED, "ref-1")

    @hookimpl
    def incidentkit_register_channels(self) -> Iterable[Channel]:
        """Itself."""
        return [self]

    def send(self, message: Message) -> Receipt:
        """The word from outside comes first, twice."""
        assert self.desk is not None
        for _ in range(2):
            self.desk.messages.receipt(channel="post", reference="ref-1", receipt=Receipt(R.DELIVERED, raw="early"))
            self.desk.messages.receipt(channel="post", reference=message.key, receipt=Receipt(R.READ))
        if isinstance(self.answers, BaseException):
            raise self.answers
        assert isinstance(self.answers, Receipt)
        return self.answers


def test_one_that_comes_before_its_message_waits_for_it(opened: Opened) -> None:
    """It is kept at once, and applied when the send is concluded."""
    hasty = Hasty()
    desk = opened(plugins=(hasty,))
    hasty.desk = opened(plugins=(hasty,))
    order = placed(desk)
    desk.send_due()
    (message,) = desk.messages.find(stream=order.id)
    told = [entry.data.receipt for entry in desk.orders.timeline(order.id) if entry.type == "message.receipt"]  # type: ignore[attr-defined]

    assert {R.ACCEPTED, R.DELIVERED, R.READ} == set(told)
    assert 3 == len(told)
    assert ["applied"] * 2 == [said.state for said in desk.messages.receipts(message.key)]


def test_one_for_nobody_waits(desk: Desk, post: Post, record: Record) -> None:
    """A reference that nothing is called by does no harm; it moves nothing."""
    written(desk, post)
    before = len(record().tables["events"])
    desk.messages.receipt(channel="post", reference="nobody's", receipt=Receipt(R.BOUNCED))

    assert ["waiting"] == [row["state"] for row in record().tables["receipts"] if row["reference"] == "nobody's"]
    assert before == len(record().tables["events"])


def test_one_of_another_channel_is_not_taken(desk: Desk, post: Post) -> None:
    """A reference is a channel's own."""
    case, message = written(desk, post)
    desk.messages.receipt(channel="wire", reference=message.key, receipt=Receipt(R.DELIVERED))

    assert Phase.DETECTED is desk.incidents.get(case.id).phase


@pytest.mark.parametrize(("channel", "reference"), [("", "r"), ("post", "")])
def test_a_receipt_names_its_message(desk: Desk, channel: str, reference: str) -> None:
    """And its channel: an empty name would stand for every message without one."""
    with pytest.raises(InvalidInput, match="names its channel and its message"):
        desk.messages.receipt(channel=channel, reference=reference, receipt=Receipt(R.READ))


def test_a_message_that_is_not_there_is_said_so(desk: Desk) -> None:
    """With an error that can be told from others."""
    with pytest.raises(UnknownIdError, match="must be in this record"):
        desk.messages.get("message/none")


# --- What it means for the person --------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", list(LostReason))
@pytest.mark.parametrize("kind", [R.BOUNCED, R.REJECTED])
def test_only_an_unknown_address_is_given_up(desk: Desk, post: Post, reason: LostReason, kind: ReceiptKind) -> None:
    """A full mailbox, a time-out or a filter blocks nobody for good."""
    case, message = written(desk, post)
    say(desk, message, kind, reason=reason)
    assert case.customer is not None
    failed = desk.people.preferences(case.customer).failed

    assert (reason is LostReason.UNKNOWN_ADDRESS) == bool(failed)


def test_a_complaint_is_a_wish(desk: Desk, post: Post) -> None:
    """Who marked a message as unwanted gets no more of its kind on that channel; the case is as told as before."""
    case, message = written(desk, post)
    say(desk, message, R.DELIVERED)
    say(desk, message, R.COMPLAINED)
    assert case.customer is not None

    assert desk.people.preferences(case.customer).objection("service", "post", "marta@example.com")
    assert Phase.COMMUNICATED is desk.incidents.get(case.id).phase


def test_in_a_later_phase_somebody_calls(desk: Desk, post: Post) -> None:
    """A bounce of what told of the solution leaves the phase, and asks for a call, once."""
    case = resolved(desk)
    desk.send_due()
    message = desk.messages.get(desk.incidents.get(case.id).notices[-1].key)
    say(desk, message, R.BOUNCED, key="1")
    say(desk, message, R.BOUNCED, key="2")

    assert Phase.RESOLVED is desk.incidents.get(case.id).phase
    assert ["notice_bounced"] == [task.rule for task in desk.tasks.find(incident=case.id)]


# --- Doubts ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [R.DELIVERED, R.BOUNCED, R.DEFERRED])
def test_a_receipt_settles_a_doubt(desk: Desk, post: Post, record: Record, kind: ReceiptKind) -> None:
    """Whatever a channel says of a message shows that it went out."""
    post.wire.mood = "broken"
    case = desk.incidents.notify(reported(desk).id, "wire")
    desk.send_due()
    message = desk.messages.get(case.notices[0].key)
    say(desk, message, kind)

    assert (IntentState.UNKNOWN, IntentState.DONE) == (message.state, desk.messages.get(message.key).state)
    assert 1 == len(post.wire.sent)
    assert [] == faults(record(), SHOP)


def test_one_that_waits_to_be_tried_again_is_not_sent_twice(desk: Desk, post: Post, clock: ManualClock, record: Record) -> None:
    """Its channel said that it failed for the moment, and delivered it after all."""
    post.wire.mood = "transient"
    order = placed(desk)
    case = desk.incidents.notify(reported(desk, order).id, "wire")
    desk.send_due()
    message = desk.messages.get(case.notices[0].key)
    say(desk, message, R.DELIVERED)
    post.wire.mood = "accepted"
    clock.advance(days=2)
    desk.send_due()

    assert (IntentState.PLANNED, IntentState.DONE) == (message.state, desk.messages.get(message.key).state)
    assert [] == post.wire.sent
    assert [] == faults(record(), SHOP)


def test_an_address_that_was_corrected_since_stays_good(desk: Desk, post: Post) -> None:
    """A bounce that comes late is about where the message had gone."""
    case, message = written(desk, post)
    desk.messages.repair(message.key, email="right@example.com")
    bounce = Receipt(R.BOUNCED, reason=LostReason.UNKNOWN_ADDRESS)
    desk.messages.receipt(channel="post", reference=message.key, receipt=bounce, address="marta@example.com")
    assert case.customer is not None
    known = desk.people.preferences(case.customer)

    assert known.failure("email", "marta@example.com")
    assert not known.failure("email", "right@example.com")
