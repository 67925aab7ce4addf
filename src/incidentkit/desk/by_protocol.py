"""Commands and questions about how a case is answered: the steps of its protocol, and moving it to the protocol of today."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from incidentkit.desk.calls import By, given
from incidentkit.desk.casework import Casework
from incidentkit.desk.paging import wanted
from incidentkit.domain.incidents import Incident
from incidentkit.rules import protocols as rules
from incidentkit.rules.protocols import StepReading, read_steps
from incidentkit.store.finding import find_incidents

__all__ = ["ByProtocol"]

_PAGE = 200


class ByProtocol(Casework):
    """What a case's protocol asks for, and which version of it counts."""

    def steps(self, incident_id: str) -> tuple[StepReading, ...]:
        """The steps of a case's protocol as they stand now, in their order; none for an imported case.

        Raises:
            UnknownIdError: there is no such case.
        """
        with self._runtime.store.reading() as unit:
            return read_steps(self._seen(unit, incident_id), self._runtime.shop, self._runtime.clock())

    def move_protocol(
        self, incident_id: str, *, reason: str, by: By = None, at: datetime | None = None, key: str | None = None
    ) -> Incident:
        """From now on the case goes by its type's protocol of today, not by the one that it began with.

        Its deadlines are those of that protocol; the time that was used stays used. Tasks of steps that are no longer there
        are cancelled. A case that goes by it already is returned as it is.

        Args:
            reason: why, in words; kept in the vault.
        """
        return self._change(
            "incidents.move_protocol",
            incident_id,
            lambda i, w: rules.move(i, w.words(reason), w.now),
            given(reason=reason),
            by,
            at,
            key,
        )

    def behind(self, type: str | None = None) -> Iterator[Incident]:
        """The open cases that go by another protocol than their type has today, the latest first.

        Args:
            type: those of one type; default: of all.
        """
        shop, after = self._runtime.shop, None
        while True:
            asked = {"order": None, "open_": True, "type_": type, "false_": None}
            page = wanted(self._runtime, "incidents.find", asked, _PAGE, after)
            with self._runtime.store.reading() as unit:
                found = self._seen_all(unit, find_incidents(unit, page, order=None, open_=True, type_=type, false_=None))
            for case in found:
                today = shop.protocol(case.type)
                if not case.passive and today is not None and case.protocol != today:
                    yield case
            if found.next is None:
                return
            after = found.next
