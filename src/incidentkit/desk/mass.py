"""Commands and questions about mass incidents: one cause, many orders."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from attrs import evolve, frozen

from incidentkit.desk.calls import By, given, ids
from incidentkit.desk.commands import Changes
from incidentkit.desk.mass_working import MassReport, mass_of, work_on
from incidentkit.desk.paging import wanted
from incidentkit.desk.remedying import offers_given
from incidentkit.desk.work import Work
from incidentkit.domain.ids import MassId, OrderId
from incidentkit.domain.mass import MassIncident, OrderRule
from incidentkit.domain.money import AMOUNT_UNIT, Money
from incidentkit.domain.pages import Page
from incidentkit.domain.remedies import Offer
from incidentkit.errors import InvalidInput, UnknownIdError
from incidentkit.measures.windows import first_instant
from incidentkit.rules import mass as rules
from incidentkit.rules.decision import Decision
from incidentkit.store.mass import find_mass, matching, standing, unknown
from incidentkit.store.unit import Held, Unit

__all__ = ["MassIncidents", "MassProgress"]

Progress = Callable[[int, int], None]


@frozen
class MassProgress:
    """How far a mass incident has come.

    Args:
        orders: that are affected; ``covered``: of these, in a case.
        cases: one for each customer, more where an earlier one was over; ``phases``: by phase, e.g. ``communicated``.
        told, offered, accepted, carried_out: cases in which that is so.
        closed: cases that are over with the customer's word or a waiver.
        refused: cases for which something that is done for everybody could not be done.
        left: orders that are in no case yet, and cases for which something is still to be done: `MassIncidents.work` does it.
        cost: what the cases have cost so far, one amount for each currency.
    """

    orders: int
    covered: int
    cases: int
    phases: Mapping[str, int]
    told: int
    offered: int
    accepted: int
    carried_out: int
    closed: int
    refused: int
    left: int
    cost: tuple[Money, ...] = ()


class MassIncidents(Changes[MassIncident]):
    """Mass incidents of one desk: reported once, with one case for each customer over their affected orders.

    An order is in a mass incident once, whatever is repeated. Whatever is done for everybody is done for each case once, also
    for those who join later, and what one case refuses stops no other. Of each thing (told, offered, agreed, done, resolved) a
    customer is written to once, about all of their orders, in their language and outside of their quiet hours.

    Commands take ``by=``, ``at=`` and ``key=`` as those on incidents do. Those that do something for everybody write in many
    transactions: one that was cut short goes on when it is made again, or with `work`.

    Raises, from any command:
        UnknownIdError: no such mass incident or order.
        RuleViolation: another rule forbids it; or inside a batch.
    """

    _noun = MassIncident
    _kind = "mass"

    def _gather(self, work: Work, id: str) -> MassIncident:
        return _mass(work.unit, id)

    def open(
        self,
        type: str,
        description: str,
        *,
        orders: str | Sequence[str] = (),
        rule: OrderRule | None = None,
        cause: str | None = None,
        severity: str | None = None,
        products: str | Sequence[str] = (),
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> MassIncident:
        """One cause has gone wrong for many orders. Which ones is noted; `work` makes their customers' cases.

        Args:
            type, cause, severity: of every case, as `Incidents.report` takes them.
            description: what happened, in words; kept in the vault. Every case has it: name no customer in it.
            orders: the affected orders, by id.
            rule: finds affected orders, as they stand now; with ``orders`` these on top.
            products: which products are affected; default: the rule's, else everything in those orders.
        """
        listed, named = ids("orders", orders), ids("products", products)

        def body(work: Work) -> Held:
            found = _affected(work.unit, listed, meant := _resolved(rule, work.now.shop.zone))
            affected = named or ((rule.product,) if rule is not None and rule.product else ())
            new = rules.NewMass(
                mass=MassId(work.new_id()),
                type=type,
                description=work.words(description),
                cause=cause,
                severity=severity,
                rule=meant,
                products=affected,
                orders=found,
            )
            return work.apply(new.mass, rules.open_mass(new, work.now))

        arguments = given(
            type=type, description=description, orders=listed, rule=rule, cause=cause, severity=severity, products=named
        )
        return self._run("mass.open", arguments, body, by, at, key)

    def add(
        self,
        mass_id: str,
        orders: str | Sequence[str],
        *,
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> MassIncident:
        """Further orders are affected. With `work` each joins its customer's case, or gets one; those that are known stay."""
        listed = ids("orders", orders)
        return self._change(
            "mass.add",
            mass_id,
            lambda mass, work: rules.list_orders(mass, _affected(work.unit, listed, None)),
            given(orders=listed),
            by,
            at,
            key,
        )

    def extend(self, mass_id: str, *, by: By = None, at: datetime | None = None, key: str | None = None) -> MassIncident:
        """The rule is asked once more: orders that it finds now and did not find before are affected too.

        Raises:
            InvalidInput: it has none.
        """

        def decide(mass: MassIncident, work: Work) -> Decision:
            if mass.rule is None:
                raise InvalidInput("A mass incident", "is extended by its rule", got="one without", next="add() orders by id.")
            return rules.list_orders(mass, _affected(work.unit, (), mass.rule))

        return self._change("mass.extend", mass_id, decide, {}, by, at, key)

    # --- For everybody -------------------------------------------------------------------------------------------

    def work(
        self, mass_id: str, *, progress: Progress | None = None, limit: int | None = None, again: bool = False
    ) -> MassReport:
        """Get every affected order into its customer's case, and do for each case what is to be done for everybody.

        Args:
            progress: called now and then with orders and cases done, and all of them.
            limit: how many customers and cases at the most; the rest stays for the next time.
            again: try once more what could not be done for some.
        """
        if limit is not None and limit < 1:
            raise InvalidInput("limit", "must be above zero", got=limit)
        return work_on(self._runtime, mass_id, progress, limit, again=again)

    def notify(
        self,
        mass_id: str,
        channel: str | None = None,
        *,
        by: By = None,
        key: str | None = None,
        progress: Progress | None = None,
    ) -> MassReport:
        """Every customer is written to where their case stands, once about all of their orders.

        Args:
            channel: default: the shop's.
        """
        return self._stage(mass_id, rules.NewStage("notify", channel=channel or ""), given(channel=channel), by, key, progress)

    def offer(
        self,
        mass_id: str,
        offers: Sequence[Offer],
        *,
        by: By = None,
        key: str | None = None,
        progress: Progress | None = None,
    ) -> MassReport:
        """The same alternatives are offered for each affected order: for the affected units that nothing has made good.

        What goes beyond the authority of whoever offers is asked for, case by case.
        """
        made = offers_given(offers)
        return self._stage(mass_id, rules.NewStage("offer", made), given(offers=made), by, key, progress)

    def carry_out(
        self,
        mass_id: str,
        *,
        reference: str,
        remedy: str = "",
        by: By = None,
        key: str | None = None,
        progress: Progress | None = None,
    ) -> MassReport:
        """What was agreed is done, wherever it is owed and waits for nothing.

        Args:
            reference: where to find it; ``{order}`` in it is the order's number.
            remedy: only remedies of that kind; default: all.
        """
        new = rules.NewStage("carry_out", remedy=remedy, reference=reference)
        return self._stage(mass_id, new, given(reference=reference, remedy=remedy or None), by, key, progress)

    def resolve(
        self,
        mass_id: str,
        *,
        reason: str | None = None,
        by: By = None,
        key: str | None = None,
        progress: Progress | None = None,
    ) -> MassReport:
        """What was agreed is done in every case, or ``reason`` says why nothing was due. Each closes on its own evidence.

        Args:
            reason: in words; kept in the vault. Every case has it: name no customer in it.
        """
        return self._stage(mass_id, rules.NewStage("resolve"), given(reason=reason), by, key, progress, reason)

    def _stage(
        self,
        mass_id: str,
        new: rules.NewStage,
        arguments: dict[str, object],
        by: By,
        key: str | None,
        progress: Progress | None,
        reason: str | None = None,
    ) -> MassReport:
        self._runtime.store.check_alone("Working on a mass incident")

        def decide(mass: MassIncident, work: Work) -> Decision:
            return rules.begin_stage(mass, evolve(new, reason=work.text(reason)), work.now)

        self._change(f"mass.{new.kind}", mass_id, decide, arguments, by, None, key)
        return work_on(self._runtime, mass_id, progress, None, again=False)

    # --- Questions -----------------------------------------------------------------------------------------------

    def get(self, mass_id: str) -> MassIncident:
        """The mass incident with that id.

        Raises:
            UnknownIdError: there is none.
        """
        return mass_of(self._runtime, mass_id)

    def find(
        self, *, type: str | None = None, cause: str | None = None, limit: int = 100, after: str | None = None
    ) -> Page[MassIncident]:
        """Mass incidents, the latest first.

        Args:
            limit: how many at the most, 1 to 10,000.
            after: where the page before ended, as its `Page.next`.
        """
        page = wanted(self._runtime, "mass.find", {"type_": type, "cause": cause}, limit, after)
        with self._runtime.store.reading() as unit:
            return self._seen_all(unit, find_mass(unit, page, type_=type, cause=cause))

    def progress(self, mass_id: str) -> MassProgress:
        """How far it has come.

        Raises:
            UnknownIdError: there is none.
        """
        with self._runtime.store.reading() as unit:
            mass = _mass(unit, mass_id)
            found = standing(unit, mass.id, len(mass.stages))
        return MassProgress(
            orders=found.orders,
            covered=found.covered,
            cases=found.cases,
            phases=found.phases,
            told=found.told,
            offered=found.offered,
            accepted=found.accepted,
            carried_out=found.carried_out,
            closed=found.phases.get("closed", 0),
            refused=found.refused,
            left=found.orders - found.covered + found.waiting,
            cost=tuple(Money(Decimal(spent) / AMOUNT_UNIT, currency) for currency, spent in found.cost.items()),
        )


def _mass(unit: Unit, id: str) -> MassIncident:
    state = unit.load("mass", id).state
    assert isinstance(state, MassIncident), "a mass incident's stream holds one"
    return state


def _resolved(rule: OrderRule | None, zone: str) -> OrderRule | None:
    """The same with its days as instants: it says the same whatever zone the shop moves to."""
    if rule is None:
        return None
    since, until = (
        None if at is None else first_instant(at, zone, name)
        for at, name in ((rule.placed_since, "placed_since"), (rule.placed_until, "placed_until"))
    )
    return evolve(rule, placed_since=since, placed_until=until)


def _affected(unit: Unit, listed: Sequence[str], rule: OrderRule | None) -> tuple[OrderId, ...]:
    """The orders that are listed, and those that a rule finds now."""
    unit.flush()
    missing = unknown(unit, listed)
    if missing is not None:
        raise UnknownIdError("An order", "must be in this record", got=repr(missing)[:48], next="Give ids, not numbers.")
    found = () if rule is None else matching(unit, rule, rules.MOST_ORDERS)
    return tuple(OrderId(order) for order in dict.fromkeys((*listed, *found)))
