"""The messages to one customer in one world: each decided about when it is due, by the rule that decides at the desk.

A worker looks after a message first when the record shows that one did: at the next instant at which anything was handed over.
What was put off is looked at in time, within the hour or at once. What channels answered is no part of it: a message that goes
out has gone out.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from attrs import define, evolve, field, frozen

from incidentkit.domain.effects import Intent, IntentState
from incidentkit.domain.people import Customer
from incidentkit.domain.preferences import Preferences
from incidentkit.domain.sending import Sent, Standing
from incidentkit.domain.shop import Shop
from incidentkit.domain.times import from_micros, micros
from incidentkit.domain.verdicts import Defer, Matter, Send, Suppress, Switch, Verdict
from incidentkit.learning.what_if.values import MessageChange, NotComparable, Sending
from incidentkit.rules.bundling import bundles, goes_along, patience
from incidentkit.rules.sending import decide

__all__ = ["Addressee", "Looks", "Planned", "message_changes", "sendings"]

_SOON = timedelta(hours=1)
_OUT = frozenset({IntentState.DONE, IntentState.UNKNOWN, IntentState.FAILED, IntentState.ABANDONED, IntentState.CLAIMED})
"""States of a message that was handed over, whatever came of it."""


@frozen
class Planned:
    """A message as it was planned, and what the record says became of it.

    Args:
        at: when it became known that it was to go out; ``due``: when it was to go at the earliest, without any patience.
        by_rule: its channel is the shop's own, which other settings may change.
    """

    intent: Intent
    at: datetime
    due: datetime
    by_rule: bool = True


@frozen
class Addressee:
    """Whom messages go to, and what is known of everything around them, at any instant.

    Args:
        person: as the vault has them today; None where they are not known, or forgotten.
        wishes: what they wanted by an instant. ``matter``: what a message was about, by an instant.
        sent: what they were sent before.
    """

    person: Customer | None = field(repr=False)
    wishes: Callable[[datetime], Preferences | None] = field(repr=False)
    matter: Callable[[Intent, datetime], Matter] = field(repr=False)
    sent: tuple[Sent, ...] = ()


@frozen
class Looks:
    """When workers looked after messages: sorted, in microseconds."""

    instants: Sequence[int] = ()

    def after(self, at: datetime, *, soon: bool = False) -> datetime:
        """The first look from an instant on; the instant itself where none came or, ``soon``, none within the hour."""
        place = bisect_left(self.instants, micros(at))
        found = from_micros(self.instants[place]) if place < len(self.instants) else at
        return at if soon and found > at + _SOON else found


def sendings(
    planned: Iterable[Planned], to: Addressee, shop: Shop, channels: Mapping[str, str], looks: Looks, at: datetime
) -> dict[str, Sending]:
    """What becomes of each message by these settings, by its key.

    Args:
        channels: the kind of address that each loaded channel writes to, by its name.
        at: the present: what would be decided later than that waits.
    """
    return _World(to, shop, channels, looks, at).run(planned)


def message_changes(
    planned: Iterable[Planned], was: Mapping[str, Sending], would: Mapping[str, Sending]
) -> Iterator[MessageChange | NotComparable]:
    """Every message of which something else becomes; those of which the record says otherwise than the rules are set apart."""
    for each in planned:
        key, intent = each.intent.key, each.intent
        reason = _unlike(intent, was[key])
        if reason:
            yield NotComparable("message", key, reason)
        elif _told(was[key]) != _told(would[key]):
            yield MessageChange(key, intent.stream, intent.step, was[key], would[key])


def _told(sending: Sending) -> tuple[str, datetime | None, str]:
    """What matters of it: whether, when and how a customer is told; why not is no change by itself."""
    if sending.outcome != "sent":
        return sending.outcome, None, ""
    return sending.outcome, sending.at, sending.channel


def _unlike(recorded: Intent, was: Sending) -> str:
    """Why the record does not bear out what the rules say; empty where it does.

    How soon a worker comes is no rule: of what is still planned the record says nothing yet.
    """
    if recorded.state is IntentState.PLANNED:
        return ""
    if recorded.state in _OUT:
        return "" if was.outcome == "sent" else f"went_out_{was.reason or was.outcome}"
    switched = was.outcome == "sent" and was.reason == recorded.reason
    agrees = switched or (was.outcome == "suppressed" and was.reason == recorded.reason)
    return "" if agrees else f"was_{recorded.reason or recorded.state.value}"


def _kind(intent: Intent) -> tuple[str, str, str]:
    return intent.step.partition(".")[0], intent.channel, intent.purpose


@define
class _World:
    """One customer's messages by one shop's settings."""

    _to: Addressee
    _shop: Shop
    _channels: Mapping[str, str]
    _looks: Looks
    _end: datetime
    _waiting: list[tuple[datetime, int, Intent]] = field(factory=list, init=False)
    _standing: Standing = field(init=False)
    _became: dict[str, Sending] = field(factory=dict, init=False)
    _known: dict[str, datetime] = field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        self._standing = Standing(self._to.person, None, self._to.sent)

    def run(self, planned: Iterable[Planned]) -> dict[str, Sending]:
        for place, each in enumerate(planned):
            self._known[each.intent.key] = each.at
            intent = self._as_planned(each)
            if intent is None:
                self._became[each.intent.key] = Sending("none")
            else:
                heapq.heappush(self._waiting, (self._looks.after(max(intent.due, each.at)), place, intent))
        while self._waiting:
            now, due = self._waiting[0][0], []
            while self._waiting and self._waiting[0][0] <= now:
                due.append(heapq.heappop(self._waiting))
            self._look(now, [*due, *self._companions(now, [intent for _, _, intent in due])])
        return self._became

    def _companions(self, now: datetime, due: Sequence[Intent]) -> list[tuple[datetime, int, Intent]]:
        """What is planned, is not due yet, and goes along with what is."""
        with_these = {_kind(intent) for intent in due if goes_along(intent, self._shop) and patience(intent.step, self._shop)}
        if not with_these:
            return []
        found = [
            (look, place, intent)
            for look, place, intent in self._waiting
            if _kind(intent) in with_these
            and goes_along(intent, self._shop)
            and self._known[intent.key] <= now
            and intent.due <= now + patience(intent.step, self._shop)
        ]
        gone = {intent.key for _, _, intent in found}
        self._waiting = [each for each in self._waiting if each[2].key not in gone]
        heapq.heapify(self._waiting)
        return found

    def _as_planned(self, each: Planned) -> Intent | None:
        """As these settings plan it; None where they send nothing at all."""
        intent, shop = each.intent, self._shop
        channel = shop.channel if each.by_rule else intent.channel
        if not channel:
            return None
        return evolve(
            intent,
            channel=channel,
            due=each.due + patience(intent.step, shop),
            purpose=shop.sending.purpose_of(intent.step),
            state=IntentState.PLANNED,
            attempts=1,
            reason="",
            sent_at=None,
            carrier=None,
        )

    def _look(self, now: datetime, due: Sequence[tuple[datetime, int, Intent]]) -> None:
        """What is due is decided in its order; what goes out together is one message."""
        places = {intent.key: place for _, place, intent in due}
        if now > self._end:
            for _, _, intent in due:
                self._became[intent.key] = Sending("waiting", intent.due, intent.channel, intent.reason)
            return
        free = []
        for _, _, intent in sorted(due, key=lambda each: each[1]):
            verdict = self._verdict(intent, now)
            if isinstance(verdict, Send):
                free.append(intent)
            else:
                self._conclude(intent, places[intent.key], verdict, now)
        for bundle in bundles(free, self._shop):
            verdict = self._verdict(bundle.carrier, now)
            for part in (bundle.carrier, *bundle.carried):
                self._conclude(part, places[part.key], verdict, now)
            if isinstance(verdict, Send | Switch):
                self._standing = self._standing.noting(bundle.carrier.purpose, verdict.channel, now)

    def _verdict(self, intent: Intent, now: datetime) -> Verdict:
        standing = evolve(self._standing, preferences=self._to.wishes(now))
        return decide(intent, standing, self._to.matter(intent, now), now, self._shop, self._channels)

    def _conclude(self, intent: Intent, place: int, verdict: Verdict, now: datetime) -> None:
        match verdict:
            case Defer():
                again = evolve(intent, due=verdict.until, reason=verdict.reason.value)
                heapq.heappush(self._waiting, (self._looks.after(verdict.until, soon=True), place, again))
            case Suppress():
                self._became[intent.key] = Sending("suppressed", now, intent.channel, verdict.reason.value)
            case Switch():
                self._became[intent.key] = Sending("sent", now, verdict.channel, verdict.reason.value)
            case Send():
                self._became[intent.key] = Sending("sent", now, verdict.channel, intent.reason)
