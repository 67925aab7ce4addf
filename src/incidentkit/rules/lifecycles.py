"""The lifecycles that incidentkit has."""

from __future__ import annotations

from incidentkit.domain.effects import IntentState
from incidentkit.domain.incidents import Phase
from incidentkit.rules.lifecycle import Lifecycle, Move

__all__ = ["INCIDENT", "INTENT", "OFFER"]

_OPEN = (Phase.DETECTED, Phase.COMMUNICATED, Phase.RESOLVED)

INCIDENT = Lifecycle(
    name="incident",
    initial=Phase.DETECTED,
    resting=(Phase.CLOSED, Phase.LAPSED, Phase.WITHDRAWN, Phase.MERGED),
    final=(Phase.WITHDRAWN, Phase.MERGED),
    moves=(
        Move("communicate", (Phase.DETECTED,), Phase.COMMUNICATED, ("told",), command=False),
        Move("untell", (Phase.COMMUNICATED,), Phase.DETECTED, command=False),
        Move("resolve", (Phase.COMMUNICATED,), Phase.RESOLVED, ("remedies carried out or a reason",)),
        Move("claim", (Phase.DETECTED, Phase.COMMUNICATED), Phase.RESOLVED, command=False),
        Move("close", (Phase.RESOLVED, Phase.LAPSED), Phase.CLOSED, ("communicated", "evidence")),
        Move("lapse", (Phase.RESOLVED,), Phase.LAPSED, command=False),
        Move("reopen", (Phase.RESOLVED, Phase.CLOSED, Phase.LAPSED), Phase.COMMUNICATED),
        Move("unclaim", (Phase.RESOLVED,), Phase.DETECTED, command=False),
        Move("withdraw", _OPEN, Phase.WITHDRAWN),
        Move("merge", _OPEN, Phase.MERGED, command=False),
    ),
    must_pass={Phase.CLOSED: ("communicated", "evidence")},
)
"""The life of a case. ``claim`` is what a source says of an imported one; reopening it before its customer was told
(``unclaim``) leads back to ``detected``, for nobody has been told."""

INTENT = Lifecycle(
    name="intent",
    initial=IntentState.PLANNED,
    resting=(IntentState.DONE, IntentState.SUPPRESSED, IntentState.ABANDONED, IntentState.FAILED),
    final=(IntentState.DONE, IntentState.SUPPRESSED, IntentState.ABANDONED),
    moves=(
        Move("claim", (IntentState.PLANNED,), IntentState.CLAIMED),
        Move("finish", (IntentState.CLAIMED, IntentState.UNKNOWN), IntentState.DONE),
        Move("fail", (IntentState.CLAIMED, IntentState.UNKNOWN), IntentState.FAILED),
        Move("lose", (IntentState.CLAIMED,), IntentState.UNKNOWN),
        Move("suppress", (IntentState.PLANNED, IntentState.CLAIMED), IntentState.SUPPRESSED),
        Move("retry", (IntentState.CLAIMED, IntentState.FAILED, IntentState.UNKNOWN), IntentState.PLANNED),
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
