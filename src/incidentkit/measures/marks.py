"""Marks: of which days the figures may have changed, when a fact has.

A mark says that something changed about the facts of a kind that began on a day of UTC. A figure that is kept remembers how
many marks there were on the days of its window; when there are more, it is stale. What only matters to figures that are cut
by a segment is marked apart, so that the others stay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from incidentkit.domain.evolve import State
from incidentkit.domain.incidents import Incident
from incidentkit.domain.needs import Need
from incidentkit.domain.orders import Order
from incidentkit.domain.times import micros
from incidentkit.measures.conditions import Equals, Given, Happened, Repeated, Simple, Within, columns_of, leaves
from incidentkit.measures.definitions import MEASURES
from incidentkit.measures.fact import Fact
from incidentkit.measures.incident_facts import LEFT_OUT
from incidentkit.measures.measure import FactsName, Measure
from incidentkit.measures.segments import SOURCES, Own

__all__ = [
    "BACKLOG",
    "REPEATS",
    "Change",
    "Mark",
    "can_be_kept",
    "cut",
    "day_of",
    "marks_of",
    "redirected",
    "repeats",
    "watched",
]

Mark = tuple[str, int]
"""What changed: the facts, as in `cut` or by their name, and a day of UTC, counted from 1970."""

Change = tuple[Fact | None, Fact | None]
"""A row as it was and as it is; None where there was or is none."""

BACKLOG = "backlog"
"""Marks what is open at the end of a day, and so of every later one."""

REPEATS = "repeats"
"""Marks whether what began on a day repeats something earlier."""

_DAY = 86_400_000_000
_BEGINS: Mapping[FactsName, str] = {"readings": "at", **{m.facts: m.when for m in MEASURES.values()}}
_OF_READINGS = frozenset({"at", "counts", "hits", "measure", "units", "value"})


def cut(facts: str) -> str:
    """The name under which changes are marked that only matter to figures by segment."""
    return f"{facts} by"


def day_of(at: int) -> int:
    """The day of UTC that an instant, in microseconds, is on."""
    return at // _DAY


def watched(facts: FactsName) -> frozenset[str]:
    """The columns of a table of facts that some measure looks at, of those that ship and of those over readings."""
    looked_at = frozenset(column for m in MEASURES.values() if m.facts == facts for column in _columns(m))
    return looked_at | _OF_READINGS if facts == "readings" else looked_at


def can_be_kept(measure: Measure) -> bool:
    """Whether marks tell of everything that changes a measure's figures: all do that ship, and those like them.

    A measure that looks at what no such one looks at is worked out anew each time.
    """
    alike = [m for m in MEASURES.values() if m.facts == measure.facts]
    conditions = (*measure.where, *measure.numerator, *measure.against, *measure.at_once)
    linked = {leaf for leaf in leaves(conditions) if isinstance(leaf, (Within, Happened, Repeated))}
    known = {leaf for m in alike for leaf in leaves((*m.where, *m.numerator, *m.against, *m.at_once))}
    ends = {m.at_end for m in alike}
    return (
        set(_columns(measure)) <= watched(measure.facts)
        and linked <= known
        and (measure.at_end is None or measure.at_end in ends)
    )


def repeats(measure: Measure) -> bool:
    """Whether a measure asks what its subjects repeat."""
    return any(isinstance(condition, Repeated) for condition in leaves((*measure.where, *measure.numerator)))


def _columns(m: Measure) -> Iterator[str]:
    yield m.when
    yield from (column for c in (*m.where, *m.numerator, *m.against, *m.at_once) for column in columns_of(c))
    yield from (c for c in (m.column, m.working, m.claimed, m.distinct, m.passed, m.hits, m.weight) if c is not None)


_TABLES: Mapping[str, tuple[FactsName, str]] = {f"facts_{facts}": (facts, when) for facts, when in _BEGINS.items()}
_WATCHED = {table: tuple(sorted(watched(facts))) for table, (facts, _) in _TABLES.items()}
_CUT = {
    f"facts_{facts}": tuple(source.column for source in SOURCES[facts].values() if isinstance(source, Own)) for facts in _BEGINS
}


def marks_of(
    before: State | None,
    after: State,
    changed: Mapping[str, Sequence[Change]],
    promised: Iterable[Fact],
    placed_at: Callable[[str], int],
) -> set[Mark]:
    """Every mark that a change of state makes.

    Args:
        changed: the rows that are not as they were, by table.
        promised: all rows of ``facts_promises``, of an order.
        placed_at: when the order with that id was placed, in microseconds.
    """
    marks: set[Mark] = set()
    for table in changed.keys() & _TABLES.keys():
        for change in changed[table]:
            marks.update(_row_marks(*_TABLES[table], change))
    if isinstance(after, Order):
        if before is not None and redirected(changed):
            marks.add((cut("orders"), day_of(micros(after.placed_at))))
            marks.update((cut("promises"), day_of(_number(row, "due"))) for row in promised)
    elif isinstance(after, Need):
        if before is not None and "facts_need_orders" in changed:
            marks.add((cut("needs"), day_of(micros(after.opened_at))))
            # Whether a contact counts, and where, is a question of what its need is about.
            marks.update(("contacts", day_of(micros(contact.at))) for contact in after.contacts)
    elif isinstance(after, Incident):
        assert before is None or isinstance(before, Incident), "a stream keeps its kind"
        marks.update(_incident_marks(before, after, changed, placed_at))
    return marks


def redirected(changed: Mapping[str, Sequence[Change]]) -> bool:
    """Whether an order's changes move it, and all that is about it, to other segments."""
    if "facts_order_carriers" in changed:
        return True
    return any(_differ(("account",), change) for change in changed.get("facts_orders", ()))


