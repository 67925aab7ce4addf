"""The review of a span of time, and what an incident cost: what the facts say, put together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from operator import attrgetter

from attrs import evolve

from incidentkit.desk.alarms import alarms_in
from incidentkit.desk.figure_reader import FigureReader
from incidentkit.desk.journey_costs import needs_now
from incidentkit.desk.runtime import Runtime
from incidentkit.domain.incidents import Incident
from incidentkit.domain.shop import Shop
from incidentkit.domain.times import Due, instant
from incidentkit.errors import InvalidInput
from incidentkit.learning.blocks import BlocksFound, find_blocks
from incidentkit.learning.costs import IncidentCost, avoided, incident_cost
from incidentkit.learning.diagnosis import Cell, Place, SegmentKind, places_of
from incidentkit.learning.journey_costs import unpriced_for
from incidentkit.learning.patterns import FEWEST_NOW, Patterns, find_patterns
from incidentkit.learning.reviews import Review
from incidentkit.measures.windows import WINDOWS, Window, complete_windows, first_instant, windows
from incidentkit.store.blocked import blocks_in
from incidentkit.store.learned import KINDS, Spans, examples, first_order, incidents_in, orders_in, seen_in, steps_before
from incidentkit.store.learned_costs import Asked, cells_in, cost_of, costs_in, strata_in
from incidentkit.store.recurring import actions_due, false_resolutions_in, recurrences_in
from incidentkit.store.unit import Unit

__all__ = ["cost_of_incident", "often_blocked", "review"]

_SPANS = 12
"""So many earlier spans it is held against, as far as the record goes back."""

_TICK = timedelta(microseconds=1)
_WEEK = timedelta(days=7)
_LANDMARK = timedelta(hours=4)
_FOLLOWED = timedelta(days=7)
_COMPARED = timedelta(weeks=12)
_SHOWN = 20
_SEGMENTS: tuple[SegmentKind, ...] = ("type", "product", "carrier", "account")
_PROMOTERS_AND_PASSIVES = 7


def review(runtime: Runtime, since: Due | None, until: Due | None, team: str | None) -> Review:
    """What a span of time teaches; the arguments are those of `Desk.review`."""
    as_of, shop = instant(runtime.clock(), "The desk's clock"), runtime.shop
    _check_team(shop, team)
    start, end = _bounds(shop, since, until, as_of)
    by = next((name for name in WINDOWS if windows(name, shop.zone, start, end) == (Window(start, end),)), None)
    with runtime.store.reading() as unit:
        first, reader = first_order(unit), FigureReader(runtime, unit, as_of)
        spans = Spans(_back(shop, start, end, first), team)
        asked = Asked(start, end, shop.currency, tuple(_thresholds(shop)), team)
        orders, incidents = orders_in(unit, spans), incidents_in(unit, spans)
        actions, in_all = actions_due(unit, asked)
        found = Review(
            since=start,
            until=end,
            as_of=as_of,
            by=by,
            complete=end <= as_of,
            team=team,
            spans=spans.earlier,
            orders=orders[-1],
            orders_before=_mean(orders[:-1]),
            incidents=incidents[-1],
            incidents_before=_mean(incidents[:-1]),
            places=_places(unit, shop, asked, spans, orders[-1]),
            patterns=_patterns(unit, spans, orders),
            blocks=_blocks(unit, spans, shop, incidents),
            recurrences=recurrences_in(unit, asked),
            false_resolutions=false_resolutions_in(unit, asked),
            actions=actions,
            actions_in_all=in_all,
            alarms=alarms_in(reader, shop, by, end, first, team),
            costs=costs_in(unit, asked),
            avoided=avoided(strata_in(unit, _compared(asked, as_of), _LANDMARK, _FOLLOWED)),
        )
    reader.keep()
    return found


def _check_team(shop: Shop, team: str | None) -> None:
    if team is not None and shop.team(team) is None:
        known = ", ".join(each.name for each in shop.teams)
        raise InvalidInput("team", f"must be one of {known}", got=repr(team)[:40])


def _mean(counts: Sequence[int]) -> float | None:
    return sum(counts) / len(counts) if counts else None


# --- Spans -------------------------------------------------------------------------------------------------------


def _bounds(shop: Shop, since: Due | None, until: Due | None, as_of: datetime) -> tuple[datetime, datetime]:
    if since is None and until is None:
        (last,) = complete_windows("week", shop.zone, as_of, 1)
        return last.from_, last.until
    # What happens at this very instant is in it.
    end = as_of + _TICK if until is None else first_instant(until, shop.zone, "until")
    start = _earlier(shop, end, _WEEK) if since is None else first_instant(since, shop.zone, "since")
    if start >= end:
        raise InvalidInput("since", "must be before until", got=f"{start.isoformat()} and {end.isoformat()}")
    return start, end


def _earlier(shop: Shop, at: datetime, by: timedelta) -> datetime:
    """So much earlier by the clock on the wall: a week before Monday's midnight is Monday's midnight."""
    wall = at.astimezone(shop.tzinfo) - by
    return wall.astimezone(at.tzinfo)


def _back(shop: Shop, start: datetime, end: datetime, first: datetime | None) -> tuple[datetime, ...]:
    """The bounds of the spans of the same length before one, as far as the record goes back, and its own."""
    length = end.astimezone(shop.tzinfo).replace(tzinfo=None) - start.astimezone(shop.tzinfo).replace(tzinfo=None)
    bounds = [start, end]
    for place in range(1, _SPANS + 1):
        earlier = _earlier(shop, start, length * place)
        if first is None or earlier < first or length <= timedelta(0):
            break
        bounds.insert(0, earlier)
    return tuple(bounds)


def _compared(asked: Asked, as_of: datetime) -> Asked:
    """The weeks before, whose customers have had the time to ask."""
    end = min(asked.until, as_of) - _LANDMARK - _FOLLOWED
    return Asked(end - _COMPARED, end, asked.currency, team=asked.team)


# --- Parts -------------------------------------------------------------------------------------------------------


def _thresholds(shop: Shop) -> Iterator[tuple[str, str | None, int]]:
    """Since which score a customer counts as satisfied, by survey and type of case."""
    yield from ((protocol.survey, protocol.type, protocol.threshold) for protocol in shop.protocols)
    yield from ((each.name, None, _PROMOTERS_AND_PASSIVES) for each in shop.surveys if each.kind == "nps")


def _places(unit: Unit, shop: Shop, asked: Asked, spans: Spans, orders: int) -> tuple[Place, ...]:
    cells: list[Cell] = [*cells_in(unit, asked, None, causes=False), *cells_in(unit, asked, None)]
    for kind in _SEGMENTS:
        cells += cells_in(unit, asked, kind)
    return places_of([step.code for step in shop.steps], cells, orders, steps_before(unit, spans))


def _patterns(unit: Unit, spans: Spans, placed: tuple[int, ...]) -> Patterns:
    counted = [seen_in(unit, spans, kind, FEWEST_NOW, placed) for kind in KINDS]
    seen = [each for some, _ in counted for each in some]
    found = find_patterns(seen, sum(tried for _, tried in counted), spans.earlier)
    shown = tuple(evolve(each, incidents=examples(unit, spans, each.seen)) for each in found.found[:_SHOWN])
    return evolve(found, found=shown)


def often_blocked(runtime: Runtime, since: Due | None, until: Due | None, team: str | None) -> BlocksFound:
    """The rules that stood in the way in a span; the arguments are those of `Blocks.often`."""
    as_of, shop = instant(runtime.clock(), "The desk's clock"), runtime.shop
    _check_team(shop, team)
    start, end = _bounds(shop, since, until, as_of)
    with runtime.store.reading() as unit:
        spans = Spans(_back(shop, start, end, first_order(unit)), team)
        return _blocks(unit, spans, shop, incidents_in(unit, spans))


def _blocks(unit: Unit, spans: Spans, shop: Shop, incidents: tuple[int, ...]) -> BlocksFound:
    counted, cases = blocks_in(unit, spans, shop.currency)
    return find_blocks(counted, incidents, cases, ((rule.code, rule.title, rule.owner) for rule in shop.rules))


def cost_of_incident(runtime: Runtime, incident_id: str) -> IncidentCost:
    """What one incident cost; the arguments are those of `Desk.cost_of`."""
    with runtime.store.reading() as unit:
        case = unit.load("incident", incident_id).state
        assert isinstance(case, Incident), "a stream keeps its kind"
        unknown = [item for need in needs_now(unit, case) for item in unpriced_for(need, incident_id)]
        every = sorted((*cost_of(unit, incident_id), *unknown), key=attrgetter("at"))
        return incident_cost(incident_id, every, runtime.shop.currency)
