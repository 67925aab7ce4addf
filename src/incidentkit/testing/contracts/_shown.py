"""What is shown: nothing private, wherever it might end up."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from attrs import evolve

from incidentkit.errors import ChannelError
from incidentkit.ports import Channel, Message
from incidentkit.testing.contracts._messages import injections, sample
from incidentkit.testing.contracts._promises import Fault, Stage, promise, telling

__all__ = ["no_failure_shows_what_is_private", "nothing_private_is_logged", "nothing_private_is_shown"]

_TELLING = "Zuzanna-Quirós"


@promise((1, 0), drawn=True)
def nothing_private_is_shown(stage: Stage, message: Message) -> None:
    """No repr, receipt or error shows a secret, or what is personal in a message."""
    message = _telling(message)
    channel = stage.channel()
    shown = [repr(channel), repr(channel.send(message)), repr(channel)]

    for bad in injections(channel, message):
        try:
            channel.send(bad)
        except ChannelError as error:
            shown += _shown(error)

    assert telling(shown, (_TELLING, *stage.private(message))) == []


@promise((1, 1))
def nothing_private_is_logged(stage: Stage) -> None:
    """No log of any library shows it either, at the finest level, while a message goes out and another is refused."""
    channel = stage.channel()
    message = _telling(sample(channel.address))

    with _logged() as logged:
        channel.send(message)
        _failed(channel, injections(channel, message)[0])

    assert telling(logged, (_TELLING, *stage.private(message))) == []


@promise((1, 1))
def no_failure_shows_what_is_private(stage: Stage) -> None:
    """What a failing far side makes it raise or log shows none of it, also not in the errors behind the error."""
    shown: list[str] = []
    for fault in (fault for fault in stage.faults() if fault not in (Fault.HANGING, Fault.BOUNCING)):
        with _logged() as logged:
            channel = stage.channel(fault)
            shown += [*_failed(channel, _telling(sample(channel.address))), repr(channel)]
        shown += logged
    private = stage.private(sample(stage.channel().address))

    assert telling(shown, (_TELLING, *private)) == []


def _telling(message: Message) -> Message:
    return evolve(message, name=_TELLING, subject=f"About {_TELLING}", text=f"Dear {_TELLING}")


def _failed(channel: Channel, message: Message) -> list[str]:
    """All that the error shows, with those behind it; nothing where there is none."""
    try:
        channel.send(message)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is looked at
        return _shown(error)
    return []


def _shown(error: Exception) -> list[str]:
    return [str(error), repr(error), repr(getattr(error, "context", "")), "".join(traceback.format_exception(error))]


class _Notebook(logging.Handler):
    def __init__(self, lines: list[str]) -> None:
        super().__init__(logging.DEBUG)
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(self.format(record))


@contextmanager
def _logged() -> Iterator[list[str]]:
    """What every logger says meanwhile."""
    lines: list[str] = []
    handler, root = _Notebook(lines), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield lines
    finally:
        root.setLevel(level)
        root.removeHandler(handler)
