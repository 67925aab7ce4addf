"""What is sent: once, and said truly."""

from __future__ import annotations

import json

from attrs import evolve

from incidentkit.domain.effects import Receipt
from incidentkit.domain.messages import ReceiptKind
from incidentkit.errors import UnsupportedFeature
from incidentkit.ports import LookUp, Message
from incidentkit.testing.contracts._messages import everything
from incidentkit.testing.contracts._promises import Stage, promise

__all__ = [
    "a_message_arrives_once",
    "a_receipt_can_be_kept",
    "a_reference_names_one_message",
    "all_of_a_message_is_carried_or_refused",
    "another_key_is_another_message",
    "delivered_is_said_only_where_it_can_be_known",
    "looking_up_tells_what_was_sent",
    "the_same_key_arrives_once",
]

_LONGEST_REFERENCE = 1000


@promise((1, 0), drawn=True)
def a_message_arrives_once(stage: Stage, message: Message) -> None:
    """Sending leaves one message on the far side, and returns a receipt that says it was taken."""
    channel = stage.channel()

    receipt = channel.send(message)

    assert isinstance(receipt, Receipt)
    assert receipt.kind in (ReceiptKind.ACCEPTED, ReceiptKind.DELIVERED)
    assert stage.delivered(channel) == 1


@promise((1, 0), drawn=True)
def delivered_is_said_only_where_it_can_be_known(stage: Stage, message: Message) -> None:
    """A channel that does not confirm never says delivered or read."""
    channel = stage.channel()

    receipt = channel.send(message)

    assert channel.features.confirms or receipt.kind not in (ReceiptKind.DELIVERED, ReceiptKind.READ)


@promise((1, 1))
def all_of_a_message_is_carried_or_refused(stage: Stage) -> None:
    """A message with a page, a thread and a file goes out whole, or is refused as unsupported; nothing between."""
    channel = stage.channel()

    try:
        channel.send(everything(channel.address))
    except UnsupportedFeature:
        assert stage.delivered(channel) == 0
    else:
        assert stage.delivered(channel) == 1


@promise((1, 0), drawn=True)
def the_same_key_arrives_once(stage: Stage, message: Message) -> None:
    """Where declared idempotent: the same key sent again, also after a restart, leaves one message."""
    channel = stage.channel()
    if not channel.features.idempotent:
        return
    channel.send(message)
    channel.send(message)
    restarted = stage.channel()

    restarted.send(message)

    assert stage.delivered(channel) == 1
    assert stage.delivered(restarted) == 1


@promise((1, 0), drawn=True)
def another_key_is_another_message(stage: Stage, message: Message) -> None:
    """The same words under another key are another message."""
    channel = stage.channel()
    channel.send(message)

    channel.send(evolve(message, key=message.key + "/2"))

    assert stage.delivered(channel) == 2


@promise((1, 0), drawn=True)
def looking_up_tells_what_was_sent(stage: Stage, message: Message) -> None:
    """Where declared to look up: a key that was sent has a receipt, one that never was has none."""
    channel = stage.channel()
    if not (channel.features.lookup and isinstance(channel, LookUp)):
        return
    before = channel.look_up(message.key)
    channel.send(message)

    after = channel.look_up(message.key)

    assert before is None
    assert isinstance(after, Receipt)


@promise((1, 1), drawn=True)
def a_receipt_can_be_kept(stage: Stage, message: Message) -> None:
    """A receipt comes back from JSON as it was: its words are plain text, and the reference is short enough to be found by."""
    channel = stage.channel()

    receipt = channel.send(message)

    kept = json.loads(json.dumps([receipt.kind, receipt.reference, receipt.raw, receipt.reason]))
    assert Receipt(ReceiptKind(kept[0]), kept[1], kept[2], kept[3]) == receipt
    assert all(type(text) is str for text in (receipt.reference, receipt.raw))
    assert len(receipt.reference) <= _LONGEST_REFERENCE


@promise((1, 1), drawn=True)
def a_reference_names_one_message(stage: Stage, message: Message) -> None:
    """Two messages never share a reference, or a report on one would be taken for the other's; none at all is fine."""
    channel = stage.channel()
    first = channel.send(message)

    second = channel.send(evolve(message, key=message.key + "/2"))

    assert first.reference == "" == second.reference or first.reference != second.reference
