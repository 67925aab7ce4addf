"""The rule for orders of a sketch."""

from __future__ import annotations

from collections.abc import Iterator

from incidentkit.desk.importing.sketching import toml
from incidentkit.desk.importing.sketching.columns import Column
from incidentkit.desk.importing.sketching.page import Page, kinds_of
from incidentkit.desk.importing.sketching.tables import Table, words_only

__all__ = ["orders_part"]

_CANCELLED = {"cancelled": "cancel,anulad"}


def orders_part(page: Page) -> Iterator[str]:
    """The lines of ``[[orders]]``."""
    if page.orders is None or page.key is None:
        yield page.words.line("orders.none")
        return
    yield "[[orders]]"
    yield f"source = {toml.text(page.orders.name)}"
    yield from _key(page, page.orders, page.key)
    yield from _fields(page, page.orders)
    yield from _customer(page, page.orders, page.key)
    yield from _lines(page, page.orders, page.key)
    yield from _events(page, page.orders)


def _key(page: Page, table: Table, key: Column) -> Iterator[str]:
    page.use(table, key)
    named = key.name in table.roles.get("order", ())
    if key.unique:
        said = "orders.key" if named else "orders.key_unnamed"
        yield page.line("key", toml.text(key.name), said, rows=key.rows)
    else:
        said = "orders.key_repeated" if len(key.values) == key.rows else "orders.key_missing"
        yield page.line(
            "key", toml.text(key.name), said, rows=key.rows, orders=len(key.distinct), missing=key.rows - len(key.values)
        )
        yield page.line("rows", '"many"', "orders.rows")
    yield page.line("number", toml.text(key.name), "orders.number")


def _fields(page: Page, table: Table) -> Iterator[str]:
    placed = table.of("placed")
    assert placed is not None, "the orders' table has a time at which they were placed"
    yield page.line("placed", page.pick(table, placed), "orders.placed", clock=page.clock(placed))
    yield from _promised(page, table)
    yield from _paid(page, table)
    status = table.of("status")
    if status is None:
        yield page.unguessed("status", "orders.status_none")
    else:
        yield page.line("status", page.pick(table, status), "orders.status")
        yield from _called(page, status)
    account = table.of("account")
    if account is None:
        yield page.unguessed("account", "orders.account_none")
    else:
        yield page.line("account", page.pick(table, account), "orders.account")


def _called(page: Page, status: Column) -> Iterator[str]:
    """A map to fill in: the values that a status has."""
    seen = status.shown()
    if seen:
        stubs = ", ".join(f'{toml.text(value)} = "..."' for value in seen)
        yield page.words.line("orders.status_seen", values=page.values(seen))
        yield f"# status = {{ column = {toml.text(status.name)}, map = {{ {stubs} }} }}"


def _promised(page: Page, table: Table) -> Iterator[str]:
    promised = table.of("promised")
    if promised is None:
        yield page.unguessed("promised", "orders.promised_none")
        return
    yield page.line("promised", page.pick(table, promised), "orders.promised", clock=page.clock(promised))
    if promised.times is not None and promised.times.days:
        yield page.line("promised_as", '"day"', "orders.promised_day")


def _paid(page: Page, table: Table) -> Iterator[str]:
    own = table.of("paid")
    if own is not None:
        yield page.line("paid", page.pick(table, own), "orders.paid")
        return
    for name, link in page.links.items():
        other = page.tables[name]
        paid = other.of("paid")
        if paid is not None and page.key is not None and link.own == page.key.name and "product" not in other.roles:
            yield page.line("paid", page.pick(other, paid, table, "sum"), "orders.paid_sum", table=name)
            return
    dressed = next((column for column in table.columns.values() if column.dressed), None)
    if dressed is not None:
        yield page.unguessed("paid", "orders.paid_dressed", column=dressed.name)
    else:
        yield page.unguessed("paid", "orders.paid_none")


# --- Customers ---------------------------------------------------------------------------------------------------


