"""The rows that a figure was counted from, each with what it added."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from incidentkit.measures.measure import Measure
from incidentkit.measures.subjects import MeasureRows, SubjectRow
from incidentkit.web.markup import el
from incidentkit.web.scoreboard.speech import Speech

__all__ = ["rows_part"]


def rows_part(rows: MeasureRows, measure: Measure, unit: str, following: str | None, speech: Speech) -> Element:
    """A table of rows.

    Args:
        unit: of their values.
        following: the address of those that come after; None for none.
    """
    say, number = speech.say, speech.amounts.number
    heads = (say(f"rows.{name}") for name in ("subject", "at", "value", "how"))
    body = (_row(row, measure, unit, speech) for row in rows.rows)
    table = el("table", el("thead", el("tr", *(el("th", h, scope="col") for h in heads))), el("tbody", *body))
    more = el("p", el("a", say("rows.more"), href=following), class_="more") if following else None
    told = say("rows.shown", shown=number(len(rows.rows)), total=number(rows.total))
    return el("section", el("h2", say("rows.title"), id="rows"), el("p", told), el("div", table, class_="wide"), more)


def _row(row: SubjectRow, measure: Measure, unit: str, speech: Speech) -> Element:
    at = el("time", speech.dates.moment(row.at), datetime=row.at.isoformat(timespec="seconds"))
    value = "" if row.value is None or measure.kind == "share" else str(speech.amounts.amount(row.value, unit))
    cells = (el("td", at), el("td", value), el("td", speech.say(f"rows.{_how(row)}")))
    return el("tr", el("th", el("code", row.id), scope="row"), *cells, class_=None if row.counted else "left-out")


def _how(row: SubjectRow) -> str:
    """What the row did to the figure."""
    if row.invalid:
        return "invalid"
    if row.open:
        return "open"
    if not row.counted:
        return "not_counted"
    return {True: "hit", False: "miss", None: "counted"}[row.hit]
