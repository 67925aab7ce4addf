"""The events of the record in plain words, by what they are about."""

from __future__ import annotations

from incidentkit.cli.happenings.teller import Teller

__all__ = ["Teller"]
