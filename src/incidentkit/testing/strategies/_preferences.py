"""Strategies for what people want to be sent, for the shop's policy of sending, and for verdicts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from incidentkit.domain import events as ev
from incidentkit.domain.events import Event, Happening
from incidentkit.domain.evolve import replay
from incidentkit.domain.preferences import PURPOSES, Choice, Consent, FailedAddress, Preferences, Scope
from incidentkit.domain.sending import FrequencyCap, QuietHours, SendPolicy, Sent, Standing
from incidentkit.domain.texts import Text
from incidentkit.domain.verdicts import Because, Defer, Matter, Send, SendReason, Suppress, Switch, Verdict
from incidentkit.errors import InvalidInput
from incidentkit.testing.strategies._basics import codes, ids, instants, one_liners, texts
from incidentkit.testing.strategies._calendars import days_of_hours
from incidentkit.testing.strategies._incident_histories import incidents
from incidentkit.testing.strategies._order_histories import orders
from incidentkit.testing.strategies._people import customers
from incidentkit.testing.strategies._stream import Stream

__all__ = [
    "PARTS",
    "person_happenings",
    "person_histories",
    "preferences",
    "quiet_hours",
    "send_policies",
    "standings",
    "verdicts",
]

_CHANNELS = ("local", "email", "sms")
_ASKED = ("service", "survey", "marketing")
_EVERY = st.just("")


def _purposes() -> st.SearchStrategy[str]:
    return st.sampled_from(PURPOSES)


def _channels() -> st.SearchStrategy[str]:
    return st.sampled_from(_CHANNELS)


def _sources() -> st.SearchStrategy[str]:
    return st.sampled_from(("", "checkout", "page", "stop"))


def _kinds() -> st.SearchStrategy[str]:
    return st.sampled_from(("email", "phone"))


def _refusals() -> st.SearchStrategy[str]:
    return st.sampled_from(("", "5.1.1", "21610"))


def _reasons() -> st.SearchStrategy[str]:
    return st.sampled_from(("", "request", "retention"))


def person_happenings(
    addresses: st.SearchStrategy[Text] | None = None,
) -> dict[str, Callable[[], st.SearchStrategy[Happening]]]:
    """What happens to people's preferences, by type.

    Args:
        addresses: which ones are spoken of; default: any.
    """
    address = texts() if addresses is None else addresses
    scope = (_EVERY | _purposes(), _EVERY | _channels(), st.none() | address)
    return {
        "person.address_failed": lambda: st.builds(ev.AddressFailed, _kinds(), address, _refusals()),
        "person.address_restored": lambda: st.builds(ev.AddressRestored, _kinds(), st.none() | address),
        "person.consented": lambda: st.builds(
            ev.PersonConsented, st.sampled_from(_ASKED), _EVERY | _channels(), st.booleans(), _sources()
        ),
        "person.forgotten": lambda: st.builds(ev.PersonForgotten, _reasons()),
        "person.held": lambda: st.builds(ev.PersonHeld, codes(), st.none() | instants()),
        "person.released": lambda: st.builds(ev.PersonReleased, _EVERY | codes()),
        "person.opted_in": lambda: st.builds(ev.PersonOptedIn, *scope, _sources()),
        "person.opted_out": lambda: st.builds(ev.PersonOptedOut, *scope, _sources()),
    }


@st.composite
def person_histories(
    draw: st.DrawFn, addresses: st.SearchStrategy[Text] | None = None, *, forgotten: bool = False
) -> tuple[Event, ...]:
    """Events of one person: consents, opt-outs and what was wanted again, addresses that failed and were restored, legal holds.

    Args:
        forgotten: they may be forgotten in the end.
    """
    known = st.lists(texts(), min_size=1, max_size=2, unique_by=lambda text: text.ref).map(st.sampled_from)
    stream: Stream[Preferences] = Stream(draw, draw(ids()), passive=False)
    happenings = person_happenings(draw(known) if addresses is None else addresses)
    for _ in range(draw(st.integers(1, 6))):
        stream.add("people", draw(happenings[draw(st.sampled_from(sorted(happenings.keys() - {"person.forgotten"})))]()))
        stream.later()
    if forgotten and draw(st.booleans()):
        stream.add("people", draw(happenings["person.forgotten"]()))
    return stream.events


def preferences(addresses: st.SearchStrategy[Text] | None = None) -> st.SearchStrategy[Preferences]:
    """What people want, each folded from a history.

    Args:
        addresses: which ones are spoken of; default: any.
    """
    return person_histories(addresses).map(_as_preferences)


def _as_preferences(events: tuple[Event, ...]) -> Preferences:
    state = replay(events)
    assert isinstance(state, Preferences)
    return state


def quiet_hours() -> st.SearchStrategy[QuietHours]:
    """Quiet hours of every kind: none, nights, other ones at the week's end, several stretches a day."""
    nightly = st.sampled_from(("21:00-09:00", "22:30-07:15", "00:00-06:00", "01:00-03:30", "02:00-03:00", "13:00-12:00"))
    weekly = st.lists(days_of_hours(), min_size=7, max_size=7).map(_possible)
    return st.just(QuietHours()) | nightly.map(QuietHours) | weekly


