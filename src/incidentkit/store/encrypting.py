"""What is in the vault put under keys, or under fresh ones: some rows at a time, each handful in one transaction."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen
from sqlalchemy import ColumnElement, and_, delete, func, insert, not_, or_, select

from incidentkit.store import tables as t
from incidentkit.store.bodies import AT_ONCE, key_ref, leave_work, reseal, rows_about, rows_of, rows_where
from incidentkit.store.ciphers import KEY_BYTES, packed
from incidentkit.store.unit import Unit
from incidentkit.store.vault import SIGN, has_own_key, key_in

__all__ = [
    "Counted",
    "Page",
    "count_rows",
    "encrypt_some",
    "files_after",
    "key_for_file",
    "note_place",
    "place_noted",
    "rotate_people",
    "rotate_rest",
]

_v = t.vault.c
_FILE, _AFTER_FILE = "file:", "file;"
_ALONE = (("inbox:", "inbox;"), ("raw:", "raw;"))
_PEOPLE_AT_ONCE = 100
_PLACE = {False: "vault.rotating", True: "vault.dropping"}


@frozen
class Counted:
    """How many rows of the vault are encrypted, and how many are not."""

    encrypted: int
    plain: int


@frozen
class Page:
    """What one step did.

    Args:
        rows: so many were looked at.
        after: where the next one begins; None where this was the last.
    """

    rows: int
    after: str | None


def count_rows(unit: Unit) -> Counted:
    """The rows of this tenant."""
    total, sealed = (
        unit.connection.execute(select(func.count()).select_from(t.vault).where(_v.tenant == unit.tenant, *where)).scalar_one()
        for where in ((), (_sealed(),))
    )
    return Counted(sealed, total - sealed)


def encrypt_some(unit: Unit, after: str) -> Page:
    """Put a handful of plain rows under the keys of their owners."""
    unit.wait_turn()
    where = (_v.tenant == unit.tenant, _v.ref > after, not_(_sealed()))
    rows = rows_where(unit, *where, first=AT_ONCE)
    reseal(unit, rows)
    return _page(rows, "ref")


# --- Files -------------------------------------------------------------------------------------------------------


def files_after(unit: Unit, after: str) -> list[str]:
    """Where the vault describes files, a handful of them."""
    query = select(_v.ref).where(_v.tenant == unit.tenant, _v.ref >= _FILE, _v.ref < _AFTER_FILE, _v.ref > after)
    return list(unit.connection.execute(query.order_by(_v.ref).limit(AT_ONCE)).scalars())


def key_for_file(unit: Unit, described: str, file: str) -> bool:
    """See that a file has a key of its own; False where it was forgotten meanwhile.

    Args:
        described: where the vault describes it.
        file: what the store of files calls it.
    """
    unit.wait_turn()
    rows = rows_where(unit, _v.tenant == unit.tenant, _v.ref == described)
    if rows and key_ref(file) not in unit.bodies([key_ref(file)]):
        unit.keep(key_ref(file), packed(os.urandom(KEY_BYTES)), rows[0]["customer"], rows[0]["stream"])
    return bool(rows)


# --- Where it was cut short --------------------------------------------------------------------------------------


def place_noted(unit: Unit, *, drop: bool) -> tuple[str, str] | None:
    """The step that giving fresh keys was at when it was cut short, and behind what.

    Args:
        drop: whether earlier keys are destroyed; what was done without that has to be done again.
    """
    s = t.settings.c
    value = unit.connection.execute(select(s.value).where(s.tenant == unit.tenant, s.name == _PLACE[drop])).scalar()
    step, _, after = (value or "").partition(":")
    return (step, after) if value else None


def note_place(unit: Unit, step: str, after: str | None, *, drop: bool) -> None:
    """Note it in the transaction that brought it there; without a place, forget it."""
    s = t.settings.c
    unit.connection.execute(delete(t.settings).where(s.tenant == unit.tenant, s.name == _PLACE[drop]))
    if after is not None:
        row = {"tenant": unit.tenant, "name": _PLACE[drop], "value": f"{step}:{after}"}
        unit.connection.execute(insert(t.settings).values(row))


# --- Fresh keys --------------------------------------------------------------------------------------------------


def rotate_people(unit: Unit, after: str, *, drop: bool) -> Page:
    """Give a handful of people fresh keys, and put what is theirs under these.

    Args:
        drop: destroy the earlier keys, once this is committed.
    """
    unit.wait_turn()
    query = select(_v.customer).where(_v.tenant == unit.tenant, _v.customer > after).distinct()
    found = [str(c) for c in unit.connection.execute(query.order_by(_v.customer).limit(_PEOPLE_AT_ONCE)).scalars()]
    old = {of for customer in found for of in unit.vault.retire(unit.vault.person(customer))}
    rows = [row for some in rows_of(unit, found) for row in some if not has_own_key(row)]
    reseal(unit, rows)
    leave_work(unit, {*old, *_keys_in(rows)} if drop else ())
    return Page(len(rows), found[-1] if found else None)


def rotate_rest(unit: Unit, after: str, *, drop: bool) -> Page:
    """The same for a handful of rows that are nobody's in particular, or have keys of their own."""
    unit.wait_turn()
    alone = or_(*(and_(_v.ref >= start, _v.ref < end) for start, end in _ALONE))
    page = rows_where(unit, _v.tenant == unit.tenant, _v.ref > after, or_(_v.customer.is_(None), alone), first=AT_ONCE)
    rows = [row for row in page if has_own_key(row)]
    shared = {row["stream"] for row in page if not has_own_key(row)}
    for whole in rows_about(unit, shared):
        # What lies under one key is put under the next at once, with the first row of it that comes by.
        rows += whole if whole and min(row["ref"] for row in whole) > after else []
    old = {of for owner in {unit.vault.owner_of(row) for row in rows} for of in unit.vault.retire(owner)}
    reseal(unit, rows)
    leave_work(unit, {*old, *_keys_in(rows)} if drop else ())
    return _page(page, "ref")


def _keys_in(rows: Sequence[Mapping[str, Any]]) -> set[str]:
    return {of for row in rows if (of := key_in(row["body"]))}


def _page(rows: Sequence[Mapping[str, Any]], by: str) -> Page:
    return Page(len(rows), rows[-1][by] if rows else None)


def _sealed() -> ColumnElement[bool]:
    """Under a key: with the sign, and not nothing between that and the colon."""
    return and_(_v.body >= SIGN, _v.body < chr(ord(SIGN) + 1), not_(and_(_v.body >= f"{SIGN}:", _v.body < f"{SIGN};")))
