"""Performing intents: each ends in a state that says no more than is known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import pytest
from attrs import evolve

from incidentkit.delivery.catalogue import Catalogue, load_catalogue
from incidentkit.delivery.perform import Job, Outcome, hand_over, look_up, word
from incidentkit.delivery.retry import next_try
from incidentkit.domain.effects import Intent, IntentState, Receipt
from incidentkit.domain.messages import ReceiptKind
from incidentkit.domain.people import Customer
from incidentkit.domain.shop import Shop
from incidentkit.errors import PermanentChannelError, TransientChannelError, UnsupportedFeature
from incidentkit.ports import AddressKind, Channel, ChannelFeatures, Message

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
SHOP = Shop(name="La tienda", sender="tienda@example.com", language="es")
ANA = Customer("c-1", "Ana", "ana@example.org", "+34600000000")
INTENT = Intent("message/1", "message", "scripted", "order-1", "order.placed", AT, "c-1", (("order", "S-1"),), attempts=1)
TAKEN = Receipt(ReceiptKind.ACCEPTED, "ref-1")


class One(Protocol):
    """Performs one job."""

    def __call__(self, channel: Channel, intent: Intent = ..., recipient: Customer | None = ..., **more: Any) -> Outcome: ...


IDEMPOTENT = ChannelFeatures(confirms=False, idempotent=True)
ONCE_ONLY = ChannelFeatures(confirms=False, idempotent=False)


class Scripted:
    """A channel that answers from a script, and remembers what it was given."""

    name = "scripted"

    def __init__(self, *answers: object, features: ChannelFeatures = IDEMPOTENT, address: AddressKind = "email") -> None:
        self.features = features
        self.address: AddressKind = address
        self.sent: list[Message] = []
        self._answers = iter(answers or (TAKEN,))

    def send(self, message: Message) -> Receipt:
        self.sent.append(message)
        return _answer(next(self._answers))


class Asked(Scripted):
    """A scripted channel that can be asked afterwards."""

    def __init__(self, *answers: object, found: object) -> None:
        super().__init__(*answers, features=ChannelFeatures(confirms=False, idempotent=False, lookup=True))
        self._found = found

    def look_up(self, key: str) -> Receipt | None:
        return _answer(self._found)


def _answer(answer: object) -> Receipt:
    if isinstance(answer, BaseException):
        raise answer
    return answer  # type: ignore[return-value]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """The texts that ship."""
    return load_catalogue(SHOP)


@pytest.fixture
def one(catalogue: Catalogue) -> One:
    """Performs one job."""

    def run(channel: Channel, intent: Intent = INTENT, recipient: Customer | None = ANA, **more: Any) -> Outcome:
        message = word(Job(intent, recipient, AT, **more), {"scripted": channel}.get(intent.channel), catalogue, SHOP)
        return message if isinstance(message, Outcome) else hand_over(channel, message, intent.attempts, SHOP)

    return run


def _transient() -> TransientChannelError:
    return TransientChannelError("The channel", "is busy")


# --- Sent --------------------------------------------------------------------------------------------------------


def test_a_message_that_was_taken_is_done(one: One) -> None:
    """The outcome is done, with the channel's own receipt."""
    assert Outcome("message/1", IntentState.DONE, TAKEN) == one(Scripted())


def test_the_message_says_who_to_whom_and_what(one: One) -> None:
    """Key, address, name, language, sender and time come from the intent, the customer, the shop and the job."""
    channel = Scripted()

    one(channel, recipient=evolve(ANA, language="en-GB"))
    (message,) = channel.sent

    assert ("message/1", "ana@example.org", "Ana", "en", "tienda@example.com", "La tienda", AT) == (
        message.key,
        message.to,
        message.name,
        message.language,
        message.sender,
        message.sender_name,
        message.at,
    )
    assert "We have received your order S-1" == message.subject


def test_a_channel_gets_the_address_that_it_asks_for(one: One) -> None:
    """A channel for telephones gets the number."""
    channel = Scripted(address="phone")

    one(channel)

    assert ["+34600000000"] == [message.to for message in channel.sent]


