"""A first profile, guessed from the columns of a shop's files."""

from __future__ import annotations

from incidentkit.desk.importing.sketching.draft import sketch

__all__ = ["sketch"]
