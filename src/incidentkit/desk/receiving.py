"""What channels say of messages that are out, and what follows: a case moves, an address fails, another way is tried.

For those who conclude sends, and for `desk.messages`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime

from attrs import evolve

from incidentkit.desk.preferring import is_forgotten, note_complaint, note_failed
from incidentkit.desk.work import Work
from incidentkit.domain.effects import Intent, IntentState, Receipt
from incidentkit.domain.incidents import Incident
from incidentkit.domain.messages import LOST, LostReason, ReceiptKind
from incidentkit.domain.preferences import Preferences
from incidentkit.rules.fallback import Reach, fall_back
from incidentkit.rules.lifecycles import INTENT
from incidentkit.rules.receipts import receive, undelivered
from incidentkit.rules.resending import RESENT
from incidentkit.store.finding import find_tasks
from incidentkit.store.forgetting import bury
from incidentkit.store.messages import (
    StoredReceipt,
    add_receipt,
    alike,
    arrived_after,
    carried_by,
    keep_receipt,
    lost_among,
    messages_called,
    move_message,
    own_words,
    receipts_waiting,
    resolve_receipts,
    see_to,
)
from incidentkit.store.paging import Wanted
from incidentkit.store.reading import people

__all__ = ["gave_up", "receive_outside", "settle_waiting", "take_receipt"]

_LANDED: dict[IntentState, tuple[str, ...]] = {
    IntentState.UNKNOWN: ("finish",),
    # Thought not to have gone out; its channel knows better.
    IntentState.PLANNED: ("claim", "finish"),
    IntentState.FAILED: ("retry", "claim", "finish"),
    IntentState.ABANDONED: ("retry", "claim", "finish"),
}

# Codes that say for certain that this channel did not bring it to the person, and that another one might.
_FURTHER = frozenset(
    {
        "permanent",
        "unsupported",
        "transient",
        "no_address",
        "address_failed",
        "no_channel",
        *(reason.value for reason in LostReason),
    }
)


def take_receipt(work: Work, intent: Intent, receipt: Receipt) -> None:
    """What the channel answered when the message was handed over. Its own words are kept beside, where it gave any."""
    lost = receipt.kind in LOST
    if receipt.raw or lost:
        raw = "" if receipt.raw and is_forgotten(work.unit, intent.customer) else _words(work, receipt.raw, intent)
        key = f"sent/{intent.key}/{intent.attempts}"
        stored = _stored(work, intent.channel, key, receipt, work.now.at, raw, message=intent.key)
        keep_receipt(work.unit, evolve(stored, state="lost" if lost else "applied"))
    _apply(work, intent, receipt)


def gave_up(work: Work, intent: Intent, reason: str) -> None:
    """A message did not go out, and will not. Where that is certain, the person's next way is tried.

    Args:
        reason: a code; ``unknown_address`` is about the address itself.
    """
    held = work.unit.any(intent.stream)
    if held is None:
        return
    work.apply(intent.stream, undelivered(intent, reason))
    if reason == LostReason.UNKNOWN_ADDRESS:
        _address_failed(work, intent, reason)
    if reason in _FURTHER:
        _go_on(work, intent)


def settle_waiting(work: Work, intents: Iterable[Intent]) -> None:
    """Apply the receipts that came before their messages were concluded.

    Args:
        intents: as they were concluded, with their references.
    """
    # From here on nobody can keep a further receipt before all of this is written.
    work.unit.wait_turn()
    by_channel: dict[str, list[Intent]] = {}
    for intent in intents:
        by_channel.setdefault(intent.channel, []).append(intent)
    for channel, some in by_channel.items():
        known = [name for intent in some for name in (intent.reference, intent.key)]
        for stored in receipts_waiting(work.unit, channel, known):
            work.unit.flush()
            _resolve(work, stored, [i for i in some if stored.reference in (i.reference, i.key)])


def receive_outside(
    work: Work, channel: str, reference: str, receipt: Receipt, at: datetime, key: str = "", address: str = ""
) -> bool:
    """A receipt that came from outside; False where it has been received before.

    One whose message is not known, or is just being sent, waits for it.

    Args:
        reference: what the channel calls the message, or the message's own key.
        at: when the channel said so; what lies ahead counts as now.
        key: tells it from every other receipt of the channel; made from what it says where none is given.
        address: where the message had gone, as far as the channel tells: the person may have another one by now.
    """
    work.unit.wait_turn()
    at = min(at, work.now.at)
    key = key or _digest(channel, reference, receipt, at)
    stored = _stored(work, channel, key, receipt, at, "", reference=reference)
    stored = evolve(stored, raw=_words(work, receipt.raw, None))
    if not add_receipt(work.unit, stored):
        return False
    work.unit.flush()  # the words are there before they get an owner
    _resolve(work, stored, messages_called(work.unit, channel, reference), address)
    return True


def _resolve(work: Work, stored: StoredReceipt, found: Iterable[Intent], address: str = "") -> None:
    """A receipt and its message, with those that it carried along; nothing where they are still under way."""
    intents = {intent.key: intent for intent in found}
    intents |= {i.key: i for i in carried_by(work.unit, list(intents)) if i.key not in intents} if intents else {}
    out = [intent for intent in intents.values() if _is_out(intent)]
    if not out:
        return
    if stored.raw and is_forgotten(work.unit, out[0].customer):
        bury(work.unit, None, [stored.raw], "forgotten", work.now.at)
    else:
        own_words(work.unit, stored, out[0])
    for place, intent in enumerate(out):
        # Of several that went out as one, each keeps what was said of it.
        of_this = evolve(stored, key=f"{stored.key}#{place}") if place else stored
        if place:
            add_receipt(work.unit, of_this)
        resolve_receipts(work.unit, of_this, intent.key)
        landed = _landed(work, intent, stored)
        # By the clock of its channel it may have arrived before it was sent.
        at = max(stored.at, min(landed.sent_at or stored.at, work.now.at))
        _apply(work.then(at), landed, Receipt(stored.kind, stored.reference, reason=stored.reason), address)


def _is_out(intent: Intent) -> bool:
    return intent.state is IntentState.DONE or (intent.state in _LANDED and intent.attempts > 0)


def _landed(work: Work, intent: Intent, stored: StoredReceipt) -> Intent:
    """The message, which a word about it shows to have gone out."""
    moves = _LANDED.get(intent.state, ())
    if not moves:
        return intent
    state = intent.state
    for move in moves:
        state = IntentState(INTENT.check(f"Intent {intent.step}", state, move))
    sent_at = intent.sent_at or stored.at
    landed = evolve(intent, state=state, reason="", reference=intent.reference or stored.reference, sent_at=sent_at)
    move_message(work.unit, landed, intent.state)
    return landed


def _apply(work: Work, intent: Intent, receipt: Receipt, address: str = "") -> None:
    held = work.unit.any(intent.stream)
    if held is None:
        return
    lost = receipt.kind in LOST
    task = _call_id(work, intent) if lost else ""
    work.apply(intent.stream, receive(held.state, intent, receipt, work.now, task))
    if receipt.kind is ReceiptKind.COMPLAINED:
        _complained(work, intent)
    if lost and receipt.reason is LostReason.UNKNOWN_ADDRESS:
        _address_failed(work, intent, receipt.reason.value, address)
    if lost and not _arrived_since(work, intent):
        _go_on(work, intent)


def _arrived_since(work: Work, intent: Intent) -> bool:
    """Whether its channel said later that it did arrive, though that became known before."""
    held = work.unit.any(intent.stream)
    notices = held.state.notices if held is not None and isinstance(held.state, Incident) else ()
    notice = next((notice for notice in notices if notice.key == intent.key), None)
    return not notice.lost if notice is not None else arrived_after(work.unit, intent.key, work.now.at)


def _go_on(work: Work, intent: Intent) -> None:
    """Try the person's next way, or ask for a call."""
    if not work.now.shop.fallback or intent.customer is None:
        return
    work.unit.flush()  # what became of the others that say the same is in the store
    held = work.unit.any(intent.stream)
    assert held is not None, "whoever lost a message about it had it"
    decision = fall_back(intent, held.state, _reach(work, intent), work.now, _call_id(work, intent))
    if decision.events or decision.elsewhere or decision.intents:
        work.apply(intent.stream, decision)
    if decision.intents:
        see_to(work.unit, intent.key, RESENT)


