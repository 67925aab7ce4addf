"""The built-in local channel keeps every promise of the conformance kit."""

from __future__ import annotations

from pathlib import Path

from incidentkit.delivery.local import LocalChannel
from incidentkit.ports import Channel
from incidentkit.testing.contracts import ChannelContract


class TestLocalChannel(ChannelContract):
    """Mails in a Maildir, counted as any mail program would see them."""

    plugin = "incidentkit.delivery.local"
    settings = {"maildir": "mails"}  # noqa: RUF012 - the contract's own attribute, never changed

    def make(self, directory: Path) -> LocalChannel:
        """The channel on a folder that is not there yet."""
        return LocalChannel(directory / "mails")

    def delivered_to(self, channel: Channel) -> int:
        """The mails, read or not."""
        assert isinstance(channel, LocalChannel)
        return sum(1 for part in ("new", "cur") for _ in (channel.maildir / part).glob("*"))
