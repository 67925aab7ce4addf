"""The lifecycles that incidentkit has."""

from __future__ import annotations

from incidentkit.domain.analyses import AnalysisState
from incidentkit.domain.commitments import CommitmentState
from incidentkit.domain.corrective_actions import ActionState
from incidentkit.domain.effects import IntentState
from incidentkit.domain.goals import ObjectiveState
from incidentkit.domain.incidents import Phase
from incidentkit.domain.tasks import TaskState
from incidentkit.rules.lifecycle import Lifecycle, Move

__all__ = ["ANALYSIS", "COMMITMENT", "CORRECTIVE_ACTION", "INCIDENT", "INTENT", "OBJECTIVE", "OFFER", "TASK"]

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
    resting=("declined", "passed", "expired", "carried_out", "dropped", "open"),
    final=("declined", "passed", "expired", "carried_out", "dropped"),
    moves=(
        Move("accept", ("open",), "accepted"),
        Move("counter", ("open",), "asked", aside=True),
        Move("agree", ("asked",), "accepted"),
        Move("decline", ("open", "asked"), "declined"),
        Move("pass", ("open", "asked"), "passed", command=False, aside=True),
        Move("expire", ("open", "asked"), "expired", command=False, aside=True),
        Move("carry_out", ("accepted",), "carried_out", ("reference",)),
        Move("drop", ("accepted",), "dropped", aside=True),
    ),
    must_pass={"carried_out": ("accepted", "reference")},
)
"""The life of an offer, until it is a remedy that is carried out, or given up. What the customer asks for instead is an offer
that the shop agrees to."""

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

ANALYSIS = Lifecycle(
    name="analysis",
    initial=AnalysisState.OPEN,
    resting=(AnalysisState.CONCLUDED, AnalysisState.DROPPED),
    final=(AnalysisState.DROPPED,),
    moves=(
        Move("why", (AnalysisState.OPEN,), AnalysisState.OPEN, ("evidence",)),
        Move("retract", (AnalysisState.OPEN,), AnalysisState.OPEN, aside=True),
        Move("conclude", (AnalysisState.OPEN,), AnalysisState.CONCLUDED, ("a why with evidence", "the customer's voice")),
        Move("reopen", (AnalysisState.CONCLUDED,), AnalysisState.OPEN, aside=True),
        Move("drop", (AnalysisState.OPEN,), AnalysisState.DROPPED, aside=True),
    ),
    must_pass={AnalysisState.CONCLUDED: ("a why with evidence", "the customer's voice")},
    goals=(AnalysisState.CONCLUDED,),
)
"""The life of an analysis: no cause is found without something that shows it, or without the customer's voice."""

_UNPROVEN = (ActionState.INEFFECTIVE, ActionState.INCONCLUSIVE)

CORRECTIVE_ACTION = Lifecycle(
    name="corrective action",
    initial=ActionState.PLANNED,
    resting=(ActionState.EFFECTIVE, ActionState.CANCELLED),
    final=(ActionState.CANCELLED,),
    moves=(
        Move("take", (ActionState.PLANNED, ActionState.TAKEN, *_UNPROVEN), ActionState.TAKEN),
        Move("finish", (ActionState.TAKEN,), ActionState.DONE, ("outcome",)),
        Move("confirm", (ActionState.DONE,), ActionState.EFFECTIVE, ("orders since", "rarer than before"), command=False),
        Move("disprove", (ActionState.DONE,), ActionState.INEFFECTIVE, command=False, aside=True),
        Move("doubt", (ActionState.DONE,), ActionState.INCONCLUSIVE, command=False, aside=True),
        Move("extend", (ActionState.DONE, ActionState.INCONCLUSIVE), ActionState.DONE, aside=True),
        Move("recur", (ActionState.DONE, ActionState.EFFECTIVE, *_UNPROVEN), ActionState.PLANNED, command=False, aside=True),
        Move("reopen", (ActionState.DONE, ActionState.EFFECTIVE, *_UNPROVEN), ActionState.PLANNED, aside=True),
        Move(
            "cancel",
            (ActionState.PLANNED, ActionState.TAKEN, ActionState.DONE, *_UNPROVEN),
            ActionState.CANCELLED,
            ("a supervisor",),
            aside=True,
        ),
    ),
    must_pass={ActionState.EFFECTIVE: (ActionState.TAKEN, "outcome", ActionState.DONE, "orders since", "rarer than before")},
    goals=(ActionState.EFFECTIVE,),
)
"""The life of a corrective action: done is not effective. What did not help, or can't be told, is open until it is taken up
again, watched for longer, or given up; what happens more often than the limit allows is open again at once."""

COMMITMENT = Lifecycle(
    name="commitment",
    initial=CommitmentState.OPEN,
    resting=(CommitmentState.KEPT, CommitmentState.MISSED),
    final=(),
    moves=(
        Move("keep", (CommitmentState.OPEN, CommitmentState.MISSED), CommitmentState.KEPT, ("evidence", "reported in time")),
        Move("miss", (CommitmentState.OPEN, CommitmentState.MISSED), CommitmentState.MISSED, aside=True),
        Move("pass_unreported", (CommitmentState.OPEN,), CommitmentState.MISSED, command=False, aside=True),
        Move("take_back", (CommitmentState.KEPT,), CommitmentState.MISSED, ("a reason",), aside=True),
    ),
    must_pass={CommitmentState.KEPT: ("evidence", "reported in time")},
)
"""The life of a commitment: nothing is kept without evidence, and silence is a miss. A report that was given in time may be
written down later; what somebody has called missed stays so."""

OBJECTIVE = Lifecycle(
    name="objective",
    initial=ObjectiveState.RUNNING,
    resting=(ObjectiveState.REACHED, ObjectiveState.MISSED, ObjectiveState.DROPPED),
    final=(ObjectiveState.REACHED, ObjectiveState.MISSED, ObjectiveState.DROPPED),
    moves=(
        Move("change", (ObjectiveState.RUNNING,), ObjectiveState.RUNNING, ("a reason",), aside=True),
        Move("reach", (ObjectiveState.RUNNING,), ObjectiveState.REACHED, ("outcome",)),
        Move("miss", (ObjectiveState.RUNNING,), ObjectiveState.MISSED, ("outcome",)),
        Move("drop", (ObjectiveState.RUNNING,), ObjectiveState.DROPPED, ("outcome",), aside=True),
    ),
)
"""The life of an Objective: it ends once, with what came of it in words; a goal that is set anew keeps what it was before."""
