"""What may happen to a task: opened, taken by one agent, done or cancelled. It has an owner from the first instant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from attrs import frozen

from incidentkit.domain import events as ev
from incidentkit.domain.effects import Timer
from incidentkit.domain.ids import CustomerId, InitiativeId, RemedyId, TaskId
from incidentkit.domain.incidents import Incident, Owner
from incidentkit.domain.mass import LATE_ORDER
from incidentkit.domain.orders import Order
from incidentkit.domain.shop import Agent, Shop
from incidentkit.domain.tasks import Task, TaskState
from incidentkit.domain.texts import Text
from incidentkit.errors import InvalidInput, RuleViolation
from incidentkit.rules.around import Around
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.rules.lifecycles import TASK
from incidentkit.rules.ownership import present
from incidentkit.rules.rotas import absence_of

__all__ = [
    "NewTask",
    "cancel_task",
    "finish_task",
    "needless",
    "open_task",
    "return_task",
    "settles_tasks",
    "take_task",
    "task_elsewhere",
]

_OVER = (ev.IncidentClosed, ev.IncidentWithdrawn, ev.IncidentMerged)
_TOLD = (ev.CustomerTold, ev.ConversationLogged, ev.NoticePlanned)
_PROTOCOLS = (ev.ProtocolMoved, ev.IncidentAmended)
_PAID = (ev.RemedyCarriedOut, ev.RemedyDropped)

_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)


@frozen
class NewTask:
    """What a person or a rule wants done.

    Args:
        task: a fresh id, which the shell gives.
        kind: a short code, e.g. ``call``.
        what: in words; may be left out where ``rule`` says it.
        rule: the code of the rule that opens it; empty for a person.
        incident, order: what it is about. An incident brings its first order and its customer along.
        owner: a team or an agent; default: the incident's owner, else the shop's default team.
        due: by when, in UTC.
        initiative: that of an Objective which it is a step of.
        step: the step of the case's protocol that it is; that ends with it.
        remedy: the one of the incident that is to be paid.
    """

    task: TaskId
    kind: str
    what: Text | None = None
    why: Text | None = None
    rule: str = ""
    incident: Incident | None = None
    order: Order | None = None
    customer: CustomerId | None = None
    owner: str = ""
    due: datetime | None = None
    initiative: InitiativeId | None = None
    step: str = ""
    remedy: RemedyId | None = None


def open_task(new: NewTask, now: Circumstances) -> Decision:
    """A new task, with an accountable team from the first instant.

    Raises:
        InvalidInput: no words and no rule, a kind that is no code, an owner that the shop does not have.
        RuleViolation: it is about something imported, which is silent until it is adopted; or for somebody who is absent.
    """
    _check(new)
    owner, asked = _owner(new, now)
    incident, order = new.incident, new.order
    opened = ev.TaskOpened(
        task=new.task,
        kind=new.kind,
        owner=owner,
        asked=asked,
        what=new.what,
        why=new.why,
        rule=new.rule,
        order=order.id if order else next(iter(incident.orders), None) if incident else None,
        incident=incident.id if incident else None,
        customer=new.customer or (incident.customer if incident else None) or (order.customer if order else None),
        due=new.due,
        initiative=new.initiative,
        step=new.step,
        remedy=new.remedy,
    )
    return Decision((opened,))


def task_elsewhere(new: NewTask, now: Circumstances) -> tuple[tuple[str, ev.Happening], ...]:
    """The same as `open_task`, for the ``elsewhere`` of a decision about another stream."""
    return tuple((new.task, event) for event in open_task(new, now).events)


def take_task(task: Task, now: Circumstances) -> Decision:
    """An agent takes it, also from a colleague; the record keeps who had it. Taking one's own again changes nothing.

    Raises:
        RuleViolation: somebody of another team, or who is absent; it says who is there instead.
    """
    agent = _taker(task, now.shop.agent(now.actor.name), now.shop)
    present(_name(task), agent, now)
    return _taken(task, agent)


def _taken(task: Task, agent: Agent) -> Decision:
    if task.state is TaskState.TAKEN and task.owner.agent == agent.name:
        return Decision()
    TASK.check(_name(task), task.state, "take")
    return Decision((ev.TaskTaken(Owner(agent.team, agent.name)),))


def finish_task(task: Task, outcome: Text, now: Circumstances) -> Decision:
    """It is done. Who does one that nobody has taken has taken it by that; the words say what came of it."""
    _words(outcome, task, "outcome")
    if task.state is not TaskState.OPEN:
        TASK.check(_name(task), task.state, "finish")
        return Decision((ev.TaskDone(outcome),), _step_over(task))
    agent = _taker(task, now.shop.agent(now.actor.name), now.shop)
    return Decision((*_taken(task, agent).events, ev.TaskDone(outcome)), _step_over(task))


def _step_over(task: Task, done: bool = True) -> tuple[tuple[str, ev.Happening], ...]:
    """The case hears what became of a step of its protocol."""
    return ((task.incident, ev.StepEnded(task.id, done)),) if task.step and task.incident is not None else ()


def _left_behind(task: Task, shop: Shop, at: datetime) -> str:
    """Why whoever has taken a task will not do it, by code: ``absent``, or ``gone`` from the settings; empty for nothing."""
    if task.state is not TaskState.TAKEN:
        return ""
    agent = shop.agent(task.owner.agent)
    if agent is None:
        return "gone"
    return "absent" if absence_of(shop, agent, at) is not None else ""


def return_task(task: Task, timer: Timer, around: Around, now: Circumstances) -> Decision:
    """What somebody has taken who is not there is open again, for their team."""
    why = _left_behind(task, now.shop, now.at)
    return Decision((ev.TaskReturned(why),) if why else ())


def cancel_task(task: Task, reason: Text) -> Decision:
    """It need not be done."""
    TASK.check(_name(task), task.state, "cancel")
    _words(reason, task, "reason")
    return Decision((ev.TaskCancelled(reason),), _step_over(task, done=False))


def settles_tasks(happenings: Iterable[ev.Happening]) -> bool:
    """Whether what happened to a case may make some of its tasks needless."""
    return any(isinstance(data, (*_OVER, *_TOLD, *_PROTOCOLS, *_PAID)) for data in happenings)


def needless(task: Task, happenings: Sequence[ev.Happening]) -> Decision:
    """What a rule opened and nobody need do any more, after what happened to its case; what a person opened stays.

    A case that is over needs nothing; a call is not needed once somebody has spoken with the customer, nor one to tell them
    once they are told. A step of the protocol ends with the case, or with another protocol that does not have it. Paying is
    not needed once it is paid, or given up.
    """
    if not task.rule or not task.open:
        return Decision()
    if task.step:
        return _step_needless(task, happenings)
    if task.remedy is not None:
        return _paying_needless(task, happenings)
    spoken = any(isinstance(data, ev.ConversationLogged) for data in happenings)
    told = task.rule in ("communicate_by", "not_reached") and any(isinstance(data, ev.CustomerTold) for data in happenings)
    # What joined late is named by whatever the customer is written to next.
    told |= task.rule == LATE_ORDER and (spoken or any(isinstance(data, ev.NoticePlanned) for data in happenings))
    over = any(isinstance(data, _OVER) for data in happenings)
    why = "case_over" if over else "told" if told or (spoken and task.kind == "call") else ""
    return Decision((ev.TaskCancelled(rule=why),) if why else ())


def _step_needless(task: Task, happenings: Sequence[ev.Happening]) -> Decision:
    protocols = [data.protocol for data in happenings if isinstance(data, _PROTOCOLS) and data.protocol is not None]
    gone = any(protocol.step_named(task.step) is None for protocol in protocols)
    why = "case_over" if any(isinstance(data, _OVER) for data in happenings) else "protocol_moved" if gone else ""
    return Decision((ev.TaskCancelled(rule=why),) if why else ())


def _paying_needless(task: Task, happenings: Sequence[ev.Happening]) -> Decision:
    """A payment in doubt outlives its case: somebody still has to find out."""
    mine = [data for data in happenings if isinstance(data, _PAID) and data.remedy == task.remedy]
    over = task.rule == "pay_by_hand" and any(isinstance(data, _OVER) for data in happenings)
    why = "paid" if any(isinstance(data, ev.RemedyCarriedOut) for data in mine) else "dropped" if mine else ""
    why = why or ("case_over" if over else "")
    return Decision((ev.TaskCancelled(rule=why),) if why else ())


def _check(new: NewTask) -> None:
    if not _CODE.fullmatch(new.kind):
        raise InvalidInput(
            "A task's kind",
            "is a short code of small letters, digits and _",
            got=repr(new.kind)[:40],
            next="For example: call.",
        )
    if not (new.what and str(new.what).strip()) and not new.rule:
        raise InvalidInput("A task", "says what is to be done", got="nothing", next="Give what=.")
    if any(thing is not None and thing.passive for thing in (new.incident, new.order)):
        raise RuleViolation(
            "A task",
            "is about something live",
            got="an imported one, which is silent until it is adopted",
            next="Adopt it first.",
        )


def _owner(new: NewTask, now: Circumstances) -> tuple[Owner, str]:
    """The accountable team, and who is asked. Nobody is accountable by name before they took it."""
    shop = now.shop
    if not new.owner:
        owner = new.incident.owner if new.incident else Owner(shop.default_team)
        return Owner(owner.team), _there(owner.label, owner.team, now)
    agent = shop.agent(new.owner)
    if agent is None and shop.team(new.owner) is None:
        raise InvalidInput(
            "A task's owner",
            "is a team or an agent of the shop",
            got=repr(new.owner)[:40],
            next=f"Known: {', '.join([t.name for t in shop.teams] + [a.name for a in shop.agents])}.",
        )
    if agent is not None and not new.rule:
        present("A task", agent, now)
    team = agent.team if agent else new.owner
    return Owner(team), _there(new.owner, team, now)


def _there(whom: str, team: str, now: Circumstances) -> str:
    """Whom to ask: the team in place of one of it who is absent."""
    agent = now.shop.agent(whom)
    return team if agent is not None and absence_of(now.shop, agent, now.at) is not None else whom


def _taker(task: Task, agent: Agent | None, shop: Shop) -> Agent:
    if agent is None:
        raise InvalidInput(
            _name(task),
            "is taken by an agent named in the shop's settings",
            got="somebody who is not",
            next="Give by= with the agent's handle.",
        )
    if shop.supervises(agent) or agent.team == task.owner.team or task.asked in (agent.name, agent.team):
        return agent
    there = ", ".join(a.name for a in shop.agents if a.team == task.owner.team) or "nobody by name"
    raise RuleViolation(
        _name(task),
        f"is taken by {task.owner.team}, or by a supervisor",
        got=f"{agent.name} of {agent.team}",
        next=f"In {task.owner.team}: {there}.",
    )


def _words(text: Text, task: Task, what: str) -> None:
    if not str(text).strip():
        raise InvalidInput(_name(task), f"needs its {what} in words", got="nothing", next=f"Give {what}=.")


def _name(task: Task) -> str:
    return f"Task {task.id}"
