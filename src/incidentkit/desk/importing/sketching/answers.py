"""The rules for survey answers of a sketch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from incidentkit.desk.importing.sketching import toml
from incidentkit.desk.importing.sketching.columns import Column
from incidentkit.desk.importing.sketching.names import plain
from incidentkit.desk.importing.sketching.page import Page
from incidentkit.desk.importing.sketching.tables import Table

__all__ = ["answers_part"]

_TRIED = 6


def answers_part(page: Page) -> Iterator[str]:
    """The lines of every ``[[answers]]``."""
    tables = [table for table in page.tables.values() if "score" in table.roles]
    for table in tables:
        yield from _answers(page, table)
    if not tables:
        yield page.words.line("answers.none")


def _answers(page: Page, table: Table) -> Iterator[str]:
    score, answered = table.of("score"), _answered(page, table)
    key, scale = _key(page, table), _scale(table)
    if score is None or answered is None or not key or scale is None:
        yield page.words.line("answers.unusable", table=table.name, column=score.name if score is not None else "")
        return
    survey, low, high = scale
    yield "[[answers]]"
    yield f"name = {toml.text(plain(table.name) or 'answers')}"
    yield f"source = {toml.text(table.name)}"
    page.use(table, *(table.columns[name] for name in key))
    yield page.line("key", toml.listed(key), "answers.key")
    if table is page.orders and table.columns[key[0]].unique is False:
        yield 'rows = "many"'
    yield from _belongs(page, table)
    yield page.line("survey", toml.text(survey), "answers.survey")
    yield page.line("low", str(low), "answers.scale", lowest=score.bounds[0], highest=score.bounds[1])
    yield f"high = {high}"
    yield page.line("score", page.pick(table, score), "answers.score")
    yield page.line("answered", page.pick(table, answered), "answers.answered", clock=page.clock(answered))
    yield from _details(page, table, answered)
    yield ""


def _answered(page: Page, table: Table) -> Column | None:
    return table.of("answered") if table is page.orders else table.of("answered", "asked", "placed")


def _belongs(page: Page, table: Table) -> Iterator[str]:
    link = page.links.get(table.name)
    if page.key is not None and table is page.orders:
        yield page.line("order", toml.text(page.key.name), "answers.order")
    elif page.key is not None and link is not None and link.own == page.key.name:
        page.use(table, table.columns[link.theirs])
        yield page.line("order", toml.text(link.theirs), "answers.order")
    else:
        yield page.unguessed("order", "answers.order_none")


def _details(page: Page, table: Table, answered: Column) -> Iterator[str]:
    for role in ("asked", "comment"):
        column = table.of(role)
        if column is None or column is answered:
            yield page.unguessed(role, f"answers.{role}_none")
        else:
            yield page.line(role, page.pick(table, column), f"answers.{role}")


def _key(page: Page, table: Table) -> Sequence[str]:
    """The orders' key in their own table; else the first column, or pair of columns, that is never twice the same."""
    if table is page.orders:
        return (page.key.name,) if page.key is not None else ()
    likely = [c for c in table.columns.values() if c.kind in ("text", "whole") and len(c.values) == c.rows and _names(table, c)]
    one = next((c.name for c in likely if c.unique), None)
    if one is not None:
        return (one,)
    pairs = combinations(likely[:_TRIED], 2)
    return next(((a.name, b.name) for a, b in pairs if len(set(zip(a.values, b.values, strict=True))) == a.rows), ())


def _names(table: Table, column: Column) -> bool:
    """Whether a column could name an answer: it is neither the score nor words."""
    return not any(column.name in table.roles.get(role, ()) for role in ("score", "comment", "name", "description", "type"))


def _scale(table: Table) -> tuple[str, int, int] | None:
    """The survey, and the ends of its scale: one of the built-in ones where the scores fit."""
    score = table.of("score")
    low, high = score.bounds if score is not None else (0, 0)
    if low >= 1 and high <= 5:
        return "csat", 1, 5
    if low >= 0 and high <= 10:
        return ("nps", 0, 10) if low == 0 else ("score10", 1, 10)
    return None
