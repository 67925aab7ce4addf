"""What happens when a timer comes due: one rule for each kind of thing and name of timer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from incidentkit.domain.calls import VerificationCall
from incidentkit.domain.clocks import CLOCK_NAMES
from incidentkit.domain.commitments import Commitment
from incidentkit.domain.corrective_actions import CorrectiveAction
from incidentkit.domain.effects import Timer
from incidentkit.domain.evolve import State
from incidentkit.domain.goals import Objective
from incidentkit.domain.incidents import Incident
from incidentkit.domain.orders import Order
from incidentkit.domain.tasks import Task
from incidentkit.rules.approvals import APPROVAL, approval_due
from incidentkit.rules.around import Around
from incidentkit.rules.asking import ASK, ask_due
from incidentkit.rules.attending import attend, end_hold
from incidentkit.rules.calls import CALL_OVER, call_over
from incidentkit.rules.commitments import UNREPORTED, unreported
from incidentkit.rules.corrective_actions import OVERDUE, WATCH, action_overdue, watch_action
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.rules.expiring import EXPIRY, expire
from incidentkit.rules.goals import FORECAST, keep_forecasts
from incidentkit.rules.handovers import handover_due, shift_due
from incidentkit.rules.lapsing import ATTEMPT, LAPSE, attempt, lapse
from incidentkit.rules.lateness import delivery_due
from incidentkit.rules.ownership import SHIFT
from incidentkit.rules.protocols import STEP, step_due
from incidentkit.rules.tasks import return_task

__all__ = ["DUE", "NAMES", "DueRule", "due"]

DueRule = Callable[[Any, Timer, Around, Circumstances], Decision]
"""From the thing as it stands now. No events where the reason for the timer is gone; it may set a timer of the same name."""

DUE: Mapping[tuple[type[Any], str], DueRule] = {
    **{(Incident, name): attend for name in (*CLOCK_NAMES, "warn", "escalate", "promise")},
    (Incident, "handover"): handover_due,
    (Incident, "hold_over"): end_hold,
    (Incident, ATTEMPT): attempt,
    (Incident, LAPSE): lapse,
    (Incident, EXPIRY): expire,
    (Incident, SHIFT): shift_due,
    (Incident, STEP): step_due,
    (Incident, APPROVAL): approval_due,
    (Task, SHIFT): return_task,
    (Order, ASK): ask_due,
    (Order, "promise"): delivery_due,
    (Commitment, UNREPORTED): unreported,
    (VerificationCall, CALL_OVER): call_over,
    (Objective, FORECAST): keep_forecasts,
    (CorrectiveAction, OVERDUE): action_overdue,
    (CorrectiveAction, WATCH): watch_action,
}
"""Every rule by the kind of thing and the name of its timer."""

NAMES: tuple[str, ...] = tuple(sorted({name for _, name in DUE}))
"""The names of all timers that something is done about. Others, of a later version, are left for it."""


def due(state: State, timer: Timer, around: Around, now: Circumstances) -> Decision:
    """What follows from a timer that has come due, decided on the thing as it stands now; nothing for what is imported."""
    rule = DUE.get((type(state), timer.name))
    if rule is None or getattr(state, "passive", False):
        return Decision()
    return rule(state, timer, around, now)
