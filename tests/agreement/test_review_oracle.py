"""SQL and plain Python agree on all that a review is made of, over drawn shops, on both kinds of store."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, create_engine

from incidentkit.domain.money import AMOUNT_UNIT, Money
from incidentkit.domain.times import micros
from incidentkit.learning.costs import Arm, Stratum
from incidentkit.store.engine import open_engine
from incidentkit.store.learned import KINDS, Spans, examples, incidents_in, orders_in, seen_in, steps_before
from incidentkit.store.learned_costs import Asked, cells_in, costs_in, strata_in
from incidentkit.store.recurring import false_resolutions_in, recurrences_in
from incidentkit.store.tables import metadata
from incidentkit.store.unit import Unit
from tests.agreement.reviewed import (
    BOUNDS,
    TEAMS,
    THRESHOLDS,
    Facts,
    Reading,
    counted,
    drawn,
    groups_of,
    in_last,
    orders_with,
    spent,
    spread,
    unhappy,
    values_of,
)
from tests.services.postgresql import schema

HOUR = timedelta(hours=1)
ENGINE = create_engine("sqlite://")
metadata.create_all(ENGINE)
Question = Callable[[Unit, Facts, str | None], None]


def asked(team: str | None) -> Asked:
    """The last span of all."""
    return Asked(BOUNDS[-2], BOUNDS[-1], "EUR", THRESHOLDS, team)


def euros(units: int) -> Money:
    """So many ten thousandths."""
    return Money(Decimal(units) / AMOUNT_UNIT, "EUR")


# --- Questions ---------------------------------------------------------------------------------------------------


def check_sizes(unit: Unit, facts: Facts, team: str | None) -> None:
    """Orders and incidents by span, and incidents by step before."""
    spans, cases = Spans(BOUNDS, team), counted(facts, team)
    earlier = Counter(i["step"] or "" for i in cases if sum(spread([cast(int, i["detected_at"])])[:-1]))

    assert spread(cast(int, o["placed_at"]) for o in facts["orders"]) == orders_in(unit, spans)
    assert spread(cast(int, i["detected_at"]) for i in cases) == incidents_in(unit, spans)
    assert {step: n / 2 for step, n in earlier.items()} == steps_before(unit, spans)


def check_seen(unit: Unit, facts: Facts, team: str | None) -> None:
    """What happened how often in which span, of every kind, with the orders that it could have happened to."""
    spans = Spans(BOUNDS, team)
    for kind in KINDS:
        moments: dict[tuple[str, str, str], list[int]] = defaultdict(list)
        for incident in counted(facts, team):
            for group in groups_of(facts, incident, kind):
                moments[group].append(cast(int, incident["detected_at"]))
        inside = {group: spread(some) for group, some in moments.items() if sum(spread(some))}
        expected = {g: (counts, orders_with(facts, kind, g[2])) for g, counts in inside.items() if counts[-1] >= 1}
        seen, tried = seen_in(unit, spans, kind, 1, orders_in(unit, spans))
        found = {(s.step, s.cause, s.segment): ((*s.before, s.count), (*s.orders_before, s.orders)) for s in seen}

        assert (len(inside), expected) == (tried, found)
        for each in seen:
            ids = examples(unit, spans, each, limit=100)
            assert (each.count, each.count) == (len(ids), len(set(ids)))


def check_cells(unit: Unit, facts: Facts, team: str | None) -> None:
    """Incidents, customers, answers and costs by step, cause and segment."""
    for kind in (None, "type", "product", "carrier", "account"):
        rows = list(_rows(facts, team))
        expected: dict[tuple[Any, ...], list[Any]] = defaultdict(lambda: [0, set(), 0, 0, 0, 0])
        for row in rows:
            segments = [""] if kind is None else [row["type"]] if kind == "type" else values_of(facts, row["id"], kind)
            for segment in segments:
                cell = expected[row["step"], row["cause"], segment]
                for place, name in ((0, "n"), (2, "by_customer"), (3, "answers"), (4, "unhappy"), (5, "cost")):
                    cell[place] += row.get(name, 0)
                cell[1] |= {row["customer"]} - {None} if row.get("n") else set()
        found = cells_in(unit, asked(team), cast(Any, kind))

        assert {key: (c[0], len(c[1]), *c[2:5], euros(c[5])) for key, c in expected.items()} == {
            (c.step, c.cause, c.segment): (c.incidents, c.customers, c.by_customer, c.answers, c.unhappy, c.cost) for c in found
        }


def _rows(facts: Facts, team: str | None) -> Iterator[dict[str, Any]]:
    def of(row: Any) -> dict[str, Any]:
        return {"step": row["step"] or "", "cause": row["cause"] or "", "type": row["type"] or "", "id": row["incident_id"]}

    for i in counted(facts, team):
        if in_last(i["detected_at"]):
            yield of(i) | {"n": 1, "customer": i["customer"], "by_customer": int(i["reported_by"] == "customer")}
    for _, incident, amount in spent(facts):
        if incident is not None and incident in counted(facts, team):
            yield of(incident) | {"cost": amount or 0}
    for a in facts["answers"]:
        bad = unhappy(a)
        if in_last(a["answered_at"]) and a["incident_id"] and bad is not None and team in (None, a["team"]):
            yield of(a) | {"answers": 1, "unhappy": int(bad)}


def check_costs(unit: Unit, facts: Facts, team: str | None) -> None:
    """The parts are those of plain Python, and add up to all that was spent."""
    sums: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    for row, incident, amount in spent(facts):
        whose = row["team"] if incident is None else incident["owner_team"]
        if team in (None, whose):
            of = "none" if incident is None else "incidents" if incident["counts"] else "left_out"
            sums.update(dict.fromkeys(("total", str(row["kind"]), of), amount or 0))
            unknown[str(row["kind"])] += amount is None and row["part"] == 0
    free = [k for k in facts["contacts"] if k["cost"] is None and in_last(k["at"]) and team in (None, k["team"])]
    found = costs_in(unit, asked(team))

    assert [euros(sums[name]) for name in ("total", "incidents", "left_out", "none", "contact", "remedy")] == [
        found.total,
        found.incidents,
        found.left_out,
        found.none,
        found.contacts,
        found.remedies,
    ]
    assert (unknown["contact"] + len(free), unknown["remedy"]) == (found.unpriced_contacts, found.unpriced_remedies)
    assert found.total == found.incidents + found.left_out + found.none == found.contacts + found.remedies
    assert found.incidents == sum((part.amount for part in found.parts), euros(0))


def check_law_of_contacts(unit: Unit, facts: Facts, team: str | None) -> None:
    """What contacts cost is the same summed over contacts as over incidents and what is for none of them."""
    contacts = [k for k in facts["contacts"] if in_last(k["at"]) and k["currency"] == "EUR"]

    assert euros(sum(cast(int, k["cost"]) for k in contacts)) == costs_in(unit, asked(None)).contacts


def check_strata(unit: Unit, facts: Facts, team: str | None) -> None:
    """Contacts after the landmark, by type and by who was told before it."""
    landmark, followed = 6 * HOUR, 48 * HOUR
    found: dict[str, list[list[int]]] = defaultdict(lambda: [[], []])
    for i in counted(facts, team):
        detected = cast(int, i["detected_at"])
        mark = detected + micros_of(landmark)
        orders = {link["order_id"] for link in facts["incident_orders"] if link["incident_id"] == i["incident_id"]}
        needs = {n["need_id"] for n in facts["need_orders"] if n["order_id"] in orders}
        said = [cast(int, k["at"]) for k in facts["contacts"] if k["need_id"] in needs and _asks(k)]
        if not in_last(detected) or i["reported_by"] != "shop" or not orders or any(detected <= at <= mark for at in said):
            continue
        told = i["told_at"] is not None and cast(int, i["told_at"]) <= mark
        found[str(i["type"])][told].append(sum(mark < at <= mark + micros_of(followed) for at in said))
    expected = [Stratum(type_, arm(told), arm(untold)) for type_, (untold, told) in sorted(found.items())]

    assert expected == strata_in(unit, asked(team), landmark, followed)


def micros_of(span: timedelta) -> int:
    """A span in microseconds."""
    return span // timedelta(microseconds=1)


def _asks(contact: Any) -> bool:
    return contact["direction"] == "in" and not contact["automatic"]


def arm(counts: list[int]) -> Arm:
    """Its size, sum and sum of squares."""
    return Arm(len(counts), sum(counts), sum(n * n for n in counts))


def check_recurrences(unit: Unit, facts: Facts, team: str | None) -> None:
    """Who had the same trouble within 90 days before."""
    of = {i["incident_id"]: i for i in facts["incidents"]}
    rows = [s for s in facts["incident_signatures"] if s["counts"] and s["narrow"]]
    mine = [s for s in rows if in_last(s["detected_at"]) and team in (None, of[s["incident_id"]]["owner_team"])]
    again = [s for s in mine if any(_repeats(s, other) for other in rows)]
    found = recurrences_in(unit, asked(team))
    expected = Counter(s["signature"] for s in again)

    assert (len({s["incident_id"] for s in mine}), len({s["incident_id"] for s in again})) == (found.known, found.incidents)
    assert expected == {each.signature: each.incidents for each in found.worst}


def _repeats(row: Any, other: Any) -> bool:
    same = row["customer"] is not None and all(row[name] == other[name] for name in ("customer", "signature"))
    return bool(same and 0 < row["detected_at"] - other["detected_at"] <= micros_of(timedelta(days=90)))


def check_false_resolutions(unit: Unit, facts: Facts, team: str | None) -> None:
    """How often nothing was solved, beside the resolutions that stand."""
    mine = {i["incident_id"]: i for i in counted(facts, team)}
    count = [f for f in facts["false_resolutions"] if f["incident_id"] in mine and in_last(f["at"])]
    stand = [i for i in mine.values() if in_last(i["resolved_at"])]
    found = false_resolutions_in(unit, asked(team), most=100)

    assert (len(count), len(count) + len(stand)) == (found.count, found.of)
    assert {f["incident_id"] for f in count} == set(found.incidents)


QUESTIONS: dict[str, Question] = {
    "sizes": check_sizes,
    "seen": check_seen,
    "cells": check_cells,
    "costs": check_costs,
    "the law of contacts": check_law_of_contacts,
    "strata": check_strata,
    "recurrences": check_recurrences,
    "false resolutions": check_false_resolutions,
}


def ask_all(connection: Connection, facts: Facts, team: str | None) -> None:
    """Every question to one shop's facts."""
    facts.stored(connection)
    for question in QUESTIONS.values():
        question(cast(Unit, Reading(connection)), facts, team)


