"""The lifecycles that incidentkit has."""

from __future__ import annotations

from incidentkit.domain.effects import IntentState
from incidentkit.domain.incidents import Phase
from incidentkit.domain.tasks import TaskState
from incidentkit.rules.lifecycle import Lifecycle, Move

__all__ = ["INCIDENT", "INTENT", "OFFER", "TASK"]

_OPEN = (Phase.DETECTED, Phase.COMMUNICATED, Phase.RESOLVED)

INCIDENT = Lifecycle(
    name="incident",
    initial=Phase.DETECTED,
    resting=(Phase.CLOSED, Phase.LAPSED, Phase.WITHDRAWN, Phase.MERGED),
    final=(Phase.WITHDRAWN, Phase.MERGED),
    moves=(
        Move("communicate", (Phase.DETECTED,), Phase.COMMUNICATED, ("told",), command=False),
        Move("untell", (Phase.COMMUNICATED,), Phase.DETECTED, command=False, aside=True),
        Move("resolve", (Phase.COMMUNICATED,), Phase.RESOLVED, ("remedies carried out or a reason",)),
        Move("claim", (Phase.DETECTED, Phase.COMMUNICATED), Phase.RESOLVED, command=False, aside=True),
        Move("close", (Phase.RESOLVED, Phase.LAPSED), Phase.CLOSED, ("communicated", "evidence")),
        Move("lapse", (Phase.RESOLVED,), Phase.LAPSED, ("asked in vain",), command=False, aside=True),
        Move("reopen", (Phase.RESOLVED, Phase.CLOSED, Phase.LAPSED), Phase.COMMUNICATED, aside=True),
        Move("unclaim", (Phase.RESOLVED,), Phase.DETECTED, command=False, aside=True),
        Move("withdraw", _OPEN, Phase.WITHDRAWN, aside=True),
        Move("merge", _OPEN, Phase.MERGED, ("a case that lives on",), aside=True),
        Move("unmerge", (Phase.MERGED,), undoes="merge", aside=True),
    ),
    must_pass={Phase.CLOSED: ("communicated", "evidence")},
    goals=(Phase.CLOSED,),
)
"""The life of a case. ``claim`` is what a source says of an imported one; reopening it before its customer was told
(``unclaim``) leads back to ``detected``, for nobody has been told. A merged case is final: only a person who takes the
merging back brings it to life, where it stood."""

INTENT = Lifecycle(
    name="intent",
    initial=IntentState.PLANNED,
    resting=(IntentState.DONE, IntentState.SUPPRESSED, IntentState.ABANDONED, IntentState.FAILED),
    final=(IntentState.DONE, IntentState.SUPPRESSED),
    moves=(
        Move("claim", (IntentState.PLANNED,), IntentState.CLAIMED),
        Move("finish", (IntentState.CLAIMED, IntentState.UNKNOWN), IntentState.DONE),
        Move("fail", (IntentState.CLAIMED, IntentState.UNKNOWN), IntentState.FAILED),
        Move("lose", (IntentState.CLAIMED,), IntentState.UNKNOWN),
        Move("suppress", (IntentState.PLANNED, IntentState.CLAIMED), IntentState.SUPPRESSED),
        Move(
            "retry",
            (IntentState.CLAIMED, IntentState.FAILED, IntentState.UNKNOWN, IntentState.ABANDONED),
            IntentState.PLANNED,
        ),
        Move(
            "abandon",
            (IntentState.PLANNED, IntentState.CLAIMED, IntentState.FAILED, IntentState.UNKNOWN),
            IntentState.ABANDONED,
        ),
    ),
    must_pass={IntentState.DONE: (IntentState.CLAIMED,)},
)
"""The life of an effect: nothing is done that was not claimed first."""

OFFER = Lifecycle(
    name="offer",
    initial="open",
    resting=("declined", "carried_out", "open"),
    final=("declined", "carried_out"),
    moves=(
        Move("accept", ("open",), "accepted"),
        Move("decline", ("open",), "declined"),
        Move("carry_out", ("accepted",), "carried_out", ("reference",)),
    ),
    must_pass={"carried_out": ("accepted", "reference")},
)
"""The life of an offer, until it is a remedy carried out."""

TASK = Lifecycle(
    name="task",
    initial=TaskState.OPEN,
    resting=(TaskState.DONE, TaskState.CANCELLED),
    final=(TaskState.DONE, TaskState.CANCELLED),
    moves=(
        Move("take", (TaskState.OPEN, TaskState.TAKEN), TaskState.TAKEN),
        Move("return", (TaskState.TAKEN,), TaskState.OPEN, command=False, aside=True),
        Move("finish", (TaskState.TAKEN,), TaskState.DONE, ("outcome",)),
        Move("cancel", (TaskState.OPEN, TaskState.TAKEN), TaskState.CANCELLED),
    ),
    must_pass={TaskState.DONE: (TaskState.TAKEN, "outcome")},
)
"""The life of a task: nothing is done that nobody took. Taking one that is taken moves it to another agent; of somebody who is
absent it goes back to the team."""
