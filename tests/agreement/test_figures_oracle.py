"""SQL and plain Python agree on every measure, by every window and every segment, over whatever facts there may be.

The oracle knows nothing of measures as data: each is written out again, as its definition reads, over dictionaries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import get_args

import pytest
from attrs import evolve, frozen
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, delete

from incidentkit.domain.times import from_micros, micros
from incidentkit.measures.definitions import MEASURES
from incidentkit.measures.fact import Fact
from incidentkit.measures.figures import Row
from incidentkit.measures.measure import FactsName, Measure
from incidentkit.measures.segments import SEGMENTS, segments_of
from incidentkit.measures.subjects import SubjectRow
from incidentkit.measures.windows import WINDOWS
from incidentkit.store.facts import FACT_TABLES, upsert
from incidentkit.store.figures import figures
from incidentkit.store.paging import Wanted
from incidentkit.store.subjects import Asked, subjects
from incidentkit.store.tables import metadata
from tests.agreement.reckoning import Bounds, Subject, began_on, expected_rows
from tests.measures.rows import (
    action_row,
    answer_row,
    call_row,
    closure_row,
    commitment_row,
    incident_row,
    link_row,
    need_row,
    order_row,
    product_row,
    promise_row,
    signature_row,
)

# No zone here changes its clocks at midnight: there, a local date says the window by itself.
ZONES = ("UTC", "Europe/Madrid", "America/New_York", "Asia/Kolkata", "Etc/GMT+3", "Australia/Lord_Howe")
START, END = datetime(2023, 12, 20, tzinfo=UTC), datetime(2024, 4, 20, tzinfo=UTC)
SECOND = 1_000_000


@frozen
class World:
    """Facts of one shop, by table."""

    tables: dict[str, list[Fact]]

    def __getitem__(self, name: str) -> list[Fact]:
        return self.tables[f"facts_{name}"]

    def of(self, name: str, column: str, value: object) -> list[Fact]:
        """The rows of a table that have that value."""
        return [row for row in self[name] if row[column] == value]


# --- Worlds ------------------------------------------------------------------------------------------------------

moments = st.integers(micros(START), micros(END)) | st.sampled_from(
    [micros(datetime(2024, 3, 31, hour, tzinfo=UTC)) for hour in (0, 1, 22)] + [micros(datetime(2024, 1, 1, tzinfo=UTC))]
)
durations = st.none() | st.integers(-SECOND, 90 * 86_400 * SECOND) | st.integers(0, 3)
flags = st.integers(0, 1)
words = st.none() | st.sampled_from(["a", "b"])


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Facts that contradict each other as little as measures rely on."""
    orders = [draw(_orders(f"o-{i}")) for i in range(draw(st.integers(0, 9)))]
    ids = [str(o["order_id"]) for o in orders]
    incidents = [draw(_incidents(f"i-{i}")) for i in range(draw(st.integers(0, 6)))]
    cases = [str(i["incident_id"]) for i in incidents]
    answers = [draw(_answers(f"a-{i}", ids, cases)) for i in range(draw(st.integers(0, 6)))]
    some = st.lists(st.sampled_from(ids), max_size=5) if ids else st.just([])
    few = st.sets(st.sampled_from(cases), max_size=2) if cases else st.just(set[str]())
    needs = [draw(_needs(f"n-{i}")) for i in range(draw(st.integers(0, 6)))]
    tables: dict[str, list[Fact]] = {
        "orders": orders,
        "incidents": incidents,
        "answers": answers,
        "incident_orders": draw(_links(incidents, ids)),
        "promises": [promise_row(o, draw(moments), f"p-{n}", kept=draw(flags)) for n, o in enumerate(draw(some))],
        "actions": [draw(_actions(o)) for o in draw(some)],
        "needs": needs,
        "contacts": [draw(_contacts(str(n["need_id"]), k)) for n in needs for k in range(draw(st.integers(0, 3)))],
        "need_orders": [{"order_id": o, "need_id": str(n["need_id"])} for n in needs for o in dict.fromkeys(draw(some))],
        "need_incidents": [{"incident_id": c, "need_id": str(n["need_id"])} for n in needs for c in sorted(draw(few))],
        "deliveries": [
            {"order_id": o, "order_line": f"{o}/{line}", "at": at}
            for o, line, at in dict.fromkeys((o, draw(st.sampled_from("12")), draw(moments)) for o in draw(some))
        ],
        "incident_lines": [
            {"incident_id": str(i["incident_id"]), "order_line": f"{draw(st.sampled_from(ids))}/1"}
            for i in incidents
            if i["lines_named"] and ids
        ],
        "closures": [draw(_closures(c, place)) for c in cases for place in range(draw(st.integers(0, 2)))],
        "order_products": [product_row(o, v) for o in ids for v in draw(_values)],
        "order_carriers": [{"order_id": o, "carrier": v} for o in ids for v in draw(_values)],
        "incident_products": [{"incident_id": c, "product": v, "detected_at": 0} for c in cases for v in draw(_values)],
        "incident_channels": [{"incident_id": c, "channel": v} for c in cases for v in draw(_values)],
        "commitments": [
            commitment_row(
                f"c-{n}", draw(moments), kept=draw(flags), team=draw(st.sampled_from("tu")), agent=draw(st.sampled_from("ab"))
            )
            for n in range(draw(st.integers(0, 4)))
        ],
        "calls": [
            call_row(f"v-{n}", o, draw(moments), in_time=draw(flags), team=draw(words), agent=draw(words))
            for n, o in enumerate(draw(some))
        ],
        "incident_signatures": [draw(_signatures(i, s)) for i in incidents for s in draw(_values)],
    }
    return World({f"facts_{name}": rows for name, rows in tables.items()})


