"""The lifecycles that incidentkit has."""

from __future__ import annotations

from incidentkit.domain.effects import IntentState as I
from incidentkit.domain.incidents import Phase as P
from incidentkit.rules.lifecycle import Lifecycle, Move

__all__ = ["INCIDENT", "INTENT", "OFFER"]

_OPEN = (P.DETECTED, P.COMMUNICATED, P.RESOLVED)

INCIDENT = Lifecycle(
    name="incident",
    initial=P.DETECTED,
    resting=(P.CLOSED, P.LAPSED, P.WITHDRAWN, P.MERGED),
    final=(P.WITHDRAWN, P.MERGED),
    moves=(
        Move("communicate", (P.DETECTED,), P.COMMUNICATED, ("told",)),
        Move("untell", (P.COMMUNICATED,), P.DETECTED),
        Move("resolve", (P.COMMUNICATED,), P.RESOLVED, ("remedies carried out or a reason",)),
        Move("claim", (P.DETECTED, P.COMMUNICATED), P.RESOLVED),
        Move("close", (P.RESOLVED, P.LAPSED), P.CLOSED, ("communicated", "evidence")),
        Move("lapse", (P.RESOLVED,), P.LAPSED),
        Move("reopen", (P.RESOLVED, P.CLOSED, P.LAPSED), P.COMMUNICATED),
        Move("withdraw", _OPEN, P.WITHDRAWN),
        Move("merge", _OPEN, P.MERGED),
    ),
    must_pass={P.CLOSED: ("communicated", "evidence")},
)
"""The life of a case. ``claim`` is what a source says of an imported one."""

INTENT = Lifecycle(
    name="intent",
    initial=I.PLANNED,
    resting=(I.DONE, I.SUPPRESSED, I.ABANDONED, I.FAILED),
    final=(I.DONE, I.SUPPRESSED, I.ABANDONED),
    moves=(
        Move("claim", (I.PLANNED,), I.CLAIMED),
        Move("finish", (I.CLAIMED, I.UNKNOWN), I.DONE),
        Move("fail", (I.CLAIMED, I.UNKNOWN), I.FAILED),
        Move("lose", (I.CLAIMED,), I.UNKNOWN),
        Move("suppress", (I.PLANNED, I.CLAIMED), I.SUPPRESSED),
        Move("retry", (I.CLAIMED, I.FAILED, I.UNKNOWN), I.PLANNED),
        Move("abandon", (I.PLANNED, I.CLAIMED, I.FAILED, I.UNKNOWN), I.ABANDONED),
    ),
    must_pass={I.DONE: (I.CLAIMED,)},
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
