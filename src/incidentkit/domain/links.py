"""Which orders' timelines an event puts its stream on: the one definition, for whoever makes them from the events alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from incidentkit.domain import events as ev
from incidentkit.domain.events import Event, Happening

__all__ = ["LINKING", "OrdersOf", "links_of", "orders_after"]

OrdersOf = Callable[[str], Sequence[str]]
"""The orders that the incident with that id was about just then."""

LINKING: tuple[type[Happening], ...] = (
    ev.IncidentReported,
    ev.IncidentTookIn,
    ev.IncidentOrdersAdded,
    ev.ContactLogged,
    ev.NeedLinked,
    ev.NeedTookIn,
    ev.TaskOpened,
    ev.SurveyAsked,
    ev.CallListed,
    ev.AnalysisBegun,
    ev.WhyAdded,
    ev.IncidentsExplained,
    ev.ActionPlanned,
    ev.ActionRecurred,
)
"""The events that may put their stream on a timeline. A stream stays there, whatever comes after."""


def links_of(event: Event, orders_of: OrdersOf) -> tuple[str, ...]:
    """The orders on whose timelines the stream of an event stands from then on, each once.

    Args:
        orders_of: asked only where the event names an incident and not its orders.
    """
    return tuple(dict.fromkeys(_orders(event.data, orders_of)))


def _orders(data: Happening, orders_of: OrdersOf) -> Iterable[str]:
    match data:
        case ev.IncidentReported() | ev.IncidentTookIn() | ev.IncidentOrdersAdded() | ev.NeedLinked() | ev.NeedTookIn():
            return data.orders
        case ev.ContactLogged():
            return data.contact.orders
        case ev.TaskOpened() | ev.SurveyAsked():
            own = () if data.order is None else (data.order,)
            return (*own, *(orders_of(data.incident) if data.incident is not None else ()))
        case ev.CallListed():
            return (data.order,)
        case ev.AnalysisBegun() | ev.WhyAdded() | ev.IncidentsExplained() | ev.ActionPlanned() | ev.ActionRecurred():
            return (order for incident in data.incidents for order in orders_of(incident))
    return ()


def orders_after(happenings: Iterable[Happening]) -> tuple[str, ...]:
    """The orders that an incident is about, after those of its events that say so: reported, took in, gave back."""
    own: tuple[str, ...] = ()
    gained: list[tuple[str, Sequence[str]]] = []
    for data in happenings:
        match data:
            case ev.IncidentReported():
                own = tuple(data.orders)
            case ev.IncidentOrdersAdded():
                own += tuple(data.orders)
            case ev.IncidentTookIn():
                gained.append((data.incident, data.orders))
            case ev.IncidentGaveBack():
                gained.remove(next(each for each in gained if each[0] == data.incident))
    return tuple(dict.fromkeys((*own, *(order for _, orders in gained for order in orders))))