_values = st.sets(st.sampled_from(["x", "y"])).map(sorted)


@st.composite
def _orders(draw: st.DrawFn, id: str) -> Fact:
    lasted = draw(durations)
    on_time = None if lasted is None else draw(st.none() | flags)
    return order_row(
        id,
        draw(moments),
        account=draw(words),
        cancelled=draw(flags),
        confirmation=draw(durations),
        handover=draw(durations),
        delivery=lasted,
        on_time=on_time,
        updated_at=draw(st.none() | moments),
        judged_at=draw(moments),
    )


ENDINGS: tuple[dict[str, int | str], ...] = (
    {"phase": "communicated", "settled": 0, "waived": 0},
    {"phase": "closed", "settled": 1, "waived": 0},
    {"phase": "closed", "settled": 0, "waived": 1},
    {"phase": "lapsed", "settled": 1, "waived": 0},
)


@st.composite
def _incidents(draw: st.DrawFn, id: str) -> Fact:
    resolution, reopened = draw(durations), draw(st.integers(0, 2))
    return incident_row(
        id,
        draw(moments),
        counts=draw(flags),
        resolution=resolution,
        reopened=reopened,
        ever_resolved=int(resolution is not None or bool(reopened)),
        claimed=0 if resolution is None else draw(flags),
        ended_at=draw(st.none() | moments),
        unowned=draw(durations),
        clocks_due=draw(st.none() | moments),
        sla_met=draw(flags),
        level=draw(st.integers(0, 2)),
        told_at=draw(st.none() | moments),
        promised_at=draw(st.none() | moments),
        lines_named=draw(flags),
        reported_by=draw(st.sampled_from(["shop", "customer"])),
        **draw(st.sampled_from(ENDINGS)),
        type=draw(st.sampled_from(["late", "lost"])),
        severity=draw(st.sampled_from(["minor", "critical"])),
        cause=draw(words),
        step=draw(words),
        owner_team=draw(st.sampled_from(["t", "u"])),
        owner_agent=draw(words),
    )


@st.composite
def _needs(draw: st.DrawFn, id: str) -> Fact:
    lasted = draw(durations)
    return need_row(
        id,
        draw(moments),
        counts=draw(flags),
        asked_at=draw(st.none() | moments),
        inbound=draw(st.integers(0, 4)),
        first_response=None if lasted is None else abs(lasted),
        first_contact=draw(flags),
        cost=draw(st.none() | st.integers(0, 10**9)),
        team=draw(st.sampled_from(["t", "u"])),
        channel=draw(st.sampled_from(["phone", "email"])),
        **{name: draw(words) for name in ("type", "agent")},
    )


@st.composite
def _contacts(draw: st.DrawFn, need: str, place: int) -> Fact:
    return CONTACT | {
        "need_id": need,
        "contact_id": f"{need}-{place}",
        "at": draw(moments),
        "direction": draw(st.sampled_from(["in", "in", "out"])),
        "automatic": draw(st.sampled_from([0, 0, 1])),
        "covered": draw(flags),
        "channel": draw(st.sampled_from(["phone", "email"])),
        "team": draw(words),
        "agent": draw(words),
    }


