"""Performing what is due: a durable mark before each effect, the effect outside any transaction, a durable mark after."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from attrs import define, evolve

from incidentkit.delivery.catalogue import Catalogue
from incidentkit.delivery.perform import Job, Outcome, perform
from incidentkit.desk.calls import Call
from incidentkit.desk.runtime import Runtime
from incidentkit.desk.work import Work
from incidentkit.domain.actors import RULE
from incidentkit.domain.effects import Intent, IntentState, Receipt
from incidentkit.domain.messages import ReceiptKind
from incidentkit.errors import InvalidInput, RuleViolation
from incidentkit.rules.lifecycles import INTENT
from incidentkit.rules.receipts import receive, undelivered
from incidentkit.store.reading import claimable, find_tasks, people
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
        before = report.total
        jobs = _claim(runtime, _AT_ONCE if limit is None else min(_AT_ONCE, limit - before), report)
        if jobs:
            outcomes = list(perform(jobs, runtime.plugins.channels, catalogue, runtime.shop))
            _conclude(runtime, jobs, outcomes)
            for outcome in outcomes:
                report.count(outcome.state)
        if report.total == before:
            return report
        if progress is not None:
            progress(report.total)
    return report


def _idempotent(runtime: Runtime, channel: str) -> bool:
    found = runtime.plugins.channels.get(channel)
    return found is not None and found.features.idempotent


def _claim(runtime: Runtime, limit: int, report: SendReport) -> list[Job]:
    """The mark before: whoever comes after a crash sees what was begun."""
    now = runtime.clock()

    def claim(unit: Unit) -> tuple[int, list[Job]]:
        found = claimable(unit, now, limit)
        begun = _begun(runtime, found)
        for intent in begun:
            _settle(runtime, unit, intent, IntentState.UNKNOWN, "no_answer")
        taken = [_claimed(unit, intent) for intent in _portion(runtime, found)]
        persons = people(unit, sorted({i.customer for i in taken if i.customer}))
        return len(begun), [Job(intent, persons.get(intent.customer or ""), now) for intent in taken]

    lost, jobs = runtime.transaction(claim)
    for _ in range(lost):
        report.count(IntentState.UNKNOWN)
    return jobs


def _begun(runtime: Runtime, found: Sequence[Intent]) -> list[Intent]:
    """What an earlier worker may have sent before it died, on channels where sending again could send twice."""
    return [i for i in found if i.state is IntentState.CLAIMED and not _idempotent(runtime, i.channel)]


def _portion(runtime: Runtime, found: Sequence[Intent]) -> list[Intent]:
    """Idempotent channels' messages together, or else a single one: at most one is in doubt after a crash."""
    together = [i for i in found if _idempotent(runtime, i.channel)]
    alone = [i for i in found if i.state is IntentState.PLANNED and not _idempotent(runtime, i.channel)]
    return together or alone[:1]


def _claimed(unit: Unit, intent: Intent) -> Intent:
    if intent.state is IntentState.CLAIMED:
        return intent
    claimed = evolve(intent, state=IntentState.CLAIMED, attempts=intent.attempts + 1)
    unit.mark(claimed, intent.state)
    return claimed


def _conclude(runtime: Runtime, jobs: Sequence[Job], outcomes: Sequence[Outcome]) -> None:
    """The mark after, together with what the channel's word does to the order or the case."""

    def conclude(unit: Unit) -> None:
        work = runtime.work(unit, _CALL)
        for job, outcome in zip(jobs, outcomes, strict=True):
            intent = job.intent
            _settle(runtime, unit, intent, outcome.state, outcome.reason, outcome.due)
            held = unit.any(intent.stream)
            if held is None:
                continue
            if outcome.receipt is not None:
                work.apply(
                    intent.stream,
                    receive(held.state, intent, outcome.receipt, work.now, _call_id(work, intent, outcome.receipt)),
                )
            elif outcome.state in (IntentState.FAILED, IntentState.SUPPRESSED, IntentState.ABANDONED):
                work.apply(intent.stream, undelivered(intent, outcome.reason))

    runtime.transaction(conclude)


def _call_id(work: Work, intent: Intent, receipt: Receipt) -> str:
    """An id for the task of calling whom a message did not reach; none where somebody is to call already."""
    if receipt.kind not in (ReceiptKind.BOUNCED, ReceiptKind.REJECTED):
        return ""
    work.unit.flush()  # one that was asked for by the message before this one counts too
    calls = find_tasks(work.unit, owner=None, order=None, incident=intent.stream, kind="call", open_=True, limit=1)
    return "" if calls else work.new_id()


def _settle(runtime: Runtime, unit: Unit, intent: Intent, state: IntentState, reason: str, due: datetime | None = None) -> Any:
    INTENT.check(f"Intent {intent.step}", intent.state, _MOVES[state])
    unit.mark(evolve(intent, state=state, reason=reason, due=due or intent.due), intent.state)
