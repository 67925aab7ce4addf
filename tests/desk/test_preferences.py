"""People's wishes and addresses, as the desk keeps them and sending heeds them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from incidentkit.desk.desk import Desk
from incidentkit.domain.effects import Receipt
from incidentkit.domain.messages import ReceiptKind
from incidentkit.domain.people import Customer
from incidentkit.domain.sending import FrequencyCap, SendPolicy
from incidentkit.errors import InvalidInput, KeyReusedError, UnknownIdError
from incidentkit.hooks import hookimpl
from incidentkit.ports import AddressKind, Channel, ChannelFeatures, Message
from incidentkit.testing._audit import Copy, faults
from incidentkit.testing._post import Post
from incidentkit.testing.clocks import ManualClock
from tests.desk.conftest import Opened
from tests.desk.world import MARTA, SHOP, placed

Record = Callable[[], Copy]
NOON, NIGHT = datetime(2026, 5, 4, 10, tzinfo=UTC), datetime(2026, 5, 4, 1, tzinfo=UTC)


class Phones:
    """A plugin with a channel named ``sms`` that writes to phones."""

    address: AddressKind = "phone"
    name = "sms"
    features = ChannelFeatures(confirms=True, idempotent=True)

    def __init__(self) -> None:
        self.out: list[Message] = []

    @hookimpl
    def incidentkit_register_channels(self) -> Iterable[Channel]:
        """Itself."""
        return [self]

    def send(self, message: Message) -> Receipt:
        """It rings."""
        self.out.append(message)
        return Receipt(ReceiptKind.DELIVERED, "ref")


@pytest.fixture
def phones() -> Phones:
    """What rang."""
    return Phones()


@pytest.fixture
def ringing(opened: Opened, post: Post, phones: Phones, clock: ManualClock) -> Callable[..., Desk]:
    """A desk whose shop writes to phones, at noon; with the policy that is given."""

    def open_(fallback: tuple[str, ...] = (), **policy: object) -> Desk:
        clock.now = max(clock.now, NOON)
        shop = evolve(SHOP, channel="sms", fallback=fallback, sending=SendPolicy(**policy))  # type: ignore[arg-type]
        return opened(shop=shop, plugins=(post, phones))

    return open_


def key_of(record: Record, step: str = "order.placed") -> str:
    return str(next(row["key"] for row in record().tables["intents"] if row["step"] == step))


# --- What is kept ------------------------------------------------------------------------------------------------


def test_what_people_say_is_kept(desk: Desk, record: Record) -> None:
    """Consents, opt-outs and failures stand in the record, and are found by whatever a person is called."""
    order = placed(desk)
    desk.people.consent(MARTA, purpose="marketing", source="checkout")
    desk.people.opt_out(MARTA.key, channel="sms", source="stop")
    known = desk.people.address_failed(str(order.customer), kind="email", address=MARTA.email, code="5.1.1")

    assert order.customer == known.id
    assert known == desk.people.preferences(MARTA) == desk.people.preferences(MARTA.key) == desk.people.preferences(known.id)
    assert ["marketing"] == [consent.purpose for consent in known.consents]
    assert ["sms"] == [choice.scope.channel for choice in known.choices]
    assert [("email", MARTA.email, "5.1.1")] == [(f.kind, str(f.address), f.code) for f in known.failed]
    assert [] == faults(record(), SHOP)


def test_no_address_stands_in_the_record(desk: Desk, record: Record) -> None:
    """Only the vault has it; one address is one text there, however often it is spoken of."""
    desk.people.opt_out(MARTA, channel="email", address=MARTA.email)
    known = desk.people.address_failed(MARTA, kind="email", address=MARTA.email.upper())

    assert [] == record().holding(MARTA.email)
    assert known.choices[0].scope.address == known.failed[0].address


def test_who_was_not_known_is_known_by_what_they_say(desk: Desk) -> None:
    """Somebody may opt out before they ever order; what they order later is theirs."""
    known = desk.people.opt_out(Customer("c-new", email="new@example.com"))

    assert known.id == placed(desk, customer="c-new").customer


def test_of_whom_nothing_is_known_nothing_is_said(desk: Desk) -> None:
    """Who has said nothing has no wishes; who is not known is an error."""
    placed(desk)

    assert () == desk.people.preferences(MARTA).choices
    with pytest.raises(UnknownIdError):
        desk.people.preferences("nobody")


def test_wishes_are_taken_back(desk: Desk) -> None:
    """An opt-in takes back what it names, a restored address takes messages again."""
    desk.people.opt_out(MARTA, purpose="survey")
    desk.people.address_failed(MARTA, kind="phone", address=MARTA.phone)
    desk.people.opt_in(MARTA, purpose="survey")
    desk.people.address_restored(MARTA, kind="phone", address=MARTA.phone)
    known = desk.people.consent(MARTA, purpose="marketing", given=False)

    assert ((), ()) == (known.choices, known.failed)
    assert [False] == [consent.given for consent in known.consents]


def test_a_key_is_for_one_wish(desk: Desk) -> None:
    """The same command again gives the first result; others under its key are refused."""
    first = desk.people.opt_out(MARTA, purpose="survey", key="k-1")

    assert first == desk.people.opt_out(MARTA, purpose="survey", key="k-1")
    with pytest.raises(KeyReusedError):
        desk.people.opt_out(MARTA, purpose="marketing", key="k-1")


@pytest.mark.parametrize("source", ["a shop\nwindow", "x" * 41, "she said so"])
def test_a_source_is_a_code(desk: Desk, source: str) -> None:
    """No words about anybody get into the record that way."""
    with pytest.raises(InvalidInput, match="code"):
        desk.people.opt_out(MARTA, source=source)


def test_an_address_must_be_given(desk: Desk) -> None:
    """To say of no address that it fails says nothing."""
    with pytest.raises(InvalidInput, match="address"):
        desk.people.address_failed(MARTA, kind="email", address=" ")


# --- What is sent ------------------------------------------------------------------------------------------------


def test_a_stop_to_one_number_leaves_other_channels(ringing: Callable[..., Desk], post: Post, phones: Phones) -> None:
    """The shop's other ways still reach the person; the case of STOP to a single number that silenced everything."""
    desk = ringing(fallback=("post",))
    desk.people.opt_out(MARTA, channel="sms", source="stop")
    placed(desk)
    desk.send_due()

    assert ([], 1) == (phones.out, len(post.post.sent))


