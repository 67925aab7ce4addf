"""What the record shows of a corrective action: gathered here, judged by `incidentkit.learning.effectiveness`."""

from __future__ import annotations

from datetime import datetime

from incidentkit.domain.corrective_actions import CorrectiveAction, Counted, Observed, Verification
from incidentkit.domain.ids import IncidentId
from incidentkit.learning.effectiveness import Weeks, effect_of
from incidentkit.rules.signatures import Signature
from incidentkit.store.effectiveness import Span, counted_weeks, recurrences
from incidentkit.store.unit import Unit

__all__ = ["counted_before", "observed"]


def observed(unit: Unit, action: CorrectiveAction, now: datetime) -> Observed:
    """How often it happened to orders placed before it was done and since, and the incidents since.

    What is not done yet is held against nothing: all that there is lies before.
    """
    signature, how = Signature.of_key(action.signature), action.verification
    pivot = action.done_at or now
    before = counted_weeks(unit, signature, Span(pivot - how.baseline, pivot, how.settle))
    since = Span(pivot, pivot + how.window, how.settle)
    effect = effect_of(
        before,
        counted_weeks(unit, signature, since),
        limit=how.limit,
        expected=_expected(before, how),
        final=action.judged_from is not None and now >= action.judged_from,
        looks=action.looks,
    )
    return Observed(effect, tuple(map(IncidentId, recurrences(unit, signature, since))) if action.done_at else ())


def counted_before(unit: Unit, signature: Signature, how: Verification, now: datetime) -> Counted:
    """How often it has happened lately."""
    weeks = counted_weeks(unit, signature, Span(now - how.baseline, now, how.settle))
    return Counted(sum(week.hits for week in weeks), sum(week.exposed for week in weeks))


def _expected(before: Weeks, how: Verification) -> float:
    """How many orders a window is expected to bring: as many a day as in the baseline.

    A record that is younger than its baseline makes for fewer, and so for less room for recurrences until the orders are there.
    """
    return sum(week.exposed for week in before) * (how.window / how.baseline)
