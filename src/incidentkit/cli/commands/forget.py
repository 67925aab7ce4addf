"""``incidentkit forget``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from incidentkit.cli.bounds import day_or_time
from incidentkit.cli.faces import words_of
from incidentkit.cli.options import As, AsJson, Lang, Now, ShopFile, Store
from incidentkit.cli.screen import Screen, show_json
from incidentkit.cli.stores import DEFAULT_STORE, desk_to_read
from incidentkit.domain.actors import Actor

if TYPE_CHECKING:
    from incidentkit.cli.values import Values
    from incidentkit.desk.forgetting import Forgotten

__all__ = ["forget"]

_COUNTED = ("orders", "cases", "needs", "messages", "mails", "files")


def forget(
    ctx: typer.Context,
    who: Annotated[str, typer.Argument(metavar="WHO")],
    reason: Annotated[str | None, typer.Option("--reason", metavar="CODE")] = None,
    yes: Annotated[bool, typer.Option("--yes")] = False,
    as_: As = None,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    now: Now = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Show what is kept of a person, and with --yes delete all of it for good."""
    from incidentkit.cli.values import Values

    words = words_of(ctx)
    with desk_to_read(store, shop, day_or_time(now, "--now")) as desk:
        kept = desk.people.export_person(who)
        counts = {name: len(kept[name]) for name in _COUNTED}
        done = desk.people.forget(who, reason=reason, by=Actor("cli", as_) if as_ else None) if yes else None
        values = Values(words, desk.shop.tzinfo)
    if as_json:
        show_json({"kept": counts, "forgotten": None if done is None else _as_dict(done)})
    else:
        _show(Screen.of(words), values, counts, done)


def _as_dict(done: Forgotten) -> dict[str, Any]:
    return {"customer_id": done.customer_id, "rows": done.rows, "files": done.files, "at": done.tombstone.isoformat()}


def _show(screen: Screen, values: Values, counts: dict[str, int], done: Forgotten | None) -> None:
    numbers = {name: values.number(count) for name, count in counts.items()}
    screen.say("forget.kept", **numbers)
    if done is None:
        screen.say("forget.yes")
        return
    moment = values.moment(done.tombstone)
    screen.line((screen.words.say("forget.done", rows=values.number(done.rows), moment=moment), "bold"))
    screen.say("forget.stays", customer=done.customer_id)
