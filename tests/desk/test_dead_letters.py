"""Dead letters: listed, looked at, repaired and sent again; what may have gone out is settled first."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest
from attrs import evolve

from incidentkit.desk.desk import Desk
from incidentkit.domain.effects import Intent, IntentState, Receipt
from incidentkit.domain.incidents import Phase
from incidentkit.domain.messages import LostReason, ReceiptKind
from incidentkit.domain.people import Customer
from incidentkit.errors import InvalidInput, PermanentChannelError, RuleViolation, TransitionRefused, UnknownIdError
from incidentkit.hooks import hookimpl
from incidentkit.ports import AddressKind, Channel, ChannelFeatures, Message
from incidentkit.testing._audit import Copy, faults
from incidentkit.testing._post import Post
from incidentkit.testing.clocks import ManualClock
from tests.desk.conftest import Opened
from tests.desk.world import MARTA, SHOP, placed, reported

Record = Callable[[], Copy]


def given_up(desk: Desk, post: Post, mood: str = "permanent") -> Intent:
    """A message about an order that its channel refused for good."""
    post.post.mood = mood
    order = placed(desk)
    desk.send_due()
    post.post.mood = "delivered"
    return desk.messages.find(stream=order.id)[0]


def came_back(desk: Desk, post: Post, reason: LostReason | None = None) -> Intent:
    """A message about a case that bounced."""
    post.post.mood = "accepted"
    case = desk.incidents.notify(reported(desk).id)
    desk.send_due()
    post.post.mood = "delivered"
    key = case.notices[0].key
    desk.messages.receipt(channel="post", reference=key, receipt=Receipt(ReceiptKind.BOUNCED, reason=reason))
    return desk.messages.get(key)


def in_doubt(desk: Desk, post: Post) -> Intent:
    """A message of which nobody knows whether it went out."""
    post.wire.mood = "broken"
    case = desk.incidents.notify(reported(desk).id, "wire")
    desk.send_due()
    post.wire.mood = "accepted"
    return desk.messages.get(case.notices[0].key)


# --- Listed ------------------------------------------------------------------------------------------------------


def test_what_needs_a_person_is_listed(desk: Desk, post: Post) -> None:
    """What was refused, what came back, and what is in doubt; nothing that arrived."""
    placed(desk)
    desk.send_due()
    dead = [given_up(desk, post), came_back(desk, post), in_doubt(desk, post)]

    assert {letter.key for letter in dead} == {letter.key for letter in desk.messages.dead()}
    assert 3 == desk.messages.count_dead()
    assert 2 == len(desk.messages.dead(2))


def test_messages_are_found(desk: Desk, post: Post) -> None:
    """By what they are about, to whom they go, their channel and where they stand."""
    letter = given_up(desk, post)
    find = desk.messages.find

    assert [letter] == list(find(stream=letter.stream, state="failed", channel="post", customer=MARTA))
    assert () == find(customer="nobody") + find(state=IntentState.DONE) + find(channel="wire")
    with pytest.raises(InvalidInput, match="from 1 to 10,000"):
        find(limit=0)


# --- Sent again --------------------------------------------------------------------------------------------------


def test_what_did_not_go_out_is_sent_under_its_key(desk: Desk, post: Post, record: Record) -> None:
    """It is the same message, with its tries to come; the record says who wanted it and why."""
    letter = given_up(desk, post)
    again = desk.messages.resend(letter.key, by="ana", reason="the channel is mended")
    report = desk.send_due()
    noted = [entry for entry in desk.orders.timeline(letter.stream) if entry.type == "message.resent"]

    assert (letter.key, IntentState.PLANNED, 0) == (again.key, again.state, again.attempts)
    assert (1, IntentState.DONE, ()) == (report.done, desk.messages.get(letter.key).state, desk.messages.dead())
    assert [("agent:ana", "the channel is mended")] == [(e.by, str(e.data.reason)) for e in noted]  # type: ignore[attr-defined]
    assert [] == faults(record(), SHOP)


def test_what_came_back_is_sent_as_another_one(desk: Desk, post: Post, record: Record) -> None:
    """Its channel has seen the first; the case gets a notice that can tell the customer."""
    letter = came_back(desk, post)
    again = desk.messages.resend(letter.key)
    desk.send_due()
    case = desk.incidents.get(letter.stream)

    assert letter.key != again.key
    assert [letter.key, again.key] == [notice.key for notice in case.notices]
    assert (Phase.COMMUNICATED, ()) == (case.phase, desk.messages.dead())
    assert [] == faults(record(), SHOP)


def test_it_can_go_another_way(desk: Desk, post: Post) -> None:
    """By a channel that is there."""
    letter = given_up(desk, post)
    again = desk.messages.resend(letter.key, channel="wire")
    desk.send_due()

    assert ([again.key], ()) == (post.wire.sent, desk.messages.dead())
    with pytest.raises(InvalidInput, match="goes by a channel that is there"):
        desk.messages.resend(letter.key, channel="pigeon")


def test_after_its_address_was_corrected_it_arrives(desk: Desk, post: Post, record: Record) -> None:
    """An address that its server does not know takes nothing until it is put right."""
    letter = came_back(desk, post, LostReason.UNKNOWN_ADDRESS)
    desk.messages.repair(letter.key, email="marta.vidal@example.com", language="en", by="ana")
    again = desk.messages.resend(letter.key)
    report = desk.send_due()

    assert (1, 0) == (report.done, report.suppressed)
    assert IntentState.DONE is desk.messages.get(again.key).state
    assert [] == record().holding("marta.vidal@example.com")


def test_without_that_it_does_not(desk: Desk, post: Post) -> None:
    """Nothing is sent to an address that failed."""
    letter = came_back(desk, post, LostReason.UNKNOWN_ADDRESS)
    again = desk.messages.resend(letter.key)
    desk.send_due()

    assert (IntentState.SUPPRESSED, "address_failed") == (
        (found := desk.messages.get(again.key)).state,
        found.reason,
    )


def test_what_was_given_up_by_the_desk_can_be_taken_up(desk: Desk, post: Post, clock: ManualClock) -> None:
    """Also after its last try."""
    post.post.mood = "transient"
    order = placed(desk)
    while desk.send_due().total:
        clock.advance(days=1)
    post.post.mood = "delivered"
    (letter,) = desk.messages.find(stream=order.id)
    desk.messages.resend(letter.key)

    assert IntentState.ABANDONED is letter.state
    assert 1 == desk.send_due().done


def test_what_nobody_wants_is_dismissed(desk: Desk, post: Post) -> None:
    """It is listed no more, and not sent."""
    for letter in (given_up(desk, post), came_back(desk, post)):
        desk.messages.dismiss(letter.key, by="ana")

    assert () == desk.messages.dead()
    assert 0 == desk.send_due().total


@pytest.mark.parametrize("does", ["resend", "dismiss"])
def test_what_is_not_dead_is_refused(desk: Desk, post: Post, does: str) -> None:
    """What arrived, what is on its way, what was sent again already, and what is in doubt."""
    order = placed(desk)
    (message,) = desk.messages.find(stream=order.id)
    decide = getattr(desk.messages, does)
    with pytest.raises(TransitionRefused, match="got one that is planned"):
        decide(message.key)
    desk.send_due()
    with pytest.raises(TransitionRefused, match="got one that is done"):
        decide(message.key)
    letter = came_back(desk, post)
    desk.messages.resend(letter.key)
    with pytest.raises(TransitionRefused, match="got one that is done"):
        decide(letter.key)
    with pytest.raises(TransitionRefused, match="settle it first"):
        decide(in_doubt(desk, post).key)


def test_a_repair_corrects_something(desk: Desk, post: Post) -> None:
    """Of somebody who is known."""
    letter = given_up(desk, post)
    with pytest.raises(InvalidInput, match="corrects something"):
        desk.messages.repair(letter.key)
    with pytest.raises(UnknownIdError):
        desk.messages.repair("message/none", email="a@example.com")


# --- Doubts ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sent", [True, False])
def test_a_person_settles_a_doubt(desk: Desk, post: Post, record: Record, sent: bool) -> None:
    """It counts as accepted, or as never sent; nothing is sent by that."""
    letter = in_doubt(desk, post)
    settled = desk.messages.settle(letter.key, sent=sent, reference="ref-9", by="ana")
    desk.send_due()

    assert (IntentState.DONE if sent else IntentState.FAILED) is settled.state is desk.messages.get(letter.key).state
    assert ("ref-9" if sent else "") == settled.reference
    assert (Phase.COMMUNICATED if sent else Phase.DETECTED) is desk.incidents.get(letter.stream).phase
    assert 1 == len(post.wire.sent)
    assert sent == (desk.messages.dead() == ())
    assert [] == faults(record(), SHOP)


def test_what_is_known_is_not_settled(desk: Desk, post: Post) -> None:
    """A doubt is settled once."""
    letter = in_doubt(desk, post)
    desk.messages.settle(letter.key, sent=False)
    with pytest.raises(TransitionRefused, match="while nobody knows"):
        desk.messages.settle(letter.key, sent=True)


class Registry:
    """A plugin with a channel that breaks off, and can be asked afterwards."""

    name = "post"
    features = ChannelFeatures(confirms=True, idempotent=False, lookup=True)
    address: AddressKind = "email"

    def __init__(self) -> None:
        self.knows: dict[str, Receipt] = {}
        self.asked: list[str] = []
        self.sent: list[str] = []
        self.reachable = False

    @hookimpl
    def incidentkit_register_channels(self) -> Iterable[Channel]:
        """Itself."""
        return [self]

    def send(self, message: Message) -> Receipt:
        """It goes out, and the answer is lost."""
        self.sent.append(message.key)
        raise RuntimeError("the line broke")

    def look_up(self, key: str) -> Receipt | None:
        """What is known of a key, once the line stands again."""
        self.asked.append(key)
        if not self.reachable:
            raise RuntimeError("the line is broken")
        return self.knows.get(key)


def test_a_lost_look_up_never_sends_again(opened: Opened, clock: ManualClock) -> None:
    """The message went out and can't be asked for: it stays in doubt, however often it is tried, until its channel tells."""
    registry = Registry()
    desk = opened(plugins=(registry,))
    case = desk.incidents.notify(reported(desk).id)
    for _ in range(5):
        desk.send_due()
        clock.advance(days=1)
    message = desk.messages.get(case.notices[0].key)
    sent = list(registry.sent)
    registry.reachable = True
    unknown = desk.messages.look_up()
    registry.knows = {key: Receipt(ReceiptKind.DELIVERED, "ref") for key in sent}
    settled = desk.messages.look_up()

    assert len(sent) == len(set(sent))
    assert IntentState.UNKNOWN is message.state
    assert (0, len(sent)) == (unknown, settled)
    assert (IntentState.DONE, Phase.COMMUNICATED) == (
        desk.messages.get(message.key).state,
        desk.incidents.get(case.id).phase,
    )


