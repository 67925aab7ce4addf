"""What the journey of a need, a customer or an order cost: found, read in one look, and put together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from incidentkit.desk.runtime import Runtime
from incidentkit.domain.evolve import State
from incidentkit.domain.incidents import Incident
from incidentkit.domain.needs import Need
from incidentkit.domain.people import Customer
from incidentkit.errors import InvalidInput, UnknownIdError
from incidentkit.learning.journey_costs import JourneyCost, costs_of_order, costs_of_states, journey_cost
from incidentkit.store.journeys import streams_of_customer, streams_of_order
from incidentkit.store.unit import Unit

__all__ = ["cost_of_journey", "needs_now"]


def cost_of_journey(runtime: Runtime, need: str | None, customer: Customer | str | None, order: str | None) -> JourneyCost:
    """What one journey cost; the arguments are those of `Desk.journey_cost`."""
    given = sum(each is not None for each in (need, customer, order))
    if given != 1:
        raise InvalidInput("A journey", "is that of one need=, customer= or order=", got=str(given))
    currency = runtime.shop.currency
    with runtime.store.reading() as unit:
        if customer is not None:
            person = runtime.person(unit, customer)
            if person is None:
                raise UnknownIdError("The customer", "must be known", got="nobody by that name", next="Look the key or id up.")
            found = costs_of_states(_loaded(unit, streams_of_customer(unit, person)))
            return journey_cost("customer", person, found, currency)
        if need is not None:
            found = costs_of_states(_of_need(unit, _need(unit, need)))
            return journey_cost("need", need, found, currency)
        assert order is not None, "one of them is given"
        unit.load("order", order)
        shares = costs_of_order(order, _loaded(unit, streams_of_order(unit, order)), _orders_of(unit))
        return journey_cost("order", order, shares, currency)


def _of_need(unit: Unit, need: Need) -> Iterator[State]:
    """The need, and the incidents whose first need it is: what these cost is counted once."""
    yield need
    for case in _loaded(unit, need.incidents if need.joined is None else ()):
        if isinstance(case, Incident) and [each.id for each in needs_now(unit, case)[:1]] == [need.id]:
            yield case


def needs_now(unit: Unit, case: Incident) -> list[Need]:
    """The needs that go on for those that a case is about, in their order."""
    found: dict[str, Need] = {}
    for name in case.needs:
        need = _need(unit, name)
        while need.joined is not None:
            need = _need(unit, need.joined)
        found.setdefault(need.id, need)
    return list(found.values())


def _need(unit: Unit, name: str) -> Need:
    need = unit.load("need", name).state
    assert isinstance(need, Need), "a stream keeps its kind"
    return need


def _loaded(unit: Unit, streams: Sequence[str]) -> Iterator[State]:
    unit.load_all(streams)
    for stream in streams:
        held = unit.any(stream)
        if held is not None:
            yield held.state


def _orders_of(unit: Unit) -> Callable[[str], Sequence[str]]:
    def orders_of(incident: str) -> Sequence[str]:
        case = unit.load("incident", incident).state
        assert isinstance(case, Incident), "a stream keeps its kind"
        return case.orders

    return orders_of
