"""Facts of drawn shops as a review looks at them, and the same questions in plain Python."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

from attrs import frozen
from sqlalchemy import Connection, delete

from incidentkit.domain.times import micros
from incidentkit.measures.fact import Fact
from incidentkit.store.facts import FACT_TABLES, upsert
from tests.measures.rows import answer_row, carrier_row, incident_row, link_row, order_row, product_row, signature_row

START = datetime(2024, 1, 1, tzinfo=UTC)
WEEK = timedelta(days=7)
BOUNDS = tuple(START + WEEK * place for place in range(4))
THRESHOLDS = (("csat", "late", 4), ("csat", "damaged", 5), ("nps", None, 7))
TEAMS = ("after-sales", "warehouse")


@frozen
class Reading:
    """As much of a unit as questions need."""

    connection: Connection
    tenant: str = "ours"


@frozen
class Facts:
    """Facts of one shop, by table."""

    tables: dict[str, list[Fact]]

    def __getitem__(self, name: str) -> list[Fact]:
        return self.tables[f"facts_{name}"]

    def stored(self, connection: Connection) -> None:
        """Put them in, in place of all others; another shop has the same."""
        for name, table in FACT_TABLES.items():
            connection.execute(delete(table))
            rows = [{**row, "tenant": tenant} for row in self.tables.get(name, ()) for tenant in ("ours", "theirs")]
            if rows:
                connection.execute(upsert(table, connection.dialect.name), rows)


# --- Drawn shops -------------------------------------------------------------------------------------------------


def drawn(seed: int) -> Facts:
    """The facts of one shop over a little more than three weeks, with everything that a review may meet."""
    rng = Random(seed)
    orders = [_order(rng, f"o-{n}") for n in range(rng.randint(0, 25))]
    ids = [str(order["order_id"]) for order in orders]
    incidents = [_incident(rng, n) for n in range(rng.randint(0, 25))]
    cases = [str(each["incident_id"]) for each in incidents]

    def some(pool: list[str], most: int) -> list[str]:
        return rng.sample(pool, min(len(pool), rng.randint(0, most)))

    needs = [f"n-{n}" for n in range(rng.randint(0, 12))]
    contacts = [_contact(rng, need, n) for need in needs for n in range(rng.randint(0, 3))]
    tables: dict[str, list[Fact]] = {
        "orders": orders,
        "incidents": incidents,
        "incident_orders": [link_row(o, c) for c in cases for o in some(ids, 2)],
        "incident_products": [
            {"incident_id": c, "product": p, "detected_at": 0} for c in cases for p in some(["cup", "tea"], 2)
        ],
        "order_products": [
            product_row(str(o["order_id"]), p) | {"placed_at": o["placed_at"]} for o in orders for p in some(["cup", "tea"], 2)
        ],
        "order_carriers": [carrier_row(o, c) for o in ids for c in some(["blue", "red"], 2)],
        "contacts": contacts,
        "need_orders": [{"order_id": o, "need_id": n} for n in needs for o in some(ids, 2)],
        "costs": [row for contact in contacts for row in _shares(rng, contact, cases)]
        + [_remedy(rng, c) for c in some(cases, 6)],
        "answers": [_answer(rng, n, cases) for n in range(rng.randint(0, 10))],
        "incident_signatures": [row for i in incidents for row in _signatures(rng, i)],
        "false_resolutions": [
            {"incident_id": c, "place": place, "at": _moment(rng)} for c in cases for place in range(rng.choice([0, 0, 1, 2]))
        ],
    }
    return Facts({f"facts_{name}": rows for name, rows in tables.items()})


def _moment(rng: Random) -> int:
    edges = [micros(bound) for bound in BOUNDS]
    return rng.choice([rng.randint(edges[0] - 10**11, edges[-1] + 10**11), rng.choice(edges), rng.choice(edges) - 1])


def _order(rng: Random, id: str) -> Fact:
    return order_row(id, _moment(rng), account=rng.choice([None, "acme", "zeta"]))


def _incident(rng: Random, n: int) -> Fact:
    detected = _moment(rng)
    earlier = [f"i-{m}" for m in range(n)]
    merged = rng.choice(earlier) if earlier and rng.random() < 0.2 else None
    return incident_row(
        f"i-{n}",
        detected,
        step=rng.choice([None, "transit", "packing"]),
        cause=rng.choice([None, "picking", "carrier_loss"]),
        type=rng.choice(["late", "damaged"]),
        customer=rng.choice([None, "ann", "bob"]),
        reported_by=rng.choice(["shop", "shop", "customer"]),
        owner_team=rng.choice(TEAMS),
        counts=0 if merged else rng.choice([1, 1, 1, 0]),
        merged_into=merged,
        told_at=rng.choice([None, detected, detected + 3_600_000_000, detected + 10**11]),
        resolved_at=rng.choice([None, _moment(rng)]),
    )


def _contact(rng: Random, need: str, n: int) -> Fact:
    return {
        "need_id": need,
        "contact_id": f"{need}-{n}",
        "customer": None,
        "channel": "phone",
        "direction": rng.choice(["in", "in", "out"]),
        "at": _moment(rng),
        "automatic": rng.choice([0, 0, 1]),
        "live": 0,
        "expects_answer": 1,
        "team": rng.choice([None, *TEAMS]),
        "agent": None,
        "cost": rng.choice([None, 25_000, 10_000]),
        "currency": None,
        "covered": 0,
    }


def _shares(rng: Random, contact: Fact, cases: list[str]) -> Iterator[Fact]:
    if contact["cost"] is None:
        return
    contact["currency"] = rng.choice(["EUR", "EUR", "USD"])
    about: list[str | None] = [*rng.sample(cases, min(len(cases), rng.randint(0, 2)))] or [None]
    for part, incident in enumerate(about):
        whole, rest = divmod(int(contact["cost"]) // 100, len(about))
        yield {
            "stream": contact["need_id"],
            "item": contact["contact_id"],
            "part": part,
            "incident_id": incident,
            "kind": "contact",
            "channel": "phone",
            "team": contact["team"],
            "at": contact["at"],
            "cost": (whole + (part < rest)) * 100,
            "currency": contact["currency"],
        }


def _remedy(rng: Random, case: str) -> Fact:
    cost = rng.choice([None, 50_000, 120_000])
    row: Fact = {"stream": case, "item": "remedy-1", "part": 0, "incident_id": case, "kind": "remedy", "channel": "refund"}
    return row | {"team": None, "at": _moment(rng), "cost": cost, "currency": None if cost is None else "EUR"}


def _answer(rng: Random, n: int, cases: list[str]) -> Fact:
    survey = rng.choice(["csat", "nps", "other"])
    return answer_row(
        f"a-{n}",
        _moment(rng),
        survey=survey,
        kind="nps" if survey == "nps" else "csat",
        score=rng.randint(1, 9),
        incident_id=rng.choice([None, *cases]),
        type=rng.choice([None, "late", "damaged"]),
        step=rng.choice([None, "transit", "packing"]),
        cause=rng.choice([None, "picking"]),
        team=rng.choice([None, *TEAMS]),
    )


def _signatures(rng: Random, incident: Fact) -> Iterator[Fact]:
    own = {"customer": incident["customer"], "counts": incident["counts"]}
    for key, narrow in (("a/product/cup", 1), ("a/step/stock", rng.choice([0, 1]))):
        if rng.random() < 0.5:
            yield signature_row(str(incident["incident_id"]), _number(incident, "detected_at"), key, narrow=narrow, **own)


# --- The same questions ------------------------------------------------------------------------------------------


def _number(row: Fact, column: str) -> int:
    value = row[column]
    assert isinstance(value, int)
    return value


def span_of(at: int) -> int | None:
    """The place of the span that an instant is in."""
    edges = [micros(bound) for bound in BOUNDS]
    return next((n for n, (a, b) in enumerate(pairwise(edges)) if a <= at < b), None)


def in_last(at: Any) -> bool:
    """Whether an instant is in the span that is looked at."""
    return at is not None and span_of(at) == len(BOUNDS) - 2


def spread(moments: Iterable[int]) -> tuple[int, ...]:
    """How many there are in each span."""
    found = Counter(span_of(at) for at in moments)
    return tuple(found[n] for n in range(len(BOUNDS) - 1))


def counted(facts: Facts, team: str | None) -> list[Fact]:
    """The incidents of a team that count."""
    return [i for i in facts["incidents"] if i["counts"] == 1 and team in (None, i["owner_team"])]


def values_of(facts: Facts, incident: Any, kind: str) -> set[str]:
    """The products, carriers or accounts of an incident."""
    orders = {link["order_id"] for link in facts["incident_orders"] if link["incident_id"] == incident}
    if kind == "product":
        return {str(row["product"]) for row in facts["incident_products"] if row["incident_id"] == incident}
    if kind == "carrier":
        return {str(row["carrier"]) for row in facts["order_carriers"] if row["order_id"] in orders}
    return {str(row["account"]) for row in facts["orders"] if row["order_id"] in orders and row["account"]}


def groups_of(facts: Facts, incident: Fact, kind: str) -> list[tuple[str, str, str]]:
    """Step, cause and segment under which an incident is counted."""
    step, cause = str(incident["step"] or ""), str(incident["cause"] or "")
    if kind in ("type", "step", "cause"):
        return [{"type": ("", "", str(incident["type"])), "step": (step, "", ""), "cause": (step, cause, "")}[kind]]
    return [(step, "", value) for value in values_of(facts, incident["incident_id"], kind)]


def orders_with(facts: Facts, kind: str, segment: str) -> tuple[int, ...]:
    """Orders by span that something could have happened to."""

    def could(order: Fact) -> bool:
        if kind == "account":
            return order["account"] == segment
        if kind in ("product", "carrier"):
            rows = facts[f"order_{kind}s"]
            return any(row["order_id"] == order["order_id"] and row[kind] == segment for row in rows)
        return True

    return spread(_number(order, "placed_at") for order in facts["orders"] if could(order))


def heir(facts: Facts, incident: Any) -> Any:
    """The incident that goes on for one."""
    known = {i["incident_id"]: i for i in facts["incidents"]}
    while incident is not None and known[incident]["merged_into"] is not None:
        incident = known[incident]["merged_into"]
    return incident


def spent(facts: Facts) -> list[tuple[Fact, Fact | None, int | None]]:
    """Each cost of the last span, with the incident that it counts for, and the amount in euros."""
    known = {i["incident_id"]: i for i in facts["incidents"]}
    return [
        (row, known.get(heir(facts, row["incident_id"])), _number(row, "cost") if row["currency"] == "EUR" else None)
        for row in facts["costs"]
        if in_last(row["at"])
    ]


def unhappy(answer: Fact) -> bool | None:
    """Whether an answer is below what counts as satisfied; None where nothing says."""
    for survey, type_, threshold in THRESHOLDS:
        if answer["survey"] == survey and type_ in (None, answer["type"]):
            return _number(answer, "score") < threshold
    return None