# --- Agreement ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
@settings(max_examples=40)
@given(seed=st.integers(0, 10**9), team=st.none() | st.sampled_from(TEAMS))
def test_sqlite_agrees(question: Question, seed: int, team: str | None) -> None:
    """Whatever facts there are, of one team or of all."""
    facts = drawn(seed)
    with ENGINE.connect() as connection:
        facts.stored(connection)

        question(cast(Unit, Reading(connection)), facts, team)
        connection.rollback()


@pytest.fixture(scope="module")
def server(postgresql_url: str) -> Iterator[Engine]:
    """A store on a server."""
    with schema(postgresql_url) as url:
        opened = open_engine(url)
        yield opened
        opened.dispose()


@settings(max_examples=15)
@given(seed=st.integers(0, 10**9), team=st.none() | st.sampled_from(TEAMS))
def test_postgresql_agrees(server: Engine, seed: int, team: str | None) -> None:
    """Every question gives the same on a server."""
    with server.begin() as connection:
        ask_all(connection, drawn(seed), team)


def test_an_instant_belongs_to_one_span() -> None:
    """The drawn moments meet the edges of spans, to the microsecond."""
    edges = [micros(bound) for bound in BOUNDS]

    assert [(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1), (0, 0, 0)] == [
        spread([at]) for at in (edges[0] - 1, edges[0], edges[1], edges[3] - 1, edges[3])
    ]
