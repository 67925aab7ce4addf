"""``incidentkit blocks``."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from incidentkit.cli.bounds import day_or_time
from incidentkit.cli.faces import words_of
from incidentkit.cli.incidents import found_incident
from incidentkit.cli.options import As, AsJson, Lang, Now, ShopFile, Store
from incidentkit.cli.screen import Screen, show_json
from incidentkit.cli.stores import DEFAULT_STORE, desk_to_read
from incidentkit.cli.usage import Misused
from incidentkit.cli.uses import Use, check_use, given_of
from incidentkit.domain.actors import Actor

if TYPE_CHECKING:
    from incidentkit.desk.desk import Desk
    from incidentkit.domain.incidents import Incident

__all__ = ["blocks"]

_MOST = 10_000


class Action(StrEnum):
    """What can be done about rules that stand in the way."""

    OFTEN = "often"
    LIST = "list"
    NOTE = "note"
    AROUND = "around"
    LEAVE = "leave"
    ANALYSE = "analyse"


_USES: Mapping[Action, Use] = {
    Action.OFTEN: Use("often", (), ("since", "until", "team")),
    Action.LIST: Use("find", (), ("rule", "every")),
    Action.NOTE: Use("blocked", ("rule", "wanted")),
    Action.AROUND: Use("work_around", ("how", "allowed_by"), ("cost", "block")),
    Action.LEAVE: Use("leave_blocked", ("reason",), ("block",)),
    Action.ANALYSE: Use("analyse", ("rule",), ("problem", "since", "until", "team")),
}

_OF_CASES = (Action.NOTE, Action.AROUND, Action.LEAVE)


def blocks(
    ctx: typer.Context,
    action: Annotated[Action, typer.Argument(metavar="often|list|note|around|leave|analyse")] = Action.OFTEN,
    incident: Annotated[str | None, typer.Argument(metavar="INCIDENT")] = None,
    rule: Annotated[str | None, typer.Option("--rule", metavar="CODE")] = None,
    wanted: Annotated[str | None, typer.Option("--wanted", metavar="WORDS")] = None,
    block: Annotated[str | None, typer.Option("--block", metavar="BLOCK")] = None,
    how: Annotated[str | None, typer.Option("--how", metavar="WORDS")] = None,
    allowed_by: Annotated[str | None, typer.Option("--allowed-by", metavar="AGENT")] = None,
    cost: Annotated[str | None, typer.Option("--cost", metavar="AMOUNT")] = None,
    reason: Annotated[str | None, typer.Option("--reason", metavar="WORDS")] = None,
    problem: Annotated[str | None, typer.Option("--problem", metavar="WORDS")] = None,
    since: Annotated[str | None, typer.Option("--since", metavar="D")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="D")] = None,
    team: Annotated[str | None, typer.Option("--team", metavar="NAME")] = None,
    every: Annotated[bool, typer.Option("--all")] = False,
    as_: As = None,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    now: Now = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Show which rules of the process stand in the way; note one, a way around it, or that it was left as it is."""
    options = given_of(
        rule=rule,
        wanted=wanted,
        block=block,
        how=how,
        allowed_by=allowed_by,
        cost=cost,
        reason=reason,
        problem=problem,
        since=day_or_time(since, "--since"),
        until=day_or_time(until, "--until"),
        team=team,
        every=every,
    )
    check_use(_USES[action], action, options)
    if action in _OF_CASES and not incident:
        raise Misused("missing_argument", name="INCIDENT")
    if incident and action in (Action.OFTEN, Action.ANALYSE):
        raise Misused("too_many", extra=incident)
    with desk_to_read(store, shop, day_or_time(now, "--now")) as desk:
        screen = Screen.of(words_of(ctx))
        if action is Action.OFTEN:
            _often(screen, desk, options, as_json)
        elif action is Action.LIST:
            _list(screen, desk, incident, options, as_json)
        elif action is Action.ANALYSE:
            _analyse(screen, desk, options, as_, as_json)
        else:
            _note(screen, desk, action, found_incident(desk, incident or ""), options, as_, as_json)


def _often(screen: Screen, desk: Desk, options: dict[str, Any], as_json: bool) -> None:
    from incidentkit.cli.block_views import BlockView, found_as_dict

    found = desk.blocks.often(**options)
    if as_json:
        show_json(found_as_dict(found))
    else:
        BlockView(screen, desk).often(found)


def _list(screen: Screen, desk: Desk, incident: str | None, options: dict[str, Any], as_json: bool) -> None:
    from incidentkit.cli.block_views import BlockView
    from incidentkit.cli.plain import plain

    case = None if incident is None else found_incident(desk, incident).id
    only = None if options.get("every") or case is not None else True
    found = desk.blocks.find(rule=options.get("rule"), incident=case, open=only, limit=_MOST)
    if as_json:
        show_json({"as_of": desk.clock().isoformat(), "blocks": [plain(each) for each in found]})
    else:
        BlockView(screen, desk).blocks(found)


def _analyse(screen: Screen, desk: Desk, options: dict[str, Any], who: str | None, as_json: bool) -> None:
    from incidentkit.cli.cause_views import analysis_as_dict, short_id

    found = desk.blocks.analyse(options.pop("rule"), **options, by=Actor("cli", who) if who else None)
    if as_json:
        show_json(analysis_as_dict(found))
    else:
        screen.say("blocks_done.analyse", analysis=short_id(found.id), count=len(found.incidents), team=found.team)


def _note(
    screen: Screen, desk: Desk, action: Action, case: Incident, options: dict[str, Any], who: str | None, as_json: bool
) -> None:
    from incidentkit.cli.case_page import case_as_dict

    by = {"by": Actor("cli", who)} if who else {}
    block = () if action is Action.NOTE else (options.pop("block", None) or _only(case),)
    after: Incident = getattr(desk.incidents, _USES[action].command)(case.id, *block, **options, **by)
    if as_json:
        show_json(case_as_dict(desk, after))
    else:
        place = block[0] if block else after.blocks[-1].id
        screen.say(f"blocks_done.{action.value}", case=case.id, block=place)


def _only(case: Incident) -> str:
    """The one that is open; of several, one has to be named."""
    waiting = [block.id for block in case.blocks if block.open]
    if len(waiting) != 1:
        raise Misused("missing_option", name="--block")
    return waiting[0]
