"""Tables with what their columns seem to be for, and how they belong together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from attrs import evolve, field, frozen

from incidentkit.desk.importing.sketching.columns import MISSING, Column
from incidentkit.desk.importing.sketching.names import AMOUNTS, ROLES, TIMES, fits, plain, words_in
from incidentkit.desk.importing.sketching.sampling import Sample

__all__ = ["Link", "Table", "links_of", "order_column", "order_key", "orders_of", "row_key", "tables_of", "words_only"]

_ORDERS = "orders,order,pedidos,pedido,ventas,venta,sales,compras,purchases"
_CASES = "incidents,incident,incidencia*,tickets,ticket,reclamacion*,quejas,complaints,cases,casos,issues,claims"
_HELD: Mapping[str, str] = {
    "contacts": "contacts,contactos,contacto,calls,llamadas,messages,mensajes,emails,correos,chats,conversations,conversacion*",
    "promises": "promises,promesas,promise,promesa,compromisos,reschedul*,reprogramacion*",
    "accounts": "accounts,account,companies,company,empresas,empresa,cuentas,cuenta,business customers,clientes empresa*",
}
_TRIED = 6
_LEAST_SHARED = 0.5


@frozen
class Table:
    """One table.

    Args:
        roles: for each role, the columns that seem to have it, the likeliest first.
    """

    name: str
    sample: Sample
    columns: Mapping[str, Column]
    roles: Mapping[str, tuple[str, ...]] = field(factory=dict)

    def of(self, *roles: str) -> Column | None:
        """The likeliest column of the first role that any has."""
        return next((self.columns[self.roles[role][0]] for role in roles if self.roles.get(role)), None)

    @property
    def holds(self) -> str:
        """What its name says that it holds: ``contacts``, ``promises`` or ``accounts``; empty for anything else."""
        scores = {kind: fits(self.sample.title, names) for kind, names in _HELD.items()}
        best = max(scores, key=lambda kind: scores[kind])
        # A company's orders are orders, and an order's promises are promises.
        orders = best == "accounts" and fits(self.sample.title, _ORDERS) > 0
        return best if scores[best] and not self.cases and not orders else ""

    @property
    def cases(self) -> bool:
        """Whether its name says that it holds incidents."""
        return fits(self.sample.title, _CASES) > 0


@frozen
class Link:
    """Columns by which the rows of one table belong to those of another. ``shared`` is how many of the values are there too."""

    start: str
    other: str
    own: str
    theirs: str
    shared: float


def tables_of(samples: Iterable[Sample]) -> dict[str, Table]:
    """Tables by a name for each."""
    found: dict[str, Table] = {}
    for number, sample in enumerate(samples, 1):
        name = plain(sample.title) or f"table{number}"
        if name in found:
            name = f"{name[:36]}_{number}"
        columns = {
            column: Column(column, [row[i] for row in sample.rows if row[i] and row[i] not in MISSING], len(sample.rows))
            for i, column in enumerate(sample.columns)
        }
        found[name] = _with_roles(Table(name, sample, columns))
    return found


# --- Roles -------------------------------------------------------------------------------------------------------


def _with_roles(table: Table) -> Table:
    ranked: dict[str, list[tuple[float, str]]] = {}
    for column in table.columns.values():
        role, score = _role(column)
        if role:
            ranked.setdefault(role, []).append((score, column.name))
    roles = {role: tuple(name for _, name in sorted(found, key=lambda one: -one[0])) for role, found in ranked.items()}
    return evolve(table, roles=roles)


def _role(column: Column) -> tuple[str, float]:
    """The role that a column's name fits best, of those that its values allow."""
    scores = {role: fits(column.name, patterns) for role, patterns in ROLES.items() if _can_be(column, role)}
    best = max(scores, key=lambda role: scores[role], default="")
    return (best, scores[best]) if best and scores[best] else ("", 0.0)


def _can_be(column: Column, role: str) -> bool:
    if role == "ignored":
        return True
    if role in TIMES:
        return column.kind == "time"
    if role in AMOUNTS:
        return column.kind in ("whole", "number") or column.dressed
    if role == "quantity":
        return column.counts
    if role == "score":
        return column.kind == "whole"
    if role == "name":
        # Some shops call the order's number its name.
        return column.kind == "text" and not _numbers(column)
    if role == "order":
        return column.kind in ("text", "whole")
    return column.kind in ("text", "whole", "number")


def _numbers(column: Column) -> bool:
    return all(len(value) < 20 and sum(c.isdigit() for c in value) * 2 >= len(value) for value in column.distinct)


def words_only(column: Column) -> bool:
    """Whether none of its values has a digit, as names have none."""
    return not any(c.isdigit() for value in column.distinct for c in value)


# --- The orders' table -------------------------------------------------------------------------------------------