# --- The next way ------------------------------------------------------------------------------------------------


WAYS = evolve(SHOP, fallback=("wire", "call"))


@pytest.mark.parametrize("mood", ["permanent", "unsupported", "bounced", "rejected"])
def test_what_does_not_arrive_goes_the_next_way(opened: Opened, post: Post, record: Record, mood: str) -> None:
    """The same words by the shop's next channel, at once; the first is no dead letter then."""
    desk = opened(shop=WAYS)
    post.post.mood = mood
    case = desk.incidents.notify(reported(desk).id)
    for _ in range(3):
        desk.send_due()
    now = desk.incidents.get(case.id)

    assert ["post", "wire"] == [notice.channel for notice in now.notices]
    assert (Phase.COMMUNICATED, ()) == (now.phase, desk.tasks.find(incident=case.id))
    assert case.notices[0].key not in {letter.key for letter in desk.messages.dead()}
    assert [] == faults(record(), WAYS)


def test_the_last_way_is_a_call(opened: Opened, post: Post) -> None:
    """When every channel has failed, one task asks for one; it ends when somebody has spoken with them."""
    desk = opened(shop=WAYS)
    post.post.mood = post.wire.mood = "permanent"
    case = desk.incidents.notify(reported(desk).id)
    for _ in range(4):
        desk.send_due()
    (call,) = desk.tasks.find(incident=case.id)
    desk.incidents.log_conversation(case.id, channel="phone", summary="told her", by="ana")

    assert ("call", "not_reached") == (call.kind, call.rule)
    assert () == desk.tasks.find(incident=case.id)


