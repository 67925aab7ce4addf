"""The links of one message: where its reader sees how things stand, answers, and says what they want to be sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from incidentkit.delivery.tokens import LONGEST_LIFE, Claims, Tokens
from incidentkit.domain.effects import Intent
from incidentkit.domain.evolve import State
from incidentkit.domain.incidents import Incident
from incidentkit.domain.orders import Order
from incidentkit.domain.remedies import OfferState
from incidentkit.domain.shop import Shop
from incidentkit.domain.surveys import ANSWERABLE, Ask
from incidentkit.domain.times import due_instant
from incidentkit.rules.cases import WORKABLE

__all__ = ["answer_claims", "link", "links_of", "status_claims"]

_LISTS_OFFERS = frozenset({"incident.detected", "incident.offered"})
"""Texts that say which offers wait for an answer."""


def links_of(intent: Intent, state: State, tokens: Tokens | None, shop: Shop) -> dict[str, str]:
    """The links that a message carries, by name; nothing for one to people of the shop, or where the settings name no place.

    ``status_url``, ``answer_url`` where the text lists offers that are open, ``survey_url``, ``preferences_url``,
    ``unsubscribe_url`` where the purpose is one that nobody needs to be sent, and ``reply_to``, which is an address. The same
    message has the same links, however often it is sent.

    Args:
        state: what the message is about, as it stands now.
        tokens: None where the settings name no place.
    """
    person = intent.customer
    if tokens is None or person is None or intent.purpose == "staff":
        return {}
    found = {"reply_to": tokens.address(shop.reply_to, intent.stream)} if shop.reply_to else {}
    if shop.pages_url:
        claims = dict(_claims(intent, person, state, shop))
        found |= {f"{name}_url": link(said, tokens, shop) for name, said in claims.items()}
    return {name: place for name, place in found.items() if place}


def link(claims: Claims, tokens: Tokens, shop: Shop) -> str:
    """The address of the page that a token opens."""
    return f"{shop.pages_url.rstrip('/')}/{claims.kind}/{tokens.sign(claims)}"


def status_claims(state: State, person: str, at: datetime) -> Claims | None:
    """What lets a person see how their order, or their case that is about none, stands; None where there is nothing to see."""
    subject = _subject(state)
    return Claims("status", person, subject, _whole(at + LONGEST_LIFE)) if subject else None


def answer_claims(incident: Incident, person: str, at: datetime, shop: Shop) -> Claims | None:
    """What lets a person answer the offers that are open, until the last of their dates; None where none can be answered."""
    offers = [offer for offer in incident.offers if offer.state is OfferState.OPEN]
    ends = [due_instant(offer.by, shop.zone) for offer in offers]
    expires = min(max(ends, default=at), at + LONGEST_LIFE)
    if incident.phase not in WORKABLE or expires <= at:
        return None
    ids = tuple(offer.id for offer in offers)
    return Claims("answer", person, incident.id, _whole(expires), ids, len(incident.offers))


def _claims(intent: Intent, person: str, state: State, shop: Shop) -> Iterator[tuple[str, Claims]]:
    end = _whole(intent.due + LONGEST_LIFE)
    status = status_claims(state, person, intent.due)
    if status is not None:
        yield "status", status
    if isinstance(state, Incident) and intent.step in _LISTS_OFFERS:
        answer = answer_claims(state, person, intent.due, shop)
        if answer is not None:
            yield "answer", answer
    if isinstance(state, Ask):
        yield "survey", Claims("survey", person, state.id, _whole(intent.due + ANSWERABLE))
    if intent.purpose != "legal":
        yield "preferences", Claims("preferences", person, intent.purpose, end)
    if intent.purpose in ("survey", "marketing"):
        yield "unsubscribe", Claims("unsubscribe", person, intent.purpose, end)


def _subject(state: State) -> str:
    if isinstance(state, Order):
        return state.id
    if isinstance(state, Incident):
        return state.orders[0] if state.orders else state.id
    if isinstance(state, Ask):
        return state.order or state.incident or ""
    return ""


def _whole(at: datetime) -> datetime:
    return at.replace(microsecond=0)
