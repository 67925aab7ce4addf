"""The rows of the vault: read as words, given an owner, and deleted for good together with what they lay under."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from incidentkit.codec.record import text_refs
from incidentkit.store import tables as t
from incidentkit.store.vault import has_own_key, key_in

if TYPE_CHECKING:
    from incidentkit.store.unit import Unit

__all__ = [
    "AT_ONCE",
    "KEY_WORK",
    "belong",
    "erase",
    "handfuls",
    "key_ref",
    "leave_work",
    "reseal",
    "rows_about",
    "rows_of",
    "rows_where",
]

AT_ONCE = 500
"""References in one statement."""

KEY_WORK = "key:"
"""Begins a row of ``tombstones`` for a key that is to be destroyed once that is committed."""


_v = t.vault.c


def key_ref(file: str) -> str:
    """Where the vault has the key of a file."""
    return f"filekey:{file}"


def handfuls(items: Iterable[str]) -> Iterator[list[str]]:
    """The items, each once and sorted, so many at once."""
    every = sorted(set(items))
    for start in range(0, len(every), AT_ONCE):
        yield every[start : start + AT_ONCE]


def belong(unit: Unit, refs: Sequence[str], customer: str | None, stream: str | None) -> None:
    """Note whose these words are, so that they are forgotten with the person. The key that they lie under stays their own."""
    assert all(ref.startswith(("inbox:", "raw:")) for ref in refs), "only what came in gets an owner later"
    mine = (_v.tenant == unit.tenant, _v.ref.in_(refs))
    unit.connection.execute(update(t.vault).where(*mine).values(customer=customer, stream=stream))


def erase(unit: Unit, customer: str | None, refs: Iterable[str]) -> int:
    """Delete rows for good. How many there were.

    The keys that they lay under are destroyed after the commit, for which a row of ``tombstones`` is left each; what else lay
    under those is put under fresh ones.

    Args:
        customer: a person who is forgotten altogether, whose keys go even where no row of theirs is left.
    """
    unit.flush()
    unit.wait_turn()
    rows = _taken(unit, refs)
    if unit.vault.keyed:
        _give_up_keys(unit, customer, rows)
    return len(rows)


def _taken(unit: Unit, refs: Iterable[str]) -> list[Mapping[str, Any]]:
    rows: list[Mapping[str, Any]] = []
    for some in handfuls(refs):
        mine = (_v.tenant == unit.tenant, _v.ref.in_(some))
        rows += rows_where(unit, *mine)
        unit.connection.execute(delete(t.vault).where(*mine))
    return rows


def _give_up_keys(unit: Unit, customer: str | None, rows: Sequence[Mapping[str, Any]]) -> None:
    vault = unit.vault
    owners = {vault.owner_of(row) for row in rows}
    if customer is not None:
        whole = vault.person(customer)
        owners = {whole, *(owner for owner in owners if not owner.startswith(f"{whole}/"))}
    ids = {of for row in rows if (of := key_in(row["body"]))}
    for owner in sorted(owners):
        ids.update(vault.retire(owner))
    people = {of for of in (customer, *(row["customer"] for row in rows)) if of is not None}
    streams = {row["stream"] for row in rows if row["customer"] is None and not has_own_key(row)}
    for left in (*rows_of(unit, people), *rows_about(unit, streams)):
        reseal(unit, [row for row in left if key_in(row["body"]) in ids])
    leave_work(unit, ids)


def reseal(unit: Unit, rows: Sequence[Mapping[str, Any]]) -> None:
    """Put rows under the present keys of their owners; what was forgotten stays as it is."""
    words = unit.vault.all_words({row["ref"]: row["body"] for row in rows})
    changed = unit.vault.sealed({**row, "body": words[row["ref"]]} for row in rows if row["ref"] in words)
    if changed:
        where = (_v.tenant == unit.tenant, _v.ref == bindparam("of"))
        given = [{"of": row["ref"], "now": row["body"]} for row in changed]
        unit.connection.execute(update(t.vault).where(*where).values(body=bindparam("now")), given)


def rows_of(unit: Unit, customers: Iterable[str]) -> Iterator[list[Mapping[str, Any]]]:
    """What is these people's."""
    for some in handfuls(customers):
        yield rows_where(unit, _v.tenant == unit.tenant, _v.customer.in_(some))


def rows_about(unit: Unit, streams: Iterable[str]) -> Iterator[list[Mapping[str, Any]]]:
    """Words of nobody in particular, by the streams whose events refer to them."""
    e = t.events.c
    for stream in sorted(streams):
        events = unit.connection.execute(select(e.data).where(e.tenant == unit.tenant, e.stream == stream)).scalars()
        for some in handfuls(ref for data in events for ref in text_refs(data)):
            yield rows_where(unit, _v.tenant == unit.tenant, _v.ref.in_(some), _v.customer.is_(None))


def rows_where(unit: Unit, *where: ColumnElement[bool], first: int | None = None) -> list[Mapping[str, Any]]:
    """Rows as they are kept, in the order of their references.

    Args:
        first: so many at the most.
    """
    query = select(_v.ref, _v.customer, _v.stream, _v.body).where(*where).order_by(_v.ref).limit(first)
    return [dict(row) for row in unit.connection.execute(query).mappings()]


def leave_work(unit: Unit, ids: Iterable[str]) -> None:
    """Have these keys destroyed once the transaction is committed."""
    kind: Any = postgresql if unit.connection.dialect.name == "postgresql" else sqlite
    rows = [{"tenant": unit.tenant, "ref": f"{KEY_WORK}{of}", "customer": None, "reason": "", "at": 0} for of in sorted(ids)]
    if rows:
        unit.connection.execute(kind.insert(t.tombstones).on_conflict_do_nothing(), rows)
