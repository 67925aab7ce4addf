"""Pages that say that there is nothing to see, or that something went wrong."""

from __future__ import annotations

from typing import Literal

from incidentkit.web.markup import el
from incidentkit.web.pages.frame import Speech, framed

__all__ = ["PlainKind", "plain_page"]

PlainKind = Literal["closed", "wrong", "failed", "busy"]


def plain_page(speech: Speech, kind: PlainKind) -> str:
    """One heading and one sentence. Every token that opens nothing gets the same one, whatever is wrong with it."""
    return framed(speech, speech.say(f"plain.{kind}"), el("p", speech.say(f"plain.{kind}_why"), class_="lead"))
