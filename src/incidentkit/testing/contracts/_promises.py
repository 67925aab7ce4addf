"""What a promise is, what can be wrong with a far side, and the channel that promises are tried on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from attrs import frozen

from incidentkit.ports import Channel, Closing, Message, ReceiptNews

if TYPE_CHECKING:
    from incidentkit.testing.contracts._contract import ChannelContract

__all__ = ["PROMISES", "Fault", "Promise", "Stage", "promise", "registered", "stage", "telling"]


class Fault(StrEnum):
    """What is wrong with the far side of a channel."""

    BUSY = "busy"
    """It answers: not now."""
    REFUSING = "refusing"
    """It answers: never, not to this address."""
    LIMITED = "limited"
    """It can't carry the message as it is: too large, say, or in a script that it does not have."""
    GONE = "gone"
    """Nobody is there."""
    HANGING = "hanging"
    """It is there, and never says a word."""
    UNANSWERED = "unanswered"
    """It takes and delivers the message, and its answer is lost."""
    BOUNCING = "bouncing"
    """It takes the message, and reports afterwards that it could not be delivered."""


@frozen
class Promise:
    """One promise.

    Args:
        since: the version of the contract that it came with.
        drawn: whether it holds for every message, and takes one.
        fault: what is wrong with the far side while it is tried; None where nothing is.
        check: raises where the promise is broken.
    """

    since: tuple[int, int]
    drawn: bool
    fault: Fault | None
    check: Callable[..., None]


PROMISES: dict[str, Promise] = {}
"""Every promise by its name, in the order in which they are checked: each may build on those before."""


def promise(
    since: tuple[int, int], *, drawn: bool = False, fault: Fault | None = None
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Keeps a function as a promise."""

    def keep(check: Callable[..., None]) -> Callable[..., None]:
        PROMISES[check.__name__] = Promise(since, drawn, fault, check)
        return check

    return keep


class Stage:
    """A contract with a folder that is empty at first. Whatever is made on it is closed with it."""

    def __init__(self, contract: ChannelContract, directory: Path) -> None:
        self.contract = contract
        self.directory = directory
        self._made: list[Channel] = []

    def channel(self, fault: Fault | None = None) -> Channel:
        """The channel; made again, it is the same after a restart."""
        made = self.contract.make(self.directory) if fault is None else self.contract.make(self.directory, fault)
        self._made.append(made)
        return made

    def delivered(self, channel: Channel) -> int:
        """How many messages its far side holds."""
        return self.contract.delivered_to(channel)

    def reports(self, channel: Channel) -> list[ReceiptNews]:
        """What its far side has reported."""
        return list(self.contract.reports(channel))

    def faults(self) -> list[Fault]:
        """Those that this channel can meet, by the promises that it is held to."""
        held = {name: kept for name, kept in PROMISES.items() if name not in self.contract.impossible}
        return [kept.fault for kept in held.values() if kept.fault is not None]

    def private(self, message: Message) -> list[str]:
        """What must be shown nowhere."""
        return [message.to, *self.contract.secrets]

    def registered(self) -> dict[str, Any]:
        """What importing and registering the plugin brought and touched."""
        return registered(self.contract, self.directory)

    def close(self) -> None:
        """Close every channel that was made and can be closed."""
        for made in self._made:
            if isinstance(made, Closing):
                made.close()


@contextmanager
def stage(contract: ChannelContract) -> Iterator[Stage]:
    """A stage for one try: a folder of its own, not a fixture's, for every example starts clean."""
    with TemporaryDirectory() as directory:
        found = Stage(contract, Path(directory))
        try:
            yield found
        finally:
            found.close()


def registered(contract: ChannelContract, directory: Path) -> dict[str, Any]:
    """What importing and registering the plugin brought and touched, in a fresh interpreter."""
    assert contract.plugin, f"{type(contract).__name__}.plugin must name the module that registers your channel"
    order = {"plugin": contract.plugin, "settings": dict(contract.settings), "directory": str(directory)}
    paths = os.pathsep.join(path for path in sys.path if path)
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-B", "-m", "incidentkit.testing._registering", json.dumps(order)],
        env={**os.environ, **contract.environment, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def telling(shown: Iterable[str], private: Iterable[str]) -> list[str]:
    """Those texts that show what is private."""
    words = list(private)
    return [text for text in shown if any(word in text for word in words)]
