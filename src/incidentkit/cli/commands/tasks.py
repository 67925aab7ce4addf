"""``incidentkit tasks``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from incidentkit.cli.bounds import day_or_time
from incidentkit.cli.faces import words_of
from incidentkit.cli.options import After, As, AsJson, Lang, Limit, Now, ShopFile, Store
from incidentkit.cli.screen import Piece, Screen, show_json
from incidentkit.cli.stores import DEFAULT_STORE, desk_to_read
from incidentkit.domain.actors import Actor
from incidentkit.domain.protocols import ProtocolStep
from incidentkit.domain.step_words import step_words
from incidentkit.errors import InvalidInput, UnknownIdError

if TYPE_CHECKING:
    from incidentkit.cli.table import Column
    from incidentkit.desk.desk import Desk
    from incidentkit.domain.pages import Page
    from incidentkit.domain.tasks import Task
    from incidentkit.phrases.words import Words

__all__ = ["tasks"]

_MOST = 10_000
_SHOWN_OF_ID = 8


class Action(StrEnum):
    """What can be done with one task."""

    TAKE = "take"
    DONE = "done"
    CANCEL = "cancel"


def tasks(
    ctx: typer.Context,
    action: Annotated[Action | None, typer.Argument(metavar="take|done|cancel")] = None,
    task: Annotated[str | None, typer.Argument(metavar="TASK")] = None,
    owner: Annotated[str | None, typer.Option("--owner", metavar="NAME")] = None,
    outcome: Annotated[str | None, typer.Option("--outcome", metavar="WORDS")] = None,
    reason: Annotated[str | None, typer.Option("--reason", metavar="WORDS")] = None,
    limit: Limit = None,
    after: After = None,
    as_: As = None,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    now: Now = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Show what is to be done, or say that one of it is taken, done or cancelled."""
    screen = Screen.of(words_of(ctx))
    with desk_to_read(store, shop, day_or_time(now, "--now")) as desk:
        if action is None:
            _list(screen, desk, desk.tasks.find(owner=owner, limit=limit or _MOST, after=after), as_json)
            return
        changed = _act(desk, action, _found(desk, task), outcome, reason, as_)
        if as_json:
            show_json(_as_dict(changed))
        else:
            screen.say(f"tasks_done.{changed.state.value}", task=_short(changed), owner=changed.owner.label)


def _act(desk: Desk, action: Action, task: Task, outcome: str | None, reason: str | None, who: str | None) -> Task:
    by = Actor("cli", who) if who else None
    if action is Action.TAKE:
        return desk.tasks.take(task.id, by=by)
    if action is Action.DONE:
        return desk.tasks.done(task.id, outcome=outcome or "", by=by)
    return desk.tasks.cancel(task.id, reason=reason or "", by=by)


def _found(desk: Desk, given: str | None) -> Task:
    """By its id, or by how the id of an open one ends."""
    if not given:
        raise InvalidInput("TASK", "names the task", got="none", next="Those that are open: incidentkit tasks")
    ending = [task for task in desk.tasks.find(limit=_MOST) if len(given) >= 4 and task.id.endswith(given)]
    if len(ending) == 1:
        return ending[0]
    try:
        return desk.tasks.get(given)
    except UnknownIdError as error:
        raise UnknownIdError(
            "The task",
            "is one of this record, by its id or the end of it",
            got=f"{len(ending)} open ones that end in {given[:40]!r}",
            next="Those that are open: incidentkit tasks",
        ) from error


def _list(screen: Screen, desk: Desk, found: Page[Task], as_json: bool) -> None:
    present = desk.clock()
    if as_json:
        listed = [_as_dict(task) for task in found]
        show_json({"as_of": present.isoformat(), "open": len(found), "tasks": listed, "next": found.next})
        return
    from incidentkit.cli.table import show_next, show_table
    from incidentkit.cli.values import Values

    words, values = screen.words, Values(screen.words, desk.shop.tzinfo)
    count = words.say("queue.count", count=values.number(len(found)))
    screen.line(
        (f"{desk.shop.name} · {words.say('tasks_list.title')}", "bold"), (f" · {count} · {values.moment(present)}", "dim")
    )
    if not found:
        screen.say("tasks_list.empty")
        return
    screen.line()
    show_table(screen, _columns(words), [_row(task, desk, values, present) for task in found])
    show_next(screen, found.next)


def _columns(words: Words) -> Sequence[Column]:
    from incidentkit.cli.table import Column

    return (
        Column(words.say("tasks_list.id")),
        Column(words.say("tasks_list.kind")),
        Column(words.say("tasks_list.what"), flexible=True),
        Column(words.say("queue.order"), spare=2),
        Column(words.say("queue.owner"), spare=1),
        Column(words.say("queue.due"), right=True),
    )


def _row(task: Task, desk: Desk, values: Any, now: datetime) -> Sequence[Piece]:
    words = values.words
    said = " ".join(str(task.what or "").split()) or (step_words(ProtocolStep(task.step), words.language) if task.step else "")
    what = said or (words.named("task_rules", task.rule) if task.rule else "")
    order = desk.orders.get(task.order).label if task.order else ""
    return (
        _short(task),
        words.named("tasks", task.kind),
        what,
        order,
        task.owner.label if task.owner.agent else task.asked,
        _due(task, words, now),
    )


def _due(task: Task, words: Words, now: datetime) -> Piece:
    from incidentkit.cli.values import span

    if task.due is None:
        return ""
    seconds = (task.due - now).total_seconds()
    return (
        (words.say("queue.late", span=span(-seconds)), "red") if seconds < 0 else words.say("queue.ahead", span=span(seconds))
    )


def _short(task: Task) -> str:
    return task.id[-_SHOWN_OF_ID:]


def _as_dict(task: Task) -> dict[str, Any]:
    from attrs import asdict

    plain = asdict(task, recurse=False)
    owner = {"team": task.owner.team, "agent": task.owner.agent or None, "since": task.owner.since}
    return {name: _plain(value) for name, value in (plain | {"owner": {n: _plain(v) for n, v in owner.items()}}).items()}


def _plain(value: Any) -> Any:
    from incidentkit.domain.texts import Text

    if isinstance(value, Text):
        return value.value
    return value.isoformat() if isinstance(value, datetime) else value or None
