"""Questions about requests for approval, over all cases."""

from __future__ import annotations

from incidentkit.desk.paging import wanted
from incidentkit.desk.runtime import Runtime
from incidentkit.domain.approvals import Approval
from incidentkit.domain.pages import Page
from incidentkit.store.approvals import count_waiting, find_approvals

__all__ = ["Approvals"]


class Approvals:
    """What was to be granted in any case beyond the authority of whoever asked; see `Incidents.approve`."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def find(
        self,
        *,
        asked_of: str | None = None,
        incident: str | None = None,
        open: bool | None = True,
        limit: int = 100,
        after: str | None = None,
    ) -> Page[Approval]:
        """Requests, the longest waiting first.

        Args:
            asked_of: an agent who was asked; None for everybody's.
            incident: only of that case.
            open: whether they wait for an answer; None for all.
            limit: how many at the most, 1 to 10,000.
            after: where the page before ended, as its `Page.next`.
        """
        asked = {"asked_of": asked_of, "incident": incident, "open": open}
        page = wanted(self._runtime, "approvals.find", asked, limit, after)
        with self._runtime.store.reading() as unit:
            return find_approvals(unit, page, asked_of=asked_of, incident=incident, open_=open)

    def waiting(self, asked_of: str | None = None) -> int:
        """How many requests wait for an answer, of everybody or of one agent."""
        with self._runtime.store.reading() as unit:
            return count_waiting(unit, asked_of)