def test_a_rejection_at_the_door_is_the_receipt_s_word(one: One) -> None:
    """The intent is done, for it was performed; what the channel says of it stands on the receipt."""
    rejected = Receipt(ReceiptKind.REJECTED)

    assert Outcome("message/1", IntentState.DONE, rejected) == one(Scripted(rejected))


def test_a_bundle_says_what_all_of_it_says(one: One) -> None:
    """The carrier's key, with the text and the values of all together."""
    channel = Scripted()

    one(channel, step="order.shipped", values=(("order", "S-2"),))
    (message,) = channel.sent

    assert "message/1" == message.key
    assert "S-2" in message.text
    assert "S-1" not in message.text


def test_links_go_where_they_belong(one: One) -> None:
    """Where to answer and where to unsubscribe are headers, not words alone."""
    channel = Scripted()

    one(channel, links={"reply_to": "shop+t@example.com", "unsubscribe_url": "https://shop.example/u/t"})
    (message,) = channel.sent

    assert ("shop+t@example.com", "https://shop.example/u/t") == (message.reply_to, message.unsubscribe)


def test_a_message_is_text_and_a_page(one: One) -> None:
    """Both say the same."""
    channel = Scripted()

    one(channel)
    (message,) = channel.sent

    assert "S-1" in message.text
    assert "S-1" in message.html


# --- Not sent ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("recipient", [None, Customer("c-1", "Ana"), Customer("c-1", "Ana", phone="+34600000000")])
def test_nobody_to_write_to_suppresses(one: One, recipient: Customer | None) -> None:
    """An unknown person, or one without the address that the channel needs, is not written to."""
    channel = Scripted()

    assert Outcome("message/1", IntentState.SUPPRESSED, reason="no_address") == one(channel, recipient=recipient)
    assert [] == channel.sent


@pytest.mark.parametrize(
    ("intent", "reason"),
    [
        (evolve(INTENT, channel="pigeon"), "no_channel"),
        (evolve(INTENT, step="order.sung"), "no_text"),
        (evolve(INTENT, values=(("date", "soon"),)), "bad_values"),
        (evolve(INTENT, step="incident.offered", values=(("offers", "refund|5.00 EUR|soon"),)), "bad_values"),
    ],
)
def test_what_can_not_be_worded_or_carried_fails(one: One, intent: Intent, reason: str) -> None:
    """No such channel, no such text, or values that can't be said: failed with its code, and nothing goes out."""
    channel = Scripted()

    assert Outcome("message/1", IntentState.FAILED, reason=reason) == one(channel, intent)
    assert [] == channel.sent


@pytest.mark.parametrize(
    ("error", "reason"),
    [(PermanentChannelError("It", "is closed"), "permanent"), (UnsupportedFeature("It", "is too long"), "unsupported")],
)
@pytest.mark.parametrize("features", [IDEMPOTENT, ONCE_ONLY])
def test_a_refusal_for_good_fails(one: One, error: Exception, reason: str, features: ChannelFeatures) -> None:
    """The channel's refusal ends it at once, with its code."""
    channel = Scripted(error, features=features)

    assert Outcome("message/1", IntentState.FAILED, reason=reason) == one(channel)
    assert 1 == len(channel.sent)


# --- Tried again -------------------------------------------------------------------------------------------------

POLICY = SHOP.channel_settings("scripted").retry


@pytest.mark.parametrize("features", [IDEMPOTENT, ONCE_ONLY])
def test_a_busy_channel_is_tried_later(one: One, features: ChannelFeatures) -> None:
    """It is asked once; then the intent is planned again, with the due time that the shop's policy gives."""
    channel = Scripted(_transient(), features=features)
    due = next_try(POLICY, 1, AT, None, "message/1")

    assert Outcome("message/1", IntentState.PLANNED, reason="transient", due=due) == one(channel)
    assert 1 == len(channel.sent)


