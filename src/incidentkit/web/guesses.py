"""How often an address of the network has asked for what is not there."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

__all__ = ["Guesses"]

_MOST_ADDRESSES = 10_000


class Guesses:
    """Counts wrong tokens by who sent them, in stretches of time.

    Only the wrong ones are held up: behind a shared address nobody can keep others from what their own links open.

    Args:
        most: so many in a stretch are answered as usual.
        stretch: in seconds.
        clock: seconds that only go on.
    """

    def __init__(self, most: int = 30, stretch: float = 60.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._stretch, self._clock = most, stretch, clock
        self._counted: OrderedDict[str, tuple[float, int]] = OrderedDict()
        self._lock = threading.Lock()

    def too_many(self, address: str) -> bool:
        """Count one more, and say whether that is too many."""
        with self._lock:
            now = self._clock()
            since, count = self._counted.pop(address, (now, 0))
            if now - since >= self._stretch:
                since, count = now, 0
            self._counted[address] = since, count + 1
            while len(self._counted) > _MOST_ADDRESSES:
                self._counted.popitem(last=False)
            return count + 1 > self._most
