"""``incidentkit queue``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from incidentkit.cli.bounds import day_or_time
from incidentkit.cli.faces import words_of
from incidentkit.cli.options import AsJson, Lang, Now, ShopFile, Store
from incidentkit.cli.screen import Piece, Screen, show_json
from incidentkit.cli.stores import DEFAULT_STORE, desk_to_read

if TYPE_CHECKING:
    from incidentkit.cli.table import Column
    from incidentkit.cli.words import Words
    from incidentkit.desk.desk import Desk
    from incidentkit.desk.queue import QueueItem

__all__ = ["queue"]

_SCREENFUL = 50
_ALL = 100_000


def queue(
    ctx: typer.Context,
    owner: Annotated[str | None, typer.Option("--owner", metavar="NAME")] = None,
    limit: Annotated[int | None, typer.Option("--limit", metavar="N", min=1, max=_ALL)] = None,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    now: Now = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Show the open incidents, the most pressing first."""
    words = words_of(ctx)
    with desk_to_read(store, shop, day_or_time(now, "--now")) as desk:
        present, items = desk.clock(), desk.queue(owner, limit=_ALL)
        if as_json:
            shown = items[: limit or _ALL]
            show_json({"as_of": present.isoformat(), "open": len(items), "items": [_as_dict(item) for item in shown]})
        else:
            _show(Screen.of(words), desk, items, items[: limit or _SCREENFUL], present)


def _show(screen: Screen, desk: Desk, items: Sequence[QueueItem], shown: Sequence[QueueItem], now: datetime) -> None:
    from incidentkit.cli.table import show_table
    from incidentkit.cli.values import Values

    words, values = screen.words, Values(screen.words, desk.shop.tzinfo)
    count = words.say("queue.count", count=values.number(len(items)))
    screen.line((f"{desk.shop.name} · {words.say('queue.title')}", "bold"), (f" · {count} · {values.moment(now)}", "dim"))
    if not items:
        screen.say("queue.empty")
        return
    screen.line()
    show_table(screen, _columns(words), [_row(item, desk, values, now) for item in shown])
    if len(shown) < len(items):
        screen.line()
        numbers = {"shown": values.number(len(shown)), "count": values.number(len(items))}
        screen.line((words.say("queue.more", limit=len(items), **numbers), "dim"))


def _columns(words: Words) -> Sequence[Column]:
    from incidentkit.cli.table import Column

    return (
        Column(words.say("queue.severity")),
        Column(words.say("queue.order")),
        Column(words.say("queue.type"), flexible=True),
        Column(words.say("queue.phase"), spare=1),
        Column(words.say("queue.owner"), spare=2),
        Column(words.say("queue.promised"), right=True, spare=3),
        Column(words.say("queue.due"), right=True, spare=1),
        Column(words.say("queue.age"), right=True),
    )


def _row(item: QueueItem, desk: Desk, values: Any, now: datetime) -> Sequence[Piece]:
    words = values.words
    first = desk.shop.rank(item.severity) == 0
    return (
        (f"{'!' if first else '·'} {words.named('severities', item.severity)}", "bold red" if first else ""),
        item.number or item.order or words.say("numbers.none"),
        words.named("types", item.type),
        desk.catalogue.label("phases", item.phase, words.language),
        item.owner + (f" → {item.handover_to}" if item.handover_to not in ("", item.owner) else ""),
        values.day(values.local(item.promised)) if item.promised else "",
        _due(item, words, now),
        _span((now - item.detected_at).total_seconds()),
    )


def _due(item: QueueItem, words: Words, now: datetime) -> Piece:
    if item.imported:
        return words.say("queue.imported"), "dim"
    if item.due is None:
        return ""
    seconds = (item.due - now).total_seconds()
    if item.overdue:
        return words.say("queue.late", span=_span(-seconds)), "red"
    return words.say("queue.ahead", span=_span(seconds))


def _span(seconds: float) -> str:
    from incidentkit.cli.values import span

    return span(max(seconds, 0))


def _as_dict(item: QueueItem) -> dict[str, Any]:
    from attrs import asdict

    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(item).items()}
