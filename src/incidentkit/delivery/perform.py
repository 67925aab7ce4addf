"""Performing intents: each message is worded, handed to its channel, and what became of it is said."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

from attrs import field, frozen

from incidentkit.delivery.catalogue import Catalogue
from incidentkit.domain.effects import Intent, IntentState, Receipt
from incidentkit.domain.people import Customer
from incidentkit.domain.shop import Shop
from incidentkit.errors import PermanentChannelError, TransientChannelError, UnsupportedFeature
from incidentkit.ports import Channel, LookUp, Message

__all__ = ["QUICK_RETRIES", "Job", "Outcome", "perform"]

QUICK_RETRIES = 1
"""How often an idempotent channel is asked again on the spot."""

_log = logging.getLogger("incidentkit.delivery")


@frozen
class Job:
    """One claimed intent to perform.

    Args:
        intent: its ``attempts`` count this one.
        recipient: whom it goes to; None where the person is unknown or forgotten.
        at: the present, in UTC.
    """

    intent: Intent
    recipient: Customer | None = field(repr=False)
    at: datetime


@frozen
class Outcome:
    """What became of an intent.

    Args:
        key: the intent's.
        state: ``done``; ``failed``, ``suppressed`` and ``abandoned`` for good; ``unknown`` where it may have gone out;
            ``planned`` to be tried again.
        receipt: the channel's word; with ``done`` only.
        reason: a code where it is not done: ``no_address``, ``no_channel``, ``no_text``, ``bad_values``, ``permanent``,
            ``unsupported``, ``transient``, ``unexpected``.
        due: when to try again; with ``planned`` only.
    """

    key: str
    state: IntentState
    receipt: Receipt | None = None
    reason: str = ""
    due: datetime | None = None


def perform(
    jobs: Iterable[Job],
    channels: Mapping[str, Channel],
    catalogue: Catalogue,
    shop: Shop,
    *,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Outcome]:
    """One outcome for each job, in their order, each as soon as it is known. What a channel raises never comes out.

    Args:
        sleep: waits for so many seconds before a quick retry; well below one.
    """
    for job in jobs:
        yield _perform(job, channels, catalogue, shop, sleep)


def _perform(
    job: Job, channels: Mapping[str, Channel], catalogue: Catalogue, shop: Shop, sleep: Callable[[float], None]
) -> Outcome:
    intent = job.intent
    channel = channels.get(intent.channel)
    if channel is None:
        return Outcome(intent.key, IntentState.FAILED, reason="no_channel")
    to = _address(job.recipient, channel)
    if job.recipient is None or not to:
        return Outcome(intent.key, IntentState.SUPPRESSED, reason="no_address")
    if not catalogue.has(intent.step):
        return Outcome(intent.key, IntentState.FAILED, reason="no_text")
    try:
        message = _message(job, job.recipient, to, catalogue, shop)
    except (KeyError, ValueError) as error:
        # Values of another version of the code: this message can't be worded, the others can.
        _log.error("the text %s could not be filled: %s", intent.step, type(error).__name__)
        return Outcome(intent.key, IntentState.FAILED, reason="bad_values")
    return _send(channel, message, job, sleep)


def _address(recipient: Customer | None, channel: Channel) -> str:
    if recipient is None:
        return ""
    return recipient.email if channel.address == "email" else recipient.phone


def _message(job: Job, recipient: Customer, to: str, catalogue: Catalogue, shop: Shop) -> Message:
    intent = job.intent
    rendered = catalogue.render(intent.step, recipient.language, (*intent.values, ("name", recipient.name)))
    return Message(
        key=intent.key,
        to=to,
        subject=rendered.subject,
        text=rendered.text,
        at=job.at,
        sender=shop.sender,
        name=recipient.name,
        language=catalogue.language(recipient.language).code,
        sender_name=shop.name,
    )


def _send(channel: Channel, message: Message, job: Job, sleep: Callable[[float], None]) -> Outcome:
    try:
        receipt = _receipt(channel, message, sleep)
    except UnsupportedFeature:
        return Outcome(message.key, IntentState.FAILED, reason="unsupported")
    except PermanentChannelError:
        return Outcome(message.key, IntentState.FAILED, reason="permanent")
    except TransientChannelError:
        return _later(job, "transient")
    except Exception as error:  # noqa: BLE001 - whatever a plugin raises, the other messages must go out
        _log.error("channel %s failed unexpectedly: %s", channel.name, type(error).__name__)
        return _unexpected(channel, job)
    return Outcome(message.key, IntentState.DONE, receipt)


def _receipt(channel: Channel, message: Message, sleep: Callable[[float], None]) -> Receipt:
    try:
        receipt = channel.send(message)
    except TransientChannelError:
        if not channel.features.idempotent:
            raise
        from incidentkit.delivery.retry import again  # only a failure needs it

        receipt = again(lambda: channel.send(message), QUICK_RETRIES, sleep)
    if not isinstance(receipt, Receipt):
        raise TypeError("a channel's send must return a Receipt")
    return receipt


def _unexpected(channel: Channel, job: Job) -> Outcome:
    """It may have gone out. Where the channel can tell, or sending twice does no harm, that is no lasting doubt."""
    receipt = _looked_up(channel, job.intent.key)
    if receipt is not None:
        return Outcome(job.intent.key, IntentState.DONE, receipt)
    if channel.features.idempotent:
        return _later(job, "unexpected")
    return Outcome(job.intent.key, IntentState.UNKNOWN, reason="unexpected")


def _looked_up(channel: Channel, key: str) -> Receipt | None:
    if not (channel.features.lookup and isinstance(channel, LookUp)):
        return None
    try:
        return channel.look_up(key)
    except Exception as error:  # noqa: BLE001 - not knowing is an answer
        _log.error("channel %s could not look up a key: %s", channel.name, type(error).__name__)
        return None


def _later(job: Job, reason: str) -> Outcome:
    from incidentkit.delivery.retry import retry_due  # only a failure needs it

    due = retry_due(job.intent.attempts, job.at)
    state = IntentState.ABANDONED if due is None else IntentState.PLANNED
    return Outcome(job.intent.key, state, reason=reason, due=due)
