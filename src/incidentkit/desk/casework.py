"""Running commands on one case: which of two merged cases it is about, and what it comes to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from incidentkit.desk.calls import By, given
from incidentkit.desk.commands import Commands
from incidentkit.desk.work import Work
from incidentkit.domain.incidents import Incident, Phase
from incidentkit.rules.decision import Decision
from incidentkit.rules.merging import lives_elsewhere
from incidentkit.store.unit import Held

__all__ = ["Casework", "Decide"]

Decide = Callable[[Incident, Work], Decision]


class Casework(Commands[Incident]):
    """What the commands about incidents share."""

    _noun = Incident
    _kind = "incident"

    def _change(
        self,
        command: str,
        incident_id: str,
        decide: Decide,
        arguments: dict[str, Any],
        by: By,
        at: datetime | None,
        key: str | None,
        *,
        follows: bool = False,
    ) -> Incident:
        """Decide on a case.

        Args:
            follows: what was given is knowledge, which goes to the case that goes on for a merged one; else a merged case is
                refused, and the error names that case.
        """

        def body(work: Work) -> Held:
            incident = work.incident(incident_id)
            if incident.phase is Phase.MERGED:
                survivor = work.survivor(incident_id)
                if not follows:
                    raise lives_elsewhere(incident, survivor, command.partition(".")[2])
                incident = survivor
            return work.apply(incident.id, decide(incident, work))

        return self._run(command, given(incident=incident_id) | arguments, body, by, at, key)
