"""``incidentkit surveys``."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from incidentkit.cli.bounds import day_or_time
from incidentkit.cli.faces import words_of
from incidentkit.cli.options import As, AsJson, Lang, Now, ShopFile, Store
from incidentkit.cli.screen import Piece, Screen, show_json
from incidentkit.cli.stores import DEFAULT_STORE, desk_to_read
from incidentkit.cli.usage import Misused
from incidentkit.domain.actors import Actor

if TYPE_CHECKING:
    from incidentkit.cli.table import Column
    from incidentkit.cli.values import Values
    from incidentkit.desk.desk import Desk
    from incidentkit.desk.surveyed import SurveyDrivers
    from incidentkit.desk.surveys import Unread
    from incidentkit.domain.times import Due
    from incidentkit.learning.drivers import Driver
    from incidentkit.measures.intervals import Interval
    from incidentkit.measures.survey_figures import SurveyFigures, SurveyRow

__all__ = ["surveys"]

_MOST_UNREAD = 50
_SHOWN_OF_ID = 8


class Action(StrEnum):
    """What can be asked of surveys."""

    SHOW = "show"
    DRIVERS = "drivers"
    UNREAD = "unread"
    CODE = "code"


def surveys(
    ctx: typer.Context,
    action: Annotated[Action, typer.Argument(metavar="show|drivers|unread|code")] = Action.SHOW,
    which: Annotated[str | None, typer.Argument(metavar="SURVEY|ANSWER")] = None,
    step: Annotated[str | None, typer.Argument(metavar="STEP")] = None,
    by: Annotated[str | None, typer.Option("--by", metavar="WINDOW|SEGMENT")] = None,
    since: Annotated[str | None, typer.Option("--since", metavar="D")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="D")] = None,
    as_: As = None,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    now: Now = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Show what surveys come to, which step moves the score, and what was written that nobody has read."""
    screen, span = Screen.of(words_of(ctx)), (day_or_time(since, "--since"), day_or_time(until, "--until"))
    with desk_to_read(store, shop, day_or_time(now, "--now")) as desk:
        if action is Action.SHOW:
            _figures(screen, desk, which, by, span, as_json)
        elif action is Action.DRIVERS:
            _drivers(screen, desk, desk.survey_drivers(which or "csat", *span), as_json)
        elif action is Action.UNREAD:
            _unread(screen, desk, desk.surveys.uncoded(which, limit=_MOST_UNREAD), as_json)
        else:
            _code(screen, desk, which, step, as_, as_json)


# --- Figures -----------------------------------------------------------------------------------------------------


def _figures(
    screen: Screen,
    desk: Desk,
    which: str | None,
    by: str | None,
    span: tuple[Due | None, Due | None],
    as_json: bool,
) -> None:
    names = [which] if which else [survey.name for survey in desk.shop.surveys]
    found = [desk.survey_figures(name, by, *span) for name in names]
    if as_json:
        show_json({"surveys": [figures.as_dict() for figures in found]})
        return
    for place, figures in enumerate(found):
        if place:
            screen.line()
        _show(screen, desk, figures)


def _show(screen: Screen, desk: Desk, figures: SurveyFigures) -> None:
    from incidentkit.cli.table import show_table
    from incidentkit.cli.values import Values

    say, values = screen.words.say, Values(screen.words, desk.shop.tzinfo)
    name = screen.words.named("surveys", figures.survey)
    screen.line(
        (f"{desk.shop.name} · {say('surveys_page.title', survey=name)}", "bold"), (f" · {values.moment(figures.as_of)}", "dim")
    )
    show_table(screen, _columns(screen), [_row(row, figures, desk, values) for row in figures.rows], indent="  ")


def _columns(screen: Screen) -> Sequence[Column]:
    from incidentkit.cli.table import Column

    say = screen.words.say
    heads = ("mean", "top", "nps", "asked", "response", "waiting", "lost")
    spares = {"top": 1, "waiting": 3, "lost": 2}
    others = [Column(say(f"surveys_page.{head}"), right=True, spare=spares.get(head, 0)) for head in heads]
    return (Column("", flexible=True), Column("n", right=True), *others)


def _row(row: SurveyRow, figures: SurveyFigures, desk: Desk, values: Values) -> Sequence[Piece]:
    numbers = [str(row.asked), _with(values, row.response_rate, row.response_interval, "share")]
    counted = [values.number(count) if count else "" for count in (row.waiting, row.lost)]
    return (
        _named(row, figures, desk, values),
        values.number(row.n),
        (_with(values, row.mean, row.mean_interval, "score"), "bold"),
        _with(values, row.top_share, row.top_interval, "share"),
        _with(values, row.nps, row.nps_interval, "points"),
        *numbers,
        *counted,
    )


def _named(row: SurveyRow, figures: SurveyFigures, desk: Desk, values: Values) -> str:
    if figures.by is None:
        return values.words.say("surveys_page.whole")
    if row.segment is None:
        window = figures.by in ("day", "week", "month", "quarter")
        return values.window(row.from_, row.until, figures.by) if window else values.words.say("measure.nowhere")
    return _step(desk, values, row.segment) if figures.by == "step" else row.segment


def _step(desk: Desk, values: Values, code: str) -> str:
    return desk.shop.step_title(code) or values.words.named("steps", code)


