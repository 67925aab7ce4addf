"""The scoreboard as one file that any browser shows, any printer prints and any screen reader reads."""

from __future__ import annotations

from incidentkit.web.scoreboard.page import render_scoreboard, scoreboard_css

__all__ = ["render_scoreboard", "scoreboard_css"]
