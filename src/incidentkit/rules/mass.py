"""One cause, many orders: reported once, one case for each customer, and what is done for all of them.

Laws: an order is in a mass incident once, and in one case; a customer's orders share a case for as long as that is worked on;
what is done for everybody is done for each order once, for those that join later too; what one case refuses stops no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from attrs import evolve, frozen

from incidentkit.domain import events as ev
from incidentkit.domain.events import Happening
from incidentkit.domain.ids import IncidentId, MassId, OrderId, TaskId
from incidentkit.domain.incidents import Incident
from incidentkit.domain.mass import LATE_ORDER, MassIncident, MassPart, OrderRule, StageKind
from incidentkit.domain.orders import Order, OrderStatus
from incidentkit.domain.remedies import Offer, OfferState
from incidentkit.domain.texts import Text
from incidentkit.domain.times import due_instant
from incidentkit.errors import InvalidInput
from incidentkit.rules import reporting
from incidentkit.rules.cases import WORKABLE
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.rules.ledger import ledger_of
from incidentkit.rules.mass_texts import had
from incidentkit.rules.messages import incident_step
from incidentkit.rules.tasks import NewTask, task_elsewhere

__all__ = [
    "MOST_ORDERS",
    "TELL",
    "NewMass",
    "NewStage",
    "add_orders",
    "begin_stage",
    "covering",
    "joins",
    "list_orders",
    "offered_for",
    "open_mass",
    "passed",
    "unsaid",
]

MOST_ORDERS = 200_000
"""Orders in one mass incident at the most."""

TELL = "tell"
"""The kind of task that asks somebody to tell a customer of something."""

_IN_ONE = 1000
"""Orders in one event."""

_LONGEST = 200


@frozen
class NewMass:
    """What a caller gives for a mass incident."""

    mass: MassId
    type: str
    description: Text
    cause: str | None = None
    severity: str | None = None
    rule: OrderRule | None = None
    products: tuple[str, ...] = ()
    orders: tuple[OrderId, ...] = ()


@frozen
class NewStage:
    """What a caller wants done for everybody, as `MassStage` has it."""

    kind: StageKind
    offers: tuple[Offer, ...] = ()
    channel: str = ""
    remedy: str = ""
    reference: str = ""
    reason: Text | None = None


# --- The mass incident -------------------------------------------------------------------------------------------


def open_mass(new: NewMass, now: Circumstances) -> Decision:
    """One cause has gone wrong for these orders.

    Raises:
        InvalidInput: what no case could be reported with; neither orders nor a rule; or too many of them.
    """
    if new.rule is None and not new.orders:
        raise InvalidInput(
            "A mass incident", "has orders, or a rule that finds them", got="neither", next="Give orders= or rule=."
        )
    _check_products(new.products)
    probe = reporting.Report(IncidentId(new.mass), new.type, new.description, severity=new.severity, cause=new.cause)
    reporting.report(probe, now)
    opened = ev.MassOpened(new.mass, new.type, new.description, new.cause, new.severity or "", new.rule, new.products)
    return Decision((opened, *_listed(new.orders, 0)))


def list_orders(mass: MassIncident, orders: Iterable[OrderId]) -> Decision:
    """Further orders that are affected; those that are listed already stay as they are."""
    known = set(mass.orders)
    return Decision(_listed([order for order in dict.fromkeys(orders) if order not in known], len(mass.orders)))


def _listed(orders: Sequence[OrderId], known: int) -> tuple[Happening, ...]:
    if known + len(orders) > MOST_ORDERS:
        rule = f"affects {MOST_ORDERS:,} orders at the most"
        raise InvalidInput("A mass incident", rule, got=f"{known + len(orders):,}", next="Open one for each carrier or week.")
    rest = iter(dict.fromkeys(orders))
    chunks = iter(lambda: tuple(islice(rest, _IN_ONE)), ())
    return tuple(map(ev.MassOrdersListed, chunks))


def _check_products(products: Sequence[str]) -> None:
    for product in products:
        if not isinstance(product, str) or not product.strip() or len(product) > _LONGEST:
            raise InvalidInput("products", "are the shop's own codes, at most 200 characters each", got="something else")


# --- Its cases ---------------------------------------------------------------------------------------------------


def joins(cases: Iterable[Incident]) -> Incident | None:
    """The case of a customer that a further order of theirs joins: the one that is still worked on."""
    return next((case for case in cases if case.phase in WORKABLE), None)


def covering(
    mass: MassIncident,
    incident: IncidentId,
    orders: Sequence[Order],
    earlier: Sequence[Incident],
    follows: Sequence[Incident],
    words: Text,
    now: Circumstances,
) -> Decision:
    """A new case about orders of one customer.

    Args:
        incident: its fresh id.
        orders: all of one customer, or one without a customer.
        earlier: cases of that customer in the same mass incident, of which none is worked on any more; ``follows``: those that
            go on for them.
        words: the description, as this case has it.
    """
    said = dict.fromkeys(text for case in earlier for text in _texts_had(case))
    part = MassPart(mass.id, tuple(o.id for o in orders), tuple(o.label for o in orders), tuple(said))
    new = reporting.Report(
        incident=incident,
        type=mass.type,
        description=words,
        orders=orders,
        customer=next((order.customer for order in orders if order.customer), None),
        severity=mass.severity or None,
        cause=mass.cause,
        follows=follows[-1] if follows else None,
        mass=part,
        products=mass.products,
    )
    return reporting.report(new, now)


def add_orders(incident: Incident, orders: Sequence[Order], task: str, now: Circumstances) -> Decision:
    """Further orders of its customer join a case. Whoever was told already how it stands is told of them by a person, for which
    a task is opened, or by the next text.

    Args:
        task: a fresh id for that.
    """
    part = incident.mass
    assert part is not None, "a case of a mass incident"
    fresh = [order for order in orders if order.id not in part.orders]
    if not fresh:
        return Decision()
    joined = ev.IncidentOrdersAdded(tuple(o.id for o in fresh), tuple(o.label for o in fresh))
    told = had(incident, incident_step(incident)) or incident.told
    return Decision((joined,), _ask_to_tell(incident, fresh[0], task, now) if told else ())


def unsaid(incident: Incident, order: Order, task: str, now: Circumstances) -> tuple[tuple[str, Happening], ...]:
    """Somebody is asked to tell the customer of a new case that goes on from one of which they were told by the same text."""
    part = incident.mass
    return _ask_to_tell(incident, order, task, now) if part is not None and part.said and incident.customer else ()


def _ask_to_tell(incident: Incident, order: Order, task: str, now: Circumstances) -> tuple[tuple[str, Happening], ...]:
    due = incident.deadlines.communicate_by
    by = due if due is not None and due > now.at else None
    return task_elsewhere(NewTask(TaskId(task), TELL, rule=LATE_ORDER, incident=incident, order=order, due=by), now)


def _texts_had(case: Incident) -> Iterable[str]:
    part = case.mass
    earlier = part.said if part is not None else ()
    return (*earlier, *(notice.step for notice in case.notices if not notice.lost))


# --- What is done for everybody ----------------------------------------------------------------------------------


def begin_stage(mass: MassIncident, new: NewStage, now: Circumstances) -> Decision:
    """Something is to be done for every customer. The same as the last one once more changes nothing.

    Raises:
        InvalidInput: a channel that is not there, no offers or such as were made before, nothing to find it by.
    """
    _check_stage(new, now)
    begun = ev.MassStageBegun(new.kind, new.offers, new.channel, new.remedy, new.reference, new.reason)
    last = mass.stages[-1] if mass.stages else None
    same = last is not None and _says(last) == _says(begun)
    return Decision(() if same else (begun,))


def _says(stage: object) -> tuple[object, ...]:
    names = ("kind", "offers", "channel", "remedy", "reference")
    reason = getattr(stage, "reason", None)
    return (*(getattr(stage, name) for name in names), None if reason is None else reason.value)


def _check_stage(new: NewStage, now: Circumstances) -> None:
    if new.kind == "notify":
        channel = new.channel or now.shop.channel
        if channel not in now.confirms:
            known = ", ".join(sorted(now.confirms)) or "none"
            raise InvalidInput("channel", "is one that is there", got=repr(channel)[:40], next=f"Channels: {known}.")
    if new.kind == "offer":
        _check_offers(new.offers, now)
    if new.kind == "carry_out" and not (isinstance(new.reference, str) and 0 < len(new.reference.strip()) <= _LONGEST):
        raise InvalidInput(
            "reference", "says where to find what was done", got="nothing", next="{order} in it is the order's number."
        )


def _check_offers(offers: Sequence[Offer], now: Circumstances) -> None:
    if not offers:
        raise InvalidInput("offers", "are one at least", got="none")
    for offer in offers:
        if offer.id or offer.state is not OfferState.OPEN:
            raise InvalidInput("offers", "are made once", got="one that was made before", next="Make a new Offer.")
        if offer.lines or offer.order is not None:
            rule = "to everybody name no lines and no order: they are for the affected units of each order"
            raise InvalidInput("offers", rule, got="lines or an order", next="Offer it in the case itself.")
        if due_instant(offer.by, now.shop.zone) < now.at:
            raise InvalidInput("offers", "need a date that can still be kept", got=str(offer.by))
        if offer.kind not in now.kinds:
            raise InvalidInput("An offer's kind", f"must be one of {', '.join(now.kinds)}", got=offer.kind)


def offered_for(
    incident: Incident,
    order: Order,
    orders: Sequence[Order],
    products: Sequence[str],
    offers: Sequence[Offer],
    now: Circumstances,
) -> tuple[Offer, ...]:
    """What is offered for one order of a case: the alternatives with the affected units that nothing has made good.

    None where they were offered for it before, or wait for an approval; where it was cancelled, or no unit is left.

    Args:
        orders: those of the case, and those that their money is of.
        products: which are affected; none for all.
    """
    if order.status is OrderStatus.CANCELLED or _offered(incident, order, offers):
        return ()
    free = ledger_of(order, orders).free()
    units: dict[str, int] = {
        line.id: free[line.id] for line in order.lines if free[line.id] > 0 and line.product in (products or (line.product,))
    }
    return tuple(_for(offer, order, units, now) for offer in offers) if units or not order.lines else ()


def _offered(incident: Incident, order: Order, offers: Sequence[Offer]) -> bool:
    asked = [offer for approval in incident.approvals if approval.pending for offer in approval.offers]
    known = {(made.kind, made.by, made.product, made.until) for made in (*incident.offers, *asked) if made.order == order.id}
    return any((offer.kind, offer.by, offer.product, offer.until) in known for offer in offers)


def _for(offer: Offer, order: Order, units: Mapping[str, int], now: Circumstances) -> Offer:
    lines = units if now.kinds[offer.kind].takes_units and offer.amount is None else {}
    return evolve(offer, order=order.id, lines=lines)


def passed(stage: int, refused: str = "") -> Decision:
    """A stage is over for a case; ``refused`` says by which code it could not be done."""
    return Decision((ev.IncidentStagePassed(stage, refused),))
