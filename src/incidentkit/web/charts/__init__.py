"""Charts as still pictures: described by Altair, drawn by vl-convert, coloured by the page. They need the extra ``report``."""

from __future__ import annotations

from incidentkit.web.charts.drawing import CARD, SMALL, WIDE, drawn
from incidentkit.web.charts.plot import Dot, Limit, Plot, Range

__all__ = ["CARD", "SMALL", "WIDE", "Dot", "Limit", "Plot", "Range", "drawn"]