def _possible(week: list[Any]) -> QuietHours:
    try:
        return QuietHours(week)
    except InvalidInput:
        return QuietHours()  # the whole week was quiet


def _caps() -> st.SearchStrategy[FrequencyCap]:
    return st.builds(
        FrequencyCap,
        st.integers(1, 3),
        st.sampled_from((timedelta(hours=1), timedelta(days=1), timedelta(days=7))),
        st.lists(_purposes(), max_size=2, unique=True).map(tuple),
        st.lists(_channels(), max_size=1).map(tuple),
    )


def send_policies() -> st.SearchStrategy[SendPolicy]:
    """Policies with any quiet hours, caps and consents."""
    waits = st.sampled_from((timedelta(0), timedelta(minutes=10), timedelta(days=1)))
    return st.builds(
        SendPolicy,
        quiet_hours=st.dictionaries(st.sampled_from(("email", "phone", "sms")), quiet_hours(), max_size=3),
        caps=st.lists(_caps(), max_size=2).map(tuple),
        consent=st.lists(st.sampled_from(_ASKED), max_size=2, unique=True).map(tuple),
        legal_passes=st.lists(st.sampled_from(("opt_outs", "quiet_hours", "caps")), max_size=3, unique=True).map(tuple),
        purposes=st.dictionaries(
            st.sampled_from(("order.placed", "order.cancelled", "incident.detected")),
            st.sampled_from((*_ASKED, "legal")),
            max_size=2,
        ),
        bundle_within=waits,
        staff_bundle_within=waits,
        staff_channel=_EVERY | _channels(),
        overtaken_after=waits,
    )


def standings() -> st.SearchStrategy[Standing]:
    """People with and without addresses and wishes, who were sent nothing or a few messages."""
    sent = st.lists(st.builds(Sent, instants(), _purposes(), _channels()), max_size=4)
    ordered = sent.map(lambda some: tuple(sorted(some, key=lambda message: message.at)))
    return st.builds(Standing, st.none() | customers(), st.none() | preferences(), ordered)


def verdicts() -> st.SearchStrategy[Verdict]:
    """Verdicts of each kind."""
    because = st.lists(_facts(), max_size=2).map(tuple)
    reason = st.sampled_from(SendReason)
    return st.one_of(
        st.builds(Send, _channels(), because),
        st.builds(Defer, instants(), reason, because),
        st.builds(Suppress, reason, because),
        st.builds(Switch, _channels(), reason, because),
    )


def _facts() -> st.SearchStrategy[Because]:
    values = st.dictionaries(codes(), one_liners(), max_size=2).map(lambda named: tuple(named.items()))
    return st.builds(Because, codes(), values)


def _scopes() -> st.SearchStrategy[Scope]:
    return st.builds(Scope, _EVERY | _purposes(), _EVERY | _channels(), st.none() | texts())


PARTS: dict[type, Any] = {
    Because: _facts,
    Choice: lambda: st.builds(Choice, _scopes(), st.booleans(), instants(), _sources()),
    Consent: lambda: st.builds(Consent, st.sampled_from(_ASKED), _EVERY | _channels(), st.booleans(), instants(), _sources()),
    Defer: lambda: st.builds(Defer, instants(), st.sampled_from(SendReason)),
    FailedAddress: lambda: st.builds(FailedAddress, _kinds(), texts(), instants(), _refusals()),
    FrequencyCap: _caps,
    Matter: lambda: st.builds(Matter, st.none() | orders() | incidents(), st.none() | incidents()),
    Scope: _scopes,
    Send: lambda: st.builds(Send, _channels()),
    Sent: lambda: st.builds(Sent, instants(), _purposes(), _channels()),
    Suppress: lambda: st.builds(Suppress, st.sampled_from(SendReason)),
    Switch: lambda: st.builds(Switch, _channels(), st.sampled_from(SendReason)),
}
"""What has no public strategy, by its class."""
