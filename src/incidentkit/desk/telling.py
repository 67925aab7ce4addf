"""Commands about what customers of cases are told: notices, conversations, promises."""

from __future__ import annotations

from datetime import datetime

from attrs import evolve

from incidentkit.desk.calls import By, given
from incidentkit.desk.casework import Casework
from incidentkit.desk.contacts import contact_of_conversation
from incidentkit.desk.work import Work
from incidentkit.domain.contacts import Direction
from incidentkit.domain.events import ConversationLogged
from incidentkit.domain.incidents import Incident
from incidentkit.domain.texts import Text
from incidentkit.domain.times import Due
from incidentkit.rules import incidents as rules
from incidentkit.rules import waiting
from incidentkit.rules.decision import Decision

__all__ = ["Telling", "spoken"]


class Telling(Casework):
    """The part of `Incidents` that is about telling the customer."""

    def notify(
        self, incident_id: str, channel: str | None = None, *, by: By = None, at: datetime | None = None, key: str | None = None
    ) -> Incident:
        """Write to the customer where the case stands. `Desk.send_due` sends it; the case is communicated once it has arrived.

        Args:
            channel: default: the shop's.
        """
        return self._change(
            "incidents.notify",
            incident_id,
            lambda i, w: rules.notify(i, channel, w.order_of(i), w.now),
            given(channel=channel),
            by,
            at,
            key,
        )

    def log_conversation(
        self,
        incident_id: str,
        *,
        channel: str,
        summary: str,
        direction: Direction = "out",
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Incident:
        """Somebody of the shop spoke with the customer, who is told by that.

        Args:
            channel: ``phone``, ``counter``, ...
            summary: what was said; kept in the vault.
            direction: ``in`` where the customer began it. It is a contact of the case's need either way.
        """
        return self._change(
            "incidents.log_conversation",
            incident_id,
            lambda i, w: spoken(w, i, channel, w.words(summary), direction),
            given(channel=channel, summary=summary) | ({} if direction == "out" else {"direction": direction}),
            by,
            at,
            key,
            follows=True,
        )

    def wait(
        self,
        incident_id: str,
        *,
        reason: str,
        until: Due | None = None,
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Incident:
        """The shop can't go on before the customer has answered: clocks stand still until they do.

        Args:
            until: when the waiting ends by itself: an instant, or a date that lasts to its end in the shop's zone; default:
                after the shop's ``longest_wait``.
        """
        return self._change(
            "incidents.wait",
            incident_id,
            lambda i, w: waiting.wait(i, w.words(reason), until, w.now),
            given(reason=reason, until=until),
            by,
            at,
            key,
        )

    def promise(
        self,
        incident_id: str,
        *,
        by_when: Due,
        what: str = "update",
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Incident:
        """The customer was told when they hear from the shop again. A later promise never erases this one.

        Args:
            by_when: an instant, or a date that lasts to its end in the shop's zone.
            what: ``update``: the next word to the customer, which keeps it.
        """
        return self._change(
            "incidents.promise",
            incident_id,
            lambda i, w: waiting.promise(i, what, by_when, w.now),
            given(what=what, by_when=by_when),
            by,
            at,
            key,
        )


def spoken(work: Work, incident: Incident, channel: str, summary: Text, direction: Direction) -> Decision:
    """A conversation, which is a contact of the case's need too."""
    said = rules.log_conversation(incident, channel, summary, work.now)
    need, contact = contact_of_conversation(work, incident, channel, direction, summary)
    events = tuple(evolve(event, need=need) if isinstance(event, ConversationLogged) else event for event in said.events)
    elsewhere = tuple((need, event) for event in contact.events)
    return evolve(said, events=events, elsewhere=said.elsewhere + elsewhere)
