"""The same again: three small cases of one customer are no small cases.

A case repeats an earlier one of the same customer and narrow signature, detected up to `RecurrencePolicy.within` before,
and so does one about a line that is taken to its customer for the third time. It becomes one more severe, is raised, and a
supervisor has it at once. Laws: of two cases at most one repeats the other; each pair is noted once; a case becomes more severe
by this once; what is imported is silent, and what was withdrawn or merged counts on neither side.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from zlib import crc32

from attrs import frozen

from incidentkit.domain import events as ev
from incidentkit.domain.copying import changed
from incidentkit.domain.events import Happening
from incidentkit.domain.ids import IncidentId
from incidentkit.domain.incidents import Incident, Owner, Phase
from incidentkit.domain.recurrence import Recurrence, RecurrenceRule
from incidentkit.domain.shop import Agent, Shop
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.rules.demands import demanded_anew
from incidentkit.rules.escalation import raised
from incidentkit.rules.ownership import watch
from incidentkit.rules.rotas import on_duty

__all__ = ["RULE", "Alike", "repeated", "supervisor_of", "tried_again"]

RULE = "recurrence"
"""The code of the rule, where it raises a case or makes somebody its owner."""

_GONE = (Phase.WITHDRAWN, Phase.MERGED)


@frozen
class Alike:
    """A case of the same customer with a narrow signature that another one has too."""

    incident: Incident
    signature: str


def repeated(case: Incident, alike: Iterable[Alike], now: Circumstances) -> Decision:
    """What follows from the cases that are like one which has just come up, or of which something has just become known.

    Args:
        alike: those detected up to `RecurrencePolicy.within` before or after it, in any order.
    """
    if case.phase in _GONE:
        return Decision()
    found = [other for other in alike if other.incident.phase not in _GONE and other.incident.id != case.id]
    before = sorted((o for o in found if o.incident.detected_at <= case.detected_at), key=_place)
    after = sorted((o for o in found if o.incident.detected_at > case.detected_at), key=_place)
    decision = _repeats(case, before, now)
    for later in after:
        if case.id not in later.incident.repeats:
            decision = _both(
                decision, _elsewhere(later.incident.id, _repeats(later.incident, [Alike(case, later.signature)], now))
            )
    return decision


def _place(other: Alike) -> tuple[object, ...]:
    return other.incident.detected_at, other.incident.id


def _repeats(case: Incident, before: Sequence[Alike], now: Circumstances) -> Decision:
    """A case with the earlier ones that it repeats; those that it is known to repeat, or that repeat it, are passed over."""
    known = {*case.repeats, *case.repeated_by}
    fresh = {other.incident.id: other for other in before if other.incident.id not in known}
    if case.passive or not fresh:
        return Decision()
    earlier = tuple(fresh)
    latest = fresh[earlier[-1]]
    count = 1 + len({*case.repeats, *(other.incident.id for other in before)})
    noted = recurred(case, "signature", latest.signature, count, earlier, now)
    return _both(noted, Decision(elsewhere=tuple((other, ev.IncidentRepeated(case.id)) for other in earlier)))


def tried_again(case: Incident, lines: str, count: int, now: Circumstances) -> Decision:
    """Lines that a case is about are on their way for the third time, or more often.

    Args:
        lines: the order's id and theirs: ``ORDER/1,2``.
        count: which attempt it is, at the line with most of them.
    """
    noted = any(each.rule == "attempts" and each.subject == lines and each.count >= count for each in case.recurrences)
    return Decision() if noted or case.passive else recurred(case, "attempts", lines, count, (), now)


def recurred(
    case: Incident, rule: RecurrenceRule, subject: str, count: int, earlier: tuple[IncidentId, ...], now: Circumstances
) -> Decision:
    """A case is noted as the same again; while it is open, it is taken out of the hands that had it."""
    severity = _graver(case, now.shop) if case.open and not case.recurrences else ""
    deadlines = demanded_anew(case, case.type, severity, now) if severity else None
    noted = ev.IncidentRecurred(rule, subject, count, earlier, severity, deadlines)
    after = changed(
        case,
        severity=severity or case.severity,
        deadlines=deadlines or case.deadlines,
        recurrences=(*case.recurrences, Recurrence(rule, subject, count, now.at, earlier)),
    )
    return _both(Decision((noted,)), _in_better_hands(after, now) if case.open else Decision())


def _graver(case: Incident, shop: Shop) -> str:
    """The next severity; empty where there is none, or the shop has the case's no longer."""
    place = shop.rank(case.severity)
    return shop.severities[place - 1] if 0 < place < len(shop.severities) else ""


def _in_better_hands(case: Incident, now: Circumstances) -> Decision:
    """A supervisor has it at once; where one has it already, or the shop has none, it is raised as any other."""
    owner = now.shop.agent(case.owner.agent) if case.owner.agent else None
    if owner is not None and now.shop.supervises(owner):
        return Decision() if len(case.recurrences) > 1 else Decision((ev.IncidentEscalated(case.level + 1, "", None, RULE),))
    supervisor = supervisor_of(case, now)
    if supervisor is None:
        return raised(case, case.level + 1, RULE, now)
    events: tuple[Happening, ...] = (
        ev.IncidentEscalated(case.level + 1, supervisor.name, None, RULE),
        ev.IncidentAppointed(Owner(supervisor.team, supervisor.name), RULE),
    )
    after = changed(case, owner=Owner(supervisor.team, supervisor.name, now.at), handover=None)
    return Decision(events, timers=watch(after, now))


def supervisor_of(case: Incident, now: Circumstances) -> Agent | None:
    """Who has a case that can't pass as a small one: of its team and there, there, of its team, any; None without any.

    The same one for the same case, and over many cases each as often.
    """
    every = now.shop.supervisors
    there = [agent for agent in every if agent in on_duty(now.shop, agent.team, now.at)]
    groups = ([a for a in there if a.team == case.owner.team], there, [a for a in every if a.team == case.owner.team], every)
    chosen = next((group for group in groups if group), None)
    return None if chosen is None else chosen[crc32(case.id.encode()) % len(chosen)]


def _both(first: Decision, second: Decision) -> Decision:
    return Decision(
        (*first.events, *second.events),
        (*first.elsewhere, *second.elsewhere),
        (*first.intents, *second.intents),
        (*first.timers, *second.timers),
    )


def _elsewhere(case: IncidentId, decision: Decision) -> Decision:
    """What was decided about one case, for the decision about another."""
    own = tuple((case, event) for event in decision.events)
    return Decision((), (*own, *decision.elsewhere), decision.intents, decision.timers)
