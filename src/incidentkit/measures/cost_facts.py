"""Facts of costs: what each contact, remedy, call and workaround cost when it was, by the incidents that it was for.

A contact's cost was frozen when it was noted, and a remedy's when it was carried out; a later rate alters neither. What a
contact cost is shared equally among the incidents that it is about, in whole coins, and what does not divide goes to the first
of them: the sum over incidents, with what is for none of them, is the sum over contacts to the cent.
"""

from __future__ import annotations

from collections.abc import Iterator

from incidentkit.domain.calls import VerificationCall
from incidentkit.domain.contacts import Contact
from incidentkit.domain.evolve import State
from incidentkit.domain.incidents import Incident
from incidentkit.domain.money import AMOUNT_UNIT, Money, digits
from incidentkit.domain.needs import Need
from incidentkit.domain.times import micros
from incidentkit.measures.fact import Fact

__all__ = [
    "CALL",
    "CONTACT",
    "KINDS",
    "REMEDY",
    "WORKAROUND",
    "costs_of",
    "costs_of_call",
    "costs_of_contacts",
    "costs_of_remedies",
    "costs_of_ways_around",
]

CONTACT, REMEDY, CALL, WORKAROUND = KINDS = ("contact", "remedy", "call", "workaround")
"""What something was spent on."""


def costs_of(state: State) -> list[Fact]:
    """The rows of ``facts_costs`` of anything; of what costs nothing there are none."""
    if isinstance(state, Need):
        return costs_of_contacts(state)
    if isinstance(state, VerificationCall):
        return costs_of_call(state)
    return [*costs_of_remedies(state), *costs_of_ways_around(state)] if isinstance(state, Incident) else []


def costs_of_contacts(need: Need) -> list[Fact]:
    """The rows of ``facts_costs`` of a need: one per contact with a known cost, and incident that it is about.

    A contact is about the incidents that it named, else about those of its need; without any its cost is for none.
    """
    return [row for contact in need.contacts for row in _shares(need, contact)]


def _shares(need: Need, contact: Contact) -> Iterator[Fact]:
    if contact.cost is None:
        return
    about = contact.incidents or need.incidents
    coin = AMOUNT_UNIT // 10 ** digits(contact.cost.currency)
    whole, rest = divmod(_units(contact.cost) // coin, len(about) or 1)
    for part, incident in enumerate(about or (None,)):
        yield {
            "stream": need.id,
            "item": contact.id,
            "part": part,
            "incident_id": incident,
            "kind": CONTACT,
            "channel": contact.channel,
            "team": contact.team or None,
            "at": micros(contact.at),
            "cost": (whole + (part < rest)) * coin,
            "currency": contact.cost.currency,
        }


def costs_of_remedies(incident: Incident) -> list[Fact]:
    """The rows of ``facts_costs`` of an incident: one per remedy that was carried out; ``cost`` is None while unknown."""
    return [
        {
            "stream": incident.id,
            "item": remedy.id,
            "part": 0,
            "incident_id": incident.id,
            "kind": REMEDY,
            "channel": remedy.kind,
            "team": None,
            "at": micros(remedy.carried_out_at),
            "cost": None if remedy.paid is None else _units(remedy.paid),
            "currency": None if remedy.paid is None else remedy.paid.currency,
        }
        for remedy in incident.remedies
        if remedy.carried_out_at is not None
    ]


def costs_of_ways_around(incident: Incident) -> list[Fact]:
    """The rows of ``facts_costs`` of an incident: one per way around a rule of the process with a known cost."""
    return [
        {
            "stream": incident.id,
            "item": block.id,
            "part": 0,
            "incident_id": incident.id,
            "kind": WORKAROUND,
            "channel": block.rule,
            "team": None,
            "at": micros(block.worked_around_at),
            "cost": _units(block.cost),
            "currency": block.cost.currency,
        }
        for block in incident.blocks
        if block.cost is not None and block.worked_around_at is not None
    ]


def costs_of_call(call: VerificationCall) -> list[Fact]:
    """The rows of ``facts_costs`` of a verification call: one per attempt with a known cost that no contact stands for."""
    return [
        {
            "stream": call.id,
            "item": str(place),
            "part": 0,
            "incident_id": call.incident,
            "kind": CALL,
            "channel": "phone",
            "team": attempt.team or None,
            "at": micros(attempt.at),
            "cost": _units(attempt.cost),
            "currency": attempt.cost.currency,
        }
        for place, attempt in enumerate(call.attempts, 1)
        if attempt.cost is not None
    ]


def _units(amount: Money) -> int:
    return int(amount.amount * AMOUNT_UNIT)
