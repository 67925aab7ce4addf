"""``incidentkit objectives``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from incidentkit.cli.bounds import day_or_time
from incidentkit.cli.faces import words_of
from incidentkit.cli.options import As, AsJson, Lang, Now, ShopFile, Store
from incidentkit.cli.screen import Screen, show_json
from incidentkit.cli.stores import DEFAULT_STORE, desk_to_read
from incidentkit.cli.usage import Misused
from incidentkit.domain.actors import Actor
from incidentkit.errors import RuleViolation, UnknownIdError

if TYPE_CHECKING:
    from incidentkit.desk.desk import Desk
    from incidentkit.domain.goals import Objective

__all__ = ["objectives"]

_MOST = 10_000
_SHOWN_OF_ID = 8


class Action(StrEnum):
    """What can be done with goals."""

    LIST = "list"
    CHECK = "check"
    SET = "set"
    SHOW = "show"
    END = "end"
    MONDAY = "monday"
    FORECASTS = "forecasts"


class End(StrEnum):
    """How a goal can end."""

    REACHED = "reached"
    MISSED = "missed"
    DROPPED = "dropped"


def objectives(
    ctx: typer.Context,
    action: Annotated[Action, typer.Argument(metavar="list|check|set|show|end|monday|forecasts")] = Action.LIST,
    which: Annotated[str | None, typer.Argument(metavar="FILE|ID")] = None,
    again: Annotated[str | None, typer.Option("--again", metavar="ID")] = None,
    reason: Annotated[str | None, typer.Option("--reason", metavar="WORDS")] = None,
    state: Annotated[End | None, typer.Option("--state", metavar="reached|missed|dropped")] = None,
    outcome: Annotated[str | None, typer.Option("--outcome", metavar="WORDS")] = None,
    person: Annotated[str | None, typer.Option("--person", metavar="NAME")] = None,
    team: Annotated[str | None, typer.Option("--team", metavar="NAME")] = None,
    every: Annotated[bool, typer.Option("--all")] = False,
    as_: As = None,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    now: Now = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Check and set goals, show how they stand, what is foreseen, and what is done differently this Monday."""
    screen = Screen.of(words_of(ctx))
    by = Actor("cli", as_) if as_ else None
    with desk_to_read(store, shop, day_or_time(now, "--now")) as desk:
        if action is Action.LIST:
            _list(screen, desk, every, team, as_json)
        elif action is Action.CHECK:
            _check(screen, desk, _file(which), again, as_json)
        elif action is Action.SET:
            _set(screen, desk, _file(which), again, reason, by, as_json)
        elif action is Action.SHOW:
            _show(screen, desk, _found(desk, which), as_json)
        elif action is Action.END:
            _end(screen, desk, _found(desk, which), state, outcome, by, as_json)
        elif action is Action.MONDAY:
            _monday(screen, desk, person, team, as_json)
        else:
            _forecasts(screen, desk, _found(desk, which), as_json)


# --- Finding -----------------------------------------------------------------------------------------------------


def _file(given: str | None) -> Path:
    if given is None:
        raise Misused("missing_argument", name="FILE")
    return Path(given)


def _found(desk: Desk, given: str | None) -> Objective:
    """By its id or the end of it; without one, the only goal that is worked for."""
    running = desk.objectives.find(limit=_MOST)
    if given is None and len(running) == 1:
        return running[0]
    ending = [
        goal
        for goal in desk.objectives.find(running=None, limit=_MOST)
        if given and len(given) >= 4 and goal.id.endswith(given)
    ]
    if len(ending) == 1:
        return ending[0]
    raise UnknownIdError(
        "The goal",
        "is one of this record, by its id or the end of it",
        got="none" if given is None else f"{len(ending)} that end in {given[:40]!r}",
        next="Those that there are: incidentkit objectives list --all",
    )


# --- Showing -----------------------------------------------------------------------------------------------------


