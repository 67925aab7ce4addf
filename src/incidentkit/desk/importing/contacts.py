"""What a record says of a contact, and how it finds its need."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal, cast

from attrs import evolve, field, frozen

from incidentkit.desk.contacts import customer_of, decided
from incidentkit.desk.importing import values
from incidentkit.desk.importing.bench import Bench
from incidentkit.desk.importing.naming import OrderNaming, order_event
from incidentkit.desk.importing.orders import CustomerReader
from incidentkit.desk.importing.picking import Cell, Field, Picking, Rejection, marks
from incidentkit.desk.importing.records import Record
from incidentkit.desk.importing.rows import Place, Row
from incidentkit.desk.importing.tables import Tables
from incidentkit.desk.importing.turns import Turns, standing
from incidentkit.desk.work import Work
from incidentkit.domain.ids import ContactId, NeedId, OrderId
from incidentkit.domain.import_dealings import ContactRule
from incidentkit.domain.people import Customer
from incidentkit.domain.shop import Shop
from incidentkit.rules.needs import NewContact
from incidentkit.store.unit import Held

__all__ = ["ContactPlan", "ContactPlanner"]

_LATE = "answered_before_asked"
_CHANNEL = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")


@frozen
class ContactPlan:
    """A contact as its source has it.

    Args:
        at: when it happened.
        about, incident: the keys of its order's and its incident's records.
        named: the key of the contact that it answers.
        late: what the source has for an answer that came before its question.
        answer: the answer, where the row has it too.
        not_before: the contact that it answers comes first.
    """

    key: str
    at: datetime
    channel: str
    direction: Literal["in", "out"]
    customer: Customer | None
    about: str | None
    incident: str | None
    agent: str = ""
    automatic: bool = False
    live: bool = False
    expects_answer: bool = True
    summary: str | None = field(default=None, repr=False)
    ticket: str = ""
    named: str = ""
    not_before: datetime | None = None
    answer: ContactPlan | None = None
    late: Cell | None = None
    naming: str = ""
    case_naming: str = ""
    unusable: tuple[Cell, ...] = ()
    turns: Turns = field(factory=Turns, eq=False, repr=False)

    @property
    def anomalies(self) -> tuple[str, ...]:
        """Marks for its order."""
        return (*marks(self.unusable), *((_LATE,) if self.late else ()))

    @property
    def order(self) -> str | None:
        """The order that has to be known; an answer asks for nothing but its question."""
        return None if self.named else self.about

    @property
    def first_key(self) -> str:
        """The source key of the event that it begins with."""
        return self.key

    @property
    def moment(self) -> tuple[datetime, int, str]:
        """Its place among contacts and turns."""
        return max(self.at, self.not_before or self.at), 0, self.key

    @property
    def reported(self) -> str:
        """The source key of its incident's report."""
        return f"{self.incident}:reported"

    def further_keys(self) -> Iterable[str]:
        """What else may be there."""
        order = [order_event(self.about, "placed")] if self.about is not None else []
        return (*order, *([self.reported] if self.incident is not None else []), *([self.named] if self.named else []))

    def enter(self, bench: Bench, place: Place) -> None:
        """Take it down, if it is not there, in the need that it belongs to."""
        if self.named and bench.stream(self.named) is None:
            return  # its question was rejected
        case = bench.stream(self.reported) if self.incident is not None else None
        if self.incident is not None and case is None:
            bench.tally.reject(place, "unknown:incident", self.case_naming, self.incident.split(":", 2)[2])
            return
        order = bench.stream(order_event(self.about, "placed")) if self.about is not None else None
        if bench.stream(self.key) is None:
            question = bench.stream(self.named) if self.named else None
            bench.call("contact", self.key, self.at, lambda work: self._log(work, case, order, question))
            bench.tally.done["contacts"] += 1
        if self.late is not None:
            bench.tally.show(place, self.late.column, self.late.value, _LATE)
        bench.mark(self, order)

    def _log(self, work: Work, case: str | None, order: str | None, question: str | None) -> Held:
        cases = [work.survivor(case)] if case is not None else []
        named = [order] if order is not None else []
        orders = tuple(OrderId(o) for o in dict.fromkeys((*named, *(o for about in cases for o in about.orders))))
        new = NewContact(
            contact=ContactId(work.new_id()),
            fresh=NeedId(work.new_id()),
            channel=self.channel,
            direction=self.direction,
            incidents=cases,
            orders=orders,
            customer=work.customer(self.customer) or customer_of(work, cases, orders),
            named=None if question is None else standing(work.unit, question),
            automatic=self.automatic,
            live=self.live,
            expects_answer=self.expects_answer,
            summary=work.text(self.summary),
            agent=self.agent,
            ticket=self.ticket,
        )
        need, decision = decided(work, new, lambda about: self.turns.owed(about, self.at))
        return work.apply(need, decision)


