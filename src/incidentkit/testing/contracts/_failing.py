"""What is said when the far side fails: nothing more, and nothing less, than is known."""

from __future__ import annotations

import threading

import pytest

from incidentkit.domain.effects import Receipt
from incidentkit.domain.messages import LOST
from incidentkit.errors import ChannelError, PermanentChannelError, TransientChannelError, UnsupportedFeature
from incidentkit.ports import Channel, LookUp
from incidentkit.testing.contracts._messages import sample
from incidentkit.testing.contracts._promises import Fault, Stage, promise

__all__ = [
    "a_lost_answer_can_be_made_good",
    "a_lost_answer_is_unknown",
    "a_report_leads_back_to_its_message",
    "never_is_permanent",
    "nobody_there_is_transient",
    "not_now_is_transient",
    "waiting_has_an_end",
    "what_can_not_be_carried_is_unsupported",
]


@promise((1, 1), fault=Fault.BUSY)
def not_now_is_transient(stage: Stage) -> None:
    """Where the far side says that it can't at the moment, the error is transient, and nothing went out."""
    _refused_as(TransientChannelError, stage, Fault.BUSY)


@promise((1, 1), fault=Fault.GONE)
def nobody_there_is_transient(stage: Stage) -> None:
    """Where the far side can't be reached, the error is transient."""
    _refused_as(TransientChannelError, stage, Fault.GONE)


@promise((1, 1), fault=Fault.REFUSING)
def never_is_permanent(stage: Stage) -> None:
    """Where the far side says that it never will, the error is permanent, and nothing went out."""
    _refused_as(PermanentChannelError, stage, Fault.REFUSING)


@promise((1, 1), fault=Fault.LIMITED)
def what_can_not_be_carried_is_unsupported(stage: Stage) -> None:
    """Where the far side can't carry a message as it is, the error says unsupported, and nothing went out."""
    _refused_as(UnsupportedFeature, stage, Fault.LIMITED)


@promise((1, 1), fault=Fault.HANGING)
def waiting_has_an_end(stage: Stage) -> None:
    """A far side that never says a word is given up on, in time, by an error."""
    channel = stage.channel(Fault.HANGING)
    ended: list[BaseException | Receipt] = []
    thread = threading.Thread(target=lambda: ended.append(_came_of(channel)), daemon=True)

    thread.start()
    thread.join(stage.contract.within)

    assert ended, f"still waiting after {stage.contract.within} seconds"
    assert isinstance(ended[0], Exception), "a receipt without an answer"


@promise((1, 1), fault=Fault.UNANSWERED)
def a_lost_answer_is_unknown(stage: Stage) -> None:
    """Where a message was handed over and the answer is lost, neither a receipt nor a channel's error claims to know."""
    channel = stage.channel(Fault.UNANSWERED)

    came = _came_of(channel)

    assert not isinstance(came, (Receipt, ChannelError))
    assert isinstance(came, Exception)


@promise((1, 1), fault=Fault.UNANSWERED)
def a_lost_answer_can_be_made_good(stage: Stage) -> None:
    """Where declared idempotent or to look up: the message is found by its key, and sent again it is still one."""
    channel = stage.channel(Fault.UNANSWERED)
    _came_of(channel)
    after = stage.channel()

    if after.features.lookup and isinstance(after, LookUp):
        assert isinstance(after.look_up(sample(after.address).key), Receipt)
    if after.features.idempotent:
        after.send(sample(after.address))
        assert stage.delivered(after) == 1


@promise((1, 1), fault=Fault.BOUNCING)
def a_report_leads_back_to_its_message(stage: Stage) -> None:
    """What is reported later names the message as its receipt did."""
    channel = stage.channel(Fault.BOUNCING)
    receipt = channel.send(sample(channel.address))

    found = [news for news in stage.reports(channel) if receipt.reference in news.references]

    assert receipt.reference
    assert {news.kind for news in found} & LOST, found


def _refused_as(kind: type[ChannelError], stage: Stage, fault: Fault) -> None:
    channel = stage.channel(fault)

    with pytest.raises(kind):
        channel.send(sample(channel.address))

    if fault is not Fault.GONE:
        assert stage.delivered(channel) == 0


def _came_of(channel: Channel) -> BaseException | Receipt:
    try:
        return channel.send(sample(channel.address))
    except Exception as error:  # noqa: BLE001 - whatever it is, it is looked at
        return error