def _list(screen: Screen, desk: Desk, every: bool, team: str | None, as_json: bool) -> None:
    found = desk.objectives.find(running=None if every else True, team=team, limit=_MOST)
    if as_json:
        show_json({"objectives": [_as_dict(goal) for goal in found]})
        return
    from incidentkit.cli.goals import show_goals

    show_goals(screen, desk, found)


def _show(screen: Screen, desk: Desk, goal: Objective, as_json: bool) -> None:
    found = desk.objectives.progress(goal.id)
    if as_json:
        show_json(found.as_dict())
        return
    from incidentkit.cli.goals import show_progress

    show_progress(screen, desk, found)


def _check(screen: Screen, desk: Desk, file: Path, again: str | None, as_json: bool) -> None:
    from incidentkit.cli.goals import show_lacks
    from incidentkit.codec.goals import load_objective

    draft = load_objective(file)
    lacks = desk.objectives.check(draft, objective=None if again is None else _found(desk, again).id)
    grave = sum(lack.grave for lack in lacks)
    if as_json:
        from attrs import asdict

        show_json({"file": str(file), "ok": not grave, "lacks": [asdict(lack) for lack in lacks]})
    else:
        show_lacks(screen, desk, draft, lacks)
    if grave:
        raise RuleViolation(str(file), "lacks nothing that is grave before it is set", got=f"{grave} of that")


def _set(
    screen: Screen, desk: Desk, file: Path, again: str | None, reason: str | None, by: Actor | None, as_json: bool
) -> None:
    from incidentkit.cli.goals import show_lacks
    from incidentkit.codec.goals import load_objective

    draft = load_objective(file)
    known = None if again is None else _found(desk, again).id
    try:
        goal = desk.objectives.set(draft, objective=known, reason=reason, by=by)
    except RuleViolation as error:
        if error.context.get("lacks") and not as_json:
            show_lacks(screen, desk, draft, error.context["lacks"])
        raise
    if as_json:
        show_json(_as_dict(goal))
    else:
        screen.say("objectives_done.set", goal=_short(goal), title=goal.title)


def _end(
    screen: Screen, desk: Desk, goal: Objective, state: End | None, outcome: str | None, by: Actor | None, as_json: bool
) -> None:
    if state is None:
        raise Misused("missing_argument", name="--state")
    ended = desk.objectives.end(goal.id, state=_state(state), outcome=outcome or "", by=by)
    if as_json:
        show_json(_as_dict(ended))
    else:
        screen.say("objectives_done.ended", goal=_short(goal), state=screen.words.named("objective_states", ended.state.value))


def _state(state: End) -> Literal["reached", "missed", "dropped"]:
    if state is End.REACHED:
        return "reached"
    return "missed" if state is End.MISSED else "dropped"


def _monday(screen: Screen, desk: Desk, person: str | None, team: str | None, as_json: bool) -> None:
    found = desk.objectives.monday(person, team)
    if as_json:
        show_json(found.as_dict())
        return
    from incidentkit.cli.goals import show_monday

    show_monday(screen, desk, found)


def _forecasts(screen: Screen, desk: Desk, goal: Objective, as_json: bool) -> None:
    found = desk.objectives.forecasts(goal.id)
    if as_json:
        show_json(found.as_dict())
        return
    from incidentkit.cli.goals import show_forecasts

    show_forecasts(screen, desk, goal, found)


def _short(goal: Objective) -> str:
    return goal.id[-_SHOWN_OF_ID:]


def _as_dict(goal: Objective) -> dict[str, Any]:
    from attrs import asdict

    from incidentkit.domain.texts import Text

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: plain(item) for name, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [plain(item) for item in value]
        return value.isoformat() if hasattr(value, "isoformat") else value

    found = asdict(goal, recurse=True, value_serializer=lambda _, __, value: str(value) if isinstance(value, Text) else value)
    found.pop("forecasts")
    shown: dict[str, Any] = plain(found)
    return shown
