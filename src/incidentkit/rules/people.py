"""What a person said about being written to, what became known of their addresses, and whether they may be forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from incidentkit.domain import events as ev
from incidentkit.domain.events import Happening
from incidentkit.domain.preferences import PURPOSES, Preferences, Scope
from incidentkit.domain.texts import Text
from incidentkit.errors import InvalidInput, LegalHold, RuleViolation, TimeError
from incidentkit.rules.decision import Decision

__all__ = [
    "address_failed",
    "address_restored",
    "check_hold",
    "consent",
    "forget",
    "hold",
    "opt_in",
    "opt_out",
    "release",
]

_KINDS = ("email", "phone")


def consent(known: Preferences, purpose: str, channel: str, given: bool, source: str) -> Decision:
    """The person agrees to messages for a purpose, or takes that back.

    Who agrees to what they had opted out of for that very purpose wants it again; an opt-out of a channel, of an address or of
    everything stays.

    Raises:
        InvalidInput: no such purpose, or one that nobody is asked for.
    """
    if purpose not in PURPOSES or purpose in ("legal", "staff"):
        asked = ", ".join(p for p in PURPOSES if p not in ("legal", "staff"))
        raise InvalidInput("A consent", f"is to one of {asked}", got=repr(purpose)[:40])
    last = known.consent(purpose, channel)
    if last is not None and (last.given, last.channel) == (given, channel):
        return Decision()
    events: list[Happening] = [ev.PersonConsented(purpose, channel, given, source)]
    scope = Scope(purpose, channel)
    if given and any(not c.wanted and c.scope.purpose == purpose and c.scope.within(scope) for c in known.choices):
        events.append(ev.PersonOptedIn(purpose, channel, None, source))
    return Decision(tuple(events))


def opt_out(known: Preferences, scope: Scope, source: str) -> Decision:
    """The person wants no more of it; nothing happens where they have just said so."""
    return Decision() if _said(known, scope, False) else Decision((ev.PersonOptedOut(*_of(scope), source),))


def opt_in(known: Preferences, scope: Scope, source: str, first: bool) -> Decision:
    """The person wants it again, as far as the scope goes: a wider opt-out stays for the rest."""
    against = any(not c.wanted and _touch(c.scope, scope) for c in known.choices)
    done = not first and (not against or _said(known, scope, True))
    return Decision() if done else Decision((ev.PersonOptedIn(*_of(scope), source),))


def _said(known: Preferences, scope: Scope, wanted: bool) -> bool:
    """Whether that was said already, and nothing else about any of it since."""
    about = [choice for choice in known.choices if _touch(choice.scope, scope)]
    return bool(about) and about[-1].wanted is wanted and about[-1].scope == scope


def _touch(one: Scope, other: Scope) -> bool:
    """Whether some message may be meant by both."""
    pairs = ((one.purpose, other.purpose), (one.channel, other.channel))
    apart = one.address is not None and other.address is not None and one.address != other.address
    return not apart and all("" in pair or pair[0] == pair[1] for pair in pairs)


def _of(scope: Scope) -> tuple[str, str, Text | None]:
    return scope.purpose, scope.channel, scope.address


def address_failed(known: Preferences, kind: str, address: Text, code: str) -> Decision:
    """Nothing arrives at an address any more; nothing happens where that was known.

    Raises:
        InvalidInput: no such kind of address.
    """
    _kind(kind)
    if any(f.kind == kind and f.address == address for f in known.failed):
        return Decision()
    return Decision((ev.AddressFailed(kind, address, code),))


def address_restored(known: Preferences, kind: str, address: Text | None, first: bool) -> Decision:
    """An address, or without one every one of that kind, takes messages again; nothing happens where none had failed.

    Raises:
        InvalidInput: no such kind of address.
    """
    _kind(kind)
    failed: Iterator[bool] = (f.kind == kind and address in (None, f.address) for f in known.failed)
    return Decision((ev.AddressRestored(kind, address),)) if first or any(failed) else Decision()


def _kind(kind: str) -> None:
    if kind not in _KINDS:
        raise InvalidInput("A kind of address", "must be email or phone", got=repr(kind)[:40])


def hold(known: Preferences, reason: str, until: datetime | None, now: datetime) -> Decision:
    """What is kept of the person must stay, for a reason; given again it stands until the date that was given last.

    Raises:
        InvalidInput: no reason.
        TimeError: it would be over already.
        RuleViolation: they were forgotten.
    """
    if not reason:
        raise InvalidInput("A legal hold", "has a reason, as a short code", got="none", next="Name the rule, e.g. tax.")
    if until is not None and until <= now:
        raise TimeError("until", "must lie ahead", got=until.isoformat())
    if known.forgotten_at is not None:
        raise RuleViolation("The person", "can't be kept any more", got="somebody who was forgotten")
    if any((h.reason, h.until) == (reason, until) for h in known.holds):
        return Decision()
    return Decision((ev.PersonHeld(reason, until),))


def release(known: Preferences, reason: str) -> Decision:
    """A legal hold ends, or without a reason every one.

    Raises:
        RuleViolation: there is none.
    """
    if not any(reason in ("", h.reason) for h in known.holds):
        got = "none" if not known.holds else ", ".join(h.reason for h in known.holds)
        raise RuleViolation("A legal hold", "must have been set to be released", got=got)
    return Decision((ev.PersonReleased(reason),))


def check_hold(known: Preferences | None, now: datetime) -> None:
    """Refuse to delete what must be kept.

    Raises:
        LegalHold: what is kept of the person must stay.
    """
    stands = None if known is None else known.held(now)
    if stands is None:
        return
    until = "until it is released" if stands.until is None else f"until {stands.until.isoformat()}"
    raise LegalHold(
        "The person",
        f"must be kept for {stands.reason}, set by {stands.by}, {until}",
        got="a request to delete",
        next="Wait until it is over, or release it first.",
        reason=stands.reason,
        by=stands.by,
        until=stands.until,
    )


def forget(known: Preferences, reason: str, first: bool) -> Decision:
    """The person is forgotten; made again, it changes nothing more.

    Args:
        first: nothing was ever written down of them.
    """
    done = known.forgotten_at is not None and not first
    return Decision() if done else Decision((ev.PersonForgotten(reason),))
