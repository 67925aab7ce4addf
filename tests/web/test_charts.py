"""Charts: every figure inside the frame, no style of their own, and words for who does not see them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from xml.etree.ElementTree import Element, tostring
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incidentkit.errors import MissingExtra
from incidentkit.phrases.amounts import Amounts
from incidentkit.phrases.dates import Dates
from incidentkit.phrases.words import LANGUAGES, words_in
from incidentkit.web.charts import CARD, SMALL, WIDE, Dot, Limit, Plot, Range, drawn
from incidentkit.web.charts.colours import COLOURS
from incidentkit.web.charts.drawing import Frame
from incidentkit.web.charts.ticks import amount_ticks, day_ticks
from incidentkit.web.scoreboard import render_scoreboard
from tests.web.boards import BOARD

START = datetime(2026, 8, 31, tzinfo=UTC)
WEEK = timedelta(days=7)
values = st.floats(0, 1e6)


def plot(*figures: float | None, unit: str = "share", target: float | None = None, **more: object) -> Plot:
    """A week each."""
    dots = tuple(Dot(START + at * WEEK, value) for at, value in enumerate(figures))
    return Plot(dots, unit, target, **more)  # type: ignore[arg-type]


def picture(of: Plot, frame: Frame = CARD, language: str = "en") -> Element:
    """The drawn chart."""
    words = words_in(language, "incidentkit.web")
    dates = Dates(words, ZoneInfo("Europe/Madrid"))
    return drawn(of, frame, Amounts(words), dates, id="c", title="Its course", told="from 1 to 2")


FULL = plot(
    0.4,
    None,
    0.45,
    0.5,
    target=0.75,
    pace=((START, 0.4), (START + 16 * WEEK, 0.75)),
    range_=Range(START + 16 * WEEK, 0.5, 0.6, 0.8),
    limits=tuple(Limit(START + at * WEEK, 0.3, 0.6) for at in range(4)),
    centre=0.45,
)


@pytest.mark.parametrize("frame", [CARD, SMALL, WIDE], ids=["card", "small", "wide"])
def test_a_chart_has_no_style_and_no_colour_of_its_own(frame: Frame) -> None:
    """What a policy would refuse, and what the dark would hide, is not there: parts have classes, which the page colours."""
    attributes = {name for element in picture(FULL, frame).iter() for name in element.attrib}
    text = tostring(picture(FULL, frame), encoding="unicode")

    assert set() == attributes & {"style", "fill", "stroke", "href", "id "}
    assert [] == [colour for colour in (*COLOURS.values(), "#fff", "white", "black") if colour in text]


def test_a_chart_is_told() -> None:
    """It is one picture with a title and a description; nothing inside it speaks for itself."""
    seen = picture(FULL)
    inside = [element for element in seen.iter() if element is not seen and ("role" in element.attrib)]

    assert ("img", "c-title", "c-told") == (seen.get("role"), seen.get("aria-labelledby"), seen.get("aria-describedby"))
    assert ["Its course", "from 1 to 2"] == [seen[0].text, seen[1].text]
    assert [] == inside


def test_every_part_is_drawn() -> None:
    """Figures, target, pace, fan, limits and the judged figure are each there."""
    classes = {name for element in picture(FULL).iter() for name in (element.get("class") or "").split()}

    assert {"s-line", "s-target", "s-pace", "f-fan", "s-limit", "f-last", "f-text", "s-grid"} <= classes


@pytest.mark.parametrize(("language", "label"), [("en", "50%"), ("es", "50 %")])
def test_axes_speak_the_language(language: str, label: str) -> None:
    """The marks of an axis are figures and days as the page writes them."""
    said = [element.text for element in picture(FULL, CARD, language).iter("text")]

    assert label in [text.replace("\N{NO-BREAK SPACE}", " ") for text in said if text]
    assert ("1 Oct" if language == "en" else "1 oct") in said


@settings(max_examples=25)
@given(st.lists(st.none() | values, min_size=1, max_size=20).filter(lambda given: any(v is not None for v in given)))
def test_any_figures_make_a_chart(figures: list[float | None]) -> None:
    """However large, small or few the figures, there is a picture, and its judged figure lies in it."""
    seen = picture(plot(*figures, unit="seconds"), SMALL)

    assert seen.get("viewBox")
    assert "NaN" not in tostring(seen, encoding="unicode")


@given(values, values, st.sampled_from(["seconds", "share", "EUR", "orders", "score"]), st.sampled_from(LANGUAGES))
def test_an_axis_holds_its_figures(a: float, b: float, unit: str, language: str) -> None:
    """It reaches from at most the lowest to at least the highest, with a few marks in rising order."""
    ticks = amount_ticks(min(a, b), max(a, b), unit, Amounts(words_in(language, "incidentkit.web")), 4)

    assert ticks.low <= min(a, b) + 1e-6
    assert ticks.high >= max(a, b) * (1 - 1e-6) - 1e-6
    assert 1 <= len(ticks.places) <= 12
    assert sorted(set(ticks.places)) == list(ticks.places)


@given(st.integers(1, 800))
def test_days_on_an_axis_are_few(days: int) -> None:
    """At most six marks, each inside."""
    dates = Dates(words_in("en", "incidentkit.web"), ZoneInfo("Europe/Madrid"))
    ticks = day_ticks(START, START + timedelta(days=days), dates)

    assert len(ticks.places) <= 6
    assert all(ticks.low - 86_400 <= place <= ticks.high + 86_400 for place in ticks.places)


def test_without_the_extra_the_pages_name_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing can draw, no page is made without its charts: the error names the extra that brings them."""
    monkeypatch.setattr("incidentkit.web.find_spec", lambda name: None if name == "vl_convert" else name)

    with pytest.raises(MissingExtra, match="incidentkit\\[report\\]") as caught:
        render_scoreboard(BOARD, language="en", zone="UTC")
    assert "report" == caught.value.extra
