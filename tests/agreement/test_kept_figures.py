"""Whatever happens, also late: kept figures are those computed anew, and both are what the record says.

The oracle reads states and events, and knows nothing of facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve, frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from incidentkit.domain.calls import VerificationCall
from incidentkit.domain.commitments import Commitment
from incidentkit.domain.events import Event
from incidentkit.domain.incidents import Incident, Phase
from incidentkit.domain.needs import Need
from incidentkit.domain.orders import Order
from incidentkit.domain.surveys import Ask
from incidentkit.domain.tasks import Task
from incidentkit.domain.times import from_micros, micros
from incidentkit.measures.definitions import MEASURES
from incidentkit.measures.figures import Figures
from incidentkit.measures.segments import SEGMENTS, segments_of
from incidentkit.measures.windows import WINDOWS
from incidentkit.store.figures import figures
from tests.agreement.reckoning import Subject, expected_rows
from tests.agreement.scenario import BEGIN, Scenario, Step, open_scenario, steps

ZONES = ("Europe/Madrid", "Asia/Kolkata", "America/New_York")


@frozen
class Record:
    """Everything that the desk knows, by id."""

    zone: str
    orders: dict[str, Order]
    incidents: dict[str, Incident]
    asks: dict[str, Ask]
    needs: dict[str, Need]
    commitments: dict[str, Commitment]
    calls: dict[str, VerificationCall]
    events: list[Event]

    @classmethod
    def of(cls, scenario: Scenario) -> Record:
        """What a scenario has come to."""
        orders, incidents, asks = scenario.orders(), scenario.incidents(), scenario.asks()
        needs = scenario.needs()
        things: list[Order | Incident | Ask | Need | Task] = [*orders, *incidents, *asks, *needs, *scenario.tasks()]
        commitments = scenario.commitments()
        calls = scenario.calls()
        streams = [thing.id for thing in (*things, *commitments, *calls)]
        events = [event for stream in streams for event in scenario.history(stream)]
        return cls(
            scenario.desk.shop.zone,
            {o.id: o for o in orders},
            {i.id: i for i in incidents},
            {a.id: a for a in asks},
            {n.id: n for n in needs},
            {c.id: c for c in commitments},
            {c.id: c for c in calls},
            events,
        )


# --- Segments ----------------------------------------------------------------------------------------------------

Segments = dict[str, Iterable[str | None]]


def of_orders(r: Record, ids: Iterable[str | None]) -> Segments:
    """Account, products and carriers of some orders."""
    some = [r.orders[key] for key in ids if key is not None]
    return {
        "account": [o.account or None for o in some],
        "product": [line.product for o in some for line in o.lines if line.product != "*"],
        "carrier": [parcel.carrier or None for o in some for parcel in o.shipments],
    }


def of_incident(r: Record, i: Incident) -> Segments:
    """Every segment of an incident."""
    told = [n.channel for n in i.notices if n.effective] + [c.channel for c in i.conversations]
    return {
        **of_orders(r, i.orders),
        "product": affected(r, i),
        "type": [i.type],
        "severity": [i.severity],
        "cause": [i.cause],
        "step": [step_of(i.type, i.cause)],
        "team": [i.owner.team],
        "agent": [i.owner.agent or None],
        "channel": told,
    }


def affected(r: Record, i: Incident) -> list[str]:
    """The products that an incident is about."""
    lines = [line for key in i.orders for line in r.orders[key].lines if line.product != "*"]
    return [line.product for line in lines if not i.lines or line.id in i.lines]


def of_answer(r: Record, a: Ask, given: Event) -> Segments:
    """Every segment of an answer: its case as it stood just before."""
    none: Segments = {name: [] for name in ("type", "severity", "cause", "step", "team", "agent")}
    found: Segments = {**of_orders(r, [a.order]), **none}
    if a.incident is not None:
        case = r.incidents[a.incident]
        before = [e for e in r.events if e.stream == case.id and e.seq < given.seq]
        found |= as_it_stood(before) | {"product": affected(r, case)}
    return found


TAKEN = ("incident.handover_accepted", "incident.appointed")
"""By what somebody by name has a case."""


def as_it_stood(events: list[Event]) -> Segments:
    """What a case's events say of its type, severity, cause with its step, and owner."""
    first: Any = events[0].data
    now = {"type": first.kind, "severity": first.severity, "cause": first.cause, "team": first.owner.team, "agent": None}
    for event in events:
        data: Any = event.data
        if event.type == "incident.amended":
            now |= {change.field: change.new for change in data.changes if change.field in now}
        if event.type == "incident.recurred" and data.severity:
            now["severity"] = data.severity
        if event.type in TAKEN:
            now |= {"team": data.owner.team, "agent": data.owner.agent or None}
    now["step"] = step_of(now["type"], now["cause"])
    return {name: [value] for name, value in now.items()}