def test_who_was_reached_is_not_written_to_again(opened: Opened, post: Post) -> None:
    """A second bounce of the first message, after the second has arrived, moves nothing."""
    desk = opened(shop=WAYS)
    post.post.mood = "accepted"
    case = desk.incidents.notify(reported(desk).id)
    desk.send_due()
    key = case.notices[0].key
    for n in range(3):
        desk.messages.receipt(channel="post", reference=key, receipt=Receipt(ReceiptKind.BOUNCED), key=str(n))
        desk.send_due()
    now = desk.incidents.get(case.id)

    assert ["post", "wire"] == [notice.channel for notice in now.notices]
    assert (Phase.COMMUNICATED, ()) == (now.phase, desk.tasks.find(incident=case.id))


def test_while_it_is_in_doubt_no_other_way_is_tried(opened: Opened, post: Post) -> None:
    """They may have been reached."""
    desk = opened(shop=evolve(SHOP, fallback=("post", "call")))
    post.wire.mood = "broken"
    case = desk.incidents.notify(reported(desk).id, "wire")
    desk.send_due()

    assert [] == [key for key in post.post.sent if "incident" in key]
    assert () == desk.tasks.find(incident=case.id)


def test_who_has_no_address_is_to_be_called(desk: Desk) -> None:
    """A case of somebody without an address on its channel, and with no other way."""
    case = desk.incidents.notify(reported(desk, placed(desk, customer=Customer("c-7", name="Pau"))).id)
    desk.send_due()

    assert ["not_reached"] == [task.rule for task in desk.tasks.find(incident=case.id)]


