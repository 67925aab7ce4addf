"""``incidentkit checkin``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from incidentkit.cli.bounds import day_or_time
from incidentkit.cli.faces import words_of
from incidentkit.cli.options import As, AsJson, Lang, Now, ShopFile, Store
from incidentkit.cli.screen import Screen, show_json
from incidentkit.cli.stores import DEFAULT_STORE, desk_to_read
from incidentkit.domain.actors import Actor

if TYPE_CHECKING:
    from incidentkit.desk.desk import Desk
    from incidentkit.goals.agenda import Agenda
    from incidentkit.phrases.meetings import Meetings

__all__ = ["checkin"]


def checkin(
    ctx: typer.Context,
    team: Annotated[str | None, typer.Option("--team", metavar="NAME")] = None,
    agenda: Annotated[bool, typer.Option("--agenda")] = False,
    minutes: Annotated[int | None, typer.Option("--minutes", metavar="N")] = None,
    markdown: Annotated[Path | None, typer.Option("--markdown", metavar="FILE")] = None,
    ics: Annotated[Path | None, typer.Option("--ics", metavar="FILE")] = None,
    as_: As = None,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    now: Now = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Hold a team's weekly check-in: three questions, and what was promised; or show its agenda, or invite to it."""
    screen = Screen.of(words_of(ctx))
    with desk_to_read(store, shop, day_or_time(now, "--now")) as desk:
        whose = team or desk.shop.default_team
        if ics is not None:
            _invite(screen, desk, whose, ics)
            if not (agenda or as_json):
                return
        planned = desk.checkins.agenda(whose, minutes=minutes)
        if as_json:
            show_json(_as_dict(planned))
        elif agenda:
            _show(screen, desk, planned, markdown)
        else:
            _hold(screen, desk, planned, markdown, Actor("cli", as_) if as_ else None)


def _invite(screen: Screen, desk: Desk, team: str, file: Path) -> None:
    from incidentkit.cli.files import write_whole

    write_whole(file, desk.checkins.invitation(team, language=screen.words.language).decode())
    screen.say("checkin.invited", path=file)


def _show(screen: Screen, desk: Desk, agenda: Agenda, markdown: Path | None) -> None:
    if markdown is not None:
        _write(screen, markdown, desk.checkins.agenda_page(agenda, language=screen.words.language))
        return
    from incidentkit.cli.meeting import show_agenda

    show_agenda(screen, _meetings(screen, desk), agenda)


def _hold(screen: Screen, desk: Desk, agenda: Agenda, markdown: Path | None, by: Actor | None) -> None:
    from incidentkit.cli.meeting import BrokenOff, Meeting

    try:
        held = Meeting(screen, desk, _meetings(screen, desk), agenda, by).hold()
    except BrokenOff:
        screen.say("checkin.broken_off")
        raise typer.Exit(1) from None
    screen.line()
    screen.say("checkin.held", checkin=held.id, reported=len(held.reported), made=len(held.made))
    if markdown is not None:
        _write(screen, markdown, desk.checkins.minutes(held.id, language=screen.words.language))


def _write(screen: Screen, file: Path, text: str) -> None:
    from incidentkit.cli.files import write_whole

    write_whole(file, text)
    screen.say("checkin.written", path=file)


def _meetings(screen: Screen, desk: Desk) -> Meetings:
    from incidentkit.phrases.meetings import Meetings

    return Meetings(screen.words, desk.shop.tzinfo)


def _as_dict(agenda: Agenda) -> dict[str, Any]:
    from incidentkit.cli.plain import plain

    shown: dict[str, Any] = plain(agenda)
    shown["planned"] = agenda.planned
    shown["tally"] |= {"due": agenda.tally.due, "share": agenda.tally.share}
    return shown