def step_of(kind: str, cause: str | None) -> str | None:
    """The step of the process that a cause points at, else a type, of those that happen here."""
    by_cause = {"picking": "picking", "oversold": "stock", "carrier_damage": "transit", "wrong_product": "ordering"}
    by_type = {"late": "transit", "damaged": "transit"}
    return by_cause.get(cause or "") or by_type.get(kind)


# --- Subjects ----------------------------------------------------------------------------------------------------


def took(start: datetime, end: datetime | None) -> int | None:
    """From one to the other."""
    return None if end is None else micros(end) - micros(start)


def orders(r: Record, amount: Callable[[Order], int | None], which: Callable[[Order], object] = bool) -> list[Subject]:
    """Orders as subjects."""
    some = [o for o in r.orders.values() if which(o)]
    return [Subject(micros(o.placed_at), amount(o), key=o.id, segments=of_orders(r, [o.id])) for o in some]


def incidents(r: Record, amount: Callable[[Incident], int | None], which: Callable[[Incident], object] = bool) -> list[Subject]:
    """Incidents that were not withdrawn as subjects."""
    return [
        Subject(micros(i.detected_at), amount(i), int(i.claimed), i.id, open_times(r, i), of_incident(r, i))
        for i in r.incidents.values()
        if i.phase is not Phase.WITHDRAWN and which(i)
    ]


def open_times(r: Record, i: Incident) -> list[tuple[int, int | None]]:
    """When it was open, by its events: between all instants at which that may have changed, looked at one by one."""
    events = [e for e in r.events if e.stream == i.id and e.type in ("incident.closed", "incident.reopened")]
    closed: list[tuple[int, int | None]] = []
    for event in events:
        at = micros(event.occurred_at)
        if event.type == "incident.closed":
            closed.append((at, None))
        elif closed and closed[-1][1] is None:
            closed[-1] = (closed[-1][0], at)
    began = micros(i.detected_at)
    turns = sorted({began, *(at for pair in closed for at in pair if at is not None)})
    return [
        (at, following)
        for at, following in [*pairwise(turns), (turns[-1], None)]
        if at >= began and not any(since <= at and (until is None or at < until) for since, until in closed)
    ]


def first_promise_kept(r: Record, o: Order) -> int | None:
    """Whether an order came by the first promise; None where it did not come or nothing was promised."""
    return int(kept(r, o, o.promises[0].due)) if o.delivered_at is not None and o.promises else None


def kept(r: Record, o: Order, due: date | datetime) -> bool:
    """Whether it was delivered by then."""
    if o.delivered_at is None:
        return False
    if isinstance(due, datetime):
        return o.delivered_at <= due
    return o.delivered_at.astimezone(ZoneInfo(r.zone)).date() <= due


def promises(r: Record) -> list[Subject]:
    """Every promise that was given: deliveries, and what was agreed on in cases, counted with the first order of these."""
    found: list[tuple[str, date | datetime, bool]]
    found = [(o.id, p.due, kept(r, o, p.due)) for o in r.orders.values() for p in o.promises]
    for case in r.incidents.values():
        done = {m.id: m.carried_out_at for m in case.remedies}
        for e in r.events:
            data: Any = e.data
            if e.stream == case.id and e.type == "incident.offer_accepted" and case.phase is not Phase.WITHDRAWN:
                at, due = done[data.remedy.id], data.remedy.by
                found.append((next(iter(case.orders), ""), due, at is not None and micros(at) <= last_instant(r, due)))
    return [
        Subject(
            last_instant(r, due), int(good), segments=of_orders(r, [order] if order else []), counts_from=last_instant(r, due)
        )
        for order, due, good in found
    ]


