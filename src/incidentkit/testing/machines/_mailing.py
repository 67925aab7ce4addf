"""What must hold whenever messages go out, seen from the channels' side and from the record's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from incidentkit.domain import events as ev
from incidentkit.domain.events import Event
from incidentkit.domain.texts import Text
from incidentkit.ports import Message
from incidentkit.testing._audit import Copy
from incidentkit.testing.machines._ending import Ending

__all__ = ["Mailing"]

_DEAD = ("abandoned", "failed", "unknown")

Rows = Mapping[str, Mapping[str, Any]]


class Mailing(Ending):
    """A post that is watched."""

    def _mail(self, limit: int | None, post: str, wire: str) -> None:
        """Send what is due by channels that do as they are told, and look at what they were handed."""
        self.post.post.mood, self.post.wire.mood = post, wire
        channels = (self.post.post, self.post.wire)
        handed = [len(channel.letters) for channel in channels]
        words, before = list(self.post.seen), self._before
        report = self.desk.send_due(limit=limit)
        assert limit is None or report.total <= limit
        copy = Copy(self._url)
        rows = {row["key"]: row for row in copy.of("intents", "default")}
        for channel, count in zip(channels, handed, strict=True):
            for letter in channel.letters[count:]:
                against = _against(words, rows[letter.key], letter, self.shop.sending.legal_passes)
                assert against is None, f"{letter.key} went out, and its person had said no"
        self._see_once()
        _see_dead(before, rows)

    def _see_once(self) -> None:
        """What somebody found not to have gone out may have done so; whoever says that may be wrong."""
        doubted = {e.data.key for e in self.post.seen if isinstance(e.data, ev.MessageSettled) and not e.data.sent}
        sent = [key for key in self.post.wire.sent if key not in doubted]
        assert len(sent) == len(set(sent)), "a message went out twice"
        for channel in (self.post.post, self.post.wire):
            assert len(channel.answered) == len(set(channel.answered)), "a message was sent again that was answered for"


def _see_dead(before: Copy, rows: Rows) -> None:
    for row in before.of("intents", "default"):
        if row["state"] in _DEAD:
            assert row == rows[row["key"]], f"{row['key']} was left to people, and was changed by sending"


def _against(words: Iterable[Event], row: Mapping[str, Any], letter: Message, legal: Iterable[str]) -> ev.PersonOptedOut | None:
    """What its person said against a letter, with nothing said for it since.

    Reckoned more simply than the desk does: any word for it since then counts, be it narrower than what was said against it.
    """
    if row["purpose"] == "staff" or (row["purpose"] == "legal" and "opt_outs" in legal):
        return None
    found: ev.PersonOptedOut | None = None
    for event in words:
        data = event.data
        if event.stream != row["customer"] or not isinstance(data, (ev.PersonOptedOut, ev.PersonOptedIn)):
            continue
        if data.purpose in ("", row["purpose"]) and data.channel in ("", row["channel"]) and _meant(data.address, letter.to):
            found = data if isinstance(data, ev.PersonOptedOut) else None
    return found


def _meant(address: Text | None, to: str) -> bool:
    return address is None or "".join((address.value or "").split()).casefold() == "".join(to.split()).casefold()
