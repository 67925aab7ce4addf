"""What the journey of a need, a customer or an order cost: found, read in one look, and put together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from incidentkit.desk.runtime import Runtime
from incidentkit.domain.evolve import State
from incidentkit.domain.incidents import Incident
from incidentkit.domain.needs import Need
from incidentkit.errors import InvalidInput, UnknownIdError
from incidentkit.learning.journey_costs import JourneyCost, JourneyOf, costs_of_order, costs_of_states, journey_cost
from incidentkit.store.journeys import streams_of_customer, streams_of_order
from incidentkit.store.standing import customer_of
from incidentkit.store.unit import Unit

__all__ = ["cost_of_journey"]


def cost_of_journey(runtime: Runtime, need: str | None, customer: str | None, order: str | None) -> JourneyCost:
    """What one journey cost; the arguments are those of `Desk.journey_cost`."""
    ways: dict[JourneyOf, str | None] = {"need": need, "customer": customer, "order": order}
    given = [(of, id_) for of, id_ in ways.items() if id_ is not None]
    if len(given) != 1:
        raise InvalidInput("A journey", "is that of one need=, customer= or order=", got=str(len(given)))
    ((of, id_),) = given
    with runtime.store.reading() as unit:
        if of == "need":
            found = costs_of_states(_of_need(unit, unit.load("need", id_).state))
        elif of == "customer":
            found = costs_of_states(_of_customer(unit, id_))
        else:
            unit.load("order", id_)
            found = costs_of_order(id_, _loaded(unit, streams_of_order(unit, id_)), _orders_of(unit))
        return journey_cost(of, id_, found, runtime.shop.currency)


def _of_need(unit: Unit, need: State) -> Iterator[State]:
    """The need, and the incidents whose first need it is: what these cost is counted once."""
    assert isinstance(need, Need), "a stream keeps its kind"
    yield need
    for case in _loaded(unit, need.incidents if need.joined is None else ()):
        if isinstance(case, Incident) and _first_need(unit, case) == need.id:
            yield case


def _first_need(unit: Unit, case: Incident) -> str | None:
    """The need that goes on with the first one of a case."""
    first: str | None = next(iter(case.needs), None)
    while first is not None:
        need = unit.load("need", first).state
        assert isinstance(need, Need), "a stream keeps its kind"
        if need.joined is None:
            return first
        first = need.joined
    return None


def _of_customer(unit: Unit, customer: str) -> Iterable[State]:
    streams = streams_of_customer(unit, customer)
    if not streams and not customer_of(unit, customer):
        raise UnknownIdError("The customer", "must be in this record", got=repr(customer)[:48], next="Look the id up.")
    return _loaded(unit, streams)


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