@st.composite
def _answers(draw: st.DrawFn, id: str, orders: list[str], incidents: list[str]) -> Fact:
    survey, score = draw(st.sampled_from([("csat", "csat"), ("nps", "nps"), ("again", "nps")])), draw(st.integers(0, 10))
    return answer_row(
        id,
        draw(moments),
        survey=survey[0],
        kind=survey[1],
        score=score,
        top=int(score == 10),
        order_id=draw(st.sampled_from([None, *orders])),
        incident_id=draw(st.sampled_from([None, *incidents])),
        **{name: draw(words) for name in ("type", "severity", "cause", "step", "team", "agent")},
    )


@st.composite
def _links(draw: st.DrawFn, incidents: list[Fact], orders: list[str]) -> list[Fact]:
    links = []
    for incident in incidents:
        about = draw(st.sets(st.sampled_from(orders), max_size=2)) if orders else set()
        said = {"counts": incident["counts"], "reported_by": incident["reported_by"]}
        category = draw(st.sampled_from([None, "order_error", "order_error", "stock"]))
        links += [link_row(o, str(incident["incident_id"]), cause_category=category, **said) for o in sorted(about)]
    return links


@st.composite
def _signatures(draw: st.DrawFn, incident: Fact, signature: str) -> Fact:
    return signature_row(
        str(incident["incident_id"]),
        number(incident, "detected_at"),
        signature,
        narrow=draw(st.sampled_from([0, 1, 1])),
        customer=draw(words),
        counts=incident["counts"],
    )


@st.composite
def _actions(draw: st.DrawFn, order: str) -> Fact:
    name = draw(st.sampled_from(["ana", "leo", ""]))
    who = {"actor": f"agent:{name}", "agent": name, "team": draw(words)} if name else {"actor": "host:host", "agent": None}
    return action_row(order, draw(moments), **{"team": None, **who})


@st.composite
def _closures(draw: st.DrawFn, incident: str, place: int) -> Fact:
    return closure_row(incident, place, draw(moments), draw(moments))


# --- The oracle --------------------------------------------------------------------------------------------------


def number(row: Fact, column: str) -> int:
    """The whole number in that column, which is there."""
    value = row[column]
    assert isinstance(value, int)
    return value


def maybe(row: Fact, column: str) -> int | None:
    """The whole number in that column, or None."""
    return None if row[column] is None else number(row, column)


Segments = dict[str, Iterable[str | None]]


def texts(rows: Iterable[Fact], column: str) -> list[str | None]:
    """The words in a column."""
    return [None if row[column] is None else str(row[column]) for row in rows]


def of_orders(w: World, orders: Iterable[object]) -> Segments:
    """Account, product and carrier of some orders together."""
    some = list(orders)
    return {
        "account": [t for o in some for t in texts(w.of("orders", "order_id", o), "account")],
        "product": [t for o in some for t in texts(w.of("order_products", "order_id", o), "product")],
        "carrier": [t for o in some for t in texts(w.of("order_carriers", "order_id", o), "carrier")],
    }


def own(row: Fact, **columns: str) -> Segments:
    """Segments in the row itself."""
    return {name: texts([row], column) for name, column in columns.items()}


CASE = {"type": "type", "severity": "severity", "cause": "cause", "step": "step"}


def of_incident(w: World, row: Fact) -> Segments:
    """Every segment of an incident."""
    case = row["incident_id"]
    return {
        **of_orders(w, (link["order_id"] for link in w.of("incident_orders", "incident_id", case))),
        **own(row, **CASE, team="owner_team", agent="owner_agent"),
        "product": texts(w.of("incident_products", "incident_id", case), "product"),
        "channel": texts(w.of("incident_channels", "incident_id", case), "channel"),
    }


def of_answer(w: World, row: Fact) -> Segments:
    """Every segment of an answer: its case's products where it is about one, else its order's."""
    found = {**of_orders(w, [row["order_id"]]), **own(row, **CASE, team="team", agent="agent")}
    if row["incident_id"] is not None:
        found["product"] = texts(w.of("incident_products", "incident_id", row["incident_id"]), "product")
    return found


def orders(w: World, amount: Callable[[Fact], int | None], which: Callable[[Fact], object] = bool) -> list[Subject]:
    """Orders as subjects."""
    return [
        Subject(number(o, "placed_at"), amount(o), key=o["order_id"], segments=of_orders(w, [o["order_id"]]))
        for o in w["orders"]
        if which(o)
    ]


