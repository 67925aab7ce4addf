"""A review of a span of time: what went wrong where, what is new, what came back, what is owed, and what it cost."""

from __future__ import annotations

from datetime import datetime

from attrs import field, frozen

from incidentkit.learning.blocks import BlocksFound
from incidentkit.learning.costs import Avoided, Costs
from incidentkit.learning.diagnosis import Place, clearly_first
from incidentkit.learning.patterns import Patterns
from incidentkit.measures.charting import Alarm
from incidentkit.measures.intervals import Interval, share_interval

__all__ = ["ActionDue", "FalseResolutions", "MeasureAlarm", "Recurrence", "Recurrences", "Review"]


@frozen
class Recurrence:
    """One signature that came back to the same customers.

    Args:
        signature: its key, e.g. ``packaging/step/packing``.
        incidents: how many in the span repeat an earlier one; ``customers``: to how many people; ``latest``: one of them.
    """

    signature: str
    incidents: int
    customers: int
    latest: str


@frozen
class Recurrences:
    """Incidents that repeat an earlier one of the same customer and signature within 90 days.

    Args:
        known: incidents of the span with a known cause: only these can be told apart.
        incidents: those that are repeats.
        worst: the signatures with most of them.
    """

    known: int
    incidents: int
    worst: tuple[Recurrence, ...]

    @property
    def interval(self) -> Interval | None:
        """Where the true share of repeats may lie (95 %); None without any to tell."""
        return share_interval(self.incidents, self.known)


@frozen
class FalseResolutions:
    """Resolutions in which the customer found that nothing was solved.

    Args:
        count: how many, by when they found it.
        of: those, and the resolutions of the span that stand.
        incidents: ids of some, the latest first.
    """

    count: int
    of: int
    incidents: tuple[str, ...]

    @property
    def interval(self) -> Interval | None:
        """Where the true share may lie (95 %); None without any resolution."""
        return share_interval(self.count, self.of)


@frozen
class ActionDue:
    """A corrective action that is due and not done, or done and not shown to have helped.

    Args:
        owner: the agent, else the team.
        recurrences: how many incidents of its signature there have been since.
    """

    action: str
    signature: str
    state: str
    owner: str
    due: datetime
    recurrences: int


@frozen
class MeasureAlarm:
    """A measure whose figure lies beyond what chance does to it.

    Args:
        by: ``day``, ``week``, ``month`` or ``quarter``: the kind of window.
        alarm: the window and the figure: the latest window that is settled, which for measures that take their time to tell
            lies before the span.
        provisional: the limits come from few windows.
    """

    measure: str
    unit: str
    by: str
    alarm: Alarm
    provisional: bool


@frozen
class Review:
    """What a span of time teaches.

    Args:
        since, until: the span, in UTC. ``complete``: it is over.
        by: ``day``, ``week``, ``month`` or ``quarter`` where it is one; None for another span.
        team: whose incidents and contacts; None for all.
        spans: how many earlier spans of the same length it is held against.
        orders: placed in the span; ``orders_before``: per earlier span, on average, None without any.
        incidents, incidents_before: the same of incidents.
        places: the steps of the process, the one with most incidents first.
        patterns: what happens more often than it did.
        alarms: measures whose latest settled figure lies beyond the limits of its control chart; none for spans that are no
            day, week, month or quarter.
        actions: corrective actions that are due or unproven, as far as they are listed; ``actions_in_all``: how many.
        avoided: what telling customers first has saved, over the weeks before whose customers had time to ask.
        blocks: the rules of the process that stood in the way.
    """

    since: datetime
    until: datetime
    as_of: datetime
    by: str | None
    complete: bool
    team: str | None
    spans: int
    orders: int
    orders_before: float | None
    incidents: int
    incidents_before: float | None
    places: tuple[Place, ...]
    patterns: Patterns
    recurrences: Recurrences
    false_resolutions: FalseResolutions
    actions: tuple[ActionDue, ...]
    actions_in_all: int
    alarms: tuple[MeasureAlarm, ...]
    costs: Costs
    avoided: Avoided
    blocks: BlocksFound = field(factory=BlocksFound)

    @property
    def worst(self) -> Place | None:
        """The step that most incidents come from, where that is no chance; else None."""
        return self.places[0] if clearly_first(self.places) else None

    @property
    def answers(self) -> int:
        """Answers about incidents."""
        return sum(place.whole.answers for place in self.places)

    @property
    def unhappy(self) -> int:
        """Those of customers who were not satisfied."""
        return sum(place.whole.unhappy for place in self.places)
