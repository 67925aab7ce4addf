"""What is told of accounts."""

from __future__ import annotations

from incidentkit.cli.happenings.phrases import Phrases, Said, Tells
from incidentkit.domain import events as ev

__all__ = ["TELLS"]


def _described(phrases: Phrases, data: ev.AccountDescribed, stream: str) -> Said:
    return {"account": data.key, "manager": data.manager}


TELLS: Tells = {
    ev.AccountDescribed: _described,
}