def incidents(w: World, amount: Callable[[Fact], int | None], which: Callable[[Fact], object] = bool) -> list[Subject]:
    """Incidents that count as subjects."""
    return [
        Subject(
            number(i, "detected_at"),
            amount(i),
            number(i, "claimed"),
            i["incident_id"],
            list(open_times(w, i)),
            of_incident(w, i),
        )
        for i in w["incidents"]
        if i["counts"] and which(i)
    ]


def decided(w: World) -> list[Subject]:
    """Incidents with clocks, each from when the last of these was decided."""
    due = {i["incident_id"]: maybe(i, "clocks_due") for i in w["incidents"]}
    found = incidents(w, lambda i: number(i, "sla_met"), lambda i: i["clocks_due"] is not None)
    return [evolve(subject, counts_from=due[str(subject.key)]) for subject in found]


def open_times(w: World, incident: Fact) -> Iterator[tuple[int, int | None]]:
    """When it was open: between all the instants at which that may change, looked at one by one."""
    closed = [(number(c, "since"), number(c, "until")) for c in w.of("closures", "incident_id", incident["incident_id"])]
    began, ended = number(incident, "detected_at"), maybe(incident, "ended_at")
    turns = sorted({began, *(at for pair in closed for at in pair), *([] if ended is None else [ended])})
    for at, following in [*pairwise(turns), (turns[-1], None)]:
        if began <= at and (ended is None or at < ended) and not any(since <= at < until for since, until in closed):
            yield at, following


def needs(w: World, amount: Callable[[Fact], int | None], which: Callable[[Fact], object] = bool) -> list[Subject]:
    """Needs that count as subjects."""
    found = []
    for n in w["needs"]:
        if n["counts"] and which(n):
            about = (link["order_id"] for link in w.of("need_orders", "need_id", n["need_id"]))
            segments = {**of_orders(w, about), **own(n, type="type", team="team", agent="agent", channel="channel")}
            found.append(Subject(number(n, "opened_at"), amount(n), segments=segments))
    return found


def asked(w: World, orders: Iterable[object], case: object = None) -> list[int]:
    """When customers got in touch about those orders, or about that case."""
    links = [link for o in orders for link in w.of("need_orders", "order_id", o)]
    about = {link["need_id"] for link in (*links, *w.of("need_incidents", "incident_id", case))}
    return [number(c, "at") for c in w["contacts"] if c["need_id"] in about and c["direction"] == "in" and not c["automatic"]]


def asked_about(w: World, incident: Fact) -> list[int]:
    """When the customer got in touch about a case or its orders, from its detection on."""
    orders = [link["order_id"] for link in w.of("incident_orders", "incident_id", incident["incident_id"])]
    return [at for at in asked(w, orders, incident["incident_id"]) if at >= number(incident, "detected_at")]


def told_first(w: World, incident: Fact) -> int:
    """Whether the customer heard of it from the shop before they said anything."""
    told = maybe(incident, "told_at")
    by_shop = incident["reported_by"] == "shop"
    return int(told is not None and by_shop and all(told < at for at in asked_about(w, incident)))


def knew(w: World, incident: Fact) -> bool:
    """Whether either side knew of it."""
    return incident["told_at"] is not None or incident["reported_by"] == "customer" or bool(asked_about(w, incident))


def came(w: World, incident: Fact) -> list[int]:
    """When parcels with what a case is about came."""
    case = incident["incident_id"]
    if incident["lines_named"]:
        lines = {line["order_line"] for line in w.of("incident_lines", "incident_id", case)}
        return [number(d, "at") for d in w["deliveries"] if d["order_line"] in lines]
    orders = {link["order_id"] for link in w.of("incident_orders", "incident_id", case)}
    return [number(d, "at") for d in w["deliveries"] if d["order_id"] in orders]


def before_delivery(w: World) -> list[Subject]:
    """Incidents detected before what they are about was delivered, or was to be."""
    found = []
    for i in w["incidents"]:
        told, promised = maybe(i, "told_at"), maybe(i, "promised_at")
        later = [at for at in came(w, i) if at > number(i, "detected_at")]
        over = i["lines_named"] and len(came(w, i)) > len(later)
        if not i["counts"] or not (later or (promised is not None and not over)):
            continue
        until = min(later) if later else promised
        hit = int(told is not None and until is not None and told < until)
        waits = None if later else promised
        found.append(Subject(number(i, "detected_at"), hit, segments=of_incident(w, i), counts_from=waits))
    return found


