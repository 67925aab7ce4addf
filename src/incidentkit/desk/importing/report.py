"""What came of an import, in numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from attrs import define, field, frozen

from incidentkit.desk.importing.rejects import Rejects
from incidentkit.desk.importing.rows import Place

__all__ = ["ImportReport", "Tally"]

_EXAMPLES = 20


@frozen
class ImportReport:
    """What an import read, wrote and left out. Holds counts and places in files, never values out of them.

    Args:
        profile: the profile's name.
        rows: rows read from each source.
        orders_new, orders_changed, orders_unchanged: orders entered now; known before and now with more events; known before
            and as they were.
        accounts: described now, as new ones or with news.
        promises, incidents, answers, contacts: entered now.
        events: events written.
        dropped: what the files say and the record does not hold, by reason: ``EVENT_dropped`` for an event that can't be true
            beside another, or that the rules forbid; ``unusable:FIELD`` for a value that can't be used. One count for each
            record, whether it is new or not.
        anomalies: marks set now, by code.
        rejected: records and rows of which nothing was entered, by reason, whether they are new or not.
        examples: where the first of the rejected stand: file, line and reason.
        listed: rows in the rejects file; at 0 none was written.
    """

    profile: str
    rows: Mapping[str, int] = field(factory=dict)
    orders_new: int = 0
    orders_changed: int = 0
    orders_unchanged: int = 0
    accounts: int = 0
    promises: int = 0
    incidents: int = 0
    answers: int = 0
    contacts: int = 0
    events: int = 0
    dropped: Mapping[str, int] = field(factory=dict)
    anomalies: Mapping[str, int] = field(factory=dict)
    rejected: Mapping[str, int] = field(factory=dict)
    examples: tuple[str, ...] = ()
    listed: int = 0


@define
class Tally:
    """The counts of an import under way."""

    rows: Counter[str] = field(factory=Counter)
    done: Counter[str] = field(factory=Counter)
    dropped: Counter[str] = field(factory=Counter)
    anomalies: Counter[str] = field(factory=Counter)
    rejected: Counter[str] = field(factory=Counter)
    examples: list[str] = field(factory=list)
    listing: Rejects | None = None

    def reject(self, place: Place, reason: str, column: str = "", value: str = "") -> None:
        """Count a record or row that is left out."""
        self.rejected[reason] += 1
        self.show(place, column, value, reason)
        if len(self.examples) < _EXAMPLES:
            self.examples.append(f"{place[0]}, line {place[1]}: {reason}")

    def show(self, place: Place, column: str, value: str, reason: str) -> None:
        """Name something that is not in the record as it is in the files."""
        if self.listing is not None:
            self.listing.add(place, column, value, reason)

    def report(self, profile: str) -> ImportReport:
        """The counts as they stand."""
        return ImportReport(
            profile,
            rows=dict(self.rows),
            dropped=dict(self.dropped),
            anomalies=dict(self.anomalies),
            rejected=dict(self.rejected),
            examples=tuple(self.examples),
            listed=0 if self.listing is None else self.listing.count,
            **self.done,
        )
