"""``incidentkit commitments``."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from incidentkit.cli.bounds import day_or_time
from incidentkit.cli.faces import words_of
from incidentkit.cli.options import As, AsJson, Lang, Now, ShopFile, Store
from incidentkit.cli.screen import Piece, Screen, show_json
from incidentkit.cli.stores import DEFAULT_STORE, desk_to_read
from incidentkit.domain.actors import Actor
from incidentkit.errors import InvalidInput, UnknownIdError

if TYPE_CHECKING:
    from incidentkit.cli.table import Column
    from incidentkit.cli.values import Values
    from incidentkit.desk.desk import Desk
    from incidentkit.domain.commitments import Commitment
    from incidentkit.phrases.words import Words

__all__ = ["commitments"]

_MOST = 10_000
_SHOWN_OF_ID = 8


class Action(StrEnum):
    """What can be done with commitments."""

    LIST = "list"
    MAKE = "make"
    REPORT = "report"


def commitments(
    ctx: typer.Context,
    action: Annotated[Action, typer.Argument(metavar="list|make|report")] = Action.LIST,
    commitment: Annotated[str | None, typer.Argument(metavar="COMMITMENT")] = None,
    person: Annotated[str | None, typer.Option("--person", metavar="WHO")] = None,
    team: Annotated[str | None, typer.Option("--team", metavar="NAME")] = None,
    every: Annotated[bool, typer.Option("--all")] = False,
    what: Annotated[str | None, typer.Option("--what", metavar="WORDS")] = None,
    for_: Annotated[str | None, typer.Option("--for", metavar="MEASURE")] = None,
    asked_by: Annotated[str | None, typer.Option("--asked-by", metavar="WHO")] = None,
    due: Annotated[str | None, typer.Option("--due", metavar="D")] = None,
    key_result: Annotated[str | None, typer.Option("--key-result", metavar="ID")] = None,
    kept: Annotated[bool | None, typer.Option("--kept/--missed")] = None,
    evidence: Annotated[str | None, typer.Option("--evidence", metavar="WORDS")] = None,
    reason: Annotated[str | None, typer.Option("--reason", metavar="WORDS")] = None,
    as_: As = None,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    now: Now = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Show what people have committed themselves to, take down a commitment, or say what came of one."""
    screen, by = Screen.of(words_of(ctx)), Actor("cli", as_) if as_ else None
    with desk_to_read(store, shop, day_or_time(now, "--now")) as desk:
        if action is Action.LIST:
            found = desk.checkins.commitments(
                person=person, team=team, asked_by=asked_by, open=None if every else True, limit=_MOST
            )
            _list(screen, desk, found, as_json)
            return
        if action is Action.MAKE:
            changed = desk.checkins.commit(
                person or "",
                what or "",
                measure=for_ or "",
                asked_by=asked_by or "",
                due=day_or_time(due, "--due"),
                key_result=key_result,
                by=by,
            )
        else:
            changed = _report(desk, commitment, kept, evidence, reason, by)
        if as_json:
            show_json(_as_dict(changed))
        else:
            _said(screen, desk, changed)


def _report(
    desk: Desk, given: str | None, kept: bool | None, evidence: str | None, reason: str | None, by: Actor | None
) -> Commitment:
    commitment = _found(desk, given)
    if kept is None:
        raise InvalidInput("A report", "says whether it was kept", got="neither", next="Give --kept or --missed.")
    return desk.checkins.report(commitment.id, kept, evidence=evidence, reason=reason, by=by)


def _found(desk: Desk, given: str | None) -> Commitment:
    """By its id, or by how the id of one ends."""
    if not given:
        raise InvalidInput(
            "COMMITMENT", "names the commitment", got="none", next="Those that are open: incidentkit commitments"
        )
    all_ = desk.checkins.commitments(open=True, limit=_MOST)
    ending = [one for one in all_ if len(given) >= 4 and one.id.endswith(given)]
    if len(ending) == 1:
        return ending[0]
    try:
        return desk.checkins.commitment(given)
    except UnknownIdError as error:
        raise UnknownIdError(
            "The commitment",
            "is one of this record, by its id or the end of it",
            got=f"{len(ending)} open ones that end in {given[:40]!r}",
            next="All of them: incidentkit commitments --all --json",
        ) from error


def _said(screen: Screen, desk: Desk, commitment: Commitment) -> None:
    from incidentkit.phrases.meetings import Meetings

    screen.line(f"{_short(commitment)} · {Meetings(screen.words, desk.shop.tzinfo).commitment(commitment)}")


def _list(screen: Screen, desk: Desk, found: Sequence[Commitment], as_json: bool) -> None:
    from incidentkit.goals.commitments import tally

    present = desk.clock()
    if as_json:
        show_json({"as_of": present.isoformat(), "commitments": [_as_dict(one) for one in found]})
        return
    from incidentkit.cli.table import show_table
    from incidentkit.cli.values import Values

    words, values = screen.words, Values(screen.words, desk.shop.tzinfo)
    screen.line((f"{desk.shop.name} · {words.say('commitments.title')}", "bold"), (f" · {values.moment(present)}", "dim"))
    if not found:
        screen.say("commitments.empty")
        return
    counted = tally(found, present)
    if counted.due:
        screen.say("commitments.tally", kept=counted.kept, due=counted.due)
    screen.line()
    show_table(screen, _columns(words), [_row(one, values) for one in found])


def _columns(words: Words) -> Sequence[Column]:
    from incidentkit.cli.table import Column

    say = words.say
    return (
        Column(say("commitments.id")),
        Column(say("commitments.person")),
        Column(say("commitments.what"), flexible=True),
        Column(say("commitments.measure"), spare=2),
        Column(say("commitments.asker"), spare=1),
        Column(say("commitments.due")),
        Column(say("commitments.state")),
    )


def _row(commitment: Commitment, values: Values) -> Sequence[Piece]:
    state = commitment.state.value
    style = {"kept": "green", "missed": "red"}.get(state, "")
    return (
        _short(commitment),
        commitment.person,
        " ".join(str(commitment.what).split()),
        commitment.measure,
        commitment.asked_by,
        values.day(values.local(commitment.due)),
        (values.words.named("commitments.states", state), style),
    )


def _short(commitment: Commitment) -> str:
    return commitment.id[-_SHOWN_OF_ID:]


def _as_dict(commitment: Commitment) -> dict[str, object]:
    from incidentkit.cli.plain import plain

    shown: dict[str, object] = plain(commitment)
    return shown