def updated(w: World) -> list[Subject]:
    """Orders, and whether their customers saw how they stood before asking."""
    found = []
    for o in w["orders"]:
        at, questions = maybe(o, "updated_at"), asked(w, [o["order_id"]])
        hit = int(at is not None and all(at < question for question in questions))
        segments = of_orders(w, [o["order_id"]])
        found.append(Subject(number(o, "placed_at"), hit, segments=segments, counts_from=number(o, "judged_at")))
    return found


def covered(w: World) -> list[Subject]:
    """What customers said about orders, and whether it has a case's number."""
    found = []
    for c in w["contacts"]:
        orders = [link["order_id"] for link in w.of("need_orders", "need_id", c["need_id"])]
        if c["direction"] == "in" and not c["automatic"] and orders:
            segments = {**of_orders(w, orders), **own(c, team="team", agent="agent", channel="channel")}
            found.append(Subject(number(c, "at"), number(c, "covered"), segments=segments))
    return found


def answers(w: World, column: str) -> list[Subject]:
    """Answers to the survey csat."""
    rows = w.of("answers", "survey", "csat")
    return [Subject(number(a, "answered_at"), number(a, column), segments=of_answer(w, a)) for a in rows]


def promoted(answer: Fact) -> int:
    """Whether it says 9 or 10, or on the contrary 0 to 6."""
    score = number(answer, "score")
    return 1 if score >= 9 else -1 if score <= 6 else 0


def repeated(w: World, incident: Fact) -> int:
    """Whether an incident of the same customer and signature was detected in the ninety days before."""
    narrow = [s for s in w["incident_signatures"] if s["narrow"] and s["counts"] and s["customer"] is not None]
    at, day = number(incident, "detected_at"), 86_400 * SECOND
    mine = [s for s in narrow if s["incident_id"] == incident["incident_id"]]
    return int(
        any(
            (s["customer"], s["signature"]) == (own["customer"], own["signature"])
            and 0 < at - number(s, "detected_at") <= 90 * day
            for own in mine
            for s in narrow
        )
    )


def order_wrong(w: World, order: Fact) -> int:
    """Whether its customer was the first to say that the order itself was wrong."""
    links = w.of("incident_orders", "order_id", order["order_id"])
    return int(any((i["counts"], i["reported_by"], i["cause_category"]) == (1, "customer", "order_error") for i in links))


def in_delivery_time(order: Fact) -> bool:
    """Whether the order is in delivery_time's n."""
    delivery = maybe(order, "delivery")
    return not order["cancelled"] and delivery is not None and delivery >= 0


def troubled(w: World, order: Fact) -> int:
    """Whether the order has an incident that counts."""
    return int(any(link["counts"] for link in w.of("incident_orders", "order_id", order["order_id"])))