def last_instant(r: Record, due: date | datetime) -> int:
    """The last instant that is still in time."""
    if isinstance(due, datetime):
        return micros(due)
    following = due + timedelta(days=1)
    return micros(datetime(following.year, following.month, following.day, tzinfo=ZoneInfo(r.zone))) - 1


ACTIONS = {
    "order.confirmed",
    "order.shipped",
    "order.delivered",
    "order.cancelled",
    "order.amended",
    "order.status_published",
    "incident.reported",
    "incident.notice_planned",
    "incident.conversation",
    "incident.resolved",
    "incident.satisfaction_confirmed",
    "incident.closed",
    "incident.reopened",
    "incident.withdrawn",
    "incident.amended",
    "incident.handover_asked",
    "incident.handover_accepted",
    "survey.asked",
    "contact.logged",
    "incident.offered",
    "incident.offer_accepted",
    "incident.remedy_carried_out",
    "incident.escalated",
    "incident.blocked",
    "incident.worked_around",
    "incident.waived",
    "incident.linked",
    "task.opened",
    "task.taken",
    "task.done",
    "task.cancelled",
}
TEAMS = {"ana": "after-sales", "leo": "warehouse", "sam": "after-sales"}


def actions(r: Record) -> list[Subject]:
    """Actions by a person or rule of ours, one for each order that they are about."""
    found = []
    for event in r.events:
        kind, _, name = event.actor.partition(":")
        if event.type not in ACTIONS or kind in ("customer", "source"):
            continue
        data: Any = event.data
        named = (
            data.contact.orders
            if event.type == "contact.logged" and data.contact in spoken([data.contact], data.contact.at)
            else ()
        )
        by: Segments = {"agent": [name], "team": [TEAMS[name]]} if kind == "agent" else {"agent": [], "team": []}
        at = micros(event.occurred_at)
        found += [Subject(at, key=o, segments={**of_orders(r, [o]), **by}) for o in (*about(r, event.stream), *named)]
    return found


def about(r: Record, stream: str) -> Iterable[str]:
    """The orders that a stream is about."""
    if stream in r.orders:
        return [stream]
    if stream in r.incidents:
        return r.incidents[stream].orders
    if stream in r.needs:
        return []
    opened: list[Any] = [e.data for e in r.events if e.stream == stream and e.type == "task.opened"]
    order = opened[0].order if opened else r.asks[stream].order
    return [] if order is None else [order]


def answers(r: Record, amount: Callable[[Ask, int], int], survey: str = "csat") -> list[Subject]:
    """Answers to a survey that stand."""
    found = []
    for ask in (ask for ask in r.asks.values() if ask.survey == survey):
        given = [e for e in r.events if e.stream == ask.id and e.type == "survey.answered"]
        if given:
            data: Any = given[-1].data
            began = micros(given[-1].occurred_at)
            found.append(Subject(began, amount(ask, data.score), segments=of_answer(r, ask, given[-1])))
    return found


# --- Needs -------------------------------------------------------------------------------------------------------


def contacts(r: Record, n: Need) -> list[Any]:
    """The contacts of a need, by what the events say: logged in it, taken in, and not split off or gone."""
    mine: dict[str, Any] = {}
    for event in (e for e in r.events if e.stream == n.id):
        data: Any = event.data
        if event.type == "contact.logged":
            mine[data.contact.id] = data.contact
        elif event.type == "need.took_in":
            mine |= {contact.id: contact for contact in data.contacts}
        elif event.type == "need.split":
            mine = {key: contact for key, contact in mine.items() if key not in data.contacts}
    return list(mine.values())


def needs(r: Record, amount: Callable[[Need, list[Any]], int | None], *, asked: bool = False) -> list[Subject]:
    """Needs that were not joined into others as subjects."""
    found = []
    for n in r.needs.values():
        mine = contacts(r, n)
        if not any(e.stream == n.id and e.type == "need.joined" for e in r.events) and (not asked or questions(mine)):
            found.append(Subject(micros(min(c.at for c in mine)), amount(n, mine), segments=of_need(r, n, mine)))
    return found


