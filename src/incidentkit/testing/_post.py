"""Channels in memory that do as they are told: they deliver, bounce, fail for now, for good, or without a word."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from incidentkit.domain.effects import Receipt
from incidentkit.domain.events import Event
from incidentkit.domain.messages import ReceiptKind
from incidentkit.errors import PermanentChannelError, TransientChannelError, UnsupportedFeature
from incidentkit.hooks import hookimpl
from incidentkit.ports import AddressKind, Channel, ChannelFeatures, Message

__all__ = ["MOODS", "Post", "PostChannel"]

MOODS = ("delivered", "accepted", "bounced", "rejected", "deferred", "transient", "permanent", "unsupported", "broken")
"""What becomes of the next messages: a receipt's word, or how the sending fails."""

_FAILURES: Mapping[str, Callable[[], Exception]] = {
    "transient": lambda: TransientChannelError("The post", "must be open", got="a closed one"),
    "permanent": lambda: PermanentChannelError("The post", "must know the address", got="an unknown one"),
    "unsupported": lambda: UnsupportedFeature("The post", "carries letters only", got="a parcel"),
    "broken": lambda: RuntimeError("the post burnt down"),
}


class PostChannel:
    """One channel. ``sent`` holds the keys of what went out, in order; an idempotent one holds each once.

    ``letters`` holds every message that it was handed, ``answered`` the keys of those of which it said what became.
    """

    address: AddressKind = "email"

    def __init__(self, name: str, *, confirms: bool, idempotent: bool) -> None:
        self.name = name
        self.features = ChannelFeatures(confirms=confirms, idempotent=idempotent)
        self.mood = "delivered" if confirms else "accepted"
        self.sent: list[str] = []
        self.letters: list[Message] = []
        self.answered: list[str] = []

    def send(self, message: Message) -> Receipt:
        """Do as the mood says. What is broken has sent it all the same."""
        self.letters.append(message)
        if self.mood != "broken" and self.mood in _FAILURES:
            raise _FAILURES[self.mood]()
        if not self.features.idempotent or message.key not in self.sent:
            self.sent.append(message.key)
        if self.mood == "broken":
            raise _FAILURES["broken"]()
        self.answered.append(message.key)
        return Receipt(ReceiptKind(self.mood), f"<{len(self.letters)}.{self.name}@example.com>", raw="the post's own words")


class Post:
    """A plugin with two channels: ``post`` confirms and may be repeated, ``wire`` does neither. It also sees every event."""

    def __init__(self) -> None:
        self.post = PostChannel("post", confirms=True, idempotent=True)
        self.wire = PostChannel("wire", confirms=False, idempotent=False)
        self.seen: list[Event] = []

    @hookimpl
    def incidentkit_register_channels(self) -> Iterable[Channel]:
        """Both; they need no settings."""
        return [self.post, self.wire]

    @hookimpl
    def incidentkit_on_events(self, events: tuple[Event, ...]) -> None:
        """Kept for later."""
        self.seen += events
