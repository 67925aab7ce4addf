"""Receipts: in whatever order they come, and however often, a case ends where the whole of them says."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve as changed
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain import events as ev
from incidentkit.domain.effects import Intent, Receipt
from incidentkit.domain.incidents import Incident, Phase
from incidentkit.domain.messages import ARRIVED, LOST, LostReason, ReceiptKind
from incidentkit.rules.decision import Decision
from incidentkit.rules.receipts import receive, undelivered
from incidentkit.rules.telling import tell
from tests.rules.lives import SHOP, START, Life

Word = tuple[int, ReceiptKind, int]

words = st.tuples(st.integers(0, 2), st.sampled_from(ReceiptKind), st.integers(1, 6))


def written(count: int = 3) -> tuple[Life, list[Intent]]:
    """A case with so many messages out, the last of them on a channel that can't confirm."""
    life = Life.begin()
    intents: list[Intent] = []
    for step in ("incident.detected", "incident.offered", "incident.reopened")[:count]:
        channel = "local" if len(intents) < 2 else "wire"
        now = changed(life.now(), confirms={"local": True, "wire": False}, shop=changed(SHOP, channel=channel))
        decision = tell(life.incident, step, life.order, now)
        life.apply(decision)
        intents += decision.intents
    return life, intents


def received(said: list[Word]) -> Incident:
    """The case after these words, each given at its own time, in the order in which they came."""
    life, intents = written()
    for place, kind, minute in said:
        at = START + timedelta(minutes=minute)
        now = changed(life.now(), at=at, confirms={"local": True, "wire": False})
        decision = receive(life.incident, intents[place], Receipt(kind), now)
        life.at = at
        life.apply(Decision(decision.events))
    return life.incident


def end(case: Incident) -> list[object]:
    """Where it stands: its phase, and what is known of each notice."""
    return [case.phase, *((n.receipt, n.receipt_at, n.told_at) for n in case.notices)]


@given(st.lists(words, max_size=8), st.data())
def test_any_order_and_any_repetition_gives_the_same_end(said: list[Word], data: st.DataObject) -> None:
    """Shuffled and doubled receipts lead where the same receipts lead in the order of their times."""
    shuffled = data.draw(
        st.permutations([*said, *data.draw(st.lists(st.sampled_from(said), max_size=4) if said else st.just([]))])
    )

    assert end(received(sorted(said, key=lambda word: word[2]))) == end(received(shuffled))


@given(st.lists(words, max_size=8))
def test_a_case_is_told_exactly_while_a_notice_counts(said: list[Word]) -> None:
    """The phase never says more or less than the notices do."""
    case = received(said)

    assert (case.phase is Phase.COMMUNICATED) == any(notice.effective for notice in case.notices)


@given(st.lists(words, max_size=8), words)
def test_of_two_words_about_the_arrival_the_last_given_stands(said: list[Word], one: Word) -> None:
    """Not the last that came: a bounce before a delivery is over, one after it is not."""
    case = received([*said, one])
    about = [(minute, kind) for place, kind, minute in [*said, one] if place == 0 and kind in ARRIVED | LOST]
    last = max((minute for minute, _ in about), default=0)

    assert not about or case.notices[0].receipt in {kind for minute, kind in about if minute == last}


@pytest.mark.parametrize("reason", [None, *LostReason])
def test_why_it_was_lost_is_noted(reason: LostReason | None) -> None:
    """With a bounce; with any other word a reason would mean nothing."""
    life, (intent,) = written(1)
    (lost, *_), (there,) = (
        receive(life.incident, intent, Receipt(kind, reason=reason), life.now()).events
        for kind in (ReceiptKind.BOUNCED, ReceiptKind.ACCEPTED)
    )

    assert isinstance(lost, ev.MessageReceipt)
    assert isinstance(there, ev.MessageReceipt)
    assert (reason, None) == (lost.reason, there.reason)


def test_a_word_from_before_it_was_known_tells_from_then_on() -> None:
    """A delivery that becomes known late was a delivery when it happened."""
    life, (intent,) = written(1)
    at = START + timedelta(minutes=3)
    life.at = at
    life.apply(Decision(receive(life.incident, intent, Receipt(ReceiptKind.DELIVERED), changed(life.now(), at=at)).events))

    assert at == life.incident.communicated_at == life.incident.notices[0].told_at


@pytest.mark.parametrize("kind", ReceiptKind)
def test_what_people_of_the_shop_are_sent_happens_to_no_case(kind: ReceiptKind) -> None:
    """Neither that it went out nor that it did not leaves an event."""
    life, (intent, *_) = written()
    notice = changed(intent, purpose="staff")

    assert Decision() == receive(life.incident, notice, Receipt(kind), life.now(), "t-1")
    assert Decision() == undelivered(notice, "permanent")


def test_a_word_about_an_order_is_noted() -> None:
    """And moves nothing; so it is with a message that no notice of the case is about."""
    life, (intent, *_) = written()
    other = changed(intent, key="message/default/o-1/order.placed/c-1/local/1", step="order.placed")
    noted = [receive(state, other, Receipt(ReceiptKind.BOUNCED), life.now()) for state in (life.order, life.incident)]

    assert [["message.receipt"], ["message.receipt"]] == [[event.type for event in d.events] for d in noted]


@pytest.mark.parametrize(("task", "calls"), [("t-1", 1), ("", 0)])
def test_who_can_be_told_no_more_by_message_is_called(task: str, calls: int) -> None:
    """When the news of a resolution comes back somebody is to call, unless somebody is already."""
    life, (intent, *_) = written()
    resolved = changed(life.incident, phase=Phase.RESOLVED)
    decision = receive(resolved, intent, Receipt(ReceiptKind.BOUNCED), life.now(), task)

    assert calls == len([data for _, data in decision.elsewhere if isinstance(data, ev.TaskOpened)])


@pytest.mark.parametrize("reason", ["permanent", "no_address"])
def test_what_could_not_be_sent_is_noted_with_its_reason(reason: str) -> None:
    """As a code, which says nothing personal."""
    _, (intent, *_) = written()

    assert (ev.MessageUndelivered(intent.key, intent.step, intent.channel, reason),) == undelivered(intent, reason).events
