"""``incidentkit protocols``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from incidentkit.cli.bounds import day_or_time
from incidentkit.cli.faces import words_of
from incidentkit.cli.incidents import found_incident
from incidentkit.cli.options import As, AsJson, Lang, Now, ShopFile, Store
from incidentkit.cli.screen import Screen, progress_of, show_json
from incidentkit.cli.stores import DEFAULT_STORE, desk_to_read
from incidentkit.cli.usage import Misused
from incidentkit.domain.actors import Actor
from incidentkit.errors import InvalidInput

if TYPE_CHECKING:
    from incidentkit.desk.desk import Desk
    from incidentkit.domain.incidents import Incident

__all__ = ["protocols"]

_MOVE = "move"


def protocols(
    ctx: typer.Context,
    what: Annotated[str | None, typer.Argument(metavar="TYPE|CASE|move")] = None,
    which: Annotated[str | None, typer.Argument(metavar="TYPE|CASE")] = None,
    reason: Annotated[str | None, typer.Option("--reason", metavar="WORDS")] = None,
    yes: Annotated[bool, typer.Option("--yes")] = False,
    as_: As = None,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    now: Now = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Show how each type of incident is answered, or how far a case is; move open cases to today's protocol."""
    if what != _MOVE:
        _check_alone(which, reason, yes)
    screen = Screen.of(words_of(ctx))
    with desk_to_read(store, shop, day_or_time(now, "--now")) as desk:
        if what == _MOVE:
            _move(screen, desk, which, reason, Actor("cli", as_) if as_ else None, yes, as_json)
        elif what is None:
            _list(screen, desk, as_json)
        elif desk.shop.protocol(what) is not None:
            _type(screen, desk, what, as_json)
        else:
            _case(screen, desk, found_incident(desk, what), as_json)


def _check_alone(which: str | None, reason: str | None, yes: bool) -> None:
    if which is not None:
        raise Misused("too_many", extra=which)
    for option, given in (("--reason", reason), ("--yes", yes)):
        if given:
            raise Misused("goes_with", option, other=_MOVE)


def _list(screen: Screen, desk: Desk, as_json: bool) -> None:
    from incidentkit.cli.protocol_views import ProtocolView, protocol_as_dict

    behind = [case.type for case in desk.incidents.behind()]
    if as_json:
        listed = [{**protocol_as_dict(p), "behind": behind.count(p.type)} for p in desk.shop.protocols]
        show_json({"as_of": desk.clock().isoformat(), "protocols": listed})
    else:
        ProtocolView(screen, desk).all(behind)


def _type(screen: Screen, desk: Desk, type_: str, as_json: bool) -> None:
    from incidentkit.cli.protocol_views import ProtocolView, protocol_as_dict

    protocol = desk.shop.protocol(type_)
    assert protocol is not None, "asked for before"
    if as_json:
        show_json(protocol_as_dict(protocol))
    else:
        ProtocolView(screen, desk).one(protocol)


def _case(screen: Screen, desk: Desk, case: Incident, as_json: bool) -> None:
    from incidentkit.cli.protocol_views import ProtocolView, reading_as_dict

    steps = desk.incidents.steps(case.id)
    protocol = desk.shop.protocol_of(case)
    if as_json:
        version = protocol.version if protocol is not None else None
        listed = [reading_as_dict(step) for step in steps]
        show_json({"incident": case.id, "type": case.type, "version": version, "steps": listed})
    else:
        ProtocolView(screen, desk).case(case, steps)


def _move(
    screen: Screen, desk: Desk, which: str | None, reason: str | None, by: Actor | None, yes: bool, as_json: bool
) -> None:
    cases = _meant(desk, which)
    if not yes:
        _would(screen, cases, as_json)
        return
    if not (reason or "").strip():
        raise Misused("missing_option", name="--reason")
    words = screen.words
    with progress_of(words.say("progress.protocols"), words, quiet=as_json) as progress:
        for done, case in enumerate(cases, 1):
            desk.incidents.move_protocol(case.id, reason=reason or "", by=by)
            progress(done, len(cases))
    if as_json:
        show_json({"moved": [case.id for case in cases]})
    else:
        screen.say("protocols.moved", count=len(cases))


def _would(screen: Screen, cases: Sequence[Incident], as_json: bool) -> None:
    if as_json:
        show_json({"would_move": [case.id for case in cases]})
    elif cases:
        screen.say("protocols.would", count=len(cases))
    else:
        screen.say("protocols.nothing")


def _meant(desk: Desk, which: str | None) -> list[Incident]:
    """The open cases of a type that go by another version, or the one that is named."""
    if which is None:
        raise InvalidInput("TYPE|CASE", "says which cases are moved", got="none", next="Which there are: incidentkit protocols")
    if desk.shop.protocol(which) is not None:
        return list(desk.incidents.behind(which))
    case = found_incident(desk, which)
    return [case] if case.protocol != desk.shop.protocol(case.type) else []
