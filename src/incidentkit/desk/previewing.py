"""What offers would come to before they are made: the same rules, and nothing is written."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from incidentkit.desk.work import Work
from incidentkit.domain.authority import Verdict
from incidentkit.domain.incidents import Incident
from incidentkit.domain.money import Money
from incidentkit.domain.remedies import Offer
from incidentkit.rules import authority
from incidentkit.rules.pricing import Left, left_after, priced
from incidentkit.store.granted import granted

__all__ = ["OfferPreview", "preview_of"]


@frozen
class OfferPreview:
    """What offers would come to, were they made now.

    Args:
        offers: as they would be made: with their amounts to the cent, and what they are worth.
        worth: the most that they give away, for one of them is taken; None where one of them is worth nobody knows what.
        left: for each, what would be left for further remedies once it was agreed on.
        needs: whether whoever asked may make them, and who may where they may not.
    """

    offers: tuple[Offer, ...]
    worth: Money | None
    left: tuple[Left, ...]
    needs: Verdict


def preview_of(work: Work, incident: Incident, offers: Sequence[Offer]) -> OfferPreview:
    """What these offers of a case would come to."""
    orders, shop = work.orders_of(incident), work.now.shop
    made = priced(incident, offers, orders, work.now)
    worths = [offer.worth for offer in made]
    known = [worth for worth in worths if worth is not None]
    stands = authority.beside(incident, made, granted(work.unit, shop.currency, alone=False), shop)
    return OfferPreview(
        offers=made,
        worth=max(known, key=lambda worth: worth.amount) if len(known) == len(worths) else None,
        left=tuple(left_after(incident, offer, orders, work.now) for offer in made),
        needs=authority.verdict(work.now.actor, made, incident, stands, work.now),
    )
