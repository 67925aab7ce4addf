"""``incidentkit adopt``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from incidentkit.cli.bounds import day_or_time
from incidentkit.cli.faces import words_of
from incidentkit.cli.options import As, AsJson, Lang, Now, ShopFile, Store
from incidentkit.cli.screen import Screen, progress_of, show_json
from incidentkit.cli.stores import DEFAULT_STORE, desk_to_read
from incidentkit.cli.usage import Misused
from incidentkit.domain.actors import Actor
from incidentkit.errors import UnknownIdError

if TYPE_CHECKING:
    from incidentkit.cli.values import Values
    from incidentkit.desk.adopting import Adoption
    from incidentkit.desk.desk import Desk

__all__ = ["adopt"]


def adopt(
    ctx: typer.Context,
    type_: Annotated[str | None, typer.Option("--type", metavar="TYPE")] = None,
    since: Annotated[str | None, typer.Option("--since", metavar="DAY")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="DAY")] = None,
    team: Annotated[str | None, typer.Option("--team", metavar="TEAM")] = None,
    order: Annotated[str | None, typer.Option("--order", metavar="ORDER")] = None,
    source: Annotated[str | None, typer.Option("--source", metavar="NAME")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
    yes: Annotated[bool, typer.Option("--yes")] = False,
    as_: As = None,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    now: Now = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Show which imported cases are still open, and with --yes make them live."""
    from incidentkit.cli.values import Values

    words = words_of(ctx)
    if dry_run and yes:
        raise Misused("adopt_or_count", "--yes")
    with (
        desk_to_read(store, shop, day_or_time(now, "--now")) as desk,
        progress_of(words.say("progress.adopt"), words, quiet=as_json or not yes) as progress,
    ):
        found = desk.adopt(
            type=type_,
            since=day_or_time(since, "--since"),
            until=day_or_time(until, "--until"),
            team=team,
            order=_order(desk, order),
            source=source,
            dry_run=not yes,
            by=Actor("cli", as_) if as_ else None,
            progress=progress,
        )
        values = Values(words, desk.shop.tzinfo)
    if as_json:
        show_json(_as_dict(found))
    else:
        _show(Screen.of(words), values, found, yes)


def _order(desk: Desk, given: str | None) -> str | None:
    """The id of an order by its number, or as it was given."""
    if given is None:
        return None
    found = desk.orders.find(number=given, limit=1)
    return str(found[0].id) if found else _known(desk, given)


def _known(desk: Desk, given: str) -> str:
    try:
        return str(desk.orders.get(given).id)
    except UnknownIdError:
        raise UnknownIdError(
            "The order", "must be in this record", got=repr(given)[:48], next="Give its number or its id.", id=given[:48]
        ) from None


def _as_dict(found: Adoption) -> dict[str, Any]:
    from attrs import asdict

    return {**asdict(found), "as_of": found.as_of.isoformat()}


def _show(screen: Screen, values: Values, found: Adoption, done: bool) -> None:
    words, count = screen.words, values.number(found.adopted if done else found.adoptable)
    if not found.adoptable:
        screen.say("adopt.nothing")
    else:
        screen.line((words.say("adopt.done" if done else "adopt.would", count=count), "bold"))
        groups = (("types", found.by_type), ("severities", found.by_severity), ("", found.by_team), ("ages", found.by_age))
        for title, (group, counts) in zip(("type", "severity", "team", "age"), groups, strict=True):
            _group(screen, values, words.say(f"adopt.{title}"), group, counts)
    if found.left:
        _group(screen, values, words.say("adopt.left"), "lefts", found.left)
    if found.adoptable and not done:
        screen.line()
        screen.say("adopt.yes")


def _group(screen: Screen, values: Values, title: str, group: str, counts: Mapping[str, int]) -> None:
    from incidentkit.cli.table import Column, show_table

    screen.line()
    screen.line(title)
    rows = [(screen.words.named(group, code) if group else code, values.number(count)) for code, count in counts.items()]
    show_table(screen, (Column("", flexible=True), Column("", right=True)), rows, indent="  ")
