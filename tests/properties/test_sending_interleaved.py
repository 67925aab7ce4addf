"""Workers in each other's way: they take turns in the midst of a sending, are held up beyond their leases, and die."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from incidentkit.desk.desk import Desk
from incidentkit.desk.opening import open_desk
from incidentkit.domain.effects import Receipt
from incidentkit.domain.messages import ReceiptKind
from incidentkit.hooks import hookimpl
from incidentkit.ports import AddressKind, Channel, ChannelFeatures, Message
from incidentkit.testing._audit import Copy, faults
from incidentkit.testing.clocks import ManualClock
from tests.conftest import MEMORY
from tests.desk.world import SHOP, placed

DEEPEST = 3

EVENTS = ("goes", "goes", "another works", "is held up", "dies before", "dies after", "takes its time", "is stopped")
"""What happens while a message is handed over."""

FEATURES = {
    "once only": ChannelFeatures(confirms=True, idempotent=False),
    "idempotent": ChannelFeatures(confirms=True, idempotent=True),
    "to be asked": ChannelFeatures(confirms=True, idempotent=False, lookup=True),
}


class Killed(BaseException):
    """The process ends here."""


class Street:
    """A channel on which something happens with each message."""

    address: AddressKind = "email"
    name = "post"

    def __init__(self, features: ChannelFeatures, happens: Iterable[str], clock: ManualClock) -> None:
        self.features = features
        self.out: list[str] = []
        self.deaths = 0
        self.stopped = False
        self.further: Callable[[], Desk]
        self._desks: list[Desk] = []
        self._happens = iter(happens)
        self.clock = clock
        self._depth = 0

    @hookimpl
    def incidentkit_register_channels(self) -> Iterable[Channel]:
        """Itself."""
        return [self]

    def look_up(self, key: str) -> Receipt | None:
        """Delivered where it went out."""
        return Receipt(ReceiptKind.DELIVERED) if key in self.out else None

    def send(self, message: Message) -> Receipt:
        """Out it goes, unless the process dies before."""
        event = next(self._happens, "goes")
        if event == "dies before":
            self.deaths += 1
            raise Killed
        if not self.features.idempotent or message.key not in self.out:
            self.out.append(message.key)
        self._meanwhile(event)
        return Receipt(ReceiptKind.DELIVERED)

    def _meanwhile(self, event: str) -> None:
        if event == "dies after":
            self.deaths += 1
            raise Killed
        if event == "takes its time":
            self.clock.advance(seconds=6)
        elif event == "is stopped":
            self.stopped = True
        elif event in ("another works", "is held up") and self._depth < DEEPEST:
            if event == "is held up":
                self.clock.advance(minutes=3)
            self._depth += 1
            with suppress(Killed):
                self.desk(self._depth).send_due(limit=2 if event == "another works" else None)
            self._depth -= 1

    def desk(self, number: int) -> Desk:
        """The one of the worker with that number."""
        while len(self._desks) <= number:
            self._desks.append(self.further())
        return self._desks[number]

    def stopping(self) -> bool:
        """Whether a worker was told to stop; the next one starts anew."""
        told, self.stopped = self.stopped, False
        return told


@pytest.fixture(scope="module")
def six() -> Iterator[Path]:
    """A store with six messages, each of another order, to be copied."""
    with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        file, clock = Path(folder) / "six.db", ManualClock()
        with open_desk(f"sqlite:///{file}", SHOP, plugins=(Street(FEATURES["once only"], (), clock),), clock=clock) as desk:
            for _ in range(6):
                placed(desk)
        yield file


@contextmanager
def street(six: Path, features: ChannelFeatures, happens: Iterable[str]) -> Iterator[tuple[Street, Path]]:
    """Workers on a store of their own."""
    clock = ManualClock()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(dir=six.parent)))
        store = Path(shutil.copy(six, folder / "shop.db"))
        channel = Street(features, happens, clock)

        def further() -> Desk:
            return stack.enter_context(open_desk(f"sqlite:///{store}", SHOP, plugins=(channel,), clock=clock))

        channel.further = further
        yield channel, store


def work(channel: Street) -> None:
    """One worker after the other, each beginning when what its forerunners had is free, until nothing is left."""
    desk, quiet = channel.desk(0), 0
    while quiet < 2:
        busy = True
        with suppress(Killed):
            busy = bool(desk.send_due(stopping=channel.stopping).total) or channel.stopped
        channel.clock.advance(minutes=3)
        quiet = 0 if busy else quiet + 1


def states(store: Path) -> Counter[str]:
    """How many messages stand where."""
    return Counter(row["state"] for row in Copy(store).tables["intents"])


HAPPENS = st.lists(st.sampled_from(EVENTS), max_size=12)


@pytest.mark.parametrize("kind", [*FEATURES])
@settings(max_examples=settings().max_examples // 2)
@given(happens=HAPPENS)
@example(happens=["is held up", "is held up", "dies after", "dies before"])
@example(happens=["another works", "dies after", "is stopped", "is held up"])
def test_each_goes_out_once_whatever_happens(six: Path, kind: str, happens: list[str]) -> None:
    """Every message ends done, or in doubt where the channel can't tell; none goes out twice, and the record is sound."""
    with street(six, FEATURES[kind], happens) as (channel, store):
        work(channel)
        found, wrong = states(store), faults(Copy(store), SHOP)

    assert len(channel.out) == len(set(channel.out))
    assert 6 == found.total() == found["done"] + found["unknown"]
    assert found["unknown"] <= (channel.deaths if kind == "once only" else 0)
    assert found["done"] <= len(channel.out) <= 6
    assert [] == wrong
