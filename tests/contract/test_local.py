"""The built-in local channel keeps every promise of the conformance kit."""

from __future__ import annotations

from pathlib import Path

from incidentkit.delivery.local import LocalChannel
from incidentkit.ports import Channel
from incidentkit.testing.contracts import ChannelContract, Fault


class TestLocalChannel(ChannelContract):
    """Mails in a Maildir, counted as any mail program would see them."""

    api = (1, 1)
    plugin = "incidentkit.delivery.local"
    settings = {"maildir": "mails"}  # noqa: RUF012 - the contract's own attribute, never changed
    impossible = {  # noqa: RUF012
        "never_is_permanent": "a folder refuses no address",
        "what_can_not_be_carried_is_unsupported": "a folder takes whatever can be a mail",
        "waiting_has_an_end": "nobody is waited for",
        "a_lost_answer_is_unknown": "the answer is the file itself",
        "a_lost_answer_can_be_made_good": "the answer is the file itself",
        "a_report_leads_back_to_its_message": "what lies in the folder has arrived",
    }

    def make(self, directory: Path, fault: Fault | None = None) -> LocalChannel:
        """The channel on a folder that is not there yet, or can't be made."""
        if fault is not None:
            (directory / "mails").touch()
        return LocalChannel(directory / "mails")

    def delivered_to(self, channel: Channel) -> int:
        """The mails, read or not."""
        assert isinstance(channel, LocalChannel)
        return sum(1 for part in ("new", "cur") for _ in (channel.maildir / part).glob("*"))
