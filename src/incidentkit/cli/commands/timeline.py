"""``incidentkit timeline``."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer
from attrs import fields_dict, has

from incidentkit.cli.faces import words_of
from incidentkit.cli.options import After, AsJson, AsOf, Lang, Limit, Now, ShopFile, Store
from incidentkit.cli.orders import found_order
from incidentkit.cli.screen import Screen, show_json
from incidentkit.cli.stores import DEFAULT_STORE
from incidentkit.cli.views import desk_as_known

if TYPE_CHECKING:
    from incidentkit.cli.happenings import Teller
    from incidentkit.cli.values import Values
    from incidentkit.desk.desk import Desk
    from incidentkit.desk.timeline import TimelineEntry
    from incidentkit.domain.events import Happening
    from incidentkit.domain.orders import Order
    from incidentkit.domain.texts import Text

__all__ = ["timeline"]

_MOST = 10_000
_SOON = timedelta(hours=12)
"""What became known within it needs no second time."""


def timeline(
    ctx: typer.Context,
    order: Annotated[str, typer.Argument(metavar="ORDER")],
    limit: Limit = None,
    after: After = None,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    now: Now = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Tell everything that happened to one order."""
    from incidentkit.cli.table import show_next

    words = words_of(ctx)
    with desk_as_known(words, store, shop, now, as_of, quiet=as_json, one=True) as desk:
        found = found_order(desk, order)
        entries = desk.orders.timeline(found.id, limit=limit or _MOST, after=after)
        if as_json:
            show_json(_as_dict(found, entries) | {"owners": _owners_as_dict(desk, entries), "next": entries.next})
        else:
            screen = Screen.of(words)
            _show(screen, desk, found, entries)
            _show_owners(screen, desk, entries)
            _show_clocks(screen, desk, entries)
            show_next(screen, entries.next)


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
    number = f"{words.say('timeline.case', number=case)} " if several and case else ""
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


def _cases(entries: Sequence[TimelineEntry]) -> list[str]:
    """The ids of the incidents on a timeline, the first first."""
    return [entry.stream for entry in entries if entry.type == "incident.reported"]


def _show_owners(screen: Screen, desk: Desk, entries: Sequence[TimelineEntry]) -> None:
    """Who has each case now, and who had it when."""
    from incidentkit.cli.values import Values

    words, values, cases = screen.words, Values(screen.words, desk.shop.tzinfo), _cases(entries)
    if cases:
        screen.line()
    for place, case in enumerate(cases, 1):
        number = f"{words.say('timeline.case', number=place)} " if len(cases) > 1 else ""
        told = [words.say("timeline.tenure", owner=t.label, moment=values.moment(t.since)) for t in desk.incidents.owners(case)]
        screen.hanging("", f"{number}{words.say('timeline.owners')} {' → '.join(told)}", "dim")


def _show_clocks(screen: Screen, desk: Desk, entries: Sequence[TimelineEntry]) -> None:
    """What is due next in each open case, and whom it waits for."""
    from incidentkit.cli.values import Values

    words, values, cases = screen.words, Values(screen.words, desk.shop.tzinfo), _cases(entries)
    for place, case in enumerate(cases, 1):
        running = [reading for reading in desk.incidents.clocks(case) if reading.clock.running]
        number = f"{words.say('timeline.case', number=place)} " if len(cases) > 1 else ""
        for reading in sorted(running, key=lambda reading: reading.clock.due):
            state = words.say("explain.late" if reading.late else f"explain.{reading.waits_for}")
            due = words.say("explain.due", moment=values.moment(reading.clock.due))
            name = words.named("clocks", reading.clock.name)
            screen.hanging("", f"{number}{name} · {due} · {state}", "red" if reading.late else "dim")


def _owners_as_dict(desk: Desk, entries: Sequence[TimelineEntry]) -> dict[str, Any]:
    return {
        case: [
            {
                "team": tenure.team,
                "agent": tenure.agent or None,
                "since": tenure.since.isoformat(),
                "until": tenure.until.isoformat() if tenure.until else None,
            }
            for tenure in desk.incidents.owners(case)
        ]
        for case in _cases(entries)
    }


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

    words = {text.ref: text.value for text in _texts(data)}
    return _worded(json.loads(encode_event(data)), words)


def _texts(value: Any) -> Iterator[Text]:
    """Every text in a frozen value, however deep."""
    from incidentkit.domain.texts import Text

    if isinstance(value, Text):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _texts(item)
    elif has(type(value)):
        for name in fields_dict(type(value)):
            yield from _texts(getattr(value, name))


def _worded(plain: Any, words: Mapping[str, str | None]) -> Any:
    if isinstance(plain, str):
        return words.get(plain, plain)
    if isinstance(plain, list):
        return [_worded(item, words) for item in plain]
    return {name: _worded(item, words) for name, item in plain.items()} if isinstance(plain, dict) else plain
