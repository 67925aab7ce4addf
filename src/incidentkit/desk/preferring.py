"""What people said about being written to, as commands write it down: by their id, or by what the shop calls them."""

from __future__ import annotations

from collections.abc import Callable

from incidentkit.desk.work import Work
from incidentkit.domain.ids import CustomerId
from incidentkit.domain.people import Customer
from incidentkit.domain.preferences import Preferences, Scope
from incidentkit.domain.texts import Text
from incidentkit.errors import UnknownIdError
from incidentkit.rules import people as rules
from incidentkit.rules.decision import Decision
from incidentkit.store.forgetting import forgotten
from incidentkit.store.reading import people
from incidentkit.store.standing import customer_of
from incidentkit.store.unit import Held, Unit

__all__ = [
    "address_text",
    "is_forgotten",
    "note_complaint",
    "note_failed",
    "note_restored",
    "person_of",
    "preferences_of",
    "said",
]


def person_of(work: Work, customer: Customer | str) -> CustomerId:
    """The id of a person: by the shop's key for them, as somebody new where need be, or by the id that orders carry.

    Raises:
        UnknownIdError: it is the id of somebody who was forgotten.
    """
    if isinstance(customer, str) and customer_of(work.unit, customer):
        return CustomerId(customer)
    if isinstance(customer, str) and forgotten(work.unit, [customer]):
        raise UnknownIdError("The person", "must still be known", got="somebody who was forgotten")
    found = work.customer(customer)
    assert found is not None, "somebody was named"
    return found


def preferences_of(unit: Unit, person: str) -> Preferences | None:
    """What somebody has said so far; None for nothing yet."""
    held = unit.any(person)
    if held is None:
        return None
    assert isinstance(held.state, Preferences), "a person's stream holds what they want"
    return held.state


def is_forgotten(unit: Unit, person: str | None) -> bool:
    """Whether somebody was forgotten: nothing more is written down about them."""
    known = preferences_of(unit, person) if person is not None else None
    return known is not None and known.forgotten_at is not None


def said(work: Work, person: CustomerId, decide: Callable[[Preferences, bool], Decision]) -> Held:
    """Write down what a person said, or what became known of them.

    Args:
        decide: gets what was known, and whether it is the first that is ever kept of them.
    """
    known = preferences_of(work.unit, person)
    return work.apply(person, decide(known or Preferences(person), known is None))


def address_text(work: Work, person: CustomerId, address: str) -> Text:
    """What stands for an address among a person's preferences: one address is one text."""
    known = preferences_of(work.unit, person)
    return (known.known_address(address) if known is not None else None) or work.words(address)


def note_failed(work: Work, person: str, kind: str, code: str, address: str = "") -> None:
    """Nothing arrives at an address of a person; nothing is noted where they have none of that kind any more.

    Args:
        kind: ``email`` or ``phone``.
        code: what its server or carrier said.
        address: default: the one that the vault has.
    """
    meant = address or _address(work.unit, person, kind)
    if meant and not is_forgotten(work.unit, person):
        who = CustomerId(person)
        text = address_text(work, who, meant)
        said(work, who, lambda known, _: rules.address_failed(known, kind, text, code))


def _address(unit: Unit, person: str, kind: str) -> str:
    known = people(unit, [person]).get(person)
    if known is None:
        return ""
    return known.email if kind == "email" else known.phone


def note_complaint(work: Work, person: str, channel: str, purpose: str) -> None:
    """A person called a message of ours unwanted: no more of that purpose on that channel."""
    if not is_forgotten(work.unit, person):
        said(work, CustomerId(person), lambda known, _: rules.opt_out(known, Scope(purpose, channel), "complaint"))


def note_restored(work: Work, person: str, kind: str) -> None:
    """Messages arrive again at the addresses of one kind of a person; nothing is noted where none had failed."""
    if preferences_of(work.unit, person) is not None:
        said(work, CustomerId(person), lambda known, _: rules.address_restored(known, kind, None, False))
