"""The rules for accounts, promises and contacts of a sketch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from incidentkit.desk.importing.sketching import toml
from incidentkit.desk.importing.sketching.columns import Column
from incidentkit.desk.importing.sketching.names import plain
from incidentkit.desk.importing.sketching.page import Page, kinds_of
from incidentkit.desk.importing.sketching.tables import Table, order_column, row_key

__all__ = ["accounts_part", "contacts_part", "promises_part"]

_CHANNELS: Mapping[str, str] = {
    "phone": "phone,telef,tel,llamad,call",
    "whatsapp": "whatsapp,wa",
    "email": "mail,email,correo,e mail",
    "chat": "chat",
    "sms": "sms",
    "visit": "visit,tienda,shop,mostrador",
}
_DIRECTIONS: Mapping[str, str] = {
    "in": "in,inbound,incoming,entra,recib,received,customer,client",
    "out": "out,outbound,outgoing,sali,envia,sent,made,realiz,shop,tienda",
}


def accounts_part(page: Page) -> Iterator[str]:
    """The lines of every ``[[accounts]]``."""
    tables = [table for table in page.tables.values() if table.holds == "accounts"]
    for table in tables:
        yield from _accounts(page, table)
    if not tables:
        yield page.words.line("accounts.none")


def promises_part(page: Page) -> Iterator[str]:
    """The lines of every ``[[promises]]``."""
    tables = [table for table in page.tables.values() if table.holds == "promises"]
    for table in tables:
        yield from _promises(page, table)
    if not tables:
        yield page.words.line("promises.none")


def contacts_part(page: Page) -> Iterator[str]:
    """The lines of every ``[[contacts]]``."""
    tables = [table for table in page.tables.values() if table.holds == "contacts"]
    for table in tables:
        yield from _contacts(page, table)
    if not tables:
        yield page.words.line("contacts.none")


# --- Accounts ----------------------------------------------------------------------------------------------------


def _accounts(page: Page, table: Table) -> Iterator[str]:
    key = next((column for column in _names_of_accounts(table) if column.unique), None)
    if key is None:
        yield page.words.line("accounts.keyless", table=table.name)
        return
    page.use(table, key)
    name = next((c for role in ("account", "name") for c in _of(table, role) if c is not key), None)
    yield "[[accounts]]"
    yield f"source = {toml.text(table.name)}"
    yield page.line("key", toml.text(key.name), "accounts.key", rows=key.rows)
    yield _optional(page, table, "name", name, "accounts.name")
    yield _handle(page, table, "manager", table.of("manager"))
    yield _optional(page, table, "at", table.of("written"), "accounts.at")
    yield ""


def _names_of_accounts(table: Table) -> Iterator[Column]:
    for role in ("id", "account", "customer", "name"):
        yield from _of(table, role)


def _of(table: Table, role: str) -> list[Column]:
    return [table.columns[name] for name in table.roles.get(role, ())]


# --- Promises ----------------------------------------------------------------------------------------------------


def _promises(page: Page, table: Table) -> Iterator[str]:
    order, promised = order_column(page.links, page.key, table), table.of("promised")
    key = row_key(table, order)
    if order is None or promised is None or not key:
        yield page.words.line("promises.unusable", table=table.name)
        return
    page.use(table, order, *(table.columns[name] for name in key))
    yield "[[promises]]"
    yield f"name = {toml.text(_name(table))}"
    yield f"source = {toml.text(table.name)}"
    yield page.line("key", toml.listed(key), "promises.key")
    yield page.line("order", toml.text(order.name), "promises.order")
    yield page.line("promised", page.pick(table, promised), "promises.promised", clock=page.clock(promised))
    if promised.times is not None and promised.times.days:
        yield page.line("promised_as", '"day"', "orders.promised_day")
    yield _optional(page, table, "made", table.of("placed", "detected", "written"), "promises.made")
    yield _handle(page, table, "by", table.of("agent"))
    yield ""


def _name(table: Table) -> str:
    return f"{plain(table.name)[:30]}-table"


# --- Contacts ----------------------------------------------------------------------------------------------------


def _contacts(page: Page, table: Table) -> Iterator[str]:
    order, at = order_column(page.links, page.key, table), table.of("placed", "detected", "written", "shipped")
    customer, key = table.of("customer", "email", "phone", "name"), row_key(table, None)
    if at is None or not key or (order is None and customer is None):
        yield page.words.line("contacts.unusable", table=table.name)
        return
    page.use(table, *(table.columns[name] for name in key))
    yield "[[contacts]]"
    yield f"name = {toml.text(_name(table))}"
    yield f"source = {toml.text(table.name)}"
    yield page.line("key", toml.listed(key), "contacts.key")
    yield page.line("at", page.pick(table, at), "contacts.at", clock=page.clock(at))
    yield from _channel(page, table)
    yield from _direction(page, table)
    yield _optional(page, table, "order", order, "contacts.order")
    yield page.unguessed("incident", "contacts.incident")
    yield _optional(page, table, "answered", table.of("answered"), "contacts.answered")
    yield _handle(page, table, "agent", table.of("agent"))
    yield _optional(page, table, "summary", table.of("description", "comment"), "contacts.summary")
    if customer is not None:
        yield ""
        yield "[contacts.customer]"
        yield page.line("key", page.pick(table, customer), "contacts.customer")
    yield ""


def _channel(page: Page, table: Table) -> Iterator[str]:
    column = table.of("channel")
    if column is None:
        title = kinds_of(table.sample.title, _CHANNELS)
        said = "contacts.channel_title" if title else "contacts.channel_none"
        yield page.line("channel", f"{{ value = {toml.text(title or 'other')} }}", said)
    else:
        page.use(table, column)
        yield page.line("channel", _mapped(column, _CHANNELS), "contacts.channel")


def _direction(page: Page, table: Table) -> Iterator[str]:
    column = table.of("direction")
    guessed = column is not None and any(kinds_of(value, _DIRECTIONS) for value in column.shown())
    if column is None or not guessed:
        yield page.unguessed("direction", "contacts.direction_none")
    else:
        page.use(table, column)
        yield page.line("direction", _mapped(column, _DIRECTIONS), "contacts.direction")


def _mapped(column: Column, kinds: Mapping[str, str]) -> str:
    """A column with those of its values that mean one of some kinds."""
    meant = {value: kind for value in column.shown() if (kind := kinds_of(value, kinds)) and kind != value}
    if not meant:
        return toml.text(column.name)
    pairs = ", ".join(f"{toml.key(value)} = {toml.text(kind)}" for value, kind in meant.items())
    return f"{{ column = {toml.text(column.name)}, map = {{ {pairs} }} }}"


# --- Parts of all ------------------------------------------------------------------------------------------------


def _optional(page: Page, table: Table, field: str, column: Column | None, said: str) -> str:
    if column is None:
        return page.unguessed(field, "dealings.none")
    return page.line(field, page.pick(table, column), said, clock=page.clock(column))


def _handle(page: Page, table: Table, field: str, column: Column | None) -> str:
    """Somebody of the shop. Only the shop's settings can say whether a column holds their handles."""
    if column is None:
        return page.unguessed(field, "dealings.none")
    page.use(table, column)
    return f"# {field} = {toml.text(column.name)}  {toml.remark(page.words.say('dealings.handle'))}"
