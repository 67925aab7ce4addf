"""What events do to what is known of a person's wishes, and to what must be kept of them."""

from __future__ import annotations

from attrs import evolve

from incidentkit.domain import events as ev
from incidentkit.domain.events import Event
from incidentkit.domain.ids import CustomerId
from incidentkit.domain.legal_holds import PersonHold
from incidentkit.domain.preferences import Choice, Consent, FailedAddress, Preferences, Scope
from incidentkit.domain.texts import Text

__all__ = [
    "address_failed",
    "address_restored",
    "consented",
    "forgotten",
    "held",
    "nothing_said",
    "opted_in",
    "opted_out",
    "released",
]


def nothing_said(event: Event) -> Preferences:
    """How every person begins."""
    return Preferences(CustomerId(event.stream))


def consented(known: Preferences, data: ev.PersonConsented, event: Event) -> Preferences:
    said = Consent(data.purpose, data.channel, data.given, event.occurred_at, data.source)
    kept = tuple(c for c in known.consents if c.purpose != said.purpose or said.channel not in ("", c.channel))
    return evolve(known, consents=(*kept, said))


def opted_out(known: Preferences, data: ev.PersonOptedOut, event: Event) -> Preferences:
    return _chosen(known, Choice(_scope(data), False, event.occurred_at, data.source))


def opted_in(known: Preferences, data: ev.PersonOptedIn, event: Event) -> Preferences:
    return _chosen(known, Choice(_scope(data), True, event.occurred_at, data.source))


def _scope(data: ev.PersonOptedOut | ev.PersonOptedIn) -> Scope:
    return Scope(data.purpose, data.channel, data.address)


def _chosen(known: Preferences, choice: Choice) -> Preferences:
    """With a further word; what it takes back or repeats is gone, and so is wanting what nobody is against."""
    said = [c for c in known.choices if not _outlived(c, choice)]
    choices: list[Choice] = []
    for c in (*said, choice):
        if not c.wanted or any(c.excepts(earlier) for earlier in choices):
            choices.append(c)
    return evolve(known, choices=tuple(choices))


def _outlived(earlier: Choice, later: Choice) -> bool:
    if earlier.wanted is later.wanted:
        return earlier.scope == later.scope
    return later.wanted and earlier.scope.within(later.scope)


def address_failed(known: Preferences, data: ev.AddressFailed, event: Event) -> Preferences:
    failed = FailedAddress(data.kind, data.address, event.occurred_at, data.code)
    return evolve(known, failed=(*_others(known, data.kind, data.address), failed))


def address_restored(known: Preferences, data: ev.AddressRestored, event: Event) -> Preferences:
    return evolve(known, failed=_others(known, data.kind, data.address))


def _others(known: Preferences, kind: str, address: Text | None) -> tuple[FailedAddress, ...]:
    return tuple(f for f in known.failed if f.kind != kind or address not in (None, f.address))


def held(known: Preferences, data: ev.PersonHeld, event: Event) -> Preferences:
    hold = PersonHold(data.reason, event.actor, event.occurred_at, data.until)
    return evolve(known, holds=(*_without(known, data.reason), hold))


def released(known: Preferences, data: ev.PersonReleased, event: Event) -> Preferences:
    return evolve(known, holds=_without(known, data.reason) if data.reason else ())


def _without(known: Preferences, reason: str) -> tuple[PersonHold, ...]:
    return tuple(hold for hold in known.holds if hold.reason != reason)


def forgotten(known: Preferences, data: ev.PersonForgotten, event: Event) -> Preferences:
    # What they wanted said something of them too.
    return Preferences(known.id, forgotten_at=known.forgotten_at or event.occurred_at)