def _reach(work: Work, intent: Intent) -> Reach:
    assert intent.customer is not None, "only what goes to a customer goes on"
    others = tuple(other for other in alike(work.unit, intent) if other.key != intent.key)
    wishes = work.unit.any(intent.customer)
    return Reach(
        channels=work.now.addresses,
        tried=others,
        lost=lost_among(work.unit, [other.key for other in others]),
        person=people(work.unit, [intent.customer]).get(intent.customer),
        preferences=wishes.state if wishes is not None and isinstance(wishes.state, Preferences) else None,
    )


def _call_id(work: Work, intent: Intent) -> str:
    """An id for the task of calling whom a message did not reach; none where somebody is to call already."""
    work.unit.flush()  # one that was asked for by the message before this one counts too
    calls = find_tasks(work.unit, Wanted(1), incident=intent.stream, kind="call", open_=True)
    return "" if calls else work.new_id()


# --- About the person --------------------------------------------------------------------------------------------


def _address_failed(work: Work, intent: Intent, code: str, address: str = "") -> None:
    kind = work.now.addresses.get(intent.channel)
    if intent.customer is not None and kind is not None:
        note_failed(work, intent.customer, kind, code, address)


def _complained(work: Work, intent: Intent) -> None:
    if intent.customer is not None:
        note_complaint(work, intent.customer, intent.channel, intent.purpose)


# --- What is kept ------------------------------------------------------------------------------------------------


def _words(work: Work, raw: str, intent: Intent | None) -> str:
    """Put a channel's own words into the vault; where they are then."""
    if not raw:
        return ""
    ref = f"raw:{work.new_id()}"
    # Not every database can hold what may come in from outside.
    body = raw.encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")
    work.unit.keep(ref, body, intent.customer if intent else None, intent.stream if intent else None)
    return ref


def _stored(
    work: Work,
    channel: str,
    key: str,
    receipt: Receipt,
    at: datetime,
    raw: str,
    *,
    reference: str = "",
    message: str | None = None,
) -> StoredReceipt:
    return StoredReceipt(
        channel, key, reference or receipt.reference, message, receipt.kind, receipt.reason, at, work.now.at, raw, "waiting"
    )


def _digest(channel: str, reference: str, receipt: Receipt, at: datetime) -> str:
    said = repr((channel, reference, receipt.kind.value, at.isoformat(), receipt.raw))
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()