SUBJECTS: dict[str, Callable[[World], list[Subject]]] = {
    "orders_received": lambda w: orders(w, lambda o: 1),
    "orders_handled": lambda w: [
        Subject(
            number(a, "at"),
            key=a["order_id"],
            segments={**of_orders(w, [a["order_id"]]), **own(a, agent="agent", team="team")},
        )
        for a in w["actions"]
    ],
    "order_confirmation_time": lambda w: orders(w, lambda o: maybe(o, "confirmation")),
    "delivery_time": lambda w: orders(w, lambda o: maybe(o, "delivery"), lambda o: not o["cancelled"]),
    "on_time_delivery_rate": lambda w: orders(
        w, lambda o: maybe(o, "on_time"), lambda o: in_delivery_time(o) and o["on_time"] is not None
    ),
    "promise_kept_rate": lambda w: [
        Subject(
            number(p, "due"),
            number(p, "kept"),
            segments=of_orders(w, [p["order_id"]] if p["order_id"] else []),
            counts_from=number(p, "due"),
        )
        for p in w["promises"]
    ],
    "sla_met_rate": decided,
    "escalation_rate": lambda w: incidents(w, lambda i: int(number(i, "level") > 0)),
    "incident_rate": lambda w: orders(w, lambda o: troubled(w, o)),
    "handover_time": lambda w: orders(w, lambda o: maybe(o, "handover"), lambda o: not o["cancelled"]),
    "order_error_claim_rate": lambda w: orders(w, lambda o: order_wrong(w, o)),
    "repeat_incident_rate": lambda w: incidents(w, lambda i: repeated(w, i)),
    "incident_resolution_time": lambda w: incidents(w, lambda i: maybe(i, "resolution")),
    "reopen_rate": lambda w: incidents(w, lambda i: int(number(i, "reopened") > 0), lambda i: i["ever_resolved"]),
    "lapsed_rate": lambda w: incidents(
        w,
        lambda i: int(i["phase"] == "lapsed"),
        lambda i: i["phase"] == "lapsed" or (i["phase"] == "closed" and not i["waived"]),
    ),
    "waived_closings": lambda w: incidents(w, lambda i: 1, lambda i: i["waived"]),
    "backlog": lambda w: incidents(w, lambda i: 1),
    "backlog_age": lambda w: incidents(w, lambda i: 1),
    "unowned_time": lambda w: incidents(w, lambda i: maybe(i, "unowned")),
    "first_response_time": lambda w: needs(w, lambda n: maybe(n, "first_response"), lambda n: n["asked_at"] is not None),
    "first_contact_resolution_rate": lambda w: needs(
        w, lambda n: number(n, "first_contact"), lambda n: n["asked_at"] is not None
    ),
    "told_first_rate": lambda w: incidents(w, lambda i: told_first(w, i), lambda i: knew(w, i)),
    "communicated_before_delivery_rate": before_delivery,
    "proactive_update_rate": updated,
    "ticket_coverage_rate": covered,
    "contacts_per_need": lambda w: needs(w, lambda n: number(n, "inbound")),
    "cost_per_need": lambda w: needs(w, lambda n: maybe(n, "cost")),
    "csat_mean": lambda w: answers(w, "score"),
    "csat_top_share": lambda w: answers(w, "top"),
    "verification_call_coverage": lambda w: [
        Subject(
            number(c, "listed_at"),
            number(c, "in_time"),
            segments={**of_orders(w, [c["order_id"]]), **own(c, team="team", agent="agent")},
        )
        for c in w["calls"]
    ],
    "commitments_kept_rate": lambda w: [
        Subject(number(c, "due"), number(c, "kept"), segments=own(c, team="team", agent="agent"), counts_from=number(c, "due"))
        for c in w["commitments"]
    ],
    "nps": lambda w: [
        Subject(number(a, "answered_at"), promoted(a), segments=of_answer(w, a)) for a in w.of("answers", "kind", "nps")
    ],
}


# --- Agreement ---------------------------------------------------------------------------------------------------

ENGINE = create_engine("sqlite://")
metadata.create_all(ENGINE)
CONTACT: Fact = {
    "need_id": "n-0",
    "contact_id": "k-0",
    "customer": None,
    "channel": "z",
    "direction": "in",
    "at": micros(START),
    "automatic": 0,
    "live": 0,
    "expects_answer": 1,
    "team": None,
    "agent": None,
    "cost": None,
    "currency": None,
    "covered": 0,
}
TASK: Fact = {
    "task_id": "t-0",
    "kind": "call",
    "rule": None,
    "order_id": "o-0",
    "incident_id": "i-0",
    "customer": None,
    "owner_team": "z",
    "owner_agent": None,
    "asked": "",
    "state": "open",
    "open": 1,
    "due": micros(END),
    "opened_at": micros(START),
    "taken_at": None,
    "ended_at": None,
}
READING: Fact = {
    "reading_id": "r-0",
    "measure": "z",
    "at": micros(START),
    "value": None,
    "hits": 1,
    "units": 2,
    "team": None,
    "agent": None,
    "counts": 1,
}
DECOY = World(
    {
        "facts_orders": [order_row("o-0", micros(START), delivery=1, confirmation=1, on_time=0, account="z")],
        "facts_incidents": [incident_row("i-0", micros(START), resolution=1, ever_resolved=1, reopened=1, unowned=7)],
        "facts_incident_orders": [link_row("o-0", "i-0"), link_row("o-1", "i-0")],
        "facts_answers": [answer_row("a-0", micros(START), score=1, top=0, incident_id="i-0", order_id="o-0")],
        "facts_promises": [promise_row("o-0", micros(START))],
        "facts_actions": [action_row("o-0", micros(START))],
        "facts_closures": [closure_row("i-0", 0, micros(START), micros(END))],
        "facts_needs": [need_row("n-0", micros(START), first_response=7, cost=7)],
        "facts_need_orders": [{"order_id": "o-0", "need_id": "n-0"}],
        "facts_need_incidents": [{"incident_id": "i-0", "need_id": "n-0"}],
        "facts_contacts": [CONTACT],
        "facts_deliveries": [{"order_id": "o-0", "order_line": "o-0/1", "at": micros(END)}],
        "facts_incident_lines": [{"incident_id": "i-0", "order_line": "o-0/1"}],
        "facts_tasks": [TASK],
        "facts_accounts": [{"account": "z", "account_id": "z-0", "manager": "z"}],
        "facts_order_products": [product_row("o-0", "z")],
        "facts_order_carriers": [{"order_id": "o-0", "carrier": "z"}],
        "facts_incident_products": [{"incident_id": "i-0", "product": "z", "detected_at": micros(START)}],
        "facts_incident_channels": [{"incident_id": "i-0", "channel": "z"}],
        "facts_commitments": [commitment_row("c-0", micros(START))],
        "facts_readings": [READING],
        "facts_calls": [call_row("v-0", "o-0", micros(START), in_time=1)],
        "facts_incident_signatures": [signature_row("i-0", micros(START), "x", customer="a")],
    }
)
"""Another shop in the same database."""


