"""How well a desk runs: what waits and since when, what nobody has seen to, and what is wrong with that."""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import frozen

__all__ = ["CommandSeen", "Health", "MessageSeen", "Problem", "Waiting"]


@frozen
class Waiting:
    """Things of one kind that are due.

    Args:
        count: how many.
        since: when the first of them became due; None without any.
    """

    count: int = 0
    since: datetime | None = None


@frozen
class Problem:
    """Something that somebody should see to.

    Args:
        code: ``messages_late``, ``timers_late``, ``inbox_late``, ``dead_letters``, ``messages_unknown``, ``inbox_dead``,
            ``receipts_waiting``, ``channels_paused``, ``protocols_unraised``, ``payments_late``, ``payments_failed`` or
            ``payments_unknown``.
        grave: the desk does not do its work: a check of its health fails.
        count: how many are concerned.
        since: since when, where that is known.
    """

    code: str
    grave: bool
    count: int
    since: datetime | None = None


@frozen
class Health:
    """What there is to know of a desk at an instant. Counts and instants, nothing personal.

    Args:
        tenant: whose.
        database: ``sqlite`` or ``postgresql``.
        schema: the version of its schema.
        events: how many the record has.
        messages: due and not sent yet.
        timers: come due and not acted on yet.
        inbox: what came in and was not processed yet.
        payments: due for a worker and not made yet; ``payments_failed``: not made, and nobody tries by themselves;
            ``payments_unknown``: nobody knows whether they were made.
        receipts: receipts that wait for the message that they are about.
        dead: messages that were given up and that nobody has seen to.
        unknown: messages of which nobody knows whether they went out.
        inbox_dead: what came in and could not be processed.
        paused: channels that nothing is handed to for now, because they failed.
        problems: what follows from all that.
        protocols: types whose protocol was changed under the same version.
    """

    at: datetime
    tenant: str
    database: str
    schema: int
    events: int
    messages: Waiting = Waiting()
    timers: Waiting = Waiting()
    inbox: Waiting = Waiting()
    receipts: Waiting = Waiting()
    dead: int = 0
    unknown: int = 0
    inbox_dead: int = 0
    paused: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    payments: Waiting = Waiting()
    payments_failed: int = 0
    payments_unknown: int = 0
    protocols: tuple[str, ...] = ()

    @property
    def healthy(self) -> bool:
        """Whether nothing grave is wrong."""
        return not any(problem.grave for problem in self.problems)


@frozen
class CommandSeen:
    """A command that was run, as observers are shown it.

    Args:
        command: its name, such as ``incidents.offer``.
        outcome: ``done``, ``refused`` or ``failed``.
        code: the error's code; empty where it was done.
        conflicts: how often somebody else was quicker, so that it was decided again.
        took: from its beginning to its end.
    """

    command: str
    outcome: str
    code: str
    conflicts: int
    took: timedelta


@frozen
class MessageSeen:
    """What became of a message, as observers are shown it.

    Args:
        channel: its name.
        step: which text it carries.
        purpose: what it is sent for.
        state: the effect's: ``done``, ``planned`` for one that is tried again or not sent yet, ``failed``, ...
        reason: why, as a code; empty where it is done.
        late: how long after it was due.
    """

    channel: str
    step: str
    purpose: str
    state: str
    reason: str
    late: timedelta
