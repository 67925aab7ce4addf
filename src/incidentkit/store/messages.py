"""Messages one by one, as people and channels come back to them: found, moved, and what was said of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from attrs import frozen
from sqlalchemy import ColumnElement, Select, and_, func, literal_column, not_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from incidentkit.domain.effects import Intent, IntentState
from incidentkit.domain.messages import ARRIVED, LOST, LostReason, ReceiptKind
from incidentkit.domain.pages import Page
from incidentkit.domain.times import from_micros, micros
from incidentkit.errors import ConflictError
from incidentkit.rules.resending import GIVEN_UP, SEEN_TO
from incidentkit.store import tables as t
from incidentkit.store.bodies import belong
from incidentkit.store.finding import given, stated
from incidentkit.store.intents import intent_of
from incidentkit.store.paging import Stretch, Wanted, page_of
from incidentkit.store.unit import Unit

__all__ = [
    "StoredReceipt",
    "add_receipt",
    "alike",
    "arrived_after",
    "carried_by",
    "count_dead",
    "dead_messages",
    "find_messages",
    "is_dead",
    "keep_receipt",
    "lost_among",
    "message",
    "messages_called",
    "move_message",
    "own_words",
    "receipts_of",
    "receipts_waiting",
    "resolve_receipts",
    "see_to",
    "unsettled",
]

_KEYS_AT_ONCE = 400


@frozen
class StoredReceipt:
    """One receipt as it is kept.

    Args:
        channel, key: tell it from every other; a channel that says the same thing twice gives the same key.
        reference: what the channel calls the message.
        message: the message's key, once it is known.
        at: when the channel said so; known_at: when the desk learned of it.
        raw: where the vault has the channel's own words; empty for none.
        state: ``waiting`` for its message, ``applied``, or ``lost``: it came back, and nobody has seen to it.
    """

    channel: str
    key: str
    reference: str
    message: str | None
    kind: ReceiptKind
    reason: LostReason | None
    at: datetime
    known_at: datetime
    raw: str
    state: str


# --- Receipts ----------------------------------------------------------------------------------------------------


def add_receipt(unit: Unit, receipt: StoredReceipt) -> bool:
    """Keep a receipt at once; False where it is kept already. Of several who bring the same, one is told True."""
    insert: Any = (postgresql if unit.connection.dialect.name == "postgresql" else sqlite).insert(t.receipts)
    # Whether a row was added only what comes back says for certain: not every driver counts it.
    added = insert.values(_row(unit, receipt)).on_conflict_do_nothing().returning(t.receipts.c.key)
    return unit.connection.execute(added).first() is not None


def keep_receipt(unit: Unit, receipt: StoredReceipt) -> None:
    """Keep a receipt together with what else the unit writes, unless it is kept already."""
    unit.hear(_row(unit, receipt))


def _row(unit: Unit, receipt: StoredReceipt) -> dict[str, Any]:
    return {
        "tenant": unit.tenant,
        "channel": receipt.channel,
        "key": receipt.key,
        "reference": receipt.reference,
        "message": receipt.message,
        "kind": receipt.kind.value,
        "reason": receipt.reason.value if receipt.reason else "",
        "at": micros(receipt.at),
        "known_at": micros(receipt.known_at),
        "raw": receipt.raw or None,
        "state": receipt.state,
    }


def receipts_waiting(unit: Unit, channel: str, references: Iterable[str]) -> list[StoredReceipt]:
    """Receipts of a channel that came before what they are about, by what it calls that; the earliest first."""
    c = t.receipts.c
    waiting = (c.tenant == unit.tenant, c.state == literal_column("'waiting'"), c.channel == channel)
    query, named = select(t.receipts).where(*waiting), sorted({reference for reference in references if reference})
    # Mostly none waits, and then that is all there is to ask.
    found = [_receipt(row) for row in unit.connection.execute(query.limit(_KEYS_AT_ONCE))]
    if len(found) == _KEYS_AT_ONCE:
        pages = (unit.connection.execute(query.where(c.reference.in_(some))) for some in _pages(named))
        found = [_receipt(row) for page in pages for row in page]
    meant = set(named)
    return sorted((r for r in found if r.reference in meant), key=lambda r: (r.at, r.known_at, r.key))


def resolve_receipts(unit: Unit, receipt: StoredReceipt, message: str) -> None:
    """A receipt has found its message, which waits for somebody if it came back and did not arrive after all."""
    c = t.receipts.c
    mine = (c.tenant == unit.tenant, c.channel == receipt.channel, c.key == receipt.key)
    lost = receipt.kind in LOST and not arrived_after(unit, message, receipt.at)
    unit.connection.execute(update(t.receipts).where(*mine).values(message=message, state="lost" if lost else "applied"))
    if receipt.kind in ARRIVED:
        earlier = (c.tenant == unit.tenant, c.message == message, c.at < micros(receipt.at))
        unit.connection.execute(update(t.receipts).where(*earlier).values(state="applied"))


def arrived_after(unit: Unit, message: str, at: datetime) -> bool:
    """Whether a channel said after an instant that a message arrived, as far as that was kept."""
    c = t.receipts.c
    query = select(c.key).where(c.tenant == unit.tenant, c.message == message, c.at > micros(at))
    return unit.connection.execute(query.where(c.kind.in_([k.value for k in ARRIVED])).limit(1)).first() is not None


def see_to(unit: Unit, message: str, how: str) -> None:
    """A message that did not arrive waits for nobody any more.

    Args:
        how: one of `SEEN_TO`.
    """
    c, i = t.receipts.c, t.intents.c
    came_back = (c.tenant == unit.tenant, c.message == message, c.state == literal_column("'lost'"))
    unit.connection.execute(update(t.receipts).where(*came_back).values(state="applied"))
    given_up = (i.tenant == unit.tenant, i.key == message, i.state.in_([state.value for state in GIVEN_UP]))
    unit.connection.execute(update(t.intents).where(*given_up).values(reason=how))


def is_dead(unit: Unit, intent: Intent) -> bool:
    """Whether a message waits for a person to decide about it."""
    if intent.state is IntentState.DONE:
        return any(receipt.state == "lost" for receipt in receipts_of(unit, intent.key))
    return intent.state in (*GIVEN_UP, IntentState.UNKNOWN) and intent.reason not in SEEN_TO


def receipts_of(unit: Unit, message: str) -> list[StoredReceipt]:
    """What was said of a message, the earliest first, as far as it was kept."""
    c = t.receipts.c
    query = select(t.receipts).where(c.tenant == unit.tenant, c.message == message).order_by(c.at, c.known_at, c.key)
    return [_receipt(row) for row in unit.connection.execute(query)]


def lost_among(unit: Unit, messages: Iterable[str]) -> set[str]:
    """Those of some messages that came back."""
    c = t.receipts.c
    lost = (c.tenant == unit.tenant, c.kind.in_([kind.value for kind in LOST]))
    found: set[str] = set()
    for some in _pages(sorted(messages)):
        found.update(unit.connection.execute(select(c.message).where(*lost, c.message.in_(some))).scalars())
    return found


def own_words(unit: Unit, receipt: StoredReceipt, intent: Intent) -> None:
    """What a channel said belongs to the person whom its message went to, and is forgotten with them."""
    if receipt.raw:
        belong(unit, [receipt.raw], intent.customer, intent.stream)


def _receipt(row: Any) -> StoredReceipt:
    return StoredReceipt(
        row.channel,
        row.key,
        row.reference,
        row.message,
        ReceiptKind(row.kind),
        LostReason(row.reason) if row.reason else None,
        from_micros(row.at),
        from_micros(row.known_at),
        row.raw or "",
        row.state,
    )


# --- Messages ----------------------------------------------------------------------------------------------------


def message(unit: Unit, key: str) -> Intent | None:
    """The message with that key."""
    if not isinstance(key, str) or not key.isprintable():
        return None
    i = t.intents.c
    row = unit.connection.execute(select(t.intents).where(i.tenant == unit.tenant, _no_money(), i.key == key)).one_or_none()
    return None if row is None else intent_of(row)


def _no_money() -> ColumnElement[bool]:
    # What is paid is nothing that anybody resends or dismisses.
    return t.intents.c.kind == literal_column("'message'")


def messages_called(unit: Unit, channel: str, reference: str) -> list[Intent]:
    """What a channel calls by that reference: the message, and those that it carried along."""
    i = t.intents.c
    # Which index serves depends on which of the two it is: two questions are quicker than one with OR.
    by_reference = (i.channel == channel, i.reference == reference, i.reference != literal_column("''"))
    query = select(t.intents).where(i.tenant == unit.tenant, _no_money())
    found = [intent_of(row) for row in unit.connection.execute(query.where(*by_reference))]
    own = message(unit, reference)
    first = found or ([own] if own is not None and own.channel == channel else [])
    carriers = {intent.key for intent in first}
    return [*first, *(other for other in carried_by(unit, carriers) if other.key not in carriers)]


def carried_by(unit: Unit, carriers: Iterable[str]) -> list[Intent]:
    """The messages that went out as parts of others."""
    i = t.intents.c
    query = select(t.intents).where(i.tenant == unit.tenant, i.carrier.in_(sorted(carriers))).order_by(i.key)
    return [intent_of(row) for row in unit.connection.execute(query)]


def alike(unit: Unit, intent: Intent) -> list[Intent]:
    """The messages that say the same to the same person, by whichever channels, itself included."""
    start, _, generation = intent.key.rsplit("/", 2) if intent.key.count("/") > 1 else (intent.key, "", "")
    i = t.intents.c
    query = select(t.intents).where(i.tenant == unit.tenant, i.stream == intent.stream, i.step == intent.step)
    rows = map(intent_of, unit.connection.execute(query.order_by(i.seq, i.key)))
    return [other for other in rows if other.key.startswith(f"{start}/") and other.key.rsplit("/", 1)[-1] == generation]


def find_messages(
    unit: Unit,
    wanted: Wanted,
    *,
    stream: str | None,
    customer: str | None,
    channel: str | None,
    state: str | None,
    reference: str | None,
) -> Page[Intent]:
    """Messages, the latest due first."""
    i = t.intents.c
    about = ((i.stream, stream), (i.customer, customer), (i.reference, reference))
    query = given(select(t.intents).where(i.tenant == unit.tenant, _no_money()), *about, (i.channel, channel), (i.state, state))
    by = (i.due, i.seq, i.key)
    if stream is None and customer is None and not (channel and reference):
        latest = Stretch(by, [query], descending=True)
    else:
        latest = Stretch(by, few=[query.where(i.reference != literal_column("''")) if reference else query], descending=True)
    return page_of(unit, wanted, latest).map(intent_of)


def dead_messages(unit: Unit, wanted: Wanted) -> Page[Intent]:
    """Messages that wait for a person: given up, in doubt, or come back; the longest due first."""
    i = t.intents.c
    query = select(t.intents).where(i.tenant == unit.tenant)
    longest = Stretch((i.due, i.seq, i.key), [query.where(*_given_up())], few=[query.where(i.key.in_(_lost(unit)))])
    return page_of(unit, wanted, longest).map(intent_of)


def count_dead(unit: Unit) -> int:
    """How many there are of those."""
    i = t.intents.c
    counted = select(func.count()).where(i.tenant == unit.tenant)
    back = and_(i.key.in_(_lost(unit)), not_(and_(*_given_up())))
    return sum(unit.connection.execute(query).scalar_one() for query in (counted.where(*_given_up()), counted.where(back)))


def _given_up() -> list[ColumnElement[bool]]:
    return [unsettled(t.intents.c.state), _no_money(), t.intents.c.reason.not_in(SEEN_TO)]


def unsettled(state: ColumnElement[str]) -> ColumnElement[bool]:
    """Given up or in doubt: the states that an index of their rows alone is made of."""
    return state.in_([stated(each) for each in (IntentState.ABANDONED, IntentState.FAILED, IntentState.UNKNOWN)])


def _lost(unit: Unit) -> Select[Any]:
    c = t.receipts.c
    return select(c.message).where(c.tenant == unit.tenant, c.state == literal_column("'lost'"), c.message.is_not(None))


def move_message(unit: Unit, intent: Intent, was: IntentState) -> None:
    """Note at once where a message stands now.

    Raises:
        ConflictError: it stands elsewhere by now.
    """
    i = t.intents.c
    values = {
        "state": intent.state.value,
        "attempts": intent.attempts,
        "reason": intent.reason,
        "due": micros(intent.due),
        "channel": intent.channel,
        "reference": intent.reference,
        "sent_at": None if intent.sent_at is None else micros(intent.sent_at),
        "carrier": intent.carrier,
        "worker": None,
        "leased_until": None,
        "answer": None,
    }
    mine = (i.tenant == unit.tenant, i.key == intent.key, i.state == was.value)
    if unit.connection.execute(update(t.intents).where(*mine).values(values)).rowcount != 1:
        raise ConflictError("A message", "was moved by somebody else", got=was.value, next="Make the call again.", retry=True)


def _pages(keys: Sequence[str]) -> Iterable[Sequence[str]]:
    return (keys[start : start + _KEYS_AT_ONCE] for start in range(0, len(keys), _KEYS_AT_ONCE))