def stored(connection: Connection, world: World) -> None:
    """Nothing but that world, for the tenant "ours", and the decoy for another."""
    for tenant, facts in (("ours", world), ("theirs", DECOY)):
        for name, rows in facts.tables.items():
            connection.execute(delete(FACT_TABLES[name]).where(FACT_TABLES[name].c.tenant == tenant))
            if rows:
                connection.execute(
                    upsert(FACT_TABLES[name], connection.dialect.name), [row | {"tenant": tenant} for row in rows]
                )


def test_the_oracle_knows_every_measure() -> None:
    """No measure is left out below."""
    assert set(MEASURES) == set(SUBJECTS)


def test_the_decoy_has_every_table() -> None:
    """No table that measures look at is without another shop's rows."""
    named = {f"facts_{name}" for name in get_args(FactsName)}

    assert set() == named - {name for name, rows in DECOY.tables.items() if rows}


@given(worlds(), st.sampled_from(ZONES), st.data())
def test_without_windows(world: World, zone: str, data: st.DataObject) -> None:
    """One row over everything, or between bounds, is what the definition says of all subjects in it."""
    one, other = data.draw(moments), data.draw(moments)
    bounds = data.draw(st.sampled_from([(None, None), (from_micros(min(one, other)), from_micros(max(one, other) + 1))]))
    with ENGINE.begin() as connection:
        stored(connection, world)
        for measure, subjects in SUBJECTS.items():
            found = figures(connection, "ours", measure, zone=zone, as_of=END, since=bounds[0], until=bounds[1])

            assert (measure, expected_rows(measure, subjects(world), [bounds], END)) == (measure, list(found.rows))


