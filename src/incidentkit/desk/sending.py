"""Performing what is due: a durable mark before each effect, the effect outside any transaction, a durable mark after."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from attrs import define, evolve

from incidentkit.delivery.catalogue import Catalogue
from incidentkit.delivery.perform import Job, Outcome, perform
from incidentkit.desk.runtime import Call, Runtime
from incidentkit.domain.actors import RULE
from incidentkit.domain.effects import Intent, IntentState
from incidentkit.errors import InvalidInput, RuleViolation
from incidentkit.rules.lifecycles import INTENT
from incidentkit.rules.receipts import receive, undelivered
from incidentkit.store.reading import claimable, people
from incidentkit.store.unit import Unit

__all__ = ["SendReport", "send_due"]

_AT_ONCE = 200
"""Effects marked together where the channel proved idempotency: after a crash they are simply done again."""

_CALL = Call("send_due", {}, by=RULE)

_MOVES = {
    IntentState.DONE: "finish",
    IntentState.FAILED: "fail",
    IntentState.SUPPRESSED: "suppress",
    IntentState.UNKNOWN: "lose",
    IntentState.PLANNED: "retry",
    IntentState.ABANDONED: "abandon",
}


@define
class SendReport:
    """What one call of `Desk.send_due` did: messages by what became of them."""

    done: int = 0
    failed: int = 0
    suppressed: int = 0
    unknown: int = 0
    retried: int = 0

    @property
    def total(self) -> int:
        """Messages that something became of."""
        return self.done + self.failed + self.suppressed + self.unknown + self.retried

    def count(self, state: IntentState) -> None:
        """One more."""
        name = {IntentState.PLANNED: "retried", IntentState.ABANDONED: "failed"}.get(state, state.value)
        setattr(self, name, getattr(self, name) + 1)


def send_due(runtime: Runtime, catalogue: Catalogue, limit: int | None, progress: Callable[[int], None] | None) -> SendReport:
    """Perform what is due, the longest due first, until nothing is left or ``limit`` is reached."""
    if runtime.store.in_batch:
        raise RuleViolation("send_due", "needs transactions of its own", got="an open batch", next="Call it after the batch.")
    if limit is not None and limit < 1:
        raise InvalidInput("limit", "must be above zero", got=limit)
    report = SendReport()
    while limit is None or report.total < limit:
        jobs = _claim(runtime, _AT_ONCE if limit is None else min(_AT_ONCE, limit - report.total), report)
        if not jobs:
            return report
        for some in _portions(runtime, jobs):
            outcomes = list(perform(some, runtime.plugins.channels, catalogue, runtime.shop))
            _conclude(runtime, some, outcomes)
            for outcome in outcomes:
                report.count(outcome.state)
        if progress is not None:
            progress(report.total)
    return report


def _idempotent(runtime: Runtime, channel: str) -> bool:
    found = runtime.plugins.channels.get(channel)
    return found is not None and found.features.idempotent


def _portions(runtime: Runtime, jobs: Sequence[Job]) -> Iterable[Sequence[Job]]:
    """Idempotent channels' jobs together, every other one alone: at most one is in doubt after a crash."""
    together = [job for job in jobs if _idempotent(runtime, job.intent.channel)]
    if together:
        yield together
    yield from ([job] for job in jobs if not _idempotent(runtime, job.intent.channel))


def _claim(runtime: Runtime, limit: int, report: SendReport) -> list[Job]:
    """The mark before: whoever comes after a crash sees what was begun."""
    now = runtime.clock()
    with runtime.store.unit() as unit:
        found = claimable(unit, now, limit)
        begun = [i for i in found if i.state is IntentState.CLAIMED and not _idempotent(runtime, i.channel)]
        for intent in begun:
            _settle(runtime, unit, intent, IntentState.UNKNOWN, "no_answer")
            report.count(IntentState.UNKNOWN)
        taken = [_claimed(unit, intent) for intent in found if intent not in begun]
        persons = people(unit, sorted({i.customer for i in taken if i.customer}))
    return [Job(intent, persons.get(intent.customer or ""), now) for intent in taken]


def _claimed(unit: Unit, intent: Intent) -> Intent:
    if intent.state is IntentState.CLAIMED:
        return intent
    claimed = evolve(intent, state=IntentState.CLAIMED, attempts=intent.attempts + 1)
    unit.mark(claimed, intent.state)
    return claimed


def _conclude(runtime: Runtime, jobs: Sequence[Job], outcomes: Sequence[Outcome]) -> None:
    """The mark after, together with what the channel's word does to the order or the case."""
    with runtime.store.unit() as unit:
        work = runtime.work(unit, _CALL)
        for job, outcome in zip(jobs, outcomes, strict=True):
            intent = job.intent
            _settle(runtime, unit, intent, outcome.state, outcome.reason, outcome.due)
            held = unit.any(intent.stream)
            if held is None:
                continue
            if outcome.receipt is not None:
                work.apply(intent.stream, receive(held.state, intent, outcome.receipt, work.now))
            elif outcome.state in (IntentState.FAILED, IntentState.SUPPRESSED, IntentState.ABANDONED):
                work.apply(intent.stream, undelivered(intent, outcome.reason))


def _settle(runtime: Runtime, unit: Unit, intent: Intent, state: IntentState, reason: str, due: datetime | None = None) -> Any:
    INTENT.check(f"Intent {intent.step}", intent.state, _MOVES[state])
    unit.mark(evolve(intent, state=state, reason=reason, due=due or intent.due), intent.state)
