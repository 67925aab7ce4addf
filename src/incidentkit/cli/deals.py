"""Offers and remedies in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from incidentkit.cli.values import Values
    from incidentkit.delivery.templates.language import Language
    from incidentkit.domain.remedies import Offer, Remedy

__all__ = ["deal"]


def deal(thing: Offer | Remedy, values: Values, labels: Language) -> str:
    """``refund (5.00 EUR) by 3 Sep 2026``.

    Args:
        labels: the messages' own words for what can be offered.
    """
    what = values.words.say(
        "things.deal",
        kind=labels.label("offers", thing.kind),
        what=thing.product or (values.money(thing.amount) if thing.amount else ""),
        day=values.due(thing.by),
    )
    return " ".join(what.split("\n"))