def _with(values: Values, value: float | None, interval: Interval | None, unit: str) -> str:
    """A figure with where it may truly lie; nothing where there is none."""
    if value is None:
        return ""
    if interval is None:
        return _one(values, value, unit)
    low, high = (_one(values, each, unit) for each in (interval.low, interval.high))
    return values.words.say("surveys_page.interval", value=_one(values, value, unit), low=low, high=high)


def _one(values: Values, value: float, unit: str) -> str:
    return values.number(value) if unit == "points" else values.figure(value, unit)


# --- What moves the score ----------------------------------------------------------------------------------------


def _drivers(screen: Screen, desk: Desk, found: SurveyDrivers, as_json: bool) -> None:
    if as_json:
        show_json(_drivers_as_dict(found))
        return
    from incidentkit.cli.table import show_table
    from incidentkit.cli.values import Values

    say, values = screen.words.say, Values(screen.words, desk.shop.tzinfo)
    screen.line((say("surveys_page.drivers", survey=screen.words.named("surveys", found.survey)), "bold"))
    if not found.drivers:
        screen.say("surveys_page.drivers_none")
        return
    screen.hanging("", say("surveys_page.drivers_about"), "dim")
    show_table(screen, _driver_columns(screen), [_driver_row(driver, desk, values) for driver in found.drivers])


def _driver_columns(screen: Screen) -> Sequence[Column]:
    from incidentkit.cli.table import Column

    say = screen.words.say
    heads = ("mean", "others", "difference", "moves")
    numbers = [Column(say(f"surveys_page.{head}"), right=True, spare=1 if head == "others" else 0) for head in heads]
    return (Column(say("surveys_page.step"), flexible=True), Column("n", right=True), *numbers, Column(""))


def _driver_row(driver: Driver, desk: Desk, values: Values) -> Sequence[Piece]:
    styles = {"suffered": "red", "valued": "green"}
    verdict = values.words.say(f"driver_verdicts.{driver.verdict}")
    return (
        _step(desk, values, driver.step),
        values.number(driver.n),
        values.figure(driver.mean, "score"),
        values.figure(driver.others, "score"),
        _with(values, driver.difference, driver.interval, "score"),
        values.figure(driver.moves, "score"),
        (verdict, styles.get(driver.verdict, "dim")),
    )


def _drivers_as_dict(found: SurveyDrivers) -> dict[str, object]:
    from attrs import asdict

    drivers = [asdict(driver) | {"interval": _ends(driver.interval)} for driver in found.drivers]
    return {"survey": found.survey, "as_of": found.as_of.isoformat(), "unnamed": found.unnamed, "drivers": drivers}


def _ends(interval: Interval | None) -> list[float] | None:
    return None if interval is None else [interval.low, interval.high]


# --- What customers wrote ----------------------------------------------------------------------------------------


def _unread(screen: Screen, desk: Desk, found: Unread, as_json: bool) -> None:
    if as_json:
        show_json({"total": found.total, "answers": [_answer_as_dict(each.ask.id, each) for each in found.answers]})
        return
    from incidentkit.cli.table import Column, show_table
    from incidentkit.cli.values import Values

    say, values = screen.words.say, Values(screen.words, desk.shop.tzinfo)
    if not found.total:
        screen.say("surveys_page.no_unread")
        return
    screen.line((say("surveys_page.unread", count=values.number(found.total)), "bold"))
    heads = [say(f"surveys_page.{head}") for head in ("id", "score", "comment", "suggestion")]
    columns = (Column(heads[0]), Column(heads[1], right=True), Column(heads[2], flexible=True), Column(heads[3]))
    rows = [
        (
            each.ask.id[-_SHOWN_OF_ID:],
            str(each.ask.answer.score if each.ask.answer is not None else ""),
            " ".join((each.comment or say("things.forgotten")).split()),
            _step(desk, values, each.suggestion) if each.suggestion else "",
        )
        for each in found.answers
    ]
    show_table(screen, columns, rows)


def _answer_as_dict(ask: str, each: object) -> dict[str, object]:
    from incidentkit.desk.surveys import OpenAnswer

    assert isinstance(each, OpenAnswer), "what is to be read"
    score = each.ask.answer.score if each.ask.answer is not None else None
    return {"ask": ask, "survey": each.ask.survey, "score": score, "comment": each.comment, "suggestion": each.suggestion}


def _code(screen: Screen, desk: Desk, which: str | None, step: str | None, who: str | None, as_json: bool) -> None:
    for name, given in (("ANSWER", which), ("STEP", step)):
        if not given:
            raise Misused("missing_argument", name=name)
    ask = desk.surveys.code(_found(desk, str(which)), str(step), by=Actor("cli", who) if who else None)
    if as_json:
        show_json({"ask": ask.id, "survey": ask.survey, "step": ask.step})
        return
    from incidentkit.cli.values import Values

    named = _step(desk, Values(screen.words, desk.shop.tzinfo), ask.step or "")
    screen.say("surveys_page.coded", ask=ask.id[-_SHOWN_OF_ID:], step=named)


def _found(desk: Desk, given: str) -> str:
    """The id of an ask: by the end of one that is listed as unread, else the id itself."""
    listed = [each.ask.id for each in desk.surveys.uncoded(limit=_MOST_UNREAD).answers]
    ending = [id_ for id_ in listed if len(given) >= 4 and id_.endswith(given)]
    return ending[0] if len(ending) == 1 else given
