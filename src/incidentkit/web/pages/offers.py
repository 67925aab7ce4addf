"""Offers and what was agreed, in words."""

from __future__ import annotations

from incidentkit.domain.remedy_kinds import KINDS
from incidentkit.domain.views import OfferView, RemedyView
from incidentkit.web.pages.frame import Speech

__all__ = ["in_words", "progress"]


def in_words(speech: Speech, offer: OfferView | RemedyView) -> str:
    """What it is, and by when: ``A refund of 5.00 EUR, by 9 March 2026``."""
    key = f"offer.{offer.kind}" if offer.kind in KINDS else "offer.other"
    if offer.kind == "substitution" and not offer.product:
        key = f"{key}_unnamed"
    amount = speech.money(offer.amount) if offer.amount is not None else ""
    label = speech.label("offers", offer.kind)
    given = offer.product or amount
    what = f"{label} ({given})" if given else label
    return speech.say(key, product=offer.product, amount=amount, due=speech.due(offer.by), what=what)


def progress(speech: Speech, remedy: RemedyView) -> str:
    """Whether it is done, and whether that was in time."""
    if remedy.done_at is None:
        return speech.say("remedy.late" if remedy.late else "remedy.pending")
    return speech.say("remedy.done_late" if remedy.late else "remedy.done", day=speech.day(remedy.done_at))
