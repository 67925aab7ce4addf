"""What people of the shop are told: that a case or a task is theirs, was raised to them, is due, or that a promise broke.

Told are agents with an address in the settings, never of what they did themselves; in their working time, several at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from incidentkit.domain import events as ev
from incidentkit.domain.actors import Actor
from incidentkit.domain.approvals import ApprovalState
from incidentkit.domain.effects import Intent
from incidentkit.domain.events import Event, Happening
from incidentkit.domain.evolve import State
from incidentkit.domain.incidents import Incident
from incidentkit.domain.people import Customer
from incidentkit.domain.shop import Agent, Shop
from incidentkit.domain.tasks import Task
from incidentkit.rules.decision import Circumstances
from incidentkit.rules.staffing import NEVER, at_work_from

__all__ = ["addressee", "notices", "told_of"]

_APPROVALS = (ev.ApprovalAsked, ev.ApprovalGiven, ev.ApprovalRefused, ev.ApprovalEnded)
_OF_CASES = (ev.IncidentEscalated, ev.HandoverAsked, ev.IncidentReported, ev.ClockWarned, ev.PromiseBroken, *_APPROVALS)
_TOLD = (*_OF_CASES, ev.TaskOpened, ev.StepLate)


def told_of(events: Iterable[Event], shop: Shop) -> bool:
    """Whether anybody of the shop may have to be told of any of it: there is an agent with an address, and a channel."""
    if not _channel(shop) or not any(agent.email for agent in shop.agents):
        return False
    return any(isinstance(event.data, _TOLD) for event in events)


def addressee(intent: Intent, shop: Shop) -> Customer | None:
    """The agent that a notice goes to, as whom a message is written to; None where the shop has them no longer."""
    agent = shop.agent(dict(intent.values).get("agent", ""))
    if agent is None:
        return None
    return Customer(agent.name, name=agent.name, email=agent.email, language=agent.language or shop.language, zone=shop.zone)


def notices(state: State, events: Sequence[Event], now: Circumstances, order: str = "") -> tuple[Intent, ...]:
    """What follows from events of a case or a task for the people who have it.

    Args:
        state: after the events.
        order: what the order that it is about is called.
    """
    if now.passive or not told_of(events, now.shop):
        return ()
    if isinstance(state, Incident):
        return () if state.passive else tuple(_of_case(state, events, now, order))
    if isinstance(state, Task):
        return tuple(_of_task(state, events, now, order))
    return ()


def _of_case(case: Incident, events: Sequence[Event], now: Circumstances, order: str) -> Iterator[Intent]:
    raised = {event.data.to for event in events if isinstance(event.data, ev.IncidentEscalated)}
    for event in events:
        told = _of_approval(case, event.data, now) if isinstance(event.data, _APPROVALS) else _told(case, event.data, raised)
        if told is not None and not _one_of_many(case, event, now):
            step, whom, more = told
            common = {"case": case.id, "order": order, "type": case.type, "severity": case.severity, "owner": case.owner.label}
            yield from _to(_people(whom, now), step, case.id, event, {**common, **more}, now)


def _one_of_many(case: Incident, event: Event, now: Circumstances) -> bool:
    """What rules do to a thousand cases of one cause is in the queue and on the mass incident: as letters it hides the rest."""
    return case.mass is not None and now.actor.kind == "rule" and not isinstance(event.data, _APPROVALS)


def _told(case: Incident, data: Happening, raised: set[str]) -> tuple[str, str, dict[str, str]] | None:
    """The text, whom it goes to, and what it says beside the usual."""
    if isinstance(data, ev.IncidentEscalated) and data.to:
        return "staff.escalated", data.to, {"rule": data.rule}
    if isinstance(data, ev.HandoverAsked) and data.to not in raised:
        return "staff.assigned", data.to, {"by": _iso(data.until)}
    if isinstance(data, ev.IncidentReported) and data.asked and data.asked != data.owner.team:
        return "staff.assigned", data.asked, {"by": _iso(data.accept_by)}
    if isinstance(data, ev.ClockWarned):
        return "staff.due", case.owner.label, {"clock": data.clock, "by": _iso(data.due)}
    if isinstance(data, ev.StepLate):
        return "staff.step", case.owner.label, {"kind": data.step, "by": _iso(data.due)}
    if isinstance(data, ev.PromiseBroken):
        return "staff.broken", case.owner.label, {"by": _iso(data.due)}
    return None


def _of_approval(case: Incident, data: Happening, now: Circumstances) -> tuple[str, str, dict[str, str]] | None:
    """Those who are asked, and when it is over, whoever asked them."""
    asked = data.approval if isinstance(data, ev.ApprovalAsked) else case.approval(getattr(data, "approval", ""))
    if asked is None or asked.state is ApprovalState.SUPERSEDED:
        return None
    said = {"approval": asked.id, "worth": str(asked.worth or "")}
    asking = Actor.parse(asked.asked_by).name
    if isinstance(data, ev.ApprovalAsked):
        return "staff.approval", " ".join(asked.asked_of), {**said, "requester": asking, "by": _iso(asked.until)}
    return "staff.approval_ended", asking, {**said, "answer": asked.state.value}


def _of_task(task: Task, events: Sequence[Event], now: Circumstances, order: str) -> Iterator[Intent]:
    for event in events:
        if isinstance(event.data, ev.TaskOpened) and now.shop.agent(event.data.asked) is not None:
            said = {"task": task.id, "kind": task.kind, "order": order, "owner": task.owner.label, "rule": task.rule}
            by = {"by": _iso(task.due)}
            yield from _to(_people(event.data.asked, now), "staff.task", task.id, event, said | by, now)


def _people(name: str, now: Circumstances) -> list[Agent]:
    """The agents of these names, or those of the team, with an address; without whoever does it."""
    meant = (agent for agent in now.shop.agents if agent.name in name.split() or agent.team == name)
    return [agent for agent in meant if agent.email and agent.name != now.actor.name]


def _to(
    agents: Iterable[Agent], step: str, stream: str, event: Event, values: Mapping[str, str], now: Circumstances
) -> Iterator[Intent]:
    channel = _channel(now.shop)
    for agent in agents:
        said = {"agent": agent.name, **values}
        due = at_work_from(now.shop, agent, now.at + now.shop.sending.staff_bundle_within)
        if due == NEVER:
            continue
        yield Intent(
            key="/".join(("message", now.tenant, stream, step, f"agent:{agent.name}", channel, str(event.version))),
            kind="message",
            channel=channel,
            stream=stream,
            step=step,
            due=due,
            values=tuple((name, value) for name, value in said.items() if value),
            purpose=now.shop.sending.purpose_of(step),
            cause=event.type,
        )


def _channel(shop: Shop) -> str:
    return shop.sending.staff_channel or shop.channel


def _iso(at: datetime | None) -> str:
    return "" if at is None else at.isoformat()