def questions(mine: list[Any]) -> list[Any]:
    """What a customer asked, and no machine."""
    return sorted((c for c in mine if c.direction == "in" and c.expects_answer and not c.automatic), key=lambda c: c.at)


def spoken(mine: list[Any], since: datetime) -> list[Any]:
    """What people of the shop said from then on."""
    said = [c for c in mine if not c.automatic and (c.direction == "out" or c.live) and c.at >= since]
    return sorted(said, key=lambda c: c.at)


def answer_to(mine: list[Any]) -> Any:
    """The first answer to the first question."""
    asked = questions(mine)[:1]
    return asked[0] if asked and asked[0].live else next(iter(spoken(mine, asked[0].at) if asked else ()), None)


def of_need(r: Record, n: Need, mine: list[Any]) -> Segments:
    """Every segment of a need."""
    linked: list[Any] = [e.data for e in r.events if e.stream == n.id and e.type in ("need.linked", "need.took_in")]
    answer = answer_to(mine)
    had = [c for c in mine if c.agent]
    by = answer if answer is not None and answer.agent else had[-1] if had else None
    return {
        **of_orders(r, n.orders),
        "type": [next((data.kind for data in linked if data.kind), None)],
        "team": [TEAMS[by.agent] if by else "after-sales"],
        "agent": [by.agent if by else None],
        "channel": [min(mine, key=lambda c: c.at).channel],
    }


def responded(mine: list[Any]) -> int | None:
    """From the first question to its first answer."""
    answer = answer_to(mine)
    return None if answer is None else took(questions(mine)[0].at, answer.at)


def at_once(r: Record, n: Need, mine: list[Any]) -> int:
    """Whether one question was enough, for a week after the resolution."""
    ends = [e for e in r.events if e.stream == n.id and e.type in ("need.resolved", "need.reopened")]
    if [e.type for e in ends] != ["need.resolved"]:
        return 0
    return int(len([c for c in questions(mine) if c.at <= ends[0].occurred_at + timedelta(days=7)]) == 1)


RATES = {"phone": (25_000, 25_000), "email": (10_000, 30_000)}


def cost(r: Record, n: Need, mine: list[Any]) -> int | None:
    """Its contacts by the rates, and the remedies of its cases; None where a channel has no rate."""
    costs: list[int | None] = []
    for c in mine:
        dearer = c.channel == "email" and c.at.astimezone(ZoneInfo(r.zone)).date() >= BEGIN.date()
        costs.append(20_000 if dearer else RATES.get(c.channel, (None, None))[c.direction == "out"])
    paid = [m for c in r.incidents.values() if pays(r, c) == n.id for m in c.remedies if m.carried_out_at and m.amount]
    return (
        None
        if None in costs
        else sum(x for x in costs if x is not None) + sum(int(m.amount.amount * 10_000) for m in paid if m.amount)
    )


def pays(r: Record, case: Incident) -> str | None:
    """The need that a case's remedies are counted in: the first that it was linked to, wherever that has gone."""
    need = next(iter(case.needs), None)
    while need is not None and r.needs[need].joined is not None:
        need = r.needs[need].joined
    return need


def unowned(r: Record, i: Incident) -> int | None:
    """From detection until the first person had it; the desk knows no later gaps."""
    accepted = [e for e in r.events if e.stream == i.id and e.type in TAKEN]
    return took(i.detected_at, accepted[0].occurred_at) if accepted else None


ABOUT = {"picking": "step", "oversold": "product", "carrier_damage": "carrier", "wrong_product": "step"}


def signature(r: Record, i: Incident) -> set[tuple[str, str]]:
    """What a case is a case of: its cause with each product or carrier that it is about, or with nothing closer."""
    kind = ABOUT.get(i.cause or "")
    if kind is None:
        return set()
    orders = [r.orders[key] for key in own_orders(r, i)]
    products = [
        line.product if line.product != "*" else o.id for o in orders for line in o.lines if not i.lines or line.id in i.lines
    ]
    carriers = [parcel.carrier for o in orders for parcel in o.shipments if parcel.carrier]
    closer = {"product": products, "carrier": carriers}.get(kind, [])
    return {(str(i.cause), subject) for subject in closer or [""]}


