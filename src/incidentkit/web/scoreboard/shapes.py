"""A shape for each verdict, each with an outline of its own, so that no colour is needed to tell them apart."""

from __future__ import annotations

from types import MappingProxyType
from xml.etree.ElementTree import Element

from incidentkit.measures.scoreboard import Verdict
from incidentkit.web.markup import el

__all__ = ["shape"]

# On a field of 24 by 24: the outline, and the sign in it.
_PATHS = MappingProxyType(
    {
        # A disc with a tick.
        Verdict.WINNING: ("M12 1a11 11 0 1 0 0 22a11 11 0 1 0 0-22z", "M6.7 12.6l3.7 3.7L17.6 8.6"),
        # A square on its corner, with a cross.
        Verdict.LOSING: ("M12 .6L23.4 12L12 23.4L.6 12z", "M8.3 8.3l7.4 7.4M15.7 8.3l-7.4 7.4"),
        # A square with a question mark.
        Verdict.UNKNOWN: ("M2 2h20v20H2z", "M8.6 9.2a3.4 3.4 0 1 1 5.2 2.9c-1.2.8-1.8 1.3-1.8 2.6M12 18.2v.1"),
    }
)


def shape(verdict: Verdict) -> Element:
    """The picture of a verdict. The word stands beside it, so it is no news to a screen reader."""
    outline, sign = _PATHS[verdict]
    return el(
        "svg",
        el("path", class_="outline", d=outline),
        el("path", class_="sign", d=sign),
        class_="shape",
        viewBox="0 0 24 24",
        aria_hidden="true",
        focusable="false",
    )
