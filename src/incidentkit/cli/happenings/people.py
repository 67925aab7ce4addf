"""What is told of people's wishes and addresses, and of what must be kept of them."""

from __future__ import annotations

from incidentkit.cli.happenings.phrases import Phrases, Said, Tells
from incidentkit.domain import events as ev

__all__ = ["TELLS"]


def _consented(phrases: Phrases, data: ev.PersonConsented, stream: str) -> Said:
    return {**_where(phrases, data.purpose, data.channel), "source": data.source}


def _chosen(phrases: Phrases, data: ev.PersonOptedOut | ev.PersonOptedIn, stream: str) -> Said:
    where = _where(phrases, data.purpose, data.channel)
    everything = {} if any(where.values()) or data.address is not None else {"purpose": phrases.named("purposes", "every")}
    return {**where, **everything, "address": phrases.text(data.address), "source": data.source}


def _where(phrases: Phrases, purpose: str, channel: str) -> Said:
    return {
        "purpose": phrases.named("purposes", purpose) if purpose else "",
        "channel": phrases.named("channels", channel) if channel else "",
    }


def _failed(phrases: Phrases, data: ev.AddressFailed, stream: str) -> Said:
    return {"kind": phrases.named("addresses", data.kind), "code": data.code}


def _restored(phrases: Phrases, data: ev.AddressRestored, stream: str) -> Said:
    return {"kind": phrases.named("addresses", data.kind)}


def _held(phrases: Phrases, data: ev.PersonHeld, stream: str) -> Said:
    return {"reason": data.reason, "until": phrases.values.moment(data.until) if data.until is not None else ""}


def _ended(phrases: Phrases, data: ev.PersonReleased | ev.PersonForgotten, stream: str) -> Said:
    return {"reason": data.reason}


TELLS: Tells = {
    ev.PersonConsented: _consented,
    ev.PersonOptedOut: _chosen,
    ev.PersonOptedIn: _chosen,
    ev.AddressFailed: _failed,
    ev.AddressRestored: _restored,
    ev.PersonHeld: _held,
    ev.PersonReleased: _ended,
    ev.PersonForgotten: _ended,
}
