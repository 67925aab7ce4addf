"""The shop's policy of sending, and what is known of whom a message goes to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Literal

from attrs import evolve, field, frozen

from incidentkit.domain.calendars import Hours, hours_of_day, weekdays
from incidentkit.domain.people import Customer
from incidentkit.domain.preferences import PURPOSES, Preferences, Purpose
from incidentkit.errors import InvalidInput

__all__ = ["FrequencyCap", "Passes", "QuietHours", "SendPolicy", "Sent", "Standing"]

_NOTHING = timedelta(0)
_DAY = 24 * 60

Passes = Literal["opt_outs", "quiet_hours", "caps"]
"""What a legal duty goes past."""


def _nights(
    given: str | Mapping[str, Iterable[Hours | str]] | Iterable[Iterable[Hours | str]],
) -> tuple[tuple[Hours, ...], ...]:
    if isinstance(given, str):
        return (hours_of_day((given,)),) * 7
    if not isinstance(given, Mapping):
        return tuple(map(hours_of_day, given))
    week: dict[int, tuple[Hours, ...]] = {}
    for text, hours in given.items():
        for day in weekdays(text):
            if day in week:
                raise InvalidInput("A week", "must name each day once", got=text)
            week[day] = hours_of_day(hours)
    return tuple(week.get(day, ()) for day in range(7))


@frozen
class QuietHours:
    """When nobody is written to, as the wall clock of the recipient's zone shows it.

    Args:
        week: ``"21:00-09:00"`` for every day, hours by weekday such as ``{"mon-fri": ["21:00-09:00"]}``, or seven lists,
            Monday first. What begins on a day may end on the next.

    Raises:
        InvalidInput: hours of one day that overlap, a day named twice, or not one minute of the week that is not quiet.
    """

    week: tuple[tuple[Hours, ...], ...] = field(converter=_nights, default=((),) * 7)

    def __attrs_post_init__(self) -> None:
        if len(self.week) != 7:
            raise InvalidInput("A week", "must have seven days, Monday first", got=str(len(self.week)))
        quiet = sorted(span for day, hours in enumerate(self.week) for span in _spans(day, hours))
        reached = 0
        for start, end in quiet:
            if start > reached:
                return
            reached = max(reached, end)
        if reached >= 7 * _DAY:
            raise InvalidInput("Quiet hours", "must leave some time of the week", got="none", next="Leave an hour out.")

    def __bool__(self) -> bool:
        return any(self.week)


def _spans(day: int, hours: Iterable[Hours]) -> Iterator[tuple[int, int]]:
    """In minutes of the week; what goes over its end is quiet at its beginning too."""
    for opens, closes in (h.minutes for h in hours):
        start, end = day * _DAY + opens, day * _DAY + closes
        yield start, min(end, 7 * _DAY)
        if end > 7 * _DAY:
            yield 0, end - 7 * _DAY


@frozen
class FrequencyCap:
    """At most so many messages to one person in a stretch of time, whichever channels they went by.

    Args:
        most: how many.
        per: how long a stretch, ending now.
        purposes: what is counted and held back; empty for everything but ``legal`` and ``staff``.
        channels: what is counted and held back; empty for every channel.

    Raises:
        InvalidInput: less than one message, no stretch or one above a year, or an unknown purpose.
    """

    most: int
    per: timedelta
    purposes: tuple[Purpose, ...] = ()
    channels: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        if self.most < 1:
            raise InvalidInput("A cap", "must let at least one message through", got=self.most)
        if not _NOTHING < self.per <= timedelta(days=366):
            raise InvalidInput("A cap's stretch", "must be above nothing and at most a year", got=str(self.per))
        if unknown := set(self.purposes) - set(PURPOSES):
            raise InvalidInput("A purpose", f"must be one of {', '.join(PURPOSES)}", got=repr(min(unknown))[:40])

    def counts(self, purpose: str, channel: str) -> bool:
        """Whether a message for that purpose, on that channel, is one of them."""
        asked = purpose in self.purposes if self.purposes else purpose not in ("legal", "staff")
        return asked and (not self.channels or channel in self.channels)


_NEVER = QuietHours()
_NIGHT = QuietHours("21:00-09:00")


@frozen
class SendPolicy:
    """What the shop decides about sending; the defaults run as they are.

    Args:
        quiet_hours: by the name of a channel, else by the kind of address it writes to, ``email`` or ``phone``. Nobody's phone
            rings at night by default; mail may come at any hour, for nobody has to look.
        caps: how much is sent to one person.
        consent: purposes that are sent only to those who agreed.
        legal_passes: what a message of the purpose ``legal`` goes past: ``opt_outs``, ``quiet_hours``, ``caps``. Nothing
            goes past a missing address.
        purposes: the purpose of single texts, where it is another than their kind has: ``{"order.cancelled": "legal"}``.
        bundle_within: news of orders for one person wait so long for others to go with; nothing waits by default. What waited
            together for another reason goes together all the same.
        staff_bundle_within: the same for notices to one agent.
        staff_channel: what carries notices to agents; empty for the shop's own channel.
        overtaken_after: so long after an order was delivered, what came before that is still told.

    Raises:
        InvalidInput: a purpose that is none, consent asked for the shop's duty or its own people, or a wait below nothing
            or above a day.
    """

    quiet_hours: Mapping[str, QuietHours] = field(factory=lambda: {"phone": _NIGHT})
    caps: tuple[FrequencyCap, ...] = (FrequencyCap(2, timedelta(days=7), ("marketing",)),)
    consent: tuple[Purpose, ...] = ("marketing",)
    legal_passes: tuple[Passes, ...] = ("opt_outs", "caps")
    purposes: Mapping[str, Purpose] = field(factory=dict)
    bundle_within: timedelta = _NOTHING
    staff_bundle_within: timedelta = timedelta(minutes=10)
    staff_channel: str = ""
    overtaken_after: timedelta = timedelta(hours=1)

    def __attrs_post_init__(self) -> None:
        odd = {*self.purposes.values(), *self.consent} - set(PURPOSES)
        if odd:
            raise InvalidInput("A purpose", f"must be one of {', '.join(PURPOSES)}", got=repr(min(odd))[:40])
        if "staff" in self.purposes.values():
            raise InvalidInput("Sending", "must not write to customers for the purpose staff", got="staff")
        if not {"legal", "staff"}.isdisjoint(self.consent):
            raise InvalidInput("Sending", "must not ask consent for legal or staff", got=", ".join(self.consent))
        for name in ("bundle_within", "staff_bundle_within"):
            if not _NOTHING <= getattr(self, name) <= timedelta(days=1):
                raise InvalidInput("Sending", f"must have {name} from nothing to a day", got=str(getattr(self, name)))
        if self.overtaken_after < _NOTHING:
            raise InvalidInput("Sending", "must have overtaken_after not below nothing", got=str(self.overtaken_after))

    def quiet(self, channel: str, address: str) -> QuietHours:
        """The quiet hours of a channel that writes to that kind of address."""
        return self.quiet_hours[channel] if channel in self.quiet_hours else self.quiet_hours.get(address, _NEVER)

    def purpose_of(self, step: str) -> Purpose:
        """What a text is sent for."""
        if step.startswith("staff."):
            return "staff"
        return self.purposes.get(step, "survey" if step.startswith("survey.") else "service")


# --- What is known -----------------------------------------------------------------------------------------------


@frozen
class Sent:
    """One message that a person was sent, or may have been."""

    at: datetime
    purpose: str
    channel: str


@frozen
class Standing:
    """Whom a message goes to, as far as a decision needs to know.

    Args:
        person: as the vault has them, an agent as the settings have them; None for nobody known, or forgotten.
        preferences: what they want; None where they never said anything.
        sent: what they were sent lately, the oldest first; a message that carried others is one.
    """

    person: Customer | None = field(default=None, repr=False)
    preferences: Preferences | None = None
    sent: tuple[Sent, ...] = ()

    def noting(self, purpose: str, channel: str, at: datetime) -> Standing:
        """After one more message to them."""
        return evolve(self, sent=(*self.sent, Sent(at, purpose, channel)))
