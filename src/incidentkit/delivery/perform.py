"""Performing one message: it is worded, handed to its channel, and what became of it is said."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from attrs import field, frozen

from incidentkit.delivery.catalogue import Catalogue
from incidentkit.domain.effects import Intent, IntentState, Receipt
from incidentkit.domain.people import Customer
from incidentkit.domain.shop import Shop
from incidentkit.errors import PermanentChannelError, TransientChannelError, UnsupportedFeature
from incidentkit.ports import Channel, LookUp, Message

__all__ = ["Job", "Outcome", "Said", "hand_over", "look_up", "word"]

_log = logging.getLogger("incidentkit.delivery")


@frozen
class Job:
    """One claimed message to perform.

    Args:
        intent: its ``attempts`` count this one.
        recipient: whom it goes to; None where the person is unknown or forgotten.
        at: the present, in UTC.
        step: the text that it carries, where that is not the intent's own.
        values: what that text is filled with, where it is not the intent's own.
        links: addresses by name that the text may name.
    """

    intent: Intent
    recipient: Customer | None = field(repr=False)
    at: datetime
    step: str = ""
    values: tuple[tuple[str, str], ...] = ()
    links: Mapping[str, str] = field(factory=dict, repr=False)


@frozen
class Outcome:
    """What became of a message.

    Args:
        key: the intent's.
        state: ``done``; ``failed``, ``suppressed`` and ``abandoned`` for good; ``unknown`` where it may have gone out;
            ``planned`` to be tried again.
        receipt: the channel's word; with ``done`` only.
        reason: a code where it is not done: ``no_address``, ``no_channel``, ``no_text``, ``bad_values``, ``permanent`` or the
            channel's own reason, ``unsupported``, ``transient``, ``unexpected``.
        due: when to try again; with ``planned`` only.
        retry_after: how long the channel asked to be left alone.
    """

    key: str
    state: IntentState
    receipt: Receipt | None = None
    reason: str = ""
    due: datetime | None = None
    retry_after: timedelta | None = None

    @property
    def heard(self) -> bool:
        """Whether the channel answered: that it refused this message for good is an answer too."""
        return self.reason not in ("transient", "unexpected")


def word(job: Job, channel: Channel | None, catalogue: Catalogue, shop: Shop) -> Message | Outcome:
    """The message as its channel gets it; or what becomes of it, where there is none to hand over."""
    intent = job.intent
    if channel is None:
        return Outcome(intent.key, IntentState.FAILED, reason="no_channel")
    to = _address(job.recipient, channel)
    if job.recipient is None or not to:
        return Outcome(intent.key, IntentState.SUPPRESSED, reason="no_address")
    try:
        return _message(job, job.recipient, to, catalogue, shop)
    except KeyError:
        return Outcome(intent.key, IntentState.FAILED, reason="no_text")
    except ValueError as error:
        # Values of another version of the code: this message can't be worded, the others can.
        _log.error("the text %s could not be filled: %s", intent.step, type(error).__name__)
        return Outcome(intent.key, IntentState.FAILED, reason="bad_values")


def _address(recipient: Customer | None, channel: Channel) -> str:
    if recipient is None:
        return ""
    return recipient.email if channel.address == "email" else recipient.phone


def _message(job: Job, recipient: Customer, to: str, catalogue: Catalogue, shop: Shop) -> Message:
    intent, links = job.intent, job.links
    values = {**dict(job.values or intent.values), "name": recipient.name}
    rendered = catalogue.render(job.step or intent.step, recipient.language, values, links)
    return Message(
        key=intent.key,
        to=to,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        at=job.at,
        sender=shop.sender,
        name=recipient.name,
        language=catalogue.language(recipient.language).code,
        sender_name=shop.name,
        reply_to=links.get("reply_to", ""),
        unsubscribe=links.get("unsubscribe_url", ""),
    )


def hand_over(channel: Channel, message: Message, attempts: int, shop: Shop) -> Outcome:
    """Send a message, once. What a channel raises never comes out.

    Args:
        attempts: how often it was tried, this time included.
    """
    try:
        receipt = channel.send(message)
        if not isinstance(receipt, Receipt):
            raise TypeError("a channel's send must return a Receipt")
    except UnsupportedFeature:
        return Outcome(message.key, IntentState.FAILED, reason="unsupported")
    except PermanentChannelError as error:
        return Outcome(message.key, IntentState.FAILED, reason=str(error.context.get("reason") or "permanent"))
    except TransientChannelError as error:
        from incidentkit.delivery.retry import named_wait  # only a failure needs it

        named = named_wait(error.context.get("retry_after"))
        return _later(channel, message, attempts, shop, "transient", named)
    except Exception as error:  # noqa: BLE001 - whatever a plugin raises, the other messages must go out
        _log.error("channel %s failed unexpectedly: %s", channel.name, type(error).__name__)
        return _unexpected(channel, message, attempts, shop)
    return Outcome(message.key, IntentState.DONE, receipt)


def _unexpected(channel: Channel, message: Message, attempts: int, shop: Shop) -> Outcome:
    """It may have gone out. Where the channel can tell, or sending twice does no harm, that is no lasting doubt."""
    receipt = look_up(channel, message.key).receipt
    if receipt is not None:
        return Outcome(message.key, IntentState.DONE, receipt)
    if channel.features.idempotent:
        return _later(channel, message, attempts, shop, "unexpected")
    return Outcome(message.key, IntentState.UNKNOWN, reason="unexpected")


@frozen
class Said:
    """What a channel said when it was asked for a message.

    Args:
        answered: it said something: that it knows of no such message, where there is no receipt.
    """

    answered: bool
    receipt: Receipt | None = None


def look_up(channel: Channel, key: str) -> Said:
    """Ask a channel what became of a message."""
    if not (channel.features.lookup and isinstance(channel, LookUp)):
        return Said(answered=False)
    try:
        return Said(True, channel.look_up(key))
    except Exception as error:  # noqa: BLE001 - not knowing is an answer
        _log.error("channel %s could not look up a key: %s", channel.name, type(error).__name__)
        return Said(answered=False)


def _later(
    channel: Channel, message: Message, attempts: int, shop: Shop, reason: str, retry_after: timedelta | None = None
) -> Outcome:
    from incidentkit.delivery.retry import next_try  # only a failure needs it

    policy = shop.channel_settings(channel.name).retry
    due = next_try(policy, attempts, message.at, retry_after, message.key)
    state = IntentState.ABANDONED if due is None else IntentState.PLANNED
    return Outcome(message.key, state, reason=reason, due=due, retry_after=retry_after)