def _incident_marks(
    before: Incident | None, after: Incident, changed: Mapping[str, Sequence[Change]], placed_at: Callable[[str], int]
) -> Iterator[Mark]:
    if before is not None and "facts_incident_channels" in changed:
        yield cut("incidents"), day_of(micros(after.detected_at))
    if before is not None and ("facts_incident_orders" in changed or "facts_incident_lines" in changed):
        # What was said and delivered of its orders is a figure of the case.
        yield "incidents", day_of(micros(after.detected_at))
    for change in changed.get("facts_incident_orders", ()):
        if any(_meets(change[0], where) != _meets(change[1], where) for where in _OF_ORDERS):
            # Whether an order has such an incident is a figure of the orders.
            yield "orders", day_of(placed_at(_text(change, "order_id")))
    since = _open_otherwise(before, after)
    if since is not None:
        yield BACKLOG, day_of(since)


_OF_ORDERS: tuple[tuple[Simple, ...], ...] = tuple(
    dict.fromkeys(
        leaf.where
        for m in MEASURES.values()
        if m.facts == "orders"
        for leaf in leaves((*m.where, *m.numerator))
        if isinstance(leaf, Within) and leaf.facts == "incident_orders"
    )
)
"""What measures ask of the incidents of an order."""


def _meets(row: Fact | None, where: Iterable[Simple]) -> bool:
    return row is not None and all(_holds(row[condition.column], condition) for condition in where)


def _holds(value: int | str | None, condition: Simple) -> bool:
    if isinstance(condition, Equals):
        return value == condition.value
    return value is not None and (isinstance(condition, Given) or (isinstance(value, int) and value >= condition.value))


def _row_marks(facts: str, when: str, change: Change) -> Iterator[Mark]:
    days = {day_of(_number(row, when)) for row in change if row is not None}
    if _differ(_WATCHED[f"facts_{facts}"], change):
        yield from ((facts, day) for day in days)
    if None not in change and _differ(_CUT[f"facts_{facts}"], change):
        yield from ((cut(facts), day) for day in days)


def _differ(columns: Iterable[str], change: Change) -> bool:
    old, new = change
    return old is None or new is None or any(old[column] != new[column] for column in columns)


# --- What is open when -------------------------------------------------------------------------------------------


def _open_otherwise(before: Incident | None, after: Incident) -> int | None:
    """The first instant at which one is open and the other is not, in microseconds."""
    if before is not None and _ways(before) == _ways(after):
        return None
    turns = sorted({*_turns(after), *(_turns(before) if before is not None else ())})
    return next((at for at in turns if _open_at(before, at) != _open_at(after, at)), None)


def _ways(incident: Incident) -> tuple[object, ...]:
    return incident.detected_at, incident.ended_at, incident.closures, _counts(incident)


def _turns(incident: Incident) -> Iterator[int]:
    """Instants at which it may open or end."""
    yield micros(incident.detected_at)
    if incident.ended_at is not None:
        yield micros(incident.ended_at)
    for period in incident.closures:
        yield from (micros(period.since), micros(period.until))


def _open_at(incident: Incident | None, at: int) -> bool:
    if incident is None or not _counts(incident) or at < micros(incident.detected_at):
        return False
    if incident.ended_at is not None and micros(incident.ended_at) <= at:
        return False
    return not any(micros(period.since) <= at < micros(period.until) for period in incident.closures)


def _counts(incident: Incident) -> bool:
    return incident.phase not in LEFT_OUT


def _number(row: Fact, column: str) -> int:
    value = row[column]
    assert isinstance(value, int), "instants are whole numbers"
    return value


def _text(change: Change, column: str) -> str:
    row = change[1] or change[0]
    assert row is not None, "a change has a row"
    return str(row[column])
