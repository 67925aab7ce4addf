"""``incidentkit person``: what is kept of one person, and what must be."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
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
    from incidentkit.domain.preferences import Preferences

__all__ = ["PERSON"]

Who = Annotated[str, typer.Argument(metavar="WHO")]


def export(
    ctx: typer.Context,
    who: Who,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE")] = None,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    lang: Lang = None,
) -> None:
    """Write everything that is kept of a person as JSON."""
    words = words_of(ctx)
    with desk_to_read(store, shop) as desk:
        found = desk.people.export_person(who)
    if out is None:
        show_json(found)
        return
    _write_private(out, json.dumps(found, indent=2, ensure_ascii=False) + "\n")
    Screen.of(words).say("person.exported", file=out)


def hold(
    ctx: typer.Context,
    who: Who,
    reason: Annotated[str, typer.Argument(metavar="CODE")],
    until: Annotated[str | None, typer.Option("--until", metavar="DAY")] = None,
    as_: As = None,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    now: Now = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Forbid to delete anything of a person."""
    with desk_to_read(store, shop, day_or_time(now, "--now")) as desk:
        end = day_or_time(until, "--until")
        known = desk.people.hold(who, reason, until=end, by=Actor("cli", as_) if as_ else None)
        _show(ctx, desk, known, as_json=as_json)


def release(
    ctx: typer.Context,
    who: Who,
    reason: Annotated[str | None, typer.Option("--reason", metavar="CODE")] = None,
    as_: As = None,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    now: Now = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """End a legal hold, or every one."""
    with desk_to_read(store, shop, day_or_time(now, "--now")) as desk:
        known = desk.people.release(who, reason, by=Actor("cli", as_) if as_ else None)
        _show(ctx, desk, known, as_json=as_json)


def _show(ctx: typer.Context, desk: Desk, known: Preferences, *, as_json: bool) -> None:
    from incidentkit.cli.values import Values

    words = words_of(ctx)
    if as_json:
        show_json({"customer_id": known.id, "holds": [_as_dict(hold) for hold in known.holds]})
        return
    screen, values = Screen.of(words), Values(words, desk.shop.tzinfo)
    if not known.holds:
        screen.say("person.free")
    for each in known.holds:
        end = "" if each.until is None else values.moment(each.until)
        screen.say("person.held_until" if end else "person.held", reason=each.reason, by=each.by, until=end)


def _as_dict(hold: Any) -> dict[str, Any]:
    until = None if hold.until is None else hold.until.isoformat()
    return {"reason": hold.reason, "by": hold.by, "since": hold.since.isoformat(), "until": until}


def _write_private(file: Path, text: str) -> None:
    """Into a new file that nobody else can read."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as new:
        new.write(text)


PERSON: Mapping[str, Callable[..., None]] = {"export": export, "hold": hold, "release": release}
"""The commands of the group by their names."""
