"""The frame of the scoreboard and of the pages behind it."""

from __future__ import annotations

from xml.etree.ElementTree import Element
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from incidentkit.errors import InvalidInput
from incidentkit.web.markup import el, stylesheet, stylesheet_source

__all__ = ["framed", "scrolled", "zone_named"]


def framed(title: str, language: str, css: str, *body: Element | None) -> Element:
    """A page that may load nothing: its own policy says so, too."""
    policy = f"default-src 'none'; style-src {stylesheet_source(css)}; base-uri 'none'; form-action 'none'"
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=policy),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("meta", name="referrer", content="no-referrer"),
        el("title", title),
        stylesheet(css),
    )
    return el("html", head, el("body", *body), lang=language)


def scrolled(table: Element, name: str) -> Element:
    """A table that may be wider than the page: moved sideways by itself, with the keyboard too."""
    return el("div", table, class_="wide", role="region", tabindex="0", aria_label=name)


def zone_named(name: str) -> ZoneInfo:
    """The zone of that name.

    Raises:
        InvalidInput: there is none.
    """
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise InvalidInput("zone", "must be an IANA time zone such as Europe/Madrid", got=repr(name)[:40]) from None