def own_orders(r: Record, i: Incident) -> list[str]:
    """The orders that a case was reported with."""
    first: Any = next(e.data for e in r.events if e.stream == i.id)
    return list(first.orders)


def repeats(r: Record, i: Incident) -> int:
    """Whether the same customer had the same before, within ninety days."""
    others = [
        j for j in r.incidents.values() if counts(j) and timedelta(0) < i.detected_at - j.detected_at <= timedelta(days=90)
    ]
    return int(any(i.customer is not None and j.customer == i.customer and signature(r, i) & signature(r, j) for j in others))


def counts(i: Incident) -> bool:
    """Whether it is neither withdrawn nor merged into another."""
    return i.phase not in (Phase.WITHDRAWN, Phase.MERGED)


def order_wrong(r: Record, o: Order) -> int:
    """Whether its customer was the first to say that the order itself was wrong."""
    mine = [i for i in r.incidents.values() if o.id in i.orders and counts(i)]
    return int(any(i.reported_by == "customer" and i.cause == "wrong_product" for i in mine))


def kept_commitments(r: Record) -> list[Subject]:
    """What people committed themselves to, and whether they said, with what shows it, that they did it."""
    found = []
    for c in r.commitments.values():
        said = [e.type for e in r.events if e.stream == c.id and e.type in ("commitment.kept", "commitment.missed")]
        whose: Segments = {"agent": [c.person], "team": [TEAMS[c.person]]}
        due = micros(c.due)
        found.append(Subject(due, int(said[-1:] == ["commitment.kept"]), segments=whose, counts_from=due))
    return found


def rung(r: Record) -> list[Subject]:
    """What was put on a list, and whether somebody rang by the end of the next day on which anybody works."""
    found = []
    for c in r.calls.values():
        tries = [e for e in r.events if e.stream == c.id and e.type == "call.made"]
        zone, day = ZoneInfo(r.zone), c.day + timedelta(days=1)
        while day.weekday() > 4:
            day += timedelta(days=1)
        end = datetime.combine(day + timedelta(days=1), datetime.min.time(), zone)
        who = tries[0].actor.removeprefix("agent:") if tries and tries[0].actor.startswith("agent:") else None
        whose: Segments = {"agent": [who], "team": [TEAMS[who] if who is not None else None]}
        good = bool(tries) and tries[0].occurred_at < end
        found.append(Subject(micros(c.listed_at), int(good), segments={**of_orders(r, [c.order]), **whose}))
    return found


def promoted(score: int) -> int:
    """Whether it says 9 or 10, or on the contrary 0 to 6."""
    return 1 if score in (9, 10) else -1 if score < 7 else 0


def handed_over(r: Record, o: Order) -> int | None:
    """From placing to the first parcel on its way, by the events."""
    return took(
        o.placed_at, min((e.occurred_at for e in r.events if e.stream == o.id and e.type == "order.shipped"), default=None)
    )


def troubled(r: Record, o: Order) -> int:
    """Whether the order has an incident that was not withdrawn."""
    return int(any(o.id in i.orders and i.phase is not Phase.WITHDRAWN for i in r.incidents.values()))


def ever_resolved(r: Record, i: Incident) -> bool:
    """Whether it was resolved once."""
    return any(e.stream == i.id and e.type == "incident.resolved" for e in r.events)


def happened(r: Record, i: Incident, *types: str) -> list[str]:
    """Which of some things happened to a case, in their order."""
    return [e.type for e in r.events if e.stream == i.id and e.type in types]


def ending(r: Record, i: Incident) -> str:
    """How a case ended, by its last turn: ``satisfied``, ``waived`` or ``lapsed``; empty while it has not."""
    turns = happened(
        r, i, "incident.closed", "incident.lapsed", "incident.waived", "incident.satisfaction_confirmed", "incident.reopened"
    )
    since = turns[len(turns) - turns[::-1].index("incident.reopened") :] if "incident.reopened" in turns else turns
    if "incident.closed" in since:
        words = [turn for turn in since if turn in ("incident.waived", "incident.satisfaction_confirmed")]
        return "waived" if words[-1:] == ["incident.waived"] else "satisfied"
    return "lapsed" if "incident.lapsed" in since else ""


