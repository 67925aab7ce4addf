"""The inbox: what came in from outside, each once, and what has become of it."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, literal_column, select, update
from sqlalchemy.dialects import postgresql, sqlite

from incidentkit.domain.inbound import Arrival, InboxOutcome, InboxState, ReceivedFile
from incidentkit.domain.pages import Page
from incidentkit.domain.times import from_micros, micros
from incidentkit.ports import RawInbound
from incidentkit.store import tables as t
from incidentkit.store.bodies import belong
from incidentkit.store.facts import FACT_TABLES
from incidentkit.store.finding import given
from incidentkit.store.paging import Stretch, Wanted, page_of
from incidentkit.store.unit import Unit

__all__ = [
    "arrivals",
    "cursor_of",
    "customers_at",
    "due_arrivals",
    "every_file",
    "file_under",
    "files_of",
    "find_arrival",
    "gone_on",
    "heard_from",
    "keep_file",
    "kept_of",
    "open_cases",
    "put_arrival",
    "raw_of",
    "replied_to",
    "set_cursor",
    "streams_called",
]

_AT_ONCE = 500

# How references into the vault begin, and what comes after all of those.
_RAW, _AFTER_RAW = "inbox:", "inbox;"
_FILE, _AFTER_FILE = "file:", "file;"


# --- Arriving ----------------------------------------------------------------------------------------------------


def put_arrival(unit: Unit, arrival: Arrival, raw: RawInbound) -> bool:
    """Keep what came in at once; False where it is kept already. Of several who bring the same, one is told True."""
    row = {
        "tenant": unit.tenant,
        "source": arrival.source,
        "event_id": arrival.event_id,
        "raw": arrival.raw,
        "received_at": micros(arrival.received_at),
        "due": micros(arrival.received_at),
        "state": InboxState.WAITING.value,
        "attempts": 0,
        "outcome": "",
        "reason": "",
    }
    # Not every driver tells how many rows an insert has left.
    new = _insert(unit, t.inbox).values(row).on_conflict_do_nothing().returning(t.inbox.c.raw)
    if unit.connection.execute(new).one_or_none() is None:
        return False
    content = {"content": base64.b64encode(raw.content).decode(), "headers": [_clean(pair) for pair in raw.headers]}
    unit.keep(arrival.raw, json.dumps(content, separators=(",", ":")), None, None)
    return True


def _clean(pair: Iterable[str]) -> list[str]:
    return [text.encode("utf-8", "replace").decode().replace("\0", "") for text in pair]


def cursor_of(unit: Unit, mailbox: str) -> str | None:
    """How far a mailbox has been read; None where it never was."""
    c = t.cursors.c
    found: str | None = unit.connection.execute(select(c.place).where(c.tenant == unit.tenant, c.mailbox == mailbox)).scalar()
    return found


def set_cursor(unit: Unit, mailbox: str, place: str) -> None:
    """Note how far a mailbox has been read."""
    new = _insert(unit, t.cursors).values(tenant=unit.tenant, mailbox=mailbox, place=place)
    unit.connection.execute(new.on_conflict_do_update(index_elements=["tenant", "mailbox"], set_={"place": place}))


# --- Processing --------------------------------------------------------------------------------------------------


def due_arrivals(unit: Unit, now: datetime, limit: int) -> list[Arrival]:
    """What waits to be processed, the longest due first."""
    c = t.inbox.c
    waiting = (c.tenant == unit.tenant, c.state == literal_column("'waiting'"), c.due <= micros(now))
    query = select(t.inbox).where(*waiting).order_by(c.due, c.received_at, c.source, c.event_id).limit(limit)
    return [_arrival(row) for row in unit.connection.execute(query)]


def find_arrival(unit: Unit, source: str, event_id: str) -> Arrival | None:
    """One of them, as it stands now."""
    row = unit.connection.execute(select(t.inbox).where(*_own(unit, source, event_id))).one_or_none()
    return None if row is None else _arrival(row)


def arrivals(unit: Unit, wanted: Wanted, *, state: str | None, outcome: str | None, need: str | None) -> Page[Arrival]:
    """What came in, the latest first."""
    c = t.inbox.c
    query = given(select(t.inbox).where(c.tenant == unit.tenant), (c.state, state), (c.outcome, outcome), (c.need, need))
    by = (c.received_at, c.source, c.event_id)
    asked, few = ([query], []) if need is None else ([], [query])
    latest = Stretch(by, asked, few, descending=True)
    return page_of(unit, wanted, latest).map(_arrival)


def raw_of(unit: Unit, arrival: Arrival) -> RawInbound | None:
    """The bytes; None where they were forgotten."""
    body = unit.bodies([arrival.raw]).get(arrival.raw)
    return None if body is None else kept_of(body)


def kept_of(body: str) -> RawInbound:
    """The bytes that a row of the vault holds."""
    kept = json.loads(body)
    return RawInbound(base64.b64decode(kept["content"]), tuple((name, value) for name, value in kept["headers"]))


def gone_on(unit: Unit, after: Arrival) -> None:
    """Note where it stands now."""
    unit.connection.execute(
        update(t.inbox)
        .where(*_own(unit, after.source, after.event_id))
        .values(
            state=after.state.value,
            attempts=after.attempts,
            due=micros(after.due or after.received_at),
            outcome=after.outcome.value,
            reason=after.reason,
            sender=after.sender,
            message=after.message,
            need=after.need,
        )
    )


def keep_file(unit: Unit, arrival: Arrival, number: int, file: ReceivedFile, customer: str | None, need: str) -> None:
    """Keep what is known of a file that came with it."""
    details = {"ref": file.ref, "name": file.name, "media_type": file.media_type, "size": file.size, "left_out": file.left_out}
    body = json.dumps(details, ensure_ascii=False, separators=(",", ":"))
    unit.keep(f"{_FILE}{arrival.raw}:{number:04}", body, customer, need)


def files_of(unit: Unit, arrival: Arrival) -> list[ReceivedFile]:
    """The files that came with it, in its order."""
    v = t.vault.c
    start = f"{_FILE}{arrival.raw}"
    query = select(v.ref).where(v.tenant == unit.tenant, v.ref >= f"{start}:", v.ref < f"{start};")
    bodies = unit.bodies(unit.connection.execute(query).scalars())
    return [ReceivedFile(**json.loads(body)) for _, body in sorted(bodies.items())]


def every_file(unit: Unit) -> list[ReceivedFile]:
    """Every file that has come in."""
    v = t.vault.c
    query = select(v.ref).where(v.tenant == unit.tenant, v.ref >= _FILE, v.ref < _AFTER_FILE)
    return [ReceivedFile(**json.loads(body)) for body in unit.bodies(unit.connection.execute(query).scalars()).values()]


def file_under(unit: Unit, refs: Sequence[str], customer: str | None, stream: str | None) -> None:
    """Note whose these parts of the vault are, so that they are forgotten with the person."""
    belong(unit, refs, customer, stream)


# --- What is known of who wrote ----------------------------------------------------------------------------------


def customers_at(unit: Unit, address: str) -> list[str]:
    """The customers with an address, by its keyed hash."""
    c = t.addresses.c
    query = select(c.customer).where(c.tenant == unit.tenant, c.hash == address).order_by(c.customer).limit(_AT_ONCE)
    return list(unit.connection.execute(query).scalars())


def open_cases(unit: Unit, customers: Sequence[str]) -> list[str]:
    """The open incidents of these customers, two at the most: more than one says nothing."""
    i = FACT_TABLES["facts_incidents"].c
    query = select(i.incident_id).where(i.tenant == unit.tenant, i.customer.in_(customers), i.open == literal_column("1"))
    return list(unit.connection.execute(query.order_by(i.incident_id).limit(2)).scalars()) if customers else []


def streams_called(
    unit: Unit, channels: Sequence[str], references: Sequence[str], *, staff: bool = False
) -> dict[str, tuple[str, ...]]:
    """What messages of ours were about, by what their channels call them; with what they carried along.

    Args:
        staff: those to people of the shop too.
    """
    i = t.intents.c
    if not references or not channels:
        return {}
    messages = i.tenant == unit.tenant, i.kind == literal_column("'message'")
    called: list[Any] = [*messages, i.channel.in_(channels), i.reference.in_(references)]
    called += [] if staff else [i.purpose != "staff"]
    sent = unit.connection.execute(select(i.reference, i.stream, i.key).where(*called).order_by(i.key)).all()
    carried = select(i.carrier, i.stream).where(i.tenant == unit.tenant, i.carrier.in_([row.key for row in sent]))
    along: dict[str, list[str]] = {}
    for carrier, stream in unit.connection.execute(carried.order_by(i.key)).all() if sent else ():
        along.setdefault(str(carrier), []).append(stream)
    found: dict[str, tuple[str, ...]] = {}
    for row in sent:
        found[row.reference] = tuple(dict.fromkeys((*found.get(row.reference, ()), row.stream, *along.get(row.key, ()))))
    return found


def replied_to(unit: Unit, messages: Sequence[str]) -> dict[str, str]:
    """The needs that earlier messages became contacts of, by the keyed hashes of their names."""
    c = t.inbox.c
    query = select(c.message, c.need).where(c.tenant == unit.tenant, c.message.in_(messages), c.need.is_not(None))
    return {row.message: row.need for row in unit.connection.execute(query)} if messages else {}


def heard_from(unit: Unit, sender: str, since: datetime, until: datetime) -> int:
    """How many messages of a sender were taken in that came in after an instant."""
    c = t.inbox.c
    mine = (c.tenant == unit.tenant, c.sender == sender, c.state == InboxState.DONE.value)
    span = (c.received_at > micros(since), c.received_at <= micros(until))
    return int(unit.connection.execute(select(func.count()).where(*mine, *span)).scalar_one())


def _insert(unit: Unit, table: Any) -> Any:
    return (postgresql if unit.connection.dialect.name == "postgresql" else sqlite).insert(table)


def _own(unit: Unit, source: str, event_id: str) -> tuple[Any, ...]:
    c = t.inbox.c
    return c.tenant == unit.tenant, c.source == source, c.event_id == event_id


def _arrival(row: Any) -> Arrival:
    return Arrival(
        row.source,
        row.event_id,
        row.raw,
        from_micros(row.received_at),
        InboxState(row.state),
        row.attempts,
        from_micros(row.due),
        InboxOutcome(row.outcome),
        row.reason,
        row.sender,
        row.message,
        row.need,
    )
