"""Whether the vault has what the record refers to, holds what was put there, and people are found by it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Table, exists, select

from incidentkit.codec.record import text_refs
from incidentkit.errors import IncidentkitError
from incidentkit.store import tables as t
from incidentkit.store.unit import Unit
from incidentkit.store.verifying.effects import loaded_up_to
from incidentkit.store.verifying.findings import Findings
from incidentkit.store.verifying.folding import Folded
from incidentkit.store.verifying.histories import Page

__all__ = ["Hashes", "judge_people", "judge_vault", "judge_words"]

Hashes = Callable[[Mapping[str, str]], tuple[str, frozenset[str]]]
"""By which keyed hashes somebody is found, from their details: that of their key, and those of their addresses."""

_AT_ONCE = 500
_STREAMED = {"stream_results": True, "yield_per": _AT_ONCE}
_PERSON = "person:"


def judge_words(unit: Unit, page: Page, found: Mapping[str, Folded], findings: Findings) -> None:
    """Look for the words that a page's events refer to, and for the people that its streams are about."""
    wanted: dict[str, Any] = {}
    loaded = loaded_up_to(unit.connection, unit.tenant)
    for stream, rows in page.events.items():
        for row in rows:
            wanted.update((ref, row) for ref in text_refs(row.data))
        who = getattr(found[stream].state, "customer", None) if stream in found else None
        if who is not None and rows[-1].seq > loaded:
            wanted.setdefault(str(who), rows[-1])
    for ref in sorted(_missing(unit, wanted)):
        row = wanted[ref]
        findings.add("vault", ref, "it is missing, and nobody has forgotten it", row.seq, row.version)


def _missing(unit: Unit, refs: Iterable[str]) -> set[str]:
    """References that lead nowhere, without what was forgotten."""
    missing = set(refs)
    for table, prefix in ((t.vault, ""), (t.tombstones, ""), (t.tombstones, _PERSON)):
        missing -= _there(unit, table, missing, prefix)
    return missing


def _there(unit: Unit, table: Table, refs: Iterable[str], prefix: str) -> set[str]:
    found: set[str] = set()
    for some in _handfuls([prefix + ref for ref in refs]):
        query = select(table.c.ref).where(table.c.tenant == unit.tenant, table.c.ref.in_(some))
        found.update(ref.removeprefix(prefix) for ref in unit.connection.execute(query).scalars())
    return found


def _handfuls(refs: Iterable[str]) -> Iterator[Sequence[str]]:
    ordered = sorted(refs)
    for start in range(0, len(ordered), _AT_ONCE):
        yield ordered[start : start + _AT_ONCE]


def judge_vault(unit: Unit, findings: Findings) -> None:
    """Look at every row of the vault: what is encrypted must open, and its stream must be there."""
    v, s = t.vault.c, t.streams.c
    query = select(v.ref, v.stream, v.body, s.stream.label("there")).select_from(
        t.vault.outerjoin(t.streams, (s.tenant == v.tenant) & (s.stream == v.stream))
    )
    for row in unit.connection.execute(query.where(v.tenant == unit.tenant), execution_options=_STREAMED):
        if not unit.vault.check(row.ref, row.body):
            findings.add("vault", row.ref, "it is not what was put there")
        if row.stream is not None and row.there is None:
            findings.add("vault", row.ref, "its stream is not in the record")


def judge_people(unit: Unit, hashes: Hashes, findings: Findings) -> None:
    """Look whether everybody is found by what the vault holds of them."""
    p, a, v = t.people.c, t.addresses.c, t.vault.c
    known = exists().where(p.tenant == unit.tenant, p.customer == v.ref)
    for customer in unit.connection.execute(
        select(v.ref).where(v.tenant == unit.tenant, v.ref == v.customer, ~known), execution_options=_STREAMED
    ).scalars():
        findings.add("people", customer, "they are not found by their key")
    query = select(p.hash, p.customer).where(p.tenant == unit.tenant).order_by(p.hash)
    for some in unit.connection.execute(query, execution_options=_STREAMED).partitions():
        people = {row.customer: row.hash for row in some}
        gone = _missing(unit, people)
        ways: dict[str, set[str]] = {}
        for row in unit.connection.execute(select(a.customer, a.hash).where(a.tenant == unit.tenant, a.customer.in_(people))):
            ways.setdefault(row.customer, set()).add(row.hash)
        details = _details(unit, people)
        for customer, hash_ in people.items():
            for words in _bad_person(details.get(customer), hash_, ways.get(customer, set()), hashes, customer in gone):
                findings.add("people", customer, words)


def _details(unit: Unit, people: Iterable[str]) -> dict[str, str]:
    try:
        return unit.bodies(people)
    except IncidentkitError:
        # One of them is damaged, and told as such; the others are read one by one.
        found: dict[str, str] = {}
        for customer in people:
            row = unit.connection.execute(
                select(t.vault.c.body).where(t.vault.c.tenant == unit.tenant, t.vault.c.ref == customer)
            ).scalar()
            if row is not None and unit.vault.check(customer, row):
                found |= unit.bodies([customer])
        return found


def _bad_person(details: str | None, hash_: str, ways: set[str], hashes: Hashes, gone: bool) -> Iterator[str]:
    if gone:
        yield "the vault has nothing of them, and nobody has forgotten them"
    if details is None:
        return
    try:
        own, others = hashes(json.loads(details))
    except (ValueError, LookupError, TypeError, AttributeError):
        yield "what the vault holds of them can't be read"
        return
    if own != hash_:
        yield "they are found by another key than theirs"
    if others - ways:
        yield "they are not found by an address of theirs"
