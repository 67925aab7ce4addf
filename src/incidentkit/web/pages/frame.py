"""The frame of every page: its head, the shop's name above, and below how to reach a person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from xml.etree.ElementTree import Element

from attrs import field, frozen

from incidentkit.domain.money import Money
from incidentkit.domain.times import Due
from incidentkit.phrases.amounts import Amounts
from incidentkit.phrases.dates import Dates
from incidentkit.phrases.words import Words
from incidentkit.web.markup import Node, document, el, own_css, stylesheet

__all__ = ["Speech", "framed", "pages_css"]


def pages_css() -> str:
    """The style of these pages, as a policy has to name it."""
    return own_css("incidentkit.web.pages")


@frozen
class Speech:
    """How a page speaks: in which words, of which shop.

    Args:
        label: gives the words for a code of ``types`` or ``causes`` in the page's language.
    """

    words: Words
    dates: Dates
    shop: str
    address: str = field(repr=False)
    label: Callable[[str, str], str] = field(repr=False)

    def say(self, key: str, **values: object) -> str:
        """A text of the pages."""
        return self.words.say(key, **values)

    def due(self, value: Due) -> str:
        """A due time in words: a day, or a day with its time in the shop's zone."""
        return f"{self.day(value)}, {self.dates.clock(value)}" if isinstance(value, datetime) else self.dates.day(value)

    def day(self, value: datetime) -> str:
        """The day of an instant, in the shop's zone."""
        return self.dates.day(self.dates.local(value))

    def money(self, amount: Money) -> str:
        """An amount with its currency."""
        return Amounts(self.words).money(amount)

    def time(self, value: Due) -> Element:
        """The same as an element that programs read too."""
        iso = value.isoformat(timespec="seconds") if isinstance(value, datetime) else value.isoformat()
        return el("time", self.due(value), datetime=iso)


def framed(speech: Speech, title: str, *content: Node | None) -> str:
    """A whole page with its one heading."""
    heading = el("h1", title)
    body = el("body", _header(speech), el("main", heading, *content), _footer(speech))
    return document(el("html", _head(speech, title), body, lang=speech.words.language))


def _head(speech: Speech, title: str) -> Element:
    return el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("meta", name="referrer", content="no-referrer"),
        el("meta", name="robots", content="noindex, nofollow"),
        el("title", " · ".join(part for part in (title, speech.shop.strip()) if part)),
        stylesheet(pages_css()),
    )


def _header(speech: Speech) -> Element | None:
    return el("header", el("p", el("bdi", speech.shop.strip()))) if speech.shop.strip() else None


def _footer(speech: Speech) -> Element:
    mail = el("a", speech.address, href=f"mailto:{speech.address}")
    return el("footer", el("p", f"{speech.say('customer.questions')} ", mail, "."))
