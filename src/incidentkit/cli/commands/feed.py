"""``incidentkit feed``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from incidentkit.cli.faces import words_of
from incidentkit.cli.options import AsJson, Lang, Limit, ShopFile, Store
from incidentkit.cli.screen import Screen, show_json
from incidentkit.cli.stores import DEFAULT_STORE, desk_to_read

if TYPE_CHECKING:
    from incidentkit.desk.desk import Desk
    from incidentkit.desk.feed import FeedPage
    from incidentkit.domain.events import Event

__all__ = ["feed"]

_SCREENFUL = 50
_MOST = 1_000


def feed(
    ctx: typer.Context,
    after: Annotated[int, typer.Option("--after", metavar="PLACE", min=0)] = 0,
    limit: Limit = None,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Show the events that come after a place in the record, in its order."""
    screen = Screen.of(words_of(ctx))
    with desk_to_read(store, shop) as desk:
        page = desk.feed(after, limit=limit or (_MOST if as_json else _SCREENFUL))
        if as_json:
            show_json({"events": [_as_dict(event) for event in page.events], "watermark": page.watermark})
        else:
            _show(screen, desk, page)


def _show(screen: Screen, desk: Desk, page: FeedPage) -> None:
    from incidentkit.cli.table import Column, show_table
    from incidentkit.cli.values import Values

    if not page.events:
        screen.say("feed.nothing")
        return
    say, values = screen.words.say, Values(screen.words, desk.shop.tzinfo)
    columns = (
        Column(say("feed.place"), right=True),
        Column(say("feed.known")),
        Column(say("feed.event"), flexible=True),
        Column(say("feed.stream"), spare=1),
        Column(say("feed.by"), spare=2),
    )
    rows = [(str(e.seq), values.moment(e.known_at), e.type, e.stream, e.actor) for e in page.events]
    show_table(screen, columns, rows)
    screen.say("feed.watermark", place=page.watermark)


def _as_dict(event: Event) -> dict[str, Any]:
    """As the record keeps it: what people said are references."""
    from incidentkit.codec.record import encode_event

    return {
        "seq": event.seq,
        "stream": event.stream,
        "version": event.version,
        "type": event.type,
        "type_version": event.data.version,
        "occurred_at": event.occurred_at.isoformat(),
        "known_at": event.known_at.isoformat(),
        "actor": event.actor,
        "cause": event.cause,
        "source": event.source or None,
        "source_key": event.source_key or None,
        "data": json.loads(encode_event(event.data)),
    }
