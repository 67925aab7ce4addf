"""``incidentkit explain``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from incidentkit.cli.bounds import day_or_time
from incidentkit.cli.clocks import clock_as_dict, clock_line
from incidentkit.cli.faces import words_of
from incidentkit.cli.incidents import found_incident
from incidentkit.cli.options import AsJson, Lang, Now, ShopFile, Store
from incidentkit.cli.screen import Screen, show_json
from incidentkit.cli.stores import DEFAULT_STORE, desk_to_read

if TYPE_CHECKING:
    from incidentkit.cli.values import Values
    from incidentkit.desk.desk import Desk
    from incidentkit.domain.incidents import Incident, Period
    from incidentkit.rules.clock_readings import ClockReading

__all__ = ["explain"]

_KEY = "message/"
"""What the key of a message begins with."""

_MOST_DAYS = 14
"""Longer stretches are shown by their sum."""


def explain(
    ctx: typer.Context,
    named: Annotated[str, typer.Argument(metavar="INCIDENT|MESSAGE")],
    messages: Annotated[bool, typer.Option("--messages")] = False,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    now: Now = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Show the clocks of a case: due when, waiting for whom, and which time they counted; or why messages go out or don't."""
    from incidentkit.cli.values import Values

    words = words_of(ctx)
    with desk_to_read(store, shop, day_or_time(now, "--now")) as desk:
        if messages or named.startswith(_KEY):
            _explain_messages(Screen.of(words), desk, named, as_json)
            return
        case = found_incident(desk, named)
        readings = desk.incidents.clocks(case.id)
        if as_json:
            show_json({"incident": case.id, "as_of": desk.clock().isoformat(), "clocks": [clock_as_dict(r) for r in readings]})
        else:
            _show(Screen.of(words), Values(words, desk.shop.tzinfo), case, readings)


def _explain_messages(screen: Screen, desk: Desk, named: str, as_json: bool) -> None:
    from incidentkit.cli.values import Values
    from incidentkit.cli.verdicts import as_dict, messages_of, show

    if named.startswith(_KEY):
        told = [desk.people.explain_send(named)]
    else:
        told = list(messages_of(desk, found_incident(desk, named).id))
    if as_json:
        show_json({"as_of": desk.clock().isoformat(), "messages": [as_dict(each) for each in told]})
    else:
        show(screen, desk, Values(screen.words, desk.shop.tzinfo), told)


def _show(screen: Screen, values: Values, case: Incident, readings: tuple[ClockReading, ...]) -> None:
    words = screen.words
    kind = f"{words.named('types', case.type)} · {words.named('severities', case.severity)}"
    screen.line((kind, "bold"), (f" · {case.id}", "dim"))
    if not readings:
        screen.say("explain.none")
    for reading in readings:
        screen.line()
        screen.line((clock_line(values, reading), "bold red" if reading.late else "bold"))
        for line in _lines(values, reading):
            screen.hanging("  ", line)


def _lines(values: Values, reading: ClockReading) -> Iterator[str]:
    say, clock = values.words.say, reading.clock
    yield say("explain.started", moment=values.moment(clock.started_at))
    if clock.stopped_at is not None:
        yield say("explain.stopped", moment=values.moment(clock.stopped_at))
    if clock.within is None:
        yield say("explain.fixed")
        return
    used, within = _span(reading.used.total_seconds()), _span(clock.within.total_seconds())
    yield say("explain.used", used=used, within=within, calendar=reading.hours.calendar)
    shown = reading.counted[:_MOST_DAYS]
    if shown:
        yield say("explain.counted", periods="; ".join(_period(values, period) for period in shown))
    if len(reading.counted) > len(shown):
        yield say("explain.more", count=values.number(len(reading.counted) - len(shown)))
    if clock.held:
        yield say("explain.held", periods="; ".join(_period(values, period) for period in clock.held))
    closed = [f"{values.day(day.date)} ({day.name or values.words.say('explain.closed')})" for day in reading.hours.passed_over]
    if closed:
        yield say("explain.passed_over", days="; ".join(closed[:_MOST_DAYS]))


def _period(values: Values, period: Period) -> str:
    since, until = values.local(period.since), values.local(period.until)
    end = values.clock(period.until) if since.date() == until.date() else values.moment(period.until)
    return f"{values.moment(period.since)}–{end}"


def _span(seconds: float) -> str:
    """``7 h 30 min``: to the minute, in hours, for days of work are not days."""
    minutes = int(seconds // 60)
    hours, rest = divmod(minutes, 60)
    return " ".join(part for part in (f"{hours} h" if hours else "", f"{rest} min" if rest or not hours else "") if part)