@pytest.mark.parametrize("segment", SEGMENTS)
@settings(max_examples=settings().max_examples // 3)
@given(world=worlds(), one=moments, other=moments, bounded=st.booleans())
def test_by_segment(segment: str, world: World, one: int, other: int, bounded: bool) -> None:
    """By a segment alone there is a row for each of its values, and subjects without one are nowhere."""
    bounds = (from_micros(min(one, other)), from_micros(max(one, other) + 1)) if bounded else (None, None)
    with ENGINE.begin() as connection:
        stored(connection, world)
        for measure in (m for m in MEASURES if segment in segments_of(MEASURES[m])):
            found = figures(connection, "ours", measure, zone="UTC", as_of=END, by=segment, since=bounds[0], until=bounds[1])
            expected = expected_rows(measure, SUBJECTS[measure](world), [bounds], END, segment)

            assert (measure, expected) == (measure, list(found.rows))


@pytest.mark.parametrize("by", WINDOWS)
@given(world=worlds(), zone=st.sampled_from(ZONES), segment=st.none() | st.sampled_from(SEGMENTS))
def test_by_window(by: str, world: World, zone: str, segment: str | None) -> None:
    """Each window is what the definition says of the subjects in it, by segment or not, and no window is missing."""
    with ENGINE.begin() as connection:
        stored(connection, world)
        for measure, subjects in SUBJECTS.items():
            cut = segment if segment in segments_of(MEASURES[measure]) else None
            rows = figures(connection, "ours", measure, zone=zone, as_of=END, by=[by, cut] if cut else by).rows
            spans = list(dict.fromkeys((row.from_, row.until) for row in rows))

            if cut is None:
                began = [began_on(s.began, by, zone) for s in subjects(world)]
                assert (measure, days_between(began, by, zone)) == (measure, [starts(span[0], zone) for span in spans])
            assert (measure, expected_rows(measure, subjects(world), spans, END, cut)) == (measure, list(rows))


def starts(at: datetime | None, zone: str) -> date:
    """The local day that a window starts on."""
    assert at is not None
    return began_on(micros(at), "day", zone)


def days_between(began: list[date], by: str, zone: str) -> list[date]:
    """The first days of all windows from the first subject's to the one that the end is in."""
    last = began_on(micros(END), by, zone)
    if not began or min(began) > last:
        return []
    step = 86_400 * SECOND
    noon = micros(datetime(min(began).year, min(began).month, min(began).day, 12, tzinfo=UTC))
    days = (began_on(at, by, "UTC") for at in range(noon, micros(END) + 2 * step, step))
    return [day for day in dict.fromkeys(days) if day <= last]


@pytest.mark.parametrize("by", WINDOWS)
@given(world=worlds(), zone=st.sampled_from(ZONES), one=moments, other=moments)
def test_windows_between_bounds(by: str, world: World, zone: str, one: int, other: int) -> None:
    """Windows between bounds add up to the one row between the same bounds, which the outer two are cut to."""
    since, until = from_micros(min(one, other)), from_micros(max(one, other) + 1)
    with ENGINE.begin() as connection:
        stored(connection, world)
        (whole,) = figures(connection, "ours", "delivery_time", zone=zone, as_of=END, since=since, until=until).rows
        parts = figures(connection, "ours", "delivery_time", zone=zone, as_of=END, by=by, since=since, until=until).rows

    assert (whole.n, whole.open, whole.invalid) == (
        sum(p.n for p in parts),
        sum(p.open or 0 for p in parts),
        sum(p.invalid or 0 for p in parts),
    )
    assert (whole.from_, whole.until) == (parts[0].from_, parts[-1].until)


# --- Rows --------------------------------------------------------------------------------------------------------


@settings(max_examples=settings().max_examples // 3)
@given(world=worlds(), zone=st.sampled_from(ZONES), data=st.data())
def test_the_rows_are_the_figure(world: World, zone: str, data: st.DataObject) -> None:
    """The rows of every measure add up to its figure, between any bounds and in any segment, and no row comes twice."""
    one, other = data.draw(moments), data.draw(moments)
    bounds = data.draw(st.sampled_from([(None, None), (from_micros(min(one, other)), from_micros(max(one, other) + 1))]))
    with ENGINE.begin() as connection:
        stored(connection, world)
        for measure in MEASURES.values():
            segment = data.draw(st.none() | st.sampled_from(segments_of(measure)), label=measure.name)
            found = figures(connection, "ours", measure, zone=zone, as_of=END, by=segment, since=bounds[0], until=bounds[1])
            for row in found.rows:
                part = None if segment is None else (segment, row.segment or "")
                rows = list(paged(connection, measure, zone, bounds, part, data.draw(st.integers(1, 5))))

                assert len(rows) == len({each.id for each in rows})
                assert sorted(rows, key=lambda each: (each.at, each.id)) == rows
                assert (measure.name, figure_of(measure, row)) == (measure.name, counted_from(measure, rows))


def paged(
    connection: Connection, measure: Measure, zone: str, bounds: Bounds, segment: tuple[str, str] | None, limit: int
) -> Iterator[SubjectRow]:
    """All rows, page by page, which say how many there are."""
    after: str | None = None
    shown, total = 0, None
    while total is None or after is not None:
        wanted = Wanted.of(b"key", "ours", "rows", {"measure": measure.name}, limit, after)
        asked = Asked.of(measure, zone, END, bounds[0], bounds[1], segment, wanted)
        page = subjects(connection, "ours", asked)
        yield from page.rows
        after, shown, total = page.rows.next, shown + len(page.rows), page.total

    assert shown == total


def figure_of(measure: Measure, row: Row) -> tuple[object, ...]:
    """What the rows must add up to."""
    return row.n, None if row.value is None else pytest.approx(row.value), row.open or 0, row.invalid or 0


def counted_from(measure: Measure, rows: Sequence[SubjectRow]) -> tuple[object, ...]:
    """The figure that rows add up to, by what each says of itself."""
    mine = [row for row in rows if row.counted]
    n = sum(row.weight for row in mine)
    return n, _made_of(measure, mine, n), sum(row.open for row in rows), sum(row.invalid for row in rows)


def _made_of(measure: Measure, mine: Sequence[SubjectRow], n: int) -> float | None:
    if measure.kind == "count" or not n:
        return n if measure.kind == "count" else None
    if measure.kind == "nps":
        return 100 * sum((row.hit is True) - (row.hit is False) for row in mine) / n
    return sum(row.hit if row.hit is not None else (row.value or 0) * row.weight for row in mine) / n