def in_delivery_time(o: Order) -> bool:
    """Whether the order is in delivery_time's n."""
    return o.cancelled_at is None and o.delivered_at is not None and o.delivered_at >= o.placed_at


# --- Who knew first ----------------------------------------------------------------------------------------------


def asked_about(r: Record, orders: Iterable[str], case: str = "") -> list[datetime]:
    """When customers got in touch about those orders, or that case."""
    wanted = set(orders)
    mine = [c for n in r.needs.values() if wanted & set(n.orders) or case in n.incidents for c in contacts(r, n)]
    return [c.at for c in mine if c.direction == "in" and not c.automatic]


def told(i: Incident) -> datetime | None:
    """When the customer first heard of it from the shop."""
    sent = [n.told_at for n in i.notices if n.effective and n.told_at]
    return min([*(c.at for c in i.conversations), *sent], default=None)


def told_first(r: Record, i: Incident) -> int:
    """Whether that was before they said anything."""
    at, since = told(i), [said for said in asked_about(r, i.orders, i.id) if said >= i.detected_at]
    return int(at is not None and i.reported_by == "shop" and (not since or at < min(since)))


def knew(r: Record, i: Incident) -> bool:
    """Whether either side had said something."""
    return bool(told(i) or i.reported_by == "customer" or [a for a in asked_about(r, i.orders, i.id) if a >= i.detected_at])


def before_delivery(r: Record) -> list[Subject]:
    """Cases that were detected before what they are about came, or was to come."""
    found = []
    for i in r.incidents.values():
        parcels = [(o, parcel) for o in i.orders for parcel in r.orders[o].shipments if parcel.delivered_at]
        mine = [p.delivered_at for o, p in parcels if not i.lines or (o == i.orders[0] and set(i.lines) & set(dict(p.units)))]
        came = sorted(at for at in mine if at is not None)
        later, had = [at for at in came if at > i.detected_at], [at for at in came if at <= i.detected_at]
        until = later[0] if later else None if i.lines and had else i.deadlines.before
        if i.phase is not Phase.WITHDRAWN and until is not None:
            at, waits = told(i), None if later else micros(until)
            hit = int(at is not None and at < until)
            found.append(Subject(micros(i.detected_at), hit, segments=of_incident(r, i), counts_from=waits))
    return found


def updated(r: Record) -> list[Subject]:
    """Orders, and whether their customers saw how they stood before asking."""
    found = []
    for o in r.orders.values():
        shown = [e.occurred_at for e in r.events if e.stream == o.id and e.type == "order.status_published"]
        shown += [n.told_at for n in o.notices if n.effective and n.told_at]
        first = min((at for at in shown if o.confirmed_at and at >= o.confirmed_at), default=None)
        hit = int(first is not None and all(first < at for at in asked_about(r, [o.id])))
        ends = [at for at in (o.delivered_at, o.cancelled_at, o.placed_at + timedelta(days=30)) if at]
        began = micros(o.placed_at)
        found.append(Subject(began, hit, segments=of_orders(r, [o.id]), counts_from=micros(min(ends))))
    return found


def covered(r: Record) -> list[Subject]:
    """What customers said about orders: nothing was imported, so everything has a case's number."""
    found = []
    for n in r.needs.values():
        for c in contacts(r, n):
            if n.orders and c.direction == "in" and not c.automatic:
                by: Segments = {"team": [TEAMS[c.agent] if c.agent else None], "agent": [c.agent or None]}
                segments = {**of_orders(r, n.orders), **by, "channel": [c.channel]}
                found.append(Subject(micros(c.at), 1, segments=segments))
    return found


# --- Clocks ------------------------------------------------------------------------------------------------------

HOUR = timedelta(hours=1)
FOREVER = datetime.max.replace(tzinfo=UTC)
RESOLVE_WITHIN = {"late": 24 * HOUR, "damaged": 16 * HOUR}
Verdict = tuple[datetime, datetime | None]
"""When a clock was due, and when it stopped."""