def test_the_channel_s_own_time_is_heeded(one: One) -> None:
    """A channel that says when it wants to be asked again is not asked before."""
    hour = timedelta(hours=1)
    busy = TransientChannelError("The channel", "is busy", retry_after=hour)

    outcome = one(Scripted(busy))

    assert (AT + hour, hour) == (outcome.due, outcome.retry_after)


def test_a_message_is_given_up_after_its_last_attempt(one: One) -> None:
    """With its attempts used up, the intent is abandoned."""
    outcome = one(Scripted(_transient()), evolve(INTENT, attempts=POLICY.attempts))

    assert Outcome("message/1", IntentState.ABANDONED, reason="transient") == outcome


# --- Unknown -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [TimeoutError("no answer"), None, True])
def test_no_answer_after_sending_is_unknown(one: One, answer: object) -> None:
    """Where a second message could go out, a failure that says nothing leaves the intent unknown, and nothing is repeated."""
    channel = Scripted(answer, features=ONCE_ONLY)

    assert Outcome("message/1", IntentState.UNKNOWN, reason="unexpected") == one(channel)
    assert 1 == len(channel.sent)


def test_no_answer_from_an_idempotent_channel_is_tried_later(one: One) -> None:
    """Sending the same key again does no harm there."""
    outcome = one(Scripted(TimeoutError()))

    assert (IntentState.PLANNED, "unexpected") == (outcome.state, outcome.reason)


@pytest.mark.parametrize(
    ("found", "state"),
    [(TAKEN, IntentState.DONE), (None, IntentState.UNKNOWN), (TimeoutError(), IntentState.UNKNOWN)],
)
def test_a_channel_that_can_tell_is_asked(one: One, found: object, state: IntentState) -> None:
    """A look-up that finds the message settles it; one that does not, or fails, leaves it unknown."""
    assert state == one(Asked(TimeoutError(), found=found)).state


@pytest.mark.parametrize(
    ("channel", "answered", "receipt"),
    [
        (Asked(found=TAKEN), True, TAKEN),
        (Asked(found=None), True, None),
        (Asked(found=TimeoutError()), False, None),
        (Scripted(), False, None),
    ],
)
def test_knowing_of_none_is_not_the_same_as_no_answer(channel: Channel, answered: bool, receipt: Receipt | None) -> None:
    """A channel that knows of no such message has said something; one that fails, or can't be asked, has not."""
    said = look_up(channel, "message/1")

    assert (answered, receipt) == (said.answered, said.receipt)


@pytest.mark.parametrize(
    ("answer", "heard"),
    [(TAKEN, True), (PermanentChannelError("It", "is closed"), True), (_transient(), False), (TimeoutError(), False)],
)
def test_a_refusal_for_good_is_an_answer(one: One, answer: object, heard: bool) -> None:
    """The channel works; one that fails for the moment, or says nothing, does not."""
    assert heard == one(Scripted(answer)).heard


def test_the_channel_s_reason_stands_for_its_refusal(one: One) -> None:
    """Why it refused for good, where it said so."""
    gone = PermanentChannelError("It", "must know the address", reason="unknown_address")

    assert Outcome("message/1", IntentState.FAILED, reason="unknown_address") == one(Scripted(gone))


def test_an_unexpected_failure_is_logged_without_its_words(one: One, caplog: pytest.LogCaptureFixture) -> None:
    """The log has the channel and the kind of failure; the text may hold an address."""
    one(Scripted(ValueError("ana@example.org is odd")))

    assert ["channel scripted failed unexpectedly: ValueError"] == caplog.messages


def test_a_stop_from_outside_is_not_swallowed(one: One) -> None:
    """Ctrl-C while sending stops the work; the claim that stays says that the message may be out."""
    with pytest.raises(KeyboardInterrupt):
        one(Scripted(KeyboardInterrupt()))


def test_a_job_shows_nobody() -> None:
    """The repr of a job names no person."""
    assert "ana@example.org" not in repr(Job(INTENT, ANA, AT))
