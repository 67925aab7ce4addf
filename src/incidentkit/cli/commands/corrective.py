"""``incidentkit corrective``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from incidentkit.cli.bounds import day_or_time
from incidentkit.cli.commands.causes import found_analysis
from incidentkit.cli.faces import words_of
from incidentkit.cli.incidents import found_incident
from incidentkit.cli.options import As, AsJson, Lang, Now, ShopFile, Store
from incidentkit.cli.screen import Screen, show_json
from incidentkit.cli.stores import DEFAULT_STORE, desk_to_read
from incidentkit.cli.usage import Misused
from incidentkit.cli.uses import Use, check_use, ending_in, given_of
from incidentkit.domain.actors import Actor
from incidentkit.errors import UnknownIdError

if TYPE_CHECKING:
    from incidentkit.desk.desk import Desk
    from incidentkit.domain.corrective_actions import CorrectiveAction

__all__ = ["corrective"]

_MOST = 10_000
_SPANS = ("window", "settle", "baseline")


class Action(StrEnum):
    """What can be done with corrective actions."""

    LIST = "list"
    SHOW = "show"
    PLAN = "plan"
    TAKE = "take"
    DONE = "done"
    VERIFY = "verify"
    EXTEND = "extend"
    REOPEN = "reopen"
    CANCEL = "cancel"


_USES: Mapping[Action, Use] = {
    Action.LIST: Use("find", (), ("every", "sponsor", "doer", "incident", "analysis")),
    Action.SHOW: Use("get"),
    Action.PLAN: Use("plan", ("what", "sponsor", "doer", "due"), ("signature", "analysis", "incident", "limit", *_SPANS)),
    Action.TAKE: Use("take"),
    Action.DONE: Use("done", ("outcome",)),
    Action.VERIFY: Use("verify"),
    Action.EXTEND: Use("extend", ("window",)),
    Action.REOPEN: Use("reopen", ("reason",)),
    Action.CANCEL: Use("cancel", ("reason",)),
}


def corrective(
    ctx: typer.Context,
    action: Annotated[Action, typer.Argument(metavar="list|show|plan|take|done|verify|extend|reopen|cancel")] = Action.LIST,
    named: Annotated[str | None, typer.Argument(metavar="ID")] = None,
    what: Annotated[str | None, typer.Option("--what", metavar="WORDS")] = None,
    signature: Annotated[str | None, typer.Option("--signature", metavar="CAUSE/KIND/SUBJECT")] = None,
    sponsor: Annotated[str | None, typer.Option("--sponsor", metavar="WHO")] = None,
    doer: Annotated[str | None, typer.Option("--doer", metavar="NAME")] = None,
    due: Annotated[str | None, typer.Option("--due", metavar="D")] = None,
    analysis: Annotated[str | None, typer.Option("--analysis", metavar="ANALYSIS")] = None,
    incident: Annotated[list[str] | None, typer.Option("--incident", metavar="INCIDENT")] = None,
    limit: Annotated[float | None, typer.Option("--limit", metavar="SHARE")] = None,
    window: Annotated[int | None, typer.Option("--window", metavar="DAYS", min=1, max=3660)] = None,
    settle: Annotated[int | None, typer.Option("--settle", metavar="DAYS", min=0, max=3660)] = None,
    baseline: Annotated[int | None, typer.Option("--baseline", metavar="DAYS", min=1, max=3660)] = None,
    outcome: Annotated[str | None, typer.Option("--outcome", metavar="WORDS")] = None,
    reason: Annotated[str | None, typer.Option("--reason", metavar="WORDS")] = None,
    every: Annotated[bool, typer.Option("--all")] = False,
    as_: As = None,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    now: Now = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Show what is done so that things do not happen again, and whether it has helped; plan, take, finish or judge one."""
    options = given_of(
        what=what,
        signature=signature,
        sponsor=sponsor,
        doer=doer,
        due=day_or_time(due, "--due"),
        analysis=analysis,
        incident=incident,
        limit=limit,
        outcome=outcome,
        reason=reason,
        every=every,
        **{
            name: timedelta(days=days)
            for name, days in zip(_SPANS, (window, settle, baseline), strict=True)
            if days is not None
        },
    )
    check_use(_USES[action], action, options)
    if action not in (Action.LIST, Action.PLAN) and not named:
        raise Misused("missing_argument", name="ID")
    if named and action in (Action.LIST, Action.PLAN):
        raise Misused("too_many", extra=named)
    with desk_to_read(store, shop, day_or_time(now, "--now")) as desk:
        if action is Action.LIST:
            _list(Screen.of(words_of(ctx)), desk, options, as_json)
        else:
            after = _done(desk, action, named or "", options, as_)
            _answer(Screen.of(words_of(ctx)), desk, action, after, as_json)