def judged(r: Record, subject: Subject) -> Subject:
    """A case with whether all its clocks were met, counted from when the last of them was decided."""
    found = list(verdicts(r, r.incidents[str(subject.key)]))
    met = all(stopped is not None and stopped <= due for due, stopped in found)
    return evolve(subject, amount=int(met), counts_from=max(micros(stopped or due) for due, stopped in found))


def verdicts(r: Record, i: Incident) -> Iterable[Verdict]:
    """Every clock of a case. It is never without: each has to be told and put right."""
    answered, heard = answers_of(i), sorted({*answers_of(i), *(n.told_at for n in i.notices if n.effective and n.told_at)})
    began, within = i.detected_at, RESOLVE_WITHIN[i.type]
    waited = [(h.since, h.until or FOREVER, max(h.since, last_moment(r, h.at_most))) for h in i.holds]
    held = [(since, min(until, longest)) for since, until, longest in waited]
    rests = [(rest.since, rest.until) for rest in i.rests]

    asked = [c.at for c in i.contacts if c.direction == "in" and c.expects_answer and not c.automatic]
    asked += [began] if i.reported_by == "customer" else []
    if asked:
        done = [max(i.first_resolved_at, min(asked))] if i.first_resolved_at else []
        yield worked(r, min(asked), 4 * HOUR), min([*done, *(at for at in answered if at >= min(asked))], default=None)

    told = min((at for at in (i.communicated_at, i.resolved_at) if at), default=None)
    yield min(worked(r, began, 4 * HOUR), i.deadlines.before or FOREVER), told

    yield worked(r, began, within, held), i.first_resolved_at
    if rests:
        yield worked(r, began, within, held + rests), i.resolved_at

    quiet = [*rests, *([(i.resolved_at, FOREVER)] if i.resolved_at else [])]
    words = sorted({*heard, *(until for _, until in rests)})
    words = [at for at in words if not any(since <= at < until for since, until in quiet)]
    for at in words:
        following = [later for later in (*words, *(since for since, _ in quiet)) if later > at]
        yield worked(r, at, 16 * HOUR, held), min(following, default=None)


def answers_of(i: Incident) -> list[datetime]:
    """When a person of the shop spoke or wrote, and it arrived."""
    wrote = [n.told_at for n in i.notices if n.effective and not n.automatic and n.told_at]
    said = [c.at for c in i.contacts if not c.automatic and (c.direction == "out" or c.live)]
    return [*(c.at for c in i.conversations), *wrote, *said]


def worked(r: Record, began: datetime, within: timedelta, held: Iterable[tuple[datetime, datetime]] = ()) -> datetime:
    """When so much time between nine and six from Monday to Friday has gone by, without what was held."""
    zone, day, left = ZoneInfo(r.zone), began.astimezone(ZoneInfo(r.zone)).date(), within
    while True:
        hours = [datetime(day.year, day.month, day.day, hour, tzinfo=zone).astimezone(UTC) for hour in (9, 18)]
        turns = sorted({*hours, began, *(at for pair in held for at in pair)})
        for since, until in pairwise(turns):
            open_ = hours[0] <= since < hours[1] and since >= began and day.weekday() < 5
            if open_ and not any(start <= since < end for start, end in held):
                if until - since >= left:
                    return since + left
                left -= until - since
        day += timedelta(days=1)


def last_moment(r: Record, due: date | datetime) -> datetime:
    """The last instant that is still in time."""
    return from_micros(last_instant(r, due))


