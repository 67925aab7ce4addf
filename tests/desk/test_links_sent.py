"""Links go out with messages, and lead where they say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import pytest
from attrs import evolve

from incidentkit.delivery.tokens import Tokens
from incidentkit.desk.desk import Desk
from incidentkit.desk.linking import tokens_of
from incidentkit.domain.effects import Receipt
from incidentkit.domain.messages import ReceiptKind
from incidentkit.hooks import Channel, ChannelFeatures, Message, hookimpl
from incidentkit.ports import AddressKind
from incidentkit.testing._audit import Copy
from tests.web.customers import PAGES, SHOP, World, world

Opened = Callable[..., Desk]


class Letters:
    """A channel that keeps what it is given."""

    name = "letters"
    address: AddressKind = "email"
    features = ChannelFeatures(confirms=True, idempotent=True)

    def __init__(self) -> None:
        self.sent: list[Message] = []

    def send(self, message: Message) -> Receipt:
        self.sent.append(message)
        return Receipt(ReceiptKind.DELIVERED)

    @hookimpl
    def incidentkit_register_channels(self) -> Iterable[Channel]:
        return [self]


@pytest.fixture
def letters() -> Letters:
    """One channel."""
    return Letters()


@pytest.fixture
def desk(opened: Opened, letters: Letters) -> Desk:
    """A desk whose shop has pages."""
    return opened(shop=evolve(SHOP, channel="letters"), plugins=(letters,))


@pytest.fixture
def about(desk: Desk) -> World:
    """One customer's affairs, told in messages."""
    found = world(desk)
    desk.send_due()
    return found


def found_in(letters: Letters, kind: str) -> list[str]:
    """The tokens of that kind in the texts that were sent."""
    texts = "\n".join(message.text + message.html for message in letters.sent)
    return re.findall(rf"{PAGES}/{kind}/([\w.-]+)", texts)


def test_a_message_leads_to_what_it_is_about(desk: Desk, about: World, letters: Letters) -> None:
    """Its status is that order's, its offers can be answered from it, its survey can be rated from it."""
    statuses = {desk.pages.status(one) for one in found_in(letters, "status")}
    offers = desk.pages.offers(found_in(letters, "answer")[-1])
    survey = desk.pages.survey(found_in(letters, "survey")[-1])

    assert offers is not None
    assert survey is not None
    assert {"1001"} == {page.view.order.label for page in statuses if page is not None and page.view.order is not None}
    assert (["offer-1", "offer-2"], "csat") == ([offer.id for offer in offers.offers], survey.survey)


def test_answers_come_back_to_their_thing(desk: Desk, about: World, letters: Letters) -> None:
    """The address that answers go to leads to the order, the case or the question that the message was about."""
    tokens = tokens_of(desk._runtime)
    assert isinstance(tokens, Tokens)
    things = {tokens.read_address(message.reply_to) for message in letters.sent}

    assert {about.order.id, about.case.id, about.ask.id} == things


def test_only_what_nobody_needs_can_be_ended_by_one_click(desk: Desk, about: World, letters: Letters) -> None:
    """A survey says where its end is, news of an order does not."""
    ends = {message.subject: message.unsubscribe for message in letters.sent}

    assert 1 == len([end for end in ends.values() if end])
    assert desk.pages.unsubscribe(next(end for end in ends.values() if end).rpartition("/")[2]) is not None


def test_without_a_place_messages_have_no_links(opened: Opened, letters: Letters) -> None:
    """And answers go to the sender."""
    desk = opened(shop=evolve(SHOP, channel="letters", pages_url="", reply_to=""), plugins=(letters,))
    world(desk)
    desk.send_due()

    assert [] == [message.key for message in letters.sent if "http" in message.text or message.reply_to or message.unsubscribe]
    assert letters.sent


def test_a_token_is_kept_nowhere(desk: Desk, about: World, letters: Letters, record: Callable[[], Copy]) -> None:
    """Neither what was sent nor what was answered leaves one in any table: who reads the store can use no link."""
    sent = {one for kind in ("status", "answer", "survey", "preferences", "unsubscribe") for one in found_in(letters, kind)}
    desk.pages.answer(found_in(letters, "answer")[-1], "offer-1")
    desk.pages.rate(found_in(letters, "survey")[-1], 5)
    kept = repr(record().tables)

    assert [] == [one for one in sent if one in kept]
    assert len(sent) > 4
