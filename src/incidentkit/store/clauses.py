"""Conditions on facts as SQL."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, FromClause, Integer, Table, and_, bindparam, exists, literal_column, not_, or_

from incidentkit.domain.times import micros
from incidentkit.measures.conditions import (
    AtLeast,
    Condition,
    Conditions,
    Earlier,
    Either,
    Equals,
    Given,
    Happened,
    Not,
    Repeated,
)
from incidentkit.store.facts import FACT_TABLES

__all__ = ["TICK", "clauses_of", "literal", "matching", "own_rows", "whole"]

TICK = timedelta(microseconds=1)


def literal(value: datetime | None) -> ColumnElement[int]:
    """An instant in the text of a statement."""
    assert value is not None, "only a single span has no bounds"
    return whole(micros(value))


def whole(value: int) -> ColumnElement[int]:
    """A whole number in the text of a statement."""
    # Typed, for a database that takes it for another type would not divide in whole numbers.
    return literal_column(str(value), Integer)


def own_rows(table: Table) -> list[ColumnElement[bool]]:
    """Which rows are the ``tenant``'s."""
    return [table.c.tenant == bindparam("tenant")]


def clauses_of(table: Table, conditions: Conditions) -> list[ColumnElement[bool]]:
    """Which rows of a table of facts meet these."""
    return [_clause(table, condition) for condition in conditions]


def _clause(table: Table, condition: Condition) -> ColumnElement[bool]:
    if isinstance(condition, Not):
        return not_(_clause(table, condition.condition))
    if isinstance(condition, Either):
        return or_(*(and_(*clauses_of(table, group)) for group in condition.groups))
    if isinstance(condition, Happened):
        return _happened(table, condition)
    if isinstance(condition, Repeated):
        return _repeated(table, condition)
    if isinstance(condition, Earlier):
        return table.c[condition.column] < table.c[condition.than]
    if isinstance(condition, (Equals, AtLeast, Given)):
        return _simple(table, condition)
    other = FACT_TABLES[f"facts_{condition.facts}"]
    return exists().where(matching(other, table, condition.column), *clauses_of(other, condition.where))


def _simple(table: FromClause, condition: Equals | AtLeast | Given) -> ColumnElement[bool]:
    own = table.c[condition.column]
    if isinstance(condition, Equals):
        return own == condition.value
    return own >= condition.value if isinstance(condition, AtLeast) else own.is_not(None)


def _happened(table: Table, happened: Happened) -> ColumnElement[bool]:
    """Whether a path leads to such a row."""
    (facts, shared), *further = happened.path
    last: FromClause = FACT_TABLES[f"facts_{facts}"].alias("step_0")
    joined, bounds = last, [matching(last, table, shared)]
    for place, (name, key) in enumerate(further, start=1):
        following = FACT_TABLES[f"facts_{name}"].alias(f"step_{place}")
        joined, last = joined.join(following, matching(following, last, key)), following
    at = last.c[happened.at]
    if happened.since:
        bounds.append(at >= table.c[happened.since])
    if happened.after:
        bounds.append(at > table.c[happened.after])
    if happened.until:
        bounds.append(at <= table.c[happened.until])
    return exists().select_from(joined).where(*bounds, *(_simple(last, each) for each in happened.where))


def _repeated(table: Table, repeated: Repeated) -> ColumnElement[bool]:
    """Whether there is an earlier row like one of a subject's own."""
    facts = FACT_TABLES[f"facts_{repeated.facts}"]
    own, earlier = facts.alias("own"), facts.alias("earlier")
    at, before = own.c[repeated.at], earlier.c[repeated.at]
    like = [matching(earlier, own, column) for column in repeated.same]
    near = [before < at, before >= at - whole(repeated.within // TICK)]
    chosen = [_simple(each, condition) for each in (own, earlier) for condition in repeated.where]
    joined = own.join(earlier, and_(*like, *near))
    return exists().select_from(joined).where(matching(own, table, repeated.subject), *chosen)


def matching(one: FromClause, other: FromClause, column: str) -> ColumnElement[bool]:
    """Whether two rows of a tenant's have the same there."""
    return and_(one.c.tenant == other.c.tenant, one.c[column] == other.c[column])