SUBJECTS: dict[str, Callable[[Record], list[Subject]]] = {
    "orders_received": lambda r: orders(r, lambda o: 1),
    "orders_handled": actions,
    "order_confirmation_time": lambda r: orders(r, lambda o: took(o.placed_at, o.confirmed_at)),
    "delivery_time": lambda r: orders(r, lambda o: took(o.placed_at, o.delivered_at), lambda o: o.cancelled_at is None),
    "on_time_delivery_rate": lambda r: orders(
        r, lambda o: first_promise_kept(r, o), lambda o: in_delivery_time(o) and o.promises
    ),
    "promise_kept_rate": promises,
    "incident_rate": lambda r: orders(r, lambda o: troubled(r, o)),
    "incident_resolution_time": lambda r: incidents(r, lambda i: took(i.detected_at, i.resolved_at)),
    "sla_met_rate": lambda r: [judged(r, s) for s in incidents(r, lambda i: 1)],
    "escalation_rate": lambda r: incidents(r, lambda i: int(bool(happened(r, i, "incident.escalated")))),
    "lapsed_rate": lambda r: incidents(
        r, lambda i: int(ending(r, i) == "lapsed"), lambda i: ending(r, i) in ("lapsed", "satisfied")
    ),
    "waived_closings": lambda r: incidents(r, lambda i: 1, lambda i: ending(r, i) == "waived"),
    "reopen_rate": lambda r: incidents(r, lambda i: int(i.reopened > 0), lambda i: ever_resolved(r, i)),
    "backlog": lambda r: incidents(r, lambda i: 1),
    "backlog_age": lambda r: incidents(r, lambda i: 1),
    "unowned_time": lambda r: incidents(r, lambda i: unowned(r, i)),
    "first_response_time": lambda r: needs(r, lambda n, c: responded(c), asked=True),
    "first_contact_resolution_rate": lambda r: needs(r, lambda n, c: at_once(r, n, c), asked=True),
    "contacts_per_need": lambda r: needs(r, lambda n, mine: sum(c.direction == "in" and not c.automatic for c in mine)),
    "cost_per_need": lambda r: needs(r, lambda n, c: cost(r, n, c)),
    "told_first_rate": lambda r: incidents(r, lambda i: told_first(r, i), lambda i: knew(r, i)),
    "communicated_before_delivery_rate": before_delivery,
    "proactive_update_rate": updated,
    "ticket_coverage_rate": covered,
    "csat_mean": lambda r: answers(r, lambda ask, score: score),
    "csat_top_share": lambda r: answers(r, lambda ask, score: int(score == ask.scale.high)),
    "commitments_kept_rate": kept_commitments,
    "verification_call_coverage": rung,
    "nps": lambda r: answers(r, lambda ask, score: promoted(score), "nps"),
    "handover_time": lambda r: orders(r, lambda o: handed_over(r, o), lambda o: o.cancelled_at is None),
    "order_error_claim_rate": lambda r: orders(r, lambda o: order_wrong(r, o)),
    "repeat_incident_rate": lambda r: incidents(r, lambda i: repeats(r, i)),
}


# --- Agreement ---------------------------------------------------------------------------------------------------


def anew(scenario: Scenario, measure: str, by: list[str]) -> Figures:
    """The figures without those that are kept."""
    store, shop = scenario.desk._runtime.store, scenario.desk.shop
    with store.reading() as unit:
        return figures(unit.connection, store.tenant, measure, zone=shop.zone, as_of=scenario.clock.now, by=by)


@pytest.mark.parametrize("segment", [None, *SEGMENTS])
@settings(max_examples=settings().max_examples // 20)
@given(
    history=steps(12, 30),
    late=st.lists(steps(1, 4, late=True), min_size=2, max_size=3),
    window=st.sampled_from(["day", *WINDOWS]),
    zone=st.sampled_from(ZONES),
)
def test_kept_figures_are_as_computed_anew(
    segment: str | None, history: list[Step], late: list[list[Step]], window: str, zone: str
) -> None:
    """However often it was asked in between, every measure is what the record says, and the same anew."""
    by = [window] if segment is None else [window, segment]
    asked = [m for m in MEASURES if segment is None or segment in segments_of(MEASURES[m])]
    with open_scenario(zone) as scenario:
        for some in (history, *late):
            for step in some:
                scenario.do(step)
            record, now = Record.of(scenario), scenario.clock.now
            for measure in asked:
                rows = scenario.desk.measure(measure, by=by).rows
                spans = list(dict.fromkeys((row.from_, row.until) for row in rows))

                assert (measure, list(anew(scenario, measure, by).rows)) == (measure, list(rows))
                assert (measure, expected_rows(measure, SUBJECTS[measure](record), spans, now, segment)) == (
                    measure,
                    list(rows),
                )
