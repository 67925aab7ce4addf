"""``incidentkit offers``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from incidentkit.cli.bounds import day_or_time
from incidentkit.cli.faces import words_of
from incidentkit.cli.incidents import found_incident
from incidentkit.cli.offer_words import offer_in_words
from incidentkit.cli.options import As, AsJson, Lang, Now, ShopFile, Store
from incidentkit.cli.screen import Screen, show_json
from incidentkit.cli.stores import DEFAULT_STORE, desk_to_read
from incidentkit.cli.usage import Misused
from incidentkit.cli.uses import Use, check_use, given_of
from incidentkit.domain.actors import Actor

if TYPE_CHECKING:
    from incidentkit.desk.desk import Desk
    from incidentkit.domain.incidents import Incident
    from incidentkit.domain.remedies import Offer

__all__ = ["offers"]


class Action(StrEnum):
    """What can be done about the offers of a case."""

    PREVIEW = "preview"
    MAKE = "make"
    ACCEPT = "accept"
    DECLINE = "decline"
    COUNTER = "counter"
    AGREE = "agree"
    CARRY_OUT = "carry-out"
    DROP = "drop"


_DATES = ("until", "after_return")

_USES: Mapping[Action, Use] = {
    Action.PREVIEW: Use("preview", ("by",), _DATES),
    Action.MAKE: Use("offer", ("by",), _DATES),
    Action.ACCEPT: Use("accept"),
    Action.DECLINE: Use("decline"),
    Action.COUNTER: Use("counter", ("by",), _DATES),
    Action.AGREE: Use("agree"),
    Action.CARRY_OUT: Use("carry_out", ("reference",)),
    Action.DROP: Use("drop", ("reason",)),
}


def offers(
    ctx: typer.Context,
    named: Annotated[list[str], typer.Argument(metavar="[ACTION] INCIDENT [OFFER]...")],
    by_day: Annotated[str | None, typer.Option("--by", metavar="T")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="T")] = None,
    after_return: Annotated[bool, typer.Option("--after-return")] = False,
    reference: Annotated[str | None, typer.Option("--reference", metavar="TEXT")] = None,
    reason: Annotated[str | None, typer.Option("--reason", metavar="WORDS")] = None,
    as_: As = None,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    now: Now = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Show what was offered in a case, agreed, done, and what is left; or do something about it."""
    action, case_id, rest = _named(named)
    given = {"by": by_day, "until": until, "after_return": after_return, "reference": reference, "reason": reason}
    check_use(Use("get") if action is None else _USES[action], action or "", given_of(**given))
    dates = {"by": day_or_time(by_day, "--by"), "until": day_or_time(until, "--until"), "after_return": after_return}
    who = {"by": Actor("cli", as_)} if as_ else {}
    with desk_to_read(store, shop, day_or_time(now, "--now")) as desk:
        case, screen = found_incident(desk, case_id), Screen.of(words_of(ctx))
        if action is Action.PREVIEW:
            _preview(screen, desk, case, _written(rest, dates), who, as_json)
            return
        if action is not None:
            case = _DONE[action](desk, case, rest, given, dates, who)
        _show(screen, desk, case, as_json)


def _named(words: list[str]) -> tuple[Action | None, str, list[str]]:
    """The action, if any, the case, and what else was named."""
    if words[0] in list(Action):
        if len(words) == 1:
            raise Misused("missing_argument", name="INCIDENT")
        return Action(words[0]), words[1], words[2:]
    if len(words) > 1:
        raise Misused("choice", "ACTION", got=words[0] or '""', choices=", ".join(Action))
    return None, words[0], []


def _one(rest: list[str], name: str) -> str:
    if not rest:
        raise Misused("missing_argument", name=name)
    if len(rest) > 1:
        raise Misused("too_many", extra=" ".join(rest[1:]))
    return rest[0]


def _written(rest: list[str], dates: Mapping[str, Any]) -> list[Offer]:
    if not rest:
        raise Misused("missing_argument", name="OFFER")
    return [offer_in_words(words, dates["by"], dates["until"], after_return=dates["after_return"]) for words in rest]


_Do = Callable[["Desk", "Incident", list[str], Mapping[str, Any], Mapping[str, Any], Mapping[str, Any]], "Incident"]


def _make(
    desk: Desk, case: Incident, rest: list[str], given: Any, dates: Mapping[str, Any], who: Mapping[str, Any]
) -> Incident:
    return desk.incidents.offer(case.id, _written(rest, dates), **who)


def _counter(
    desk: Desk, case: Incident, rest: list[str], given: Any, dates: Mapping[str, Any], who: Mapping[str, Any]
) -> Incident:
    if len(rest) < 2:
        raise Misused("missing_argument", name="OFFER")
    asked = _written([_one(rest[1:], "OFFER")], dates)[0]
    return desk.incidents.counter(case.id, rest[0], asked, **who)


def _answered(command: str) -> _Do:
    def answer(desk: Desk, case: Incident, rest: list[str], given: Any, dates: Any, who: Mapping[str, Any]) -> Incident:
        after: Incident = getattr(desk.incidents, command)(case.id, _one(rest, "OFFER"), **who)
        return after

    return answer


def _carry_out(
    desk: Desk, case: Incident, rest: list[str], given: Mapping[str, Any], dates: Any, who: Mapping[str, Any]
) -> Incident:
    return desk.incidents.carry_out(case.id, _one(rest, "REMEDY"), reference=given["reference"], **who)


def _drop(
    desk: Desk, case: Incident, rest: list[str], given: Mapping[str, Any], dates: Any, who: Mapping[str, Any]
) -> Incident:
    return desk.incidents.drop(case.id, _one(rest, "REMEDY"), reason=given["reason"], **who)


_DONE: Mapping[Action, _Do] = {
    Action.MAKE: _make,
    Action.ACCEPT: _answered("accept"),
    Action.DECLINE: _answered("decline"),
    Action.COUNTER: _counter,
    Action.AGREE: _answered("agree"),
    Action.CARRY_OUT: _carry_out,
    Action.DROP: _drop,
}


# --- Showing -----------------------------------------------------------------------------------------------------


def _show(screen: Screen, desk: Desk, case: Incident, as_json: bool) -> None:
    from incidentkit.cli.offers_page import ledgers_as_dict, offers_as_dict, show_offers

    if as_json:
        show_json({**offers_as_dict(desk, case), "ledgers": ledgers_as_dict(desk, case)})
    else:
        show_offers(screen, desk, case)


def _preview(screen: Screen, desk: Desk, case: Incident, made: list[Offer], who: Mapping[str, Any], as_json: bool) -> None:
    from incidentkit.cli.offers_page import preview_as_dict, show_preview

    preview = desk.incidents.preview(case.id, made, **who)
    if as_json:
        show_json(preview_as_dict(desk, case, preview))
    else:
        show_preview(screen, desk, case, preview)
