"""Journeys: the contacts of one need in their order, with every switch of channel, every repeat, and what it all cost."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from attrs import frozen

from incidentkit.domain.contacts import Contact
from incidentkit.domain.money import Money

__all__ = ["Journey", "Step", "journey_of", "total"]


@frozen
class Step:
    """One contact on the way.

    Args:
        switched: it came on another channel than the contact before; what no person wrote is passed over.
        repeat: the customer had to ask again.
    """

    contact: Contact
    switched: bool
    repeat: bool


@frozen
class Journey:
    """What one need was like for the customer.

    Args:
        cost: of its contacts and remedies; None where one of them is not known, or in another currency.
    """

    steps: tuple[Step, ...]
    cost: Money | None

    @property
    def switches(self) -> int:
        """How often the channel changed."""
        return sum(step.switched for step in self.steps)

    @property
    def repeats(self) -> int:
        """How often the customer had to ask again."""
        return sum(step.repeat for step in self.steps)

    @property
    def channels(self) -> tuple[str, ...]:
        """Every channel on the way, in the order in which it was first used."""
        return tuple(dict.fromkeys(step.contact.channel for step in self.steps))


def journey_of(contacts: Iterable[Contact], remedied: Iterable[Money] = ()) -> Journey:
    """The journey that contacts make, by the time at which they happened; those of one instant as they were noted."""
    way = sorted(contacts, key=lambda contact: contact.at)
    spoken = [place for place, contact in enumerate(way) if not contact.automatic]
    switched = {after for before, after in pairwise(spoken) if way[before].channel != way[after].channel}
    repeats = set([place for place, contact in enumerate(way) if contact.asks][1:])
    steps = tuple(Step(contact, place in switched, place in repeats) for place, contact in enumerate(way))
    return Journey(steps, total((*(contact.cost for contact in way), *remedied)))


def total(amounts: Iterable[Money | None]) -> Money | None:
    """The sum; None where one is not known, where there is none, or where they are in several currencies."""
    known = list(amounts)
    if not known or None in known or len({amount.currency for amount in known if amount is not None}) > 1:
        return None
    first, *rest = (amount for amount in known if amount is not None)
    for amount in rest:
        first += amount
    return first