def test_nobody_is_repaired_who_was_forgotten(desk: Desk, post: Post, record: Record) -> None:
    """There is nobody to write to."""
    post.post.mood = "permanent"
    order = placed(desk, customer=None)
    case = desk.incidents.report(order.id, type="damaged", description="x")

    assert () == desk.messages.find(stream=case.id)
    with pytest.raises(RuleViolation):
        desk.messages.repair("message/none", email="x@example.com")


class Door(Registry):
    """Its channel refuses a message at the door, and says why."""

    def __init__(self, reason: LostReason) -> None:
        super().__init__()
        self.reason = reason

    def send(self, message: Message) -> Receipt:
        """Nothing is taken."""
        raise PermanentChannelError("The server", "takes the message", got="550", reason=self.reason)


@pytest.mark.parametrize("reason", [LostReason.UNKNOWN_ADDRESS, LostReason.CONTENT])
def test_a_refusal_at_the_door_says_why(opened: Opened, reason: LostReason) -> None:
    """An unknown address is known as one from then on; anything else blocks nobody. Either way somebody is to call."""
    desk = opened(plugins=(Door(reason),))
    case = desk.incidents.notify(reported(desk).id)
    desk.send_due()
    letter = desk.messages.get(case.notices[0].key)
    assert case.customer is not None

    assert (IntentState.FAILED, reason.value) == (letter.state, letter.reason)
    assert (reason is LostReason.UNKNOWN_ADDRESS) == bool(desk.people.preferences(case.customer).failed)
    assert ["not_reached"] == [task.rule for task in desk.tasks.find(incident=case.id)]
