"""What a change of state does to the tables of facts: rows to put, rows to drop, and which kept figures it makes stale."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from attrs import define, field

from incidentkit.domain.evolve import State
from incidentkit.domain.incidents import Incident
from incidentkit.domain.needs import Need
from incidentkit.domain.orders import Order
from incidentkit.domain.shop import Shop
from incidentkit.domain.times import micros
from incidentkit.measures.fact import Fact
from incidentkit.measures.facts import facts_of, lasting_facts
from incidentkit.measures.marks import Change, Mark, marks_of, redirected
from incidentkit.measures.signature_facts import signature_rows, signed_otherwise
from incidentkit.store.facts import FACT_TABLES, INDEXED

__all__ = ["Projection"]

_KEYS: Mapping[str, tuple[str, ...]] = {
    name: tuple(c.name for c in table.primary_key if c.name != "tenant") for name, table in FACT_TABLES.items()
}


_ASKED = ("facts_contacts", "facts_need_orders", "facts_need_incidents")


def _subjects(need: Need) -> set[tuple[str, str]]:
    """What a need is about, if its customer has asked."""
    if all(contact.direction == "out" or contact.automatic for contact in need.contacts):
        return set()
    return {(order, "") for order in need.orders} | {("", incident) for incident in need.incidents}


@define
class Projection:
    """What a transaction's changes come to, gathered.

    Attributes:
        puts, drops: rows by their table.
        touches: rows that are there already, and stay where they are in every index.
        marks: what changed, on which days.
        redirected: orders whose segments changed, with everything that is about them.
        signed: incidents that may have other signatures now; ``unsigned`` those of them that may have had some.
        recarried: orders whose carriers changed, and with these the signatures of cases about them.
        asked: orders, each with an empty incident or the other way round, about which a customer asked or a parcel came.
    """

    _shop: Shop
    _order: Callable[[str], Order]
    puts: dict[str, list[dict[str, Any]]] = field(factory=dict, init=False)
    touches: dict[str, list[dict[str, Any]]] = field(factory=dict, init=False)
    drops: dict[str, list[dict[str, Any]]] = field(factory=dict, init=False)
    marks: set[Mark] = field(factory=set, init=False)
    redirected: list[str] = field(factory=list, init=False)
    signed: list[str] = field(factory=list, init=False)
    unsigned: list[str] = field(factory=list, init=False)
    recarried: list[str] = field(factory=list, init=False)
    asked: set[tuple[str, str]] = field(factory=set, init=False)

    def project(self, before: State | None, after: State) -> None:
        """Add what a state has changed to from what the facts say of it; ``before`` is None where they say nothing."""
        rows = facts_of(after, self._shop)
        changed = _changes(facts_of(before, self._shop) if before is not None else {}, rows)
        for table, changes in changed.items():
            self._add(table, changes)
        if before is None:
            for table, lasting in lasting_facts(after, self._order).items():
                self._add(table, [(None, row) for row in lasting])
        elif isinstance(after, Incident) and isinstance(before, Incident) and _covers_more(before, after):
            for table, changes in _changes(lasting_facts(before, self._order), lasting_facts(after, self._order)).items():
                self._add(table, changes)
        self.marks |= marks_of(before, after, changed, rows.get("facts_promises", ()), self._placed_at)
        if isinstance(after, Order) and before is not None and redirected(changed):
            self.redirected.append(after.id)
        if isinstance(after, Incident):
            assert before is None or isinstance(before, Incident), "a stream keeps its kind"
            if signed_otherwise(before, after):
                self.sign(after, anew=before is None or before.cause is None)
        if isinstance(after, Order) and before is not None and "facts_order_carriers" in changed:
            self.recarried.append(after.id)
        if isinstance(after, Order) and "facts_deliveries" in changed:
            self.asked.add((after.id, ""))
        if isinstance(after, Need) and not changed.keys().isdisjoint(_ASKED):
            self.asked |= _subjects(after) | (_subjects(before) if isinstance(before, Need) else set())

    def sign(self, incident: Incident, *, anew: bool = False) -> None:
        """Add the signatures of an incident, in place of those that it has.

        Args:
            anew: it has none.
        """
        for table, rows in signature_rows(incident, self._order, self._shop).items():
            self._add(table, [(None, row) for row in rows])
        self.signed.append(incident.id)
        if not anew:
            self.unsigned.append(incident.id)

    def _placed_at(self, order_id: str) -> int:
        return micros(self._order(order_id).placed_at)

    def _add(self, table: str, changes: Iterable[Change]) -> None:
        for old, new in changes:
            if new is None:
                assert old is not None, "a change has a row"
                self.drops.setdefault(table, []).append({column: old[column] for column in _KEYS[table]})
            elif old is None or any(old[column] != new[column] for column in INDEXED[table]):
                self.puts.setdefault(table, []).append(new)
            else:
                self.touches.setdefault(table, []).append(new)


def _covers_more(before: Incident, after: Incident) -> bool:
    """Whether a case of a mass incident is about further orders."""
    return before.mass is not None and after.mass is not None and before.mass.orders != after.mass.orders


def _changes(before: Mapping[str, list[Fact]], after: Mapping[str, list[Fact]]) -> dict[str, list[Change]]:
    """The rows that are not as they were; tables without any are left out."""
    changed = {}
    for table, rows in after.items():
        earlier = before.get(table, [])
        if rows != earlier:
            changed[table] = _table_changes(_KEYS[table], earlier, rows)
    return changed


def _table_changes(key: tuple[str, ...], before: list[Fact], after: list[Fact]) -> list[Change]:
    old = {tuple(row[column] for column in key): row for row in before}
    new = {tuple(row[column] for column in key): row for row in after}
    changes: list[Change] = [(old.get(at), row) for at, row in new.items() if old.get(at) != row]
    return changes + [(row, None) for at, row in old.items() if at not in new]
