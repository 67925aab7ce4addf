"""A sketch put together: the basics, the sources, the rules, and what is left over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from incidentkit.desk.importing.sketching import toml
from incidentkit.desk.importing.sketching.amounts import WRITINGS, currencies_of, settled
from incidentkit.desk.importing.sketching.answers import answers_part
from incidentkit.desk.importing.sketching.columns import MISSING, Column
from incidentkit.desk.importing.sketching.dealings import accounts_part, contacts_part, promises_part
from incidentkit.desk.importing.sketching.incidents import case_tables, incidents_part
from incidentkit.desk.importing.sketching.names import AMOUNTS, plain, words_in
from incidentkit.desk.importing.sketching.orders import orders_part
from incidentkit.desk.importing.sketching.page import Page, page_of
from incidentkit.desk.importing.sketching.remarks import remarks_in
from incidentkit.desk.importing.sketching.sampling import samples
from incidentkit.desk.importing.sketching.tables import Table, tables_of
from incidentkit.domain.money import is_currency

__all__ = ["sketch"]

_NAMES = {"€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "$": "USD", "usd": "USD", "gbp": "GBP", "£": "GBP",
               "brl": "BRL", "mxn": "MXN", "cop": "COP", "ars": "ARS", "clp": "CLP", "pen": "PEN"}  # fmt: skip

_NAMED = 4

_RULES: tuple[tuple[str, Callable[[Page], Iterator[str]]], ...] = (
    ("orders", orders_part),
    ("accounts", accounts_part),
    ("promises", promises_part),
    ("incidents", incidents_part),
    ("answers", answers_part),
    ("contacts", contacts_part),
)
"""A profile's sections of rules, in the order in which they run, each with what writes it."""


def sketch(paths: Iterable[str | Path], language: str = "en") -> str:
    """A first profile for some files, as TOML, guessed from their columns and first rows.

    Each guess stands with why it was made and what to check; what was not guessed stands as a remark. Where something was
    found it is a profile that loads and imports something as it is. Of columns that may be about persons, only
    their names are in it.

    Args:
        paths: files in CSV, plain or gzip, JSON Lines, or .xlsx; files with the same columns are one table.
        language: of the remarks: ``en`` or ``es``.

    Raises:
        ImportRefused: a path is no file, or can't be read as a table.
        MissingExtra: one is a workbook, and nothing here reads those.
    """
    page = page_of(tables_of(samples(paths)), remarks_in(language))
    rules = [(name, "\n".join(part(page))) for name, part in _RULES]
    parts = ["\n".join(_basics(page)), "\n".join(_sources(page))]
    parts += [f"{page.words.line(f'{name}.title')}\n\n{text}" for name, text in rules]
    parts.append("\n".join(_rest(page)))
    return "\n\n".join(part.rstrip() for part in parts) + "\n"


# --- Basics ------------------------------------------------------------------------------------------------------


def _basics(page: Page) -> Iterator[str]:
    yield page.words.line("basics.head", files=_files(page))
    yield ""
    yield "version = 1"
    yield page.line("name", toml.text(_name(page)), "basics.name")
    yield page.line("zone", '"UTC"', "basics.zone")
    yield from _currency(page)
    yield from _writing(page)
    yield page.line("times", f"[{', '.join(map(toml.text, page.formats))}]", "basics.times", clock=_doubt(page))
    missing = ["", *sorted(_absent(page))]
    yield page.line("missing", f"[{', '.join(map(toml.text, missing))}]", "basics.missing")


def _files(page: Page) -> str:
    names = list(dict.fromkeys(name for table in page.tables.values() for name in table.sample.names))
    return ", ".join([*names[:_NAMED], *([f"... ({len(names)})"] if len(names) > _NAMED else [])])


def _name(page: Page) -> str:
    first = page.orders or next(iter(case_tables(page)), None) or next(iter(page.tables.values()), None)
    return (plain(first.name) if first is not None else "") or "my-shop"


def _doubt(page: Page) -> str:
    columns = [c for t in page.tables.values() for c in t.columns.values() if c.times is not None]
    doubts = [page.doubt(c) for c in columns if page.times(c) == c.times]
    return next((doubt for doubt in doubts if doubt), "")


def _currency(page: Page) -> Iterator[str]:
    for table in page.tables.values():
        column = table.of("currency")
        if column is not None and len(column.distinct) == 1:
            (code,) = column.distinct
            if is_currency(code):
                page.use(table, column)
                yield page.line("currency", toml.text(code), "basics.currency_column", column=column.name)
                return
    yield _guessed_currency(page)


