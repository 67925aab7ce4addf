"""``incidentkit causes``."""

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
from incidentkit.cli.uses import Use, check_use, ending_in, given_of
from incidentkit.domain.actors import Actor
from incidentkit.errors import UnknownIdError

if TYPE_CHECKING:
    from incidentkit.desk.desk import Desk
    from incidentkit.domain.analyses import Analysis

__all__ = ["causes", "found_analysis"]

_MOST = 10_000


class Action(StrEnum):
    """What can be done with analyses."""

    LIST = "list"
    SHOW = "show"
    BEGIN = "begin"
    WHY = "why"
    RETRACT = "retract"
    EXPLAIN = "explain"
    HEAR = "hear"
    CONCLUDE = "conclude"
    REOPEN = "reopen"
    DROP = "drop"


_USES: Mapping[Action, Use] = {
    Action.LIST: Use("find", (), ("every", "cause", "step", "team", "incident")),
    Action.SHOW: Use("get"),
    Action.BEGIN: Use("begin", ("problem",), ("incident", "signature", "team")),
    Action.WHY: Use("why", ("because", "evidence", "step"), ("incident",)),
    Action.RETRACT: Use("retract", ("place", "reason")),
    Action.EXPLAIN: Use("explain", ("incident",)),
    Action.HEAR: Use("hear", ("words",), ("incident",)),
    Action.CONCLUDE: Use("conclude", ("cause",), ("step", "place")),
    Action.REOPEN: Use("reopen", ("reason",)),
    Action.DROP: Use("drop", ("reason",)),
}


def causes(
    ctx: typer.Context,
    action: Annotated[
        Action, typer.Argument(metavar="list|show|begin|why|retract|explain|hear|conclude|reopen|drop")
    ] = Action.LIST,
    analysis: Annotated[str | None, typer.Argument(metavar="ANALYSIS")] = None,
    problem: Annotated[str | None, typer.Option("--problem", metavar="WORDS")] = None,
    because: Annotated[str | None, typer.Option("--because", metavar="WORDS")] = None,
    evidence: Annotated[str | None, typer.Option("--evidence", metavar="WORDS")] = None,
    words: Annotated[str | None, typer.Option("--words", metavar="WORDS")] = None,
    reason: Annotated[str | None, typer.Option("--reason", metavar="WORDS")] = None,
    step: Annotated[str | None, typer.Option("--step", metavar="CODE")] = None,
    cause: Annotated[str | None, typer.Option("--cause", metavar="CODE")] = None,
    place: Annotated[int | None, typer.Option("--place", metavar="N", min=1)] = None,
    incident: Annotated[list[str] | None, typer.Option("--incident", metavar="INCIDENT")] = None,
    signature: Annotated[str | None, typer.Option("--signature", metavar="CAUSE/KIND/SUBJECT")] = None,
    team: Annotated[str | None, typer.Option("--team", metavar="NAME")] = None,
    every: Annotated[bool, typer.Option("--all")] = False,
    as_: As = None,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    now: Now = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Follow what goes wrong to its cause: begin an analysis, add a why with its evidence, conclude."""
    options = given_of(
        problem=problem,
        because=because,
        evidence=evidence,
        words=words,
        reason=reason,
        step=step,
        cause=cause,
        place=place,
        incident=incident,
        signature=signature,
        team=team,
        every=every,
    )
    check_use(_USES[action], action, options)
    if action not in (Action.LIST, Action.BEGIN) and not analysis:
        raise Misused("missing_argument", name="ANALYSIS")
    if analysis and action in (Action.LIST, Action.BEGIN):
        raise Misused("too_many", extra=analysis)
    with desk_to_read(store, shop, day_or_time(now, "--now")) as desk:
        _run(Screen.of(words_of(ctx)), desk, action, analysis or "", options, as_, as_json)


def _run(
    screen: Screen, desk: Desk, action: Action, named: str, options: dict[str, Any], who: str | None, as_json: bool
) -> None:
    from incidentkit.cli.cause_views import CauseView, analysis_as_dict, short_id

    view = CauseView(screen, desk)
    if action is Action.LIST:
        found = _listed(desk, options)
        if as_json:
            show_json({"as_of": desk.clock().isoformat(), "analyses": [analysis_as_dict(one) for one in found]})
        else:
            view.analyses(found)
        return
    after = _done(desk, action, named, options, who)
    if as_json:
        show_json(analysis_as_dict(after))
    elif action is Action.SHOW:
        view.analysis(after)
    else:
        screen.say(f"causes_done.{action.value}", analysis=short_id(after.id), place=len(after.whys), cause=after.cause)


def _listed(desk: Desk, options: dict[str, Any]) -> tuple[Analysis, ...]:
    about = _incidents(desk, options)
    if len(about) > 1:
        raise Misused("too_many", "--incident", extra=about[1])
    return desk.analyses.find(
        open=None if options.get("every") or "cause" in options else True,
        incident=about[0] if about else None,
        cause=options.get("cause"),
        step=options.get("step"),
        team=options.get("team"),
        limit=_MOST,
    )


def _done(desk: Desk, action: Action, named: str, options: dict[str, Any], who: str | None) -> Analysis:
    """Run one of the desk's commands with these options."""
    given = {name: value for name, value in options.items() if name != "incident"}
    about = _incidents(desk, options)
    if about and action is Action.HEAR:
        given["incident"] = about[0]
    elif about:
        given["incidents"] = about
    if action is Action.CONCLUDE and "place" in given:
        given["root"] = given.pop("place")
    first = () if action is Action.BEGIN else (found_analysis(desk, named).id,)
    by = {"by": Actor("cli", who)} if who and action is not Action.SHOW else {}
    after: Analysis = getattr(desk.analyses, _USES[action].command)(*first, **given, **by)
    return after


def _incidents(desk: Desk, options: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(found_incident(desk, case).id for case in options.get("incident", ()))


def found_analysis(desk: Desk, given: str) -> Analysis:
    """By its id, or by how the id of one ends.

    Raises:
        UnknownIdError: it is neither, or of several.
    """
    ending = ending_in(given, [analysis.id for analysis in desk.analyses.find(limit=_MOST)])
    try:
        return desk.analyses.get(ending[0] if len(ending) == 1 else given)
    except UnknownIdError as error:
        raise UnknownIdError(
            "The analysis",
            "is one of this record, by its id or the end of it",
            got=f"{len(ending)} that end in {given[:40]!r}",
            next="All of them: incidentkit causes --all",
        ) from error