def test_an_opt_out_of_everything_is_heeded(ringing: Callable[..., Desk], phones: Phones, record: Record) -> None:
    """On every channel, with one reason in the record."""
    desk = ringing(fallback=("post",))
    desk.people.opt_out(MARTA)
    placed(desk)

    assert (1, []) == (desk.send_due().suppressed, phones.out)
    assert ["opted_out"] == [row["reason"] for row in record().tables["intents"]]
    assert [] == faults(record(), desk.shop)


def test_wishes_are_read_when_it_is_sent(ringing: Callable[..., Desk], phones: Phones) -> None:
    """Whoever opts out after the message was planned gets none."""
    desk = ringing()
    placed(desk)
    desk.people.opt_out(MARTA, purpose="service")

    assert (1, []) == (desk.send_due().suppressed, phones.out)


def test_nobodys_phone_rings_at_night(ringing: Callable[..., Desk], phones: Phones, clock: ManualClock) -> None:
    """At three in the morning it waits until nine; then the three messages that waited are one."""
    clock.now = NIGHT + timedelta(days=1)
    desk = ringing()
    for _ in range(3):
        placed(desk)
    desk.send_due()
    assert [] == phones.out

    clock.now += timedelta(hours=5, minutes=59)
    desk.send_due()
    assert [] == phones.out

    clock.advance(minutes=1)
    desk.send_due()
    assert 1 == len(phones.out)


def test_quiet_hours_are_those_where_the_person_lives(ringing: Callable[..., Desk], phones: Phones) -> None:
    """At noon in Madrid it is night in Los Angeles, and nothing rings there."""
    desk = ringing()
    placed(desk, customer=evolve(MARTA, zone="America/Los_Angeles"))
    desk.send_due()

    assert [] == phones.out


def test_a_cap_counts_what_was_sent(ringing: Callable[..., Desk], phones: Phones, clock: ManualClock) -> None:
    """In one call and in the next, by whichever channel; the rest goes as soon as the first is old enough."""
    desk = ringing(caps=(FrequencyCap(2, timedelta(hours=6)),))
    for _ in range(3):
        placed(desk)
    desk.send_due()
    desk.send_due()
    assert 2 == len(phones.out)

    clock.advance(hours=6)
    desk.send_due()
    assert 3 == len(phones.out)


def test_news_of_several_orders_is_one_message(ringing: Callable[..., Desk], phones: Phones, clock: ManualClock) -> None:
    """Where the shop waits for them: ten minutes after the first."""
    desk = ringing(bundle_within=timedelta(minutes=10))
    placed(desk, number="S-1")
    clock.advance(minutes=9)
    placed(desk, number="S-2")
    assert 0 == desk.send_due().total

    clock.advance(minutes=1)
    desk.send_due()
    clock.advance(minutes=10)
    desk.send_due()
    assert 1 == len(phones.out)
    assert all(number in phones.out[0].text for number in ("S-1", "S-2"))


# --- Why ---------------------------------------------------------------------------------------------------------


def test_a_verdict_is_explained(ringing: Callable[..., Desk], record: Record) -> None:
    """What would become of a message now, and at night, with the facts that say so."""
    desk = ringing()
    placed(desk)
    key = key_of(record)
    now, night = desk.people.explain_send(key), desk.people.explain_send(key, at=NIGHT + timedelta(days=1))

    assert ("order.placed", desk.clock()) == (now.message.step, now.at)
    assert ("send", "", "sms", None) == (now.outcome, now.reason, now.channel, now.until)
    assert ("defer", "quiet_hours", "", NIGHT + timedelta(days=1, hours=6)) == (
        night.outcome,
        night.reason,
        night.channel,
        night.until,
    )
    assert ("quiet", "Europe/Madrid") == (night.because[0][0], night.because[0][1]["zone"])


def test_what_is_over_is_explained_too(ringing: Callable[..., Desk], record: Record) -> None:
    """The message says what became of it; the verdict, what would now."""
    desk = ringing()
    desk.people.opt_out(MARTA)
    placed(desk)
    desk.send_due()
    told = desk.people.explain_send(key_of(record))

    assert ("suppressed", "opted_out") == (told.message.state, told.message.reason)
    assert ("suppress", "opted_out") == (told.outcome, told.reason)


@pytest.mark.parametrize("key", ["no such key", "line\nbreak"])
def test_only_messages_are_explained(desk: Desk, key: str) -> None:
    """A key that is not there is an error."""
    with pytest.raises(UnknownIdError):
        desk.people.explain_send(key)


def test_wishes_are_made_anew_from_the_events(desk: Desk, record: Record) -> None:
    """As everything that follows from them is."""
    desk.people.opt_out(MARTA, channel="sms", address=MARTA.phone)
    known = desk.people.address_failed(MARTA, kind="email", address=MARTA.email)
    before = record()
    desk.rebuild()

    assert known == desk.people.preferences(MARTA)
    assert [] == faults(record(), SHOP)
    assert before.tables["streams"] == record().tables["streams"]
