"""The rules for incidents of a sketch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from incidentkit.desk.importing.sketching import toml
from incidentkit.desk.importing.sketching.columns import Column
from incidentkit.desk.importing.sketching.names import fits, plain, words_in
from incidentkit.desk.importing.sketching.page import Page, kinds_of
from incidentkit.desk.importing.sketching.tables import Table
from incidentkit.domain.default_protocols import DEFAULT_PROTOCOLS
from incidentkit.domain.shop import Shop

__all__ = ["case_tables", "incidents_part"]

_TYPES: Mapping[str, str] = {
    "out_of_stock": "agotad,sin stock,sin existencias,out of stock,sold out,unavailable,no disponible,stockout,rotura de stock",
    "missing_item": "falta,incomplet,missing",
    "not_received": "no recibid,no entregad,no llega,not received,not delivered,never arrived",
    "damaged": "roto,rota,rotura,dana,damage,broken,deteriorad,golpe",
    "wrong_product": "equivocad,erroneo,wrong product,wrong item,otro producto,wrong",
    "late": "tarde,retras,late,delay,demora",
    "lost": "perdid,extravi,lost",
    "wrong_address": "direccion,address",
    "quality": "calidad,quality,defect",
    "billing": "factura,cobro,billing,invoice,payment,pago",
}
"""The built-in types of incident, each by beginnings of words that mean it."""

_SEVERE = {"critical": "critic,alta,high,urgent,grave,1,2"}
_NONE = frozenset({"no", "n", "none", "ninguna", "ninguno", "nada", "false", "falso", "ok", "sin incidencia", "0"})
_OUT = {"out": _TYPES["out_of_stock"]}


def incidents_part(page: Page) -> Iterator[str]:
    """The lines of every ``[[incidents]]``."""
    if page.orders is not None and page.key is not None:
        told = _told(page, page.orders, page.key)
        yield from _late(page, page.orders, page.key, told)
        yield from _out_of_stock(page, page.orders, page.key, told)
        yield from _flagged(page, page.orders, page.key)
    tables = case_tables(page)
    for table in tables:
        yield from _cases(page, table)
    if not tables:
        yield page.words.line("incidents.none")


def case_tables(page: Page) -> list[Table]:
    """The tables that seem to hold incidents."""
    return [t for t in page.tables.values() if t is not page.orders and (t.cases or "case" in t.roles) and t.columns]


# --- What the orders show ----------------------------------------------------------------------------------------


def _told(page: Page, orders: Table, key: Column) -> set[str]:
    """The types of incident that some column names itself: made of other columns too, they would count twice."""
    columns = [_flag(orders, key), *(table.of("type") for table in case_tables(page))]
    return {kinds_of(value, _TYPES) for column in columns if column is not None for value in column.shown()}


def _late(page: Page, table: Table, key: Column, told: set[str]) -> Iterator[str]:
    delivered, promised = table.of("delivered"), table.of("promised")
    if delivered is None or promised is None or delivered.times is None or promised.times is None:
        return
    alike = not promised.times.days or delivered.times.days
    later = page.pick(table, promised)
    lines = [
        "[[incidents]]",
        'name = "late"',
        *_about(table, key),
        f"when = [{{ {_condition(page, table, delivered)}, after = {later} }}]",
        'type = { value = "late" }',
        f"detected = {later}",
    ]
    said = "incidents.told" if "late" in told else "incidents.late" if alike else "incidents.late_days"
    yield page.words.line(said, delivered=delivered.name, promised=promised.name, type="late")
    yield from lines if said == "incidents.late" else (f"# {line}" for line in lines)
    yield ""


def _condition(page: Page, table: Table, column: Column) -> str:
    picked = page.pick(table, column)
    return f"column = {picked}" if not picked.startswith("{") else picked.strip("{} ")


def _about(table: Table, key: Column) -> list[str]:
    name = toml.text(key.name)
    many = [] if key.unique else ['rows = "many"']
    return [f"source = {toml.text(table.name)}", f"key = {name}", *many, f"order = {name}"]


def _out_of_stock(page: Page, table: Table, key: Column, told: set[str]) -> Iterator[str]:
    status = table.of("status")
    out = [value for value in status.shown() if kinds_of(value, _OUT)] if status is not None else []
    if status is None or not out:
        return
    lines = [
        "[[incidents]]",
        'name = "out-of-stock"',
        *_about(table, key),
        f"when = [{{ column = {toml.text(status.name)}, any_of = {toml.listed(out)} }}]",
        'type = { value = "out_of_stock" }',
    ]
    twice = "out_of_stock" in told
    yield page.words.line("incidents.told" if twice else "incidents.out_of_stock", type="out_of_stock")
    yield from (f"# {line}" for line in lines) if twice else lines
    yield ""


def _flagged(page: Page, table: Table, key: Column) -> Iterator[str]:
    """A column of the orders that says what went wrong with some of them."""
    flag = _flag(table, key)
    if flag is None:
        return
    page.use(table, flag)
    nothing = ["", *(value for value in flag.shown() if _is_none(value))]
    yield page.words.line("incidents.flagged", column=flag.name)
    yield "[[incidents]]"
    yield 'name = "noted"'
    yield from _about(table, key)
    yield f"when = [{{ column = {toml.text(flag.name)}, none_of = {toml.listed(nothing)} }}]"
    yield page.line("description", toml.text(flag.name), "incidents.description")
    yield from _type(page, flag, nothing)
    yield ""


def _is_none(value: str) -> bool:
    return " ".join(words_in(value)) in _NONE


def _flag(table: Table, key: Column) -> Column | None:
    wrong = [name for name in table.roles.get("type", ()) if fits(name, "incid*,problem*,motivo,reason")]
    for name in (*table.roles.get("case", ()), *wrong):
        column = table.columns[name]
        some = len(column.values) < column.rows or any(_is_none(value) for value in column.shown())
        if column is not key and some and not column.unique and column.kind == "text":
            return column
    return None


# --- Tables of incidents -----------------------------------------------------------------------------------------


def _cases(page: Page, table: Table) -> Iterator[str]:
    order, key = _order_of(page, table), _case_key(table)
    detected = table.of("detected", "placed")
    if key is None or (order is None and detected is None):
        yield page.words.line("incidents.keyless" if key is None else "incidents.timeless", table=table.name)
        return
    page.use(table, key)
    yield "[[incidents]]"
    # The rules about orders have names too.
    yield page.line("name", toml.text(f"{plain(table.name)[:30]}-table"), "incidents.name")
    yield f"source = {toml.text(table.name)}"
    yield page.line(
        "key",
        toml.text(key.name),
        "incidents.key" if key.unique else "incidents.key_repeated",
        rows=key.rows,
        cases=len(key.distinct),
    )
    if not key.unique:
        yield from _log(page, table)
    yield from _belongs(page, table, order)
    yield from _fields(page, table, detected)
    yield from _subtables(page, table)
    yield ""


def _log(page: Page, table: Table) -> Iterator[str]:
    """Rows that are what happened to a case, one after the other."""
    yield page.line("rows", '"many"', "incidents.rows")
    written = table.of("written")
    if written is None:
        yield page.unguessed("at", "incidents.at_none")
    else:
        yield page.line("at", page.pick(table, written), "incidents.at", clock=page.clock(written))


def _order_of(page: Page, table: Table) -> Column | None:
    link = page.links.get(table.name)
    return table.columns[link.theirs] if link is not None and page.key is not None and link.own == page.key.name else None


def _case_key(table: Table) -> Column | None:
    named = [table.columns[name] for role in ("case", "id") for name in table.roles.get(role, ())]
    named = [column for column in named if column.kind in ("text", "whole") and not column.shown(repeated=True)]
    one = next((column for column in named if column.unique), None)
    own = table.of("order")
    return one or next(iter(named), None) or (own if own is not None and own.unique else None)


def _belongs(page: Page, table: Table, order: Column | None) -> Iterator[str]:
    if order is not None:
        page.use(table, order)
        yield page.line("order", toml.text(order.name), "incidents.order")
    else:
        yield page.unguessed("order", "incidents.order_none")


def _fields(page: Page, table: Table, detected: Column | None) -> Iterator[str]:
    if detected is not None:
        yield page.line("detected", page.pick(table, detected), "incidents.detected", clock=page.clock(detected))
    else:
        yield page.unguessed("detected", "incidents.detected_none")
    for role in ("description", "status"):
        column = table.of(role)
        if column is not None:
            yield page.line(role, page.pick(table, column), f"incidents.{role}")
        else:
            yield page.unguessed(role, f"incidents.{role}_none")
    if table.of("type") is None:
        yield page.line("type", '{ value = "other" }', "incidents.type_none")


def _subtables(page: Page, table: Table) -> Iterator[str]:
    kind, severity, resolved = table.of("type"), table.of("severity"), table.of("resolved")
    if kind is not None:
        page.use(table, kind)
        yield from _type(page, kind, [])
    if severity is not None and severity.shown():
        page.use(table, severity)
        yield from _severity(page, severity)
    if resolved is not None:
        yield ""
        yield "[[incidents.events]]"
        yield 'event = "resolved"'
        yield f"when = [{{ column = {toml.text(resolved.name)}, filled = true }}]"
        yield page.line("at", page.pick(table, resolved), "incidents.resolved", clock=page.clock(resolved))


def _type(page: Page, column: Column, nothing: list[str]) -> Iterator[str]:
    yield ""
    yield page.words.line("incidents.type", types=", ".join(protocol.type for protocol in DEFAULT_PROTOCOLS))
    yield "[incidents.type]"
    yield f"column = {toml.text(column.name)}"
    yield page.line("otherwise", '"other"', "incidents.otherwise")
    seen = {value: count for value, count in column.shown().items() if value not in nothing}
    yield "[incidents.type.map]"
    for value, count in seen.items():
        guess = kinds_of(value, _TYPES)
        said = "incidents.mapped" if guess else "incidents.unmapped"
        yield page.line(toml.key(value), toml.text(guess or "other"), said, count=count)
    if not seen:
        yield page.words.line("incidents.unseen")


def _severity(page: Page, column: Column) -> Iterator[str]:
    yield ""
    yield page.words.line("incidents.severity", severities=", ".join(Shop().severities))
    yield "[incidents.severity]"
    yield f"column = {toml.text(column.name)}"
    yield "[incidents.severity.map]"
    for value, count in column.shown().items():
        guess = kinds_of(value, _SEVERE) or "minor"
        yield page.line(toml.key(value), toml.text(guess), "incidents.mapped", count=count)