def _guessed_currency(page: Page) -> str:
    """The one whose sign stands beside the amounts; else one that a column's name has."""
    names = [column.name for table in page.tables.values() for column in table.columns.values()]
    words = Counter(_NAMES[word] for name in names for word in (*words_in(name), *name) if word in _NAMES)
    named = [code for code, _ in words.most_common()]
    shown = currencies_of(value for column in _amounts(page) for value in column.values)
    both = [code for code in named if code in shown]
    if both or len(shown) == 1:
        return page.line("currency", toml.text((both or shown)[0]), "basics.currency_shown")
    if shown:
        return page.line("currency", toml.text(shown[0]), "basics.currency_sign", others=", ".join(shown[1:]))
    return page.line("currency", toml.text((named or ["EUR"])[0]), "basics.currency_named" if named else "basics.currency")


def _amounts(page: Page) -> list[Column]:
    return [t.columns[name] for t in page.tables.values() for role in AMOUNTS for name in t.roles.get(role, ())]


def _writing(page: Page) -> Iterator[str]:
    """The keys for all tables; as remarks where nothing shows which are right."""
    found = page.writings.values()
    writings = settled(found)
    if page.writing is None or len(writings) == len(WRITINGS):
        yield page.line("decimal", '"."', "basics.decimal_none")
        return
    other = next((other for one in found if (other := one.other(writings)) is not None), None)
    if other is not None:
        yield page.words.line("basics.decimal_open")
        yield f"# decimal = {toml.text(writings[0].decimal)}"
        yield f"# decimal = {toml.text(other.decimal)}"
        yield f"# grouping = {toml.text(other.grouping)}"
        return
    misfits = sum(one.misfits for one in found if page.writing in one.writings)
    said = "basics.decimal_mixed" if misfits else "basics.decimal"
    yield page.line("decimal", toml.text(page.writing.decimal), said)
    if page.writing.grouping:
        yield page.line("grouping", toml.text(page.writing.grouping), "basics.grouping")


def _absent(page: Page) -> set[str]:
    return {value for table in page.tables.values() for row in table.sample.rows for value in row if value in MISSING}


# --- Sources -----------------------------------------------------------------------------------------------------


def _sources(page: Page) -> Iterator[str]:
    yield page.words.line("sources.title")
    for table in page.tables.values():
        yield ""
        read = any(name == table.name for name, _ in page.used)
        yield from _source(page, table) if read else _unread_source(page, table)


def _unread_source(page: Page, table: Table) -> Iterator[str]:
    yield page.words.line("sources.unread")
    yield from (line if line.startswith("#") else f"# {line}" for line in _source(page, table))


def _source(page: Page, table: Table) -> Iterator[str]:
    source, sample = table.sample.source, table.sample
    yield page.words.line("sources.looked" if sample.whole else "sources.looked_first", rows=len(sample.rows))
    if sample.ragged:
        yield page.words.line("sources.ragged", rows=sample.ragged)
    if sample.skipped:
        yield page.words.line("sources.skipped", columns=sample.skipped)
    yield f"[sources.{table.name}]"
    yield f"files = {toml.listed(source.files)}"
    if source.kind != "csv":
        yield f"kind = {toml.text(source.kind)}"
    if source.sheet:
        yield f"sheet = {toml.text(source.sheet)}"
    if source.encoding != "utf-8":
        yield page.line("encoding", toml.text(source.encoding), "sources.encoding")
    if source.delimiter != ",":
        yield page.line("delimiter", toml.text(source.delimiter), "sources.delimiter")
    own = page.own_writing(table)
    if own is not None:
        yield page.line("decimal", toml.text(own.decimal), "sources.decimal")
        yield f"grouping = {toml.text(own.grouping)}"
    if table is page.orders and page.visited & page.links.keys():
        yield ""
        yield from _links(page, table)


def _links(page: Page, table: Table) -> Iterator[str]:
    yield f"[sources.{table.name}.links]"
    for name, link in page.links.items():
        columns = f"{{ {toml.key(link.own)} = {toml.text(link.theirs)} }}"
        line = page.line(toml.key(name), columns, "sources.link", share=f"{100 * link.shared:.0f}")
        yield line if name in page.visited else f"# {line}"
        if name in page.visited:
            page.use(table, table.columns[link.own])
            page.use(page.tables[name], page.tables[name].columns[link.theirs])


# --- What is left over -------------------------------------------------------------------------------------------


def _rest(page: Page) -> Iterator[str]:
    yield page.words.line("rest.title")
    for table in page.tables.values():
        unread = [c for c in table.columns.values() if (table.name, c.name) not in page.used]
        if unread:
            yield "#"
            yield toml.remark(f"{table.name}:")
            yield from (_unread(page, column) for column in unread)


def _unread(page: Page, column: Column) -> str:
    kind = "dressed" if column.dressed else column.kind
    said = page.words.say(f"rest.{kind}", distinct=len(column.distinct), clock=page.clock(column))
    return toml.remark(f"  {toml.text(column.name)}: {said}")
