"""``incidentkit incident``."""

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
from incidentkit.cli.uses import Use, check_use
from incidentkit.domain.actors import Actor

if TYPE_CHECKING:
    from incidentkit.cli.values import Values
    from incidentkit.desk.desk import Desk
    from incidentkit.domain.incidents import Incident

__all__ = ["incident"]


class Action(StrEnum):
    """What can be done with one case."""

    HAND_OVER = "hand-over"
    ACCEPT = "accept"
    ESCALATE = "escalate"
    WAIT = "wait"
    ENTER = "enter"
    RESOLVE = "resolve"
    WAIVE = "waive"
    CLOSE = "close"
    REOPEN = "reopen"
    COMPLAIN = "complain"
    WITHDRAW = "withdraw"
    MERGE = "merge"
    UNMERGE = "unmerge"


_USES: Mapping[Action, Use] = {
    Action.HAND_OVER: Use("hand_over", ("to",)),
    Action.ACCEPT: Use("accept_handover"),
    Action.ESCALATE: Use("escalate", ("reason",), ("to",)),
    Action.WAIT: Use("wait", ("reason",), ("until",)),
    Action.ENTER: Use("enter", ("substate",)),
    Action.RESOLVE: Use("resolve", (), ("reason",)),
    Action.WAIVE: Use("waive", ("reason",)),
    Action.CLOSE: Use("close"),
    Action.REOPEN: Use("reopen", ("reason",), ("disproved",)),
    Action.COMPLAIN: Use("complain", ("reason",)),
    Action.WITHDRAW: Use("withdraw", ("reason",)),
    Action.MERGE: Use("merge", ("into",)),
    Action.UNMERGE: Use("unmerge", ("reason",)),
}


def incident(
    ctx: typer.Context,
    named: Annotated[list[str], typer.Argument(metavar="[ACTION] INCIDENT")],
    reason: Annotated[str | None, typer.Option("--reason", metavar="WORDS")] = None,
    to: Annotated[str | None, typer.Option("--to", metavar="NAME")] = None,
    into: Annotated[str | None, typer.Option("--into", metavar="INCIDENT")] = None,
    substate: Annotated[str | None, typer.Option("--substate", metavar="NAME")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="T")] = None,
    disproved: Annotated[bool, typer.Option("--disproved")] = False,
    as_: As = None,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    now: Now = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Show a case as it stands, or do something with it."""
    given: dict[str, Any] = {
        "reason": reason,
        "to": to,
        "into": into,
        "substate": substate,
        "until": day_or_time(until, "--until"),
        "disproved": disproved or None,
    }
    action, case_id = _named(named)
    options = {name: value for name, value in given.items() if value is not None}
    check_use(Use("get") if action is None else _USES[action], action or "", options)
    with desk_to_read(store, shop, day_or_time(now, "--now")) as desk:
        case = found_incident(desk, case_id)
        after = case if action is None else _done(desk, action, case, options, as_)
        _answer(Screen.of(words_of(ctx)), desk, action, case, after, as_json)


def _named(words: list[str]) -> tuple[Action | None, str]:
    """The action, if any, and the case."""
    if len(words) > 2:
        raise Misused("too_many", extra=" ".join(words[2:]))
    first = words[0]
    if len(words) == 1 and first in list(Action):
        raise Misused("missing_argument", name="INCIDENT")
    if len(words) == 1:
        return None, first
    if first not in list(Action):
        raise Misused("choice", "ACTION", got=first or '""', choices=", ".join(Action))
    return Action(first), words[1]


def _done(desk: Desk, action: Action, case: Incident, options: dict[str, Any], who: str | None) -> Incident:
    if "into" in options:
        options = options | {"into": found_incident(desk, options["into"]).id}
    by = {"by": Actor("cli", who)} if who else {}  # whoever complains is the customer, unless it is said
    after: Incident = getattr(desk.incidents, _USES[action].command)(case.id, **options, **by)
    return after


def _answer(screen: Screen, desk: Desk, action: Action | None, before: Incident, after: Incident, as_json: bool) -> None:
    from incidentkit.cli.case_page import case_as_dict, show_case
    from incidentkit.cli.values import Values

    if as_json:
        show_json(case_as_dict(desk, after))
    elif action is None:
        show_case(screen, desk, after)
    else:
        key = f"{action.value}.elsewhere" if after.id != before.id else action.value
        screen.say(f"incident_done.{key}", **_values(Values(screen.words, desk.shop.tzinfo), after))


def _values(values: Values, case: Incident) -> dict[str, object]:
    """What the answer to an action may name."""
    return {
        "case": case.id,
        "owner": case.owner.label,
        "to": case.handover.to if case.handover else "",
        "other": case.merged_into or "",
        "level": case.level,
        "substate": case.substate.replace("_", " "),
        "day": values.due(case.holds[-1].at_most) if case.holds else "",
    }
