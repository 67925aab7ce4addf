"""What becomes of a message just before it goes out: sent, put off, suppressed, or sent another way. Pure, total, explained.

Laws: a message gets exactly one verdict, and a verdict that is not to send has exactly one reason. Nothing goes to who has no
address, has objected, or has not agreed where that is needed; nothing inside quiet hours; nothing beyond a cap; nothing whose
reason is gone or whose time is over. What is put off is put off to the first instant at which quiet hours and caps allow it,
as things stand. The first of these that holds is the reason:

1. why it was to be sent is gone, or its time is over;
2. it can't or may not reach the person this way: no address, one that failed, no consent, an opt-out. Then another of the
   person's channels carries what they have to be told, of those that ``shop.fallback`` names, in their order; where there is
   none, it is suppressed;
3. it may not go yet: too many of late, or quiet hours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from attrs import frozen

from incidentkit.domain.effects import Intent
from incidentkit.domain.people import Customer
from incidentkit.domain.sending import FrequencyCap, Passes, Standing
from incidentkit.domain.shop import Shop
from incidentkit.domain.verdicts import Because, Defer, Matter, Send, SendReason, Suppress, Switch, Verdict
from incidentkit.rules.quiet import quiet_until, zone_of
from incidentkit.rules.staffing import NEVER, at_work_from
from incidentkit.rules.wanted import Gone, unwanted

__all__ = ["decide"]

_OWED = ("service", "legal")
"""What a person has to be told: for nothing else is another way looked for."""


def decide(
    intent: Intent, standing: Standing, matter: Matter, at: datetime, shop: Shop, channels: Mapping[str, str]
) -> Verdict:
    """What becomes of a message at an instant.

    A channel that is not loaded is no reason to suppress: handing over to it fails, which a person can repair.

    Args:
        standing: of the person, or the agent, that it goes to.
        channels: the kind of address that each loaded channel writes to, by its name.
    """
    gone = unwanted(intent, matter, at, shop) or _over(intent, at)
    if gone is not None:
        return Suppress(gone[0], (gone[1],))
    wishes = standing.preferences
    if wishes is not None and wishes.forgotten_at is not None:
        return Suppress(SendReason.FORGOTTEN, (Because.of("forgotten", at=wishes.forgotten_at),))
    return _Sending(intent, standing, at, shop, channels).verdict()


def _over(intent: Intent, at: datetime) -> Gone | None:
    if intent.not_after is None or at <= intent.not_after:
        return None
    return SendReason.EXPIRED, Because.of("not_after", at=intent.not_after)


@frozen
class _Wait:
    until: datetime
    reason: SendReason
    because: Because


@frozen
class _Sending:
    intent: Intent
    standing: Standing
    at: datetime
    shop: Shop
    channels: Mapping[str, str]

    def verdict(self) -> Verdict:
        planned = self.intent.channel
        against = self._against(planned)
        if against is not None:
            return self._otherwise(*against)
        wait = self._wait(planned)
        if wait is None:
            return Send(planned, self._for(planned))
        if self._in_time(wait.until):
            return Defer(wait.until, wait.reason, (wait.because,))
        return self._another_now(wait.reason, wait.because) or Suppress(SendReason.NO_TIME_LEFT, self._too_late(wait))

    def _otherwise(self, reason: SendReason, because: Because) -> Verdict:
        """By another channel, now or when that may be; there is none where the planned one is not even loaded."""
        now = self._another_now(reason, because)
        if now is not None:
            return now
        waits = [wait for channel in self._others() if (wait := self._wait(channel)) is not None]
        if waits:
            wait = min(waits, key=lambda wait: wait.until)
            if self._in_time(wait.until):
                return Defer(wait.until, wait.reason, (because, wait.because))
            return Suppress(SendReason.NO_TIME_LEFT, (because, *self._too_late(wait)))
        return Send(self.intent.channel, (because,)) if reason is SendReason.NO_CHANNEL else Suppress(reason, (because,))

    def _another_now(self, reason: SendReason, because: Because) -> Switch | None:
        free = (channel for channel in self._others() if self._wait(channel) is None)
        other = next(free, None)
        return None if other is None else Switch(other, reason, (because, *self._for(other)))

    def _others(self) -> Iterator[str]:
        if self.intent.purpose not in _OWED:
            return
        for channel in self.shop.fallback:
            if channel != self.intent.channel and self._against(channel) is None:
                yield channel

    # --- Whether it can and may reach the person ---------------------------------------------------------------

    def _against(self, channel: str) -> tuple[SendReason, Because] | None:
        kind = self.channels.get(channel)
        if kind is None:
            return SendReason.NO_CHANNEL, Because.of("not_loaded", channel=channel)
        address = _address(self.standing.person, kind)
        if not address:
            known = "nobody" if self.standing.person is None else "unknown"
            return SendReason.NO_ADDRESS, Because.of("no_address", kind=kind, person=known)
        wishes = self.standing.preferences
        failed = wishes.failure(kind, address) if wishes is not None else None
        if failed is not None:
            return SendReason.ADDRESS_FAILED, Because.of("failed", kind=kind, code=failed.code, at=failed.at)
        return self._unwelcome(channel, address)

    def _unwelcome(self, channel: str, address: str) -> tuple[SendReason, Because] | None:
        wishes, purpose = self.standing.preferences, self.intent.purpose
        if purpose in self.shop.sending.consent:
            consent = wishes.consent(purpose, channel) if wishes is not None else None
            if consent is None or not consent.given:
                said = "never" if consent is None else consent.at
                return SendReason.NO_CONSENT, Because.of("no_consent", purpose=purpose, channel=channel, said=said)
        if wishes is None or purpose == "staff" or self._passes("opt_outs"):
            return None
        against = wishes.objection(purpose, channel, address)
        if against is None:
            return None
        scope = against.scope
        return SendReason.OPTED_OUT, Because.of("opted_out", purpose=scope.purpose, channel=scope.channel, at=against.at)

    def _passes(self, what: Passes) -> bool:
        return self.intent.purpose == "legal" and what in self.shop.sending.legal_passes

    # --- When ----------------------------------------------------------------------------------------------------

    def _wait(self, channel: str) -> _Wait | None:
        """Until when it may not go on that channel, and why: first for too many, then for the hour that this ends at."""
        if self.intent.purpose == "staff":
            return self._till_at_work()
        capped = self._capped(channel)
        quiet = self._quiet(channel, self.at if capped is None else capped.until)
        if quiet is None:
            return capped
        return quiet if capped is None else _Wait(quiet.until, capped.reason, capped.because)

    def _capped(self, channel: str) -> _Wait | None:
        """Once the latest of the caps is over, all of them are: nothing more is counted meanwhile."""
        if self._passes("caps"):
            return None
        found = (self._full(cap) for cap in self.shop.sending.caps if cap.counts(self.intent.purpose, channel))
        return max((wait for wait in found if wait is not None), key=lambda wait: wait.until, default=None)

    def _full(self, cap: FrequencyCap) -> _Wait | None:
        since = self.at - cap.per
        counted = sorted(s.at for s in self.standing.sent if s.at > since and cap.counts(s.purpose, s.channel))
        if len(counted) < cap.most:
            return None
        because = Because.of("sent", count=len(counted), most=cap.most, hours=f"{cap.per.total_seconds() / 3600:g}")
        return _Wait(counted[-cap.most] + cap.per, SendReason.TOO_MANY, because)

    def _quiet(self, channel: str, at: datetime) -> _Wait | None:
        if self._passes("quiet_hours"):
            return None
        quiet = self.shop.sending.quiet(channel, self.channels[channel])
        if not quiet:
            return None
        person = self.standing.person
        zone = zone_of(person.zone if person is not None else "", self.shop.zone)
        until = quiet_until(quiet, zone, at)
        if until is None:
            return None
        return _Wait(until, SendReason.QUIET_HOURS, Because.of("quiet", channel=channel, zone=zone, until=until))

    def _till_at_work(self) -> _Wait | None:
        agent = self.shop.agent(dict(self.intent.values).get("agent", ""))
        there = at_work_from(self.shop, agent, self.at) if agent is not None else self.at
        if there <= self.at:
            return None
        return _Wait(there, SendReason.OFF_DUTY, Because.of("off_duty", until=there))

    def _in_time(self, until: datetime) -> bool:
        return until < NEVER and (self.intent.not_after is None or until <= self.intent.not_after)

    def _too_late(self, wait: _Wait) -> tuple[Because, ...]:
        end = self.intent.not_after
        return (wait.because,) if end is None else (wait.because, Because.of("not_after", at=end))

    def _for(self, channel: str) -> tuple[Because, ...]:
        return (Because("free", (("purpose", self.intent.purpose), ("channel", channel))),)


def _address(person: Customer | None, kind: str) -> str:
    if person is None:
        return ""
    return person.email if kind == "email" else person.phone