@frozen
class ContactPlanner:
    """Makes plans of one rule's records. ``turns`` are those of the incidents of all contacts, once they are known."""

    _name: str
    _case: str
    _order: OrderNaming
    _incident: OrderNaming
    _at: Field
    _answered: Field | None
    _customer: CustomerReader | None
    _fields: Mapping[str, Field | None]
    _key: Cell
    _turns: Turns

    @classmethod
    def of(cls, rule: ContactRule, tables: Tables, shop: Shop, now: datetime, turns: Turns) -> ContactPlanner:
        """The planner of a rule; nothing has happened later than ``now``."""
        picking = Picking(tables, rule.source)
        at = picking.time("at", rule.at, now)
        assert at is not None
        fields = {
            "channel": picking.field("channel", rule.channel, _channel),
            "direction": picking.field("direction", rule.direction, values.listed(("in", "out"))),
            "automatic": picking.field("automatic", rule.automatic, values.flag),
            "live": picking.field("live", rule.live, values.flag),
            "expects_answer": picking.field("expects_answer", rule.expects_answer, values.flag),
            "agent": picking.field("agent", rule.agent, values.listed([agent.name for agent in shop.agents])),
            "summary": picking.field("summary", rule.summary, values.words(20_000)),
            "ticket": picking.field("ticket", rule.ticket, values.line_of_text(100)),
        }
        return cls(
            rule.name,
            tables.profile.case_of(rule),
            OrderNaming.of(rule.order, rule.source, tables),
            OrderNaming.of(rule.incident, rule.source, tables),
            at,
            picking.time("answered", rule.answered, now),
            CustomerReader.of(rule.customer, picking) if rule.customer else None,
            fields,
            Cell("subject", rule.key[0]),
            turns,
        )

    def plan(self, record: Record) -> ContactPlan | Rejection:
        """The plan, or the reason why there is none."""
        rows, bad = record.rows, list[Cell]()
        at = self._at(rows, bad)
        if at is None:
            return Rejection.of(self._at, rows, bad)
        order, incident = self._order.key(rows), self._incident.key(rows)
        customer = self._customer.read(rows, bad) if self._customer else None
        if customer is None and order is None and incident is None:
            return Rejection("missing:subject", self._key)
        read = {name: of(rows, bad) if of else None for name, of in self._fields.items()}
        direction, automatic = read["direction"] or "in", bool(read["automatic"])
        expects = read["expects_answer"]
        plan = ContactPlan(
            key=f"contact:{self._name}:{record.key}",
            at=at,
            channel=read["channel"] or "other",
            direction=cast("Literal['in', 'out']", direction),
            customer=customer,
            about=order,
            incident=None if incident is None else f"incident:{self._case}:{incident}",
            agent=read["agent"] or "",
            automatic=automatic,
            live=bool(read["live"]) and not automatic,
            expects_answer=direction == "in" if expects is None else expects,
            summary=read["summary"],
            ticket=read["ticket"] or "",
            naming=self._order.label,
            case_naming=self._incident.label,
            turns=self._turns,
        )
        return self._with_answer(plan, rows, bad)

    def _with_answer(self, plan: ContactPlan, rows: Sequence[Row], bad: list[Cell]) -> ContactPlan:
        answered = self._answered(rows, bad) if self._answered else None
        if answered is None or self._answered is None or plan.direction == "out" or plan.live:
            return evolve(plan, unusable=tuple(bad))
        answer = evolve(
            plan,
            key=f"{plan.key}:answer",
            at=answered,
            direction="out",
            expects_answer=False,
            automatic=False,
            summary=None,
            named=plan.key,
            not_before=plan.at,
        )
        # Who answered had the answer; nobody had what came in.
        late = self._answered.cell(rows) if answered < plan.at else None
        return evolve(plan, agent="", answer=answer, late=late, unusable=tuple(bad))


def _channel(text: str) -> str:
    if not _CHANNEL.fullmatch(text):
        raise ValueError("not one word")
    return text
