"""``incidentkit readings``."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer
from attrs import frozen

from incidentkit.cli.bounds import day_or_time
from incidentkit.cli.faces import words_of
from incidentkit.cli.options import As, AsJson, Lang, Now, ShopFile, Store
from incidentkit.cli.screen import Piece, Screen, show_json
from incidentkit.cli.stores import DEFAULT_STORE, desk_to_read
from incidentkit.cli.usage import Misused
from incidentkit.domain.actors import Actor
from incidentkit.errors import InvalidInput, UnknownIdError

if TYPE_CHECKING:
    from datetime import date, datetime

    from incidentkit.cli.values import Values
    from incidentkit.desk.desk import Desk
    from incidentkit.domain.readings import Reading

__all__ = ["readings"]

_MOST = 10_000
_SHOWN_OF_ID = 8


class Action(StrEnum):
    """What can be done with readings."""

    ENTER = "enter"
    LIST = "list"
    CORRECT = "correct"
    WITHDRAW = "withdraw"


@frozen
class _Given:
    """What was said about a reading."""

    value: str | None
    hits: int | None
    of: int | None
    team: str | None
    agent: str | None
    note: str | None
    reason: str | None
    at: str | None


def readings(
    ctx: typer.Context,
    action: Annotated[Action, typer.Argument(metavar="enter|list|correct|withdraw")] = Action.LIST,
    which: Annotated[str | None, typer.Argument(metavar="MEASURE|READING")] = None,
    value: Annotated[str | None, typer.Argument(metavar="VALUE")] = None,
    hits: Annotated[int | None, typer.Option("--hits", metavar="N")] = None,
    of: Annotated[int | None, typer.Option("--of", metavar="N")] = None,
    team: Annotated[str | None, typer.Option("--team", metavar="NAME")] = None,
    agent: Annotated[str | None, typer.Option("--agent", metavar="NAME")] = None,
    note: Annotated[str | None, typer.Option("--note", metavar="WORDS")] = None,
    reason: Annotated[str | None, typer.Option("--reason", metavar="WORDS")] = None,
    at: Annotated[str | None, typer.Option("--at", metavar="T")] = None,
    since: Annotated[str | None, typer.Option("--since", metavar="D")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="D")] = None,
    as_: As = None,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    now: Now = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Enter what was counted or rated by hand, put it right, or show it."""
    screen = Screen.of(words_of(ctx))
    bounds = day_or_time(since, "--since"), day_or_time(until, "--until")
    with desk_to_read(store, shop, day_or_time(now, "--now")) as desk:
        if action is Action.LIST:
            _list(screen, desk, which, team, agent, bounds, as_json)
            return
        if which is None:
            raise Misused("missing_argument", name="MEASURE" if action is Action.ENTER else "READING")
        by = Actor("cli", as_) if as_ else None
        changed = _act(desk, action, which, _Given(value, hits, of, team, agent, note, reason, at), by)
        if as_json:
            show_json(_as_dict(changed))
        else:
            screen.say(f"readings_done.{action.value}", reading=changed.id[-_SHOWN_OF_ID:], measure=changed.measure)


def _act(desk: Desk, action: Action, which: str, given: _Given, by: Actor | None) -> Reading:
    number = None if given.value is None else _number(given.value)
    if action is Action.ENTER:
        return desk.readings.enter(
            which,
            number,
            hits=given.hits,
            of=given.of,
            team=given.team,
            agent=given.agent,
            note=given.note,
            by=by,
            at=_instant(desk, given.at),
        )
    found = _found(desk, which)
    if action is Action.CORRECT:
        return desk.readings.correct(found.id, number, hits=given.hits, of=given.of, reason=given.reason or "", by=by)
    return desk.readings.withdraw(found.id, reason=given.reason or "", by=by)


def _number(text: str) -> int | Decimal:
    try:
        found = Decimal(text)
    except InvalidOperation:
        raise InvalidInput("VALUE", "must be a number such as 12 or 4.5", got=repr(text)[:40]) from None
    return int(found) if found.is_finite() and found == found.to_integral_value() else found


def _instant(desk: Desk, text: str | None) -> datetime | None:
    from incidentkit.measures.windows import first_instant

    day = day_or_time(text, "--at")
    return None if day is None else first_instant(day, desk.shop.zone, "--at")


def _found(desk: Desk, given: str) -> Reading:
    """By its id, or by how it ends."""
    ending = [r for r in desk.readings.find(withdrawn=True, limit=_MOST) if len(given) >= 4 and r.id.endswith(given)]
    if len(ending) == 1:
        return ending[0]
    try:
        return desk.readings.get(given)
    except UnknownIdError as error:
        raise UnknownIdError(
            "The reading",
            "is one of this record, by its id or the end of it",
            got=f"{len(ending)} that end in {given[:40]!r}",
            next="Those that there are: incidentkit readings",
        ) from error


# --- What is shown ---


def _list(
    screen: Screen,
    desk: Desk,
    measure: str | None,
    team: str | None,
    agent: str | None,
    bounds: tuple[date | datetime | None, date | datetime | None],
    as_json: bool,
) -> None:
    from incidentkit.cli.table import Column, show_table
    from incidentkit.cli.values import Values

    if measure is not None:
        desk.measures.named(measure)
    found = desk.readings.find(measure, team=team, agent=agent, since=bounds[0], until=bounds[1], limit=_MOST)
    if as_json:
        show_json({"as_of": desk.clock().isoformat(), "readings": [_as_dict(one) for one in found]})
        return
    words, values = screen.words, Values(screen.words, desk.shop.tzinfo)
    if not found:
        screen.say("readings.none")
        return
    columns = (
        Column(words.say("readings.id")),
        Column(words.say("readings.at")),
        Column(words.say("readings.measure"), flexible=True),
        Column(words.say("measure.value"), right=True),
        Column(words.say("readings.whose")),
        Column(words.say("readings.note"), flexible=True, spare=1),
    )
    show_table(screen, columns, [_row(one, desk, values) for one in found])


def _row(one: Reading, desk: Desk, values: Values) -> Sequence[Piece]:
    from incidentkit.phrases.measures import measure_name

    known = desk.measures.measures.get(one.measure)
    unit = known.unit if known else ""
    if one.value is None:
        figure = values.words.say("readings.share", hits=values.number(one.hits or 0), of=values.number(one.of or 0))
    else:
        figure = values.figure(one.figure, unit)
    named = measure_name(values.words, one.measure, title=known.title if known else "")
    note = " ".join(str(one.note or "").split())
    return one.id[-_SHOWN_OF_ID:], values.moment(one.at), named, figure, one.agent or one.team, note


def _as_dict(one: Reading) -> dict[str, Any]:
    return {
        "id": one.id,
        "measure": one.measure,
        "at": one.at.isoformat(),
        "value": None if one.value is None else one.figure,
        "hits": one.hits,
        "of": one.of,
        "team": one.team or None,
        "agent": one.agent or None,
        "note": str(one.note) if one.note else None,
        "corrected": one.corrected,
        "withdrawn": one.withdrawn,
    }
