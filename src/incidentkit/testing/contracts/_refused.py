"""What is refused before it goes out."""

from __future__ import annotations

import pytest

from incidentkit.errors import PermanentChannelError
from incidentkit.ports import Message
from incidentkit.testing.contracts._messages import injections
from incidentkit.testing.contracts._promises import Stage, promise

__all__ = ["a_line_break_in_a_header_is_refused"]


@promise((1, 0), drawn=True)
def a_line_break_in_a_header_is_refused(stage: Stage, message: Message) -> None:
    """A name, subject or address that would begin another header is refused for good, and nothing goes out."""
    channel = stage.channel()

    for bad in injections(channel, message):
        with pytest.raises(PermanentChannelError):
            channel.send(bad)

    assert stage.delivered(channel) == 0
