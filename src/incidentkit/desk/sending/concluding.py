"""What became of messages, put into the record: each with what its channel's word does to its order or case."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress

from incidentkit.desk.calls import Call
from incidentkit.desk.receiving import gave_up, settle_waiting, take_receipt
from incidentkit.desk.runtime import Runtime
from incidentkit.desk.sending.ends import End
from incidentkit.desk.work import Work
from incidentkit.domain.actors import RULE
from incidentkit.domain.effects import Intent, IntentState
from incidentkit.errors import OutcomeUnknown, StoreBusy
from incidentkit.rules.fallback import send_by
from incidentkit.rules.lifecycles import INTENT
from incidentkit.rules.receipts import undelivered
from incidentkit.store.intents import held_by
from incidentkit.store.unit import Unit

__all__ = ["conclude"]

_CALL = Call("send_due", {}, by=RULE)

_PATIENCE = 2
"""How often a store that is busy is asked again; each time it is waited for as for any writer."""

_MOVES = {
    IntentState.DONE: "finish",
    IntentState.FAILED: "fail",
    IntentState.SUPPRESSED: "suppress",
    IntentState.UNKNOWN: "lose",
    IntentState.PLANNED: "retry",
    IntentState.ABANDONED: "abandon",
}

_GIVEN_UP = (IntentState.FAILED, IntentState.ABANDONED, IntentState.SUPPRESSED)


def conclude(runtime: Runtime, worker: str, ends: Sequence[End]) -> list[End]:
    """Write all of it in one transaction, and say what was written.

    What somebody else has by now, since the worker was held up for longer than its lease, is theirs to conclude; what they had
    to put down as unknown is settled by who knows.
    """
    tries: list[None] = []

    def write(unit: Unit) -> list[End]:
        tries.append(None)
        mine = [(end, IntentState.CLAIMED) for end in ends] if len(tries) == 1 else _still_ours(unit, worker, ends)
        _write(runtime, unit, worker, mine)
        return [end for end, _ in mine]

    return _patiently(lambda: runtime.transaction(write)) if ends else []


def _patiently(write: Callable[[], list[End]]) -> list[End]:
    """What is known only here must not be lost to a store that others keep busy for a while."""
    for _ in range(_PATIENCE):
        with suppress(StoreBusy, OutcomeUnknown):
            return write()
    return write()


def _still_ours(unit: Unit, worker: str, ends: Sequence[End]) -> list[tuple[End, IntentState]]:
    held = held_by(unit, [end.intent.key for end in ends])
    found = [(end, *held.get(end.intent.key, (IntentState.DONE, ""))) for end in ends]
    ours = [(end, state) for end, state, by in found if by == worker]
    return [(end, state) for end, state in ours if state is IntentState.CLAIMED or end.outcome.state is IntentState.DONE]


def _write(runtime: Runtime, unit: Unit, worker: str, ends: Sequence[tuple[End, IntentState]]) -> None:
    work = runtime.work(unit, _CALL)
    unit.load_all([end.intent.stream for end, _ in ends if _says_something(end)])
    out: list[Intent] = []
    for end, was in ends:
        after = end.after
        INTENT.check(f"Intent {after.step}", was, _MOVES[after.state])
        unit.mark(after, was, worker)
        if end.sent_at is not None:
            out.append(after)
        if unit.any(after.stream) is not None:
            _tell(work, end, after)
    settle_waiting(work, out)


def _says_something(end: End) -> bool:
    return end.outcome.state not in (IntentState.PLANNED, IntentState.UNKNOWN)


def _tell(work: Work, end: End, after: Intent) -> None:
    receipt, reason = end.outcome.receipt, end.outcome.reason
    if receipt is not None:
        take_receipt(work, after, receipt)
    elif end.channel:
        held = work.unit.any(after.stream)
        assert held is not None, "looked at before"
        work.apply(after.stream, undelivered(after, reason))
        work.apply(after.stream, send_by(after, held.state, end.channel, work.now))
    elif after.state in _GIVEN_UP:
        gave_up(work, after, reason)