def _customer(page: Page, table: Table, key: Column) -> Iterator[str]:
    yield ""
    found = _person(page, table)
    if found is None:
        yield page.words.line("orders.customer_none")
        yield "# [orders.customer]"
        yield '# key = "..."'
        return
    home, person = found
    if person is key:
        yield page.words.line("orders.customer_none")
        return
    yield "[orders.customer]"
    yield page.line("key", page.pick(home, person, table), "orders.customer_key")
    for field in ("name", "email", "phone"):
        found = _detail(field, home, table, person)
        if found is None:
            yield page.unguessed(field, "orders.detail_none")
        else:
            yield page.line(field, page.pick(*found, table), "orders.detail")


def _detail(field: str, home: Table, table: Table, person: Column) -> tuple[Table, Column] | None:
    roles = ("name", "customer") if field == "name" else (field,)
    for where in (home, table):
        for role in roles:
            column = where.of(role)
            if column is not None and (column is not person or field != "name") and (role != "customer" or words_only(column)):
                return where, column
    return None


def _person(page: Page, table: Table) -> tuple[Table, Column] | None:
    """Who ordered: the table and column that say it; in a table of customers, a key that comes again for the same person."""
    own = table.of("customer", "email", "name")
    email = table.of("email")
    if own is not None and email is not None and words_only(own):
        own = email  # two persons may have one name
    if own is None:
        return None
    for name, link in page.links.items():
        other = page.tables[name]
        if link.own == own.name and other.of("order") is None:
            again = (other.columns[c] for c in other.roles.get("customer", ()) if not other.columns[c].unique)
            better = next(again, None) if own.unique else None
            return other, better or other.columns[link.theirs]
    return table, own


# --- Lines -------------------------------------------------------------------------------------------------------


def _lines(page: Page, table: Table, key: Column) -> Iterator[str]:
    yield ""
    home = _home_of_lines(page, table, key)
    product = home.of("product") if home is not None else None
    if home is None or product is None:
        yield page.words.line("orders.lines_none")
        yield "# [orders.lines]"
        yield f"# source = {toml.text(table.name)}"
        yield '# product = "..."'
        yield '# price = "..."'
        return
    yield "[orders.lines]"
    page.visited.add(home.name)
    said = "orders.lines_own" if home is table else "orders.lines_linked"
    yield page.line("source", toml.text(home.name), said)
    yield page.line("product", page.pick(home, product), "orders.product")
    price, quantity = home.of("price"), home.of("quantity")
    if price is None:
        yield page.line("price", '{ value = "0" }', "orders.price_none")
    else:
        yield page.line("price", page.pick(home, price), "orders.price")
    if quantity is None:
        yield page.unguessed("quantity", "orders.quantity_none")
    else:
        yield page.line("quantity", page.pick(home, quantity), "orders.quantity")


def _home_of_lines(page: Page, table: Table, key: Column) -> Table | None:
    linked = (page.tables[name] for name, link in page.links.items() if link.own == key.name)
    return next((t for t in (table, *linked) if "product" in t.roles and not t.cases and "score" not in t.roles), None)


# --- Events ------------------------------------------------------------------------------------------------------


def _events(page: Page, table: Table) -> Iterator[str]:
    for event in ("confirmed", "shipped", "delivered", "cancelled", "returned"):
        yield ""
        column = table.of(event)
        if column is not None:
            yield "[[orders.events]]"
            yield f'event = "{event}"'
            yield page.line("at", page.pick(table, column), "orders.event", clock=page.clock(column))
        elif event == "cancelled" and (said := _cancelled(table)):
            status = table.of("status")
            assert status is not None, "what was cancelled is said by a status"
            yield "[[orders.events]]"
            yield 'event = "cancelled"'
            when = f"[{{ column = {toml.text(status.name)}, any_of = {toml.listed(said)} }}]"
            yield page.line("when", when, "orders.cancelled")
        else:
            yield page.words.line("orders.event_none", event=event)
            yield "# [[orders.events]]"
            yield f'# event = "{event}"'
            yield '# at = "..."'


def _cancelled(table: Table) -> list[str]:
    status = table.of("status")
    return [value for value in status.shown() if kinds_of(value, _CANCELLED)] if status is not None else []