def orders_of(tables: Iterable[Table]) -> tuple[Table, Column] | None:
    """The table that seems to hold the orders, with the column of their key; None where none has both a key and a time."""
    likely = [table for table in tables if not table.holds or "order" in table.roles]
    scored = [(score, table, key) for table in likely for score, key in [_as_orders(table)] if key is not None]
    if not scored:
        return None
    _, table, key = max(scored, key=lambda one: one[0])
    return table, key


def _as_orders(table: Table) -> tuple[float, Column | None]:
    placed, key = table.of("placed"), order_key(table)
    if placed is None or key is None:
        return 0.0, None
    steps = sum(1 for role in ("confirmed", "shipped", "delivered", "promised", "cancelled") if role in table.roles)
    named = 3 * (fits(table.sample.title, _ORDERS) > 0)
    apart = 4 * (
        table.cases or bool(table.holds) or ("score" in table.roles and not steps) or ("case" in table.roles and not steps)
    )
    return 1 + steps + named + 2 * key.unique - apart, key


def order_key(table: Table) -> Column | None:
    """The column with the orders' keys: by its name, else the first that names things and never twice the same."""
    named = table.of("order")
    if named is not None:
        return named
    if table.cases:
        return None
    found = [table.columns[name] for name in table.roles.get("id", ())]
    nameless = [column for column in table.columns.values() if _is_name(table, column)]
    return next((column for column in (*found, *nameless) if column.unique), None)


def order_column(links: Mapping[str, Link], key: Column | None, table: Table) -> Column | None:
    """The column of a table with the keys of the orders, as far as values show it."""
    link = links.get(table.name)
    return table.columns[link.theirs] if link is not None and key is not None and link.own == key.name else None


def row_key(table: Table, first: Column | None) -> tuple[str, ...]:
    """The first column, or pair of columns, by which no two rows of a table are the same; nothing where there is none."""
    words = ("comment", "name", "description", "type", "status", "channel", "direction")
    likely = [c for c in table.columns.values() if len(c.values) == c.rows and c.kind in ("text", "whole", "time")]
    likely = [c for c in likely if not any(c.name in table.roles.get(role, ()) for role in words)]
    ids = [c for c in likely if c.name in table.roles.get("id", ())]
    one = next((c.name for c in (*ids, *likely) if c.unique and c.kind != "time"), None)
    if one is not None:
        return (one,)
    tried = {c.name: c for c in (first, *likely[:_TRIED]) if c is not None}
    pairs = ((a, b) for a, b in combinations(tried.values(), 2) if len(a.values) == len(b.values) == a.rows)
    return next(((a.name, b.name) for a, b in pairs if len(set(zip(a.values, b.values, strict=True))) == a.rows), ())


def _is_name(table: Table, column: Column) -> bool:
    """Whether a column can be a key although nothing calls it one: it has no other role."""
    other = any(column.name in names for role, names in table.roles.items() if role != "name")
    return not other and column.kind in ("text", "whole") and (not column.personal or _numbers(column))


# --- Links -------------------------------------------------------------------------------------------------------


def links_of(start: Table, tables: Iterable[Table]) -> dict[str, Link]:
    """How to get from a table to others: for each the pair of columns that are called alike and share most values."""
    named, found = order_key(start), dict[str, Link]()
    key = named.name if named is not None else ""
    for other in tables:
        if other.name != start.name:
            pairs = [link for own in start.columns.values() for link in _links(start, own, other)]
            likely = [link for link in pairs if link.shared >= _LEAST_SHARED]
            if likely:
                found[other.name] = max(likely, key=lambda link: (link.own == key, link.shared, _same(link)))
    return found


def _same(link: Link) -> bool:
    return words_in(link.own) == words_in(link.theirs)


def _links(start: Table, own: Column, other: Table) -> Iterable[Link]:
    for theirs in other.columns.values():
        if _alike(start, own, other, theirs) and own.values and theirs.values:
            yield Link(start.name, other.name, own.name, theirs.name, _shared(own, theirs))


def _alike(start: Table, own: Column, other: Table, theirs: Column) -> bool:
    """Whether two columns are called so that they could hold the same keys."""
    if own.kind not in ("text", "whole") or theirs.kind not in ("text", "whole"):
        return False
    mine, its = words_in(own.name), words_in(theirs.name)
    if mine == its and mine:
        return _keys(own) or _keys(theirs)
    orders = own is order_key(start) and theirs.name in other.roles.get("order", ())
    whose = theirs.name in other.roles.get("id", ()) and own.name in start.roles.get("customer", ())
    return orders or whose


def _keys(column: Column) -> bool:
    return 2 * len(column.distinct) > len(column.values) or column.unique


def _shared(own: Column, theirs: Column) -> float:
    both: Sequence[str] = [value for value in theirs.distinct if value in own.distinct]
    return len(both) / min(len(own.distinct), len(theirs.distinct))
