"""A worker's round: take on what is due, decide on each message just before it goes out, send it, put down what came of it.

Then it makes a few payments, and begins anew: neither waits for all of the other.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Literal

from incidentkit.delivery.breaker import Gate
from incidentkit.delivery.catalogue import Catalogue
from incidentkit.delivery.perform import Job, Outcome, hand_over, word
from incidentkit.desk.health import show_health
from incidentkit.desk.linking import tokens_of
from incidentkit.desk.runtime import Runtime
from incidentkit.desk.sending.claiming import Lessee
from incidentkit.desk.sending.concluding import conclude
from incidentkit.desk.sending.ends import MAY_BE_OUT, End, kept, together
from incidentkit.desk.sending.facts import Facts, Load, going_along
from incidentkit.desk.sending.payments import Payments
from incidentkit.desk.sending.recovering import recover
from incidentkit.desk.sending.reports import SendReport
from incidentkit.desk.sending.rewording import reworded
from incidentkit.domain.effects import Intent, IntentState
from incidentkit.domain.health import MessageSeen
from incidentkit.domain.verdicts import Defer, Send, Switch, Verdict
from incidentkit.errors import IncidentkitError, InvalidInput
from incidentkit.ports import Channel, Message

__all__ = ["Only", "send_due"]

Only = Literal["messages", "payments"]
"""What alone a worker performs."""

_FIRST, _LEAST, _MOST = 20, 5, 200
"""Messages that are taken on together: at first, and as few or as many as the pace allows, so that others find some too."""

_QUICK = timedelta(seconds=1)
"""Whoever is through with what was taken on in that time takes on more."""

_FRESH = timedelta(seconds=5)
"""How old what a decision rests on may be, and how long what is known of messages that are out may wait for the record."""

_ENDS = (Exception, KeyboardInterrupt, SystemExit)

_ON_MESSAGES = "incidentkit_on_messages"

_LOOK = timedelta(seconds=30)
"""How often a busy worker looks for what others have left behind."""


def send_due(
    runtime: Runtime,
    catalogue: Catalogue,
    limit: int | None,
    progress: Callable[[int], None] | None,
    worker: str | None,
    stopping: Callable[[], bool] | None,
    only: Only | None = None,
) -> SendReport:
    """Perform what is due, the longest due first, until nothing is left, ``limit`` is reached or somebody says stop."""
    runtime.store.check_alone("send_due")
    if only not in (None, "messages", "payments"):
        raise InvalidInput("only", "must be messages or payments, or nothing for both", got=repr(only)[:40])
    if limit is not None and limit < 1:
        raise InvalidInput("limit", "must be above zero", got=limit)
    # A name that no other worker has, on whatever machine.
    name = f"{worker or 'worker'}-{os.getpid()}-{secrets.token_hex(6)}"
    return _Worker(runtime, catalogue, name, stopping or _never, only).work(limit, progress)


def _never() -> bool:
    return False


class _Worker:
    """One call of `send_due`."""

    def __init__(
        self, runtime: Runtime, catalogue: Catalogue, name: str, stopping: Callable[[], bool], only: Only | None
    ) -> None:
        self._runtime = runtime
        self._catalogue = catalogue
        self._channels = runtime.plugins.channels
        able = {c.name for c in self._channels.values() if c.features.idempotent or c.features.lookup}
        self._lessee = Lessee(runtime, name, able)
        self._gate = Gate(runtime.store, runtime.shop)
        self._tokens = tokens_of(runtime)
        self._stopping = stopping
        self._report = SendReport()
        self._only = only
        self._payments = Payments(runtime, name, self._gate, self._report)
        self._ends: list[End] = []
        self._unkept: list[End] = []
        self._looked: datetime | None = None
        self._size = _FIRST

    def work(self, limit: int | None, progress: Callable[[int], None] | None) -> SendReport:
        report = self._report
        while not self._stopping() and (limit is None or report.total < limit):
            before = report.total
            room = self._size if limit is None else min(self._size, limit - before)
            if self._only != "payments" and not self._look_behind(room):
                self._round(room)
            if self._only != "messages":
                self._payments.work(None if limit is None else limit - report.total, self._stopping)
            if report.total == before:
                break
            if progress is not None:
                progress(report.total)
        show_health(self._runtime)
        return report

    # --- Taking on -----------------------------------------------------------------------------------------------

    def _look_behind(self, limit: int) -> bool:
        """Whether there was something that another worker had begun."""
        now = self._runtime.clock()
        if self._looked is not None and now < self._looked + _LOOK:
            return False
        found = recover(self._lessee, self._channels, limit)
        some = bool(found.ends or found.again or found.doubtful)
        # Where there was something, there may be more.
        self._looked = None if some else now
        for _ in range(found.doubtful):
            self._report.count(IntentState.UNKNOWN)
        self._ends += found.ends
        self._conclude()
        self._perform(found.again)
        return some

    def _round(self, limit: int) -> None:
        now = self._runtime.clock()
        self._gate.refresh()
        intents = self._lessee.claim(now, limit, self._gate.blocked(self._channels, now))
        along = going_along(self._runtime, intents, now)[: limit - len(intents)] if intents else []
        if along:
            intents += self._lessee.take(along, now)
        self._perform(intents)

    # --- Performing ----------------------------------------------------------------------------------------------

    def _perform(self, intents: Sequence[Intent]) -> None:
        """As many of them as can be decided on what is fresh; the others are given back, for whoever comes first."""
        if not intents:
            return
        start = self._runtime.clock()
        facts = Facts.of(self._runtime, intents, start, self._tokens)
        loads = facts.loads(intents)
        waiting = {intent.key: intent for intent in intents}
        begun = 0
        try:
            for load in loads:
                now = self._runtime.clock()
                if self._stopping() or (begun and now >= facts.at + _FRESH):
                    break
                begun += 1
                self._one(load, facts, [waiting.pop(key) for key in load.keys], now)
        except _ENDS:
            with suppress(IncidentkitError):
                self._put_down(waiting.values())
            raise
        self._put_down(waiting.values())
        self._keep_pace(begun, len(loads), self._runtime.clock() - start)

    def _put_down(self, rest: Iterable[Intent]) -> None:
        """What is known goes into the record; what was not begun is free at once."""
        self._conclude()
        self._lessee.release(list(rest))

    def _keep_pace(self, begun: int, all_: int, took: timedelta) -> None:
        if begun < all_:
            self._size = max(begun, _LEAST)
        elif took <= _QUICK:
            self._size = min(2 * self._size, _MOST)

    # --- One message ---------------------------------------------------------------------------------------------

    def _one(self, load: Load, facts: Facts, claimed: Sequence[Intent], now: datetime) -> None:
        """Decide on one that goes out as one message, and send it. ``claimed`` is what it is made of, as it was taken on."""
        intent = load.intent
        verdict = facts.verdict(intent, now)
        if not isinstance(verdict, Send):
            self._ends += [_unsent(each, facts.verdict(each, now), now) for each in claimed]
            return
        held = self._gate.admit(intent.channel, now)
        if held is not None:
            self._ends += [_put_off(each, held, "held") for each in claimed]
            return
        standing, matter = facts.about(intent)
        said = reworded(load, matter.state, self._runtime.shop, now)
        job = Job(intent, standing.person, now, said.step, said.values, facts.links(load))
        channel = self._channels.get(intent.channel)
        message = word(job, channel, self._catalogue, self._runtime.shop)
        if isinstance(message, Outcome):
            self._ends += together(End(intent, message), load.carried)
        elif channel is not None and self._begin(load, now):
            self._hand_over(channel, load, message, facts, now)

    def _begin(self, load: Load, now: datetime) -> bool:
        """The mark before. By the batch it was made with the claim."""
        if load.carried:
            self._lessee.bind(load.intent, load.carried)
        if load.intent.channel in self._lessee.together:
            return True
        answers = [(end.intent.key, kept(end.outcome)) for end in self._unkept]
        begun = self._lessee.begin(load.keys, now, answers)
        if begun:
            self._unkept.clear()
        return begun

    def _hand_over(self, channel: Channel, load: Load, message: Message, facts: Facts, now: datetime) -> None:
        intent = load.intent
        outcome = hand_over(channel, message, intent.attempts, self._runtime.shop)
        ends = together(End(intent, outcome, now), load.carried)
        self._ends += ends
        if intent.channel not in self._lessee.together:
            self._unkept += ends
        facts.note(intent, now)
        self._gate.note(intent.channel, outcome.heard, self._runtime.clock(), outcome.retry_after)

    def _conclude(self) -> None:
        ends, self._ends = self._ends, []
        written = conclude(self._runtime, self._lessee.name, ends)
        for end in written:
            self._report.count(end.outcome.state, deferred=end.deferred)
        self._unkept.clear()
        if written and self._runtime.plugins.observed(_ON_MESSAGES):
            now = self._runtime.clock()
            self._runtime.plugins.show(_ON_MESSAGES, messages=tuple(_seen(end, now) for end in written))


def _unsent(intent: Intent, verdict: Verdict, now: datetime) -> End:
    """What becomes of a message that is not sent, or not as it was to be."""
    if isinstance(verdict, Defer):
        return _put_off(intent, verdict.until, verdict.reason.value)
    if isinstance(verdict, Send):
        return _put_off(intent, now, intent.reason)  # it would have gone with another one
    # What may be out already can't be taken back by deciding against it.
    state = IntentState.UNKNOWN if intent.reason in MAY_BE_OUT else IntentState.SUPPRESSED
    outcome = Outcome(intent.key, state, reason=verdict.reason.value)
    return End(intent, outcome, intent.sent_at, channel=verdict.channel if isinstance(verdict, Switch) else "")


def _seen(end: End, now: datetime) -> MessageSeen:
    intent, outcome = end.intent, end.outcome
    late = max(now - intent.due, timedelta(0))
    return MessageSeen(intent.channel, intent.step, intent.purpose, outcome.state.value, outcome.reason, late)


def _put_off(intent: Intent, until: datetime, reason: str) -> End:
    return End(intent, Outcome(intent.key, IntentState.PLANNED, reason=reason, due=until), deferred=True)