def _list(screen: Screen, desk: Desk, options: dict[str, Any], as_json: bool) -> None:
    from incidentkit.cli.cause_views import CauseView, action_as_dict

    resolved = _resolved(desk, options)
    about = resolved.get("incidents", ())
    if len(about) > 1:
        raise Misused("too_many", "--incident", extra=about[1])
    found = desk.corrective_actions.find(
        open=None if options.get("every") else True,
        sponsor=options.get("sponsor"),
        doer=options.get("doer"),
        analysis=resolved.get("analysis"),
        incident=about[0] if about else None,
        limit=_MOST,
    )
    if as_json:
        show_json({"as_of": desk.clock().isoformat(), "actions": [action_as_dict(one) for one in found]})
    else:
        CauseView(screen, desk).actions(found, desk.clock())


def _done(desk: Desk, action: Action, named: str, options: dict[str, Any], who: str | None) -> CorrectiveAction:
    """Run one of the desk's commands with these options."""
    first = () if action is Action.PLAN else (_found(desk, named).id,)
    by = {"by": Actor("cli", who)} if who and action is not Action.SHOW else {}
    command = getattr(desk.corrective_actions, _USES[action].command)
    after: CorrectiveAction = command(*first, **_resolved(desk, options), **by)
    return after


def _resolved(desk: Desk, options: dict[str, Any]) -> dict[str, Any]:
    """The same, with the ids of what is named."""
    given = {name: value for name, value in options.items() if name != "incident"}
    if "incident" in options:
        given["incidents"] = tuple(found_incident(desk, case).id for case in options["incident"])
    if "analysis" in options:
        given["analysis"] = found_analysis(desk, options["analysis"]).id
    return given


def _answer(screen: Screen, desk: Desk, action: Action, after: CorrectiveAction, as_json: bool) -> None:
    from incidentkit.cli.cause_views import CauseView, action_as_dict, effect_as_dict, short_id

    if as_json:
        shown = effect_as_dict(desk.corrective_actions.effect(after.id))
        show_json(action_as_dict(after) | {"shows": shown})
    elif action in (Action.SHOW, Action.VERIFY):
        CauseView(screen, desk).action(after, desk.corrective_actions.effect(after.id))
    else:
        until = after.judged_from
        screen.say(
            f"corrective_done.{action.value}",
            action=short_id(after.id),
            doer=after.owner.agent or after.asked,
            sponsor=after.sponsor,
            day=_day(screen, desk, until) if until else "",
        )


def _day(screen: Screen, desk: Desk, at: datetime) -> str:
    from incidentkit.cli.values import Values

    values = Values(screen.words, desk.shop.tzinfo)
    return values.day(values.local(at))


def _found(desk: Desk, given: str) -> CorrectiveAction:
    """By its id, or by how the id of one ends."""
    ending = ending_in(given, [action.id for action in desk.corrective_actions.find(open=None, limit=_MOST)])
    try:
        return desk.corrective_actions.get(ending[0] if len(ending) == 1 else given)
    except UnknownIdError as error:
        raise UnknownIdError(
            "The corrective action",
            "is one of this record, by its id or the end of it",
            got=f"{len(ending)} that end in {given[:40]!r}",
            next="All of them: incidentkit corrective --all",
        ) from error
