"""The rows that a figure was counted from, each with what it added."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from incidentkit.measures.measure import Measure
from incidentkit.measures.subjects import MeasureRows, SubjectRow
from incidentkit.phrases.dates import Dates
from incidentkit.web.markup import el
from incidentkit.web.scoreboard.frame import scrolled
from incidentkit.web.scoreboard.speech import Speech

__all__ = ["rows_part"]


def rows_part(rows: MeasureRows, measure: Measure, unit: str, following: str | None, speech: Speech) -> Element:
    """A table of rows.

    Args:
        unit: of their values.
        following: the address of those that come after; None for none.
    """
    say, number = speech.say, speech.amounts.number
    valued = measure.kind not in ("count", "share", "nps")
    heads = (say(f"rows.{name}") for name in ("subject", "at", "value", "how") if valued or name != "value")
    body = (_row(row, unit if valued else "", speech) for row in rows.rows)
    table = el("table", el("thead", el("tr", *(el("th", h, scope="col") for h in heads))), el("tbody", *body))
    more = el("p", el("a", say("rows.more"), href=following), class_="more") if following else None
    told = say("rows.shown", shown=number(len(rows.rows)), total=number(rows.total))
    return el("section", el("h2", say("rows.title"), id="rows"), el("p", told), scrolled(table, say("rows.title")), more)


def _row(row: SubjectRow, unit: str, speech: Speech) -> Element:
    dates = Dates(speech.words, speech.dates.zone, short=True)
    at = el("time", dates.moment(row.at), datetime=row.at.isoformat(timespec="seconds"))
    value = "" if row.value is None or not unit else str(speech.amounts.amount(row.value, unit))
    cells = (el("td", at), el("td", value) if unit else None, el("td", speech.say(f"rows.{_how(row)}")))
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
