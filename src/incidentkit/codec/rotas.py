"""Rotas in shop.toml: ``[[rotas]]`` to a `Rota`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from attrs import frozen

from incidentkit.codec.problems import Problem, problem_path
from incidentkit.codec.reading import as_expected
from incidentkit.domain.calendars import Hours, PublicHolidays, Schedule
from incidentkit.domain.rotas import Rota
from incidentkit.domain.times import zone_names
from incidentkit.errors import RuleViolation

__all__ = ["RotaTable", "read_rota"]


@frozen(kw_only=True)
class RotaTable:
    """A table ``[[rotas]]``; its hours are written as those of a calendar."""

    agents: tuple[str, ...]
    zone: str = ""
    week: Mapping[str, tuple[Hours, ...]] = {}
    dates: Mapping[date, tuple[Hours, ...]] = {}
    closed: Mapping[date, str] = {}
    holidays: tuple[PublicHolidays, ...] = ()


def read_rota(place: int, table: RotaTable, zone: str) -> tuple[Rota, list[Problem]]:
    """The rota that a table says, and what is wrong with it; one with wrong hours goes day and night.

    Args:
        place: which one of the file it is.
        zone: where the table names none.
    """
    of = table.zone or (zone if zone in zone_names() else "UTC")
    try:
        return Rota(table.agents, Schedule(of, table.week, table.dates, table.closed, table.holidays)), []
    except RuleViolation as error:
        wrong = Problem(problem_path(("rotas", place)), as_expected(error.rule), str(error.got))
        return Rota(table.agents, Schedule.always()), [wrong]
