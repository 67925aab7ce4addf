"""``incidentkit timeline``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer
from attrs import fields_dict

from incidentkit.cli.faces import words_of
from incidentkit.cli.options import AsJson, Lang, ShopFile, Store
from incidentkit.cli.screen import Screen, show_json
from incidentkit.cli.stores import DEFAULT_STORE, desk_to_read
from incidentkit.errors import UnknownIdError

if TYPE_CHECKING:
    from incidentkit.cli.happenings import Teller
    from incidentkit.cli.values import Values
    from incidentkit.desk.desk import Desk
    from incidentkit.desk.timeline import TimelineEntry
    from incidentkit.domain.events import Happening
    from incidentkit.domain.orders import Order

__all__ = ["timeline"]

_SOON = timedelta(hours=12)
"""What became known within it needs no second time."""


def timeline(
    ctx: typer.Context,
    order: Annotated[str, typer.Argument(metavar="ORDER")],
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Tell everything that happened to one order."""
    words = words_of(ctx)
    with desk_to_read(store, shop) as desk:
        found = _found(desk, order)
        entries = desk.orders.timeline(found.id)
        if as_json:
            show_json(_as_dict(found, entries))
        else:
            _show(Screen.of(words), desk, found, entries)


def _found(desk: Desk, given: str) -> Order:
    """By the shop's number, else by the id.

    Raises:
        UnknownIdError: it is neither.
    """
    by_number = desk.orders.find(number=given, limit=1) if given else ()
    try:
        return by_number[0] if by_number else desk.orders.get(given)
    except UnknownIdError as error:
        raise UnknownIdError(
            "The order",
            "must be in this record, under the shop's number or the id",
            got=repr(given)[:60],
            next="Those in incident are listed by: incidentkit queue",
        ) from error


def _show(screen: Screen, desk: Desk, order: Order, entries: Sequence[TimelineEntry]) -> None:
    from incidentkit.cli.happenings import Teller
    from incidentkit.cli.values import Values

    values = Values(screen.words, desk.shop.tzinfo)
    _head(screen, values, order)
    teller = Teller(order, values, desk.catalogue.language(screen.words.language))
    several = len({entry.stream for entry in entries if entry.type == "incident.reported"}) > 1
    day: date | None = None
    for entry in entries:
        local = values.local(entry.at)
        if local.date() != day:
            day = local.date()
            screen.line()
            screen.line((values.day(day), "bold"))
        screen.hanging(f"  {values.clock(entry.at)}  ", _line(teller, values, entry, several), _style(entry))


def _head(screen: Screen, values: Values, order: Order) -> None:
    words = screen.words
    states = [words.named("statuses", order.status.value)]
    if order.in_incident:
        states.append(words.say("timeline.incident"))
    if order.passive:
        states.append(words.say("timeline.imported"))
    screen.line((f"{words.say('timeline.order')} {order.label}", "bold"), f" · {' · '.join(states)}")
    facts = [words.say("timeline.placed", day=values.moment(order.placed_at))]
    if order.promise is not None:
        facts.append(words.say("timeline.promised", day=values.due(order.promise.due)))
    facts.append(words.say("timeline.paid", amount=values.money(order.captured)))
    if order.refunded:
        facts.append(words.say("timeline.refunded", amount=values.money(order.refunded)))
    screen.hanging("", " · ".join(facts), "dim")


def _line(teller: Teller, values: Values, entry: TimelineEntry, several: bool) -> str:
    words, case = values.words, teller.case(entry)
    number = words.say("timeline.case", number=case) if several and case else ""
    late = entry.known_at - entry.at > _SOON and not entry.by.startswith("source:")
    known = f" · {words.say('timeline.known', moment=values.moment(entry.known_at))}" if late else ""
    return f"{number}{teller.tell(entry)} — {teller.who(entry)}{known}"


def _style(entry: TimelineEntry) -> str:
    """Incidents stand out, what only machines did stands back."""
    if entry.type in ("incident.reported", "incident.reopened", "incident.untold", "message.undelivered"):
        return "red"
    if entry.type in ("incident.resolved", "incident.closed"):
        return "green"
    return "dim" if entry.type in ("message.receipt", "incident.notice_planned") else ""


def _as_dict(order: Order, entries: Sequence[TimelineEntry]) -> dict[str, Any]:
    return {
        "order": order.id,
        "number": order.number or None,
        "status": order.status.value,
        "in_incident": order.in_incident,
        "entries": [_entry(entry) for entry in entries],
    }


def _entry(entry: TimelineEntry) -> dict[str, Any]:
    return {
        "seq": entry.seq,
        "at": entry.at.isoformat(),
        "known_at": entry.known_at.isoformat(),
        "type": entry.type,
        "by": entry.by,
        "stream": entry.stream,
        "data": _data(entry.data),
    }


def _data(data: Happening) -> Any:
    """As the record keeps it, with the words in place of their references."""
    from incidentkit.codec.record import encode_event
    from incidentkit.domain.texts import Text

    plain = json.loads(encode_event(data))
    values = [getattr(data, name) for name in fields_dict(type(data))]  # type: ignore[arg-type]
    texts = [value for value in values if isinstance(value, Text)]
    words = {text.ref: text.value for text in texts}
    return {name: words.get(value, value) if isinstance(value, str) else value for name, value in plain.items()}
