"""Messages in the admin: what is to be sent, was sent, and what was said of it from outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import incidentkit as ik
from incidentkit_django.admin.pages import DeskAdmin, Field, Found
from incidentkit_django.admin.showing import Section, Shower, facts
from incidentkit_django.admin.tables import message_row
from incidentkit_django.words import say

__all__ = ["MessageAdmin"]

_FACTS = ("key", "kind", "step", "channel", "purpose", "state", "reason", "due", "not_after", "attempts", "sent_at", "cause")


class MessageAdmin(DeskAdmin):
    """The latest due first."""

    columns = ("message", "channel", "state", "reason", "due", "sent_at")
    asked_by = (Field("state", tuple(ik.IntentState)), Field("channel"), Field("stream"))

    def found(self, shower: Shower, asked: Mapping[str, str], after: str | None) -> Found:
        """A page of messages."""
        page = shower.desk.messages.find(
            state=asked.get("state"), channel=asked.get("channel"), stream=asked.get("stream"), limit=50, after=after
        )
        return Found([message_row(shower, intent) for intent in page], page.next)

    def shown(self, shower: Shower, thing: str) -> tuple[str, Sequence[Section]]:
        """The message, and its receipts. Addresses and words lie in the vault, and are not shown."""
        intent = shower.desk.messages.get(thing)
        said = shower.desk.messages.receipts(intent.key)
        names = ("at", "known_at", "kind", "reason", "state")
        sections = [
            facts(say("message"), [(name, shower.cell(getattr(intent, name))) for name in _FACTS]),
            facts(say("about"), [("stream", shower.cell(intent.stream)), ("reference", shower.cell(intent.reference))]),
            Section(
                say("receipts"),
                [[shower.cell(getattr(receipt, name)) for name in names] for receipt in said],
                [say(name) for name in names],
            ),
        ]
        return intent.step, [section for section in sections if section.rows]
