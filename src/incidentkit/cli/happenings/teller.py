"""Every event of the record in plain words."""

from __future__ import annotations

from attrs import define, field

from incidentkit.cli.happenings import (
    accounts,
    again,
    approvals,
    calls,
    causes,
    checkins,
    clocks,
    goals,
    handovers,
    incidents,
    mass,
    messages,
    needs,
    orders,
    payments,
    people,
    protocols,
    readings,
    remedies,
    surveys,
    tasks,
)
from incidentkit.cli.happenings.phrases import Phrases, Tells
from incidentkit.desk.timeline import TimelineEntry
from incidentkit.domain import events as ev
from incidentkit.domain.approvals import ApprovalState

__all__ = ["Teller"]


@define
class Teller(Phrases):
    """Tells the events of one order's timeline, in their order: what it has told, later events refer to."""

    _incidents: list[str] = field(factory=list, init=False)

    def tell(self, entry: TimelineEntry) -> str:
        """What happened, in one line; details that are not known are left out."""
        data = entry.data
        key = f"events.{entry.type}{_variant(data)}"
        said = self.values.words.say(key, **_TELLERS[type(data)](self, data, entry.stream))
        return " · ".join(line for line in said.split("\n") if line)

    def who(self, entry: TimelineEntry) -> str:
        """Who did it: an agent's handle, a source's name, or a word for the rest."""
        kind, _, name = entry.by.partition(":")
        known = f"actors.{entry.by}"
        return self.values.words.texts.get(known) or (name if kind != "customer" else self.values.words.named("actors", kind))

    def case(self, entry: TimelineEntry) -> int:
        """Which of the order's incidents it is about, counted from 1; 0 for none."""
        if not entry.type.startswith("incident.") and entry.stream not in self._incidents:
            return 0
        if entry.stream not in self._incidents:
            self._incidents.append(entry.stream)
        return self._incidents.index(entry.stream) + 1


def _variant(data: ev.Happening) -> str:
    """Some events are told in two ways."""
    if isinstance(data, ev.PromiseMade) and data.replaces:
        return ".again"
    if isinstance(data, ev.StepEnded) and not data.done:
        return ".dropped"
    if isinstance(data, ev.ContactLogged) and data.contact.direction == "out":
        return ".out"
    if isinstance(data, ev.IncidentResolved) and data.claimed:
        return ".claimed"
    if isinstance(data, ev.IncidentReopened) and data.disproved:
        return ".disproved"
    if isinstance(data, ev.PaymentSettled) and data.paid:
        return ".paid"
    if isinstance(data, ev.PersonConsented) and not data.given:
        return ".withdrawn"
    if isinstance(data, ev.IncidentRecurred) and data.rule == "attempts":
        return ".attempts"
    if isinstance(data, ev.ApprovalEnded) and data.state is ApprovalState.SUPERSEDED:
        return ".superseded"
    if isinstance(data, ev.CustomerTold) and data.by.startswith("conversation"):
        return ".spoken"
    return ""


_TELLERS: Tells = {
    **orders.TELLS,
    **messages.TELLS,
    **incidents.TELLS,
    **mass.TELLS,
    **remedies.TELLS,
    **payments.TELLS,
    **handovers.TELLS,
    **surveys.TELLS,
    **needs.TELLS,
    **clocks.TELLS,
    **accounts.TELLS,
    **people.TELLS,
    **tasks.TELLS,
    **checkins.TELLS,
    **calls.TELLS,
    **readings.TELLS,
    **causes.TELLS,
    **goals.TELLS,
    **again.TELLS,
    **protocols.TELLS,
    **approvals.TELLS,
}
