"""Channels that fail, rest, and take only so much, as workers on one store meet them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from attrs import evolve

from incidentkit.domain.effects import Receipt
from incidentkit.domain.messages import ReceiptKind
from incidentkit.domain.retrying import BreakerPolicy, RateLimit, RetryPolicy
from incidentkit.domain.shop import ChannelSettings, Shop
from incidentkit.errors import TransientChannelError
from incidentkit.hooks import hookimpl
from incidentkit.ports import AddressKind, Channel, ChannelFeatures, Message
from incidentkit.testing.clocks import ManualClock
from tests.desk.conftest import Opened
from tests.desk.world import SHOP, placed

MINUTE = timedelta(minutes=1)


class Line:
    """A plugin with a channel that notes when it was asked, and does as it is told."""

    name = "post"
    features = ChannelFeatures(confirms=True, idempotent=False)
    address: AddressKind = "email"

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.asked: list[datetime] = []
        self.sent: list[str] = []
        self.down = False
        self.retry_after: timedelta | None = None

    @hookimpl
    def incidentkit_register_channels(self) -> Iterable[Channel]:
        """Itself."""
        return [self]

    def send(self, message: Message) -> Receipt:
        """Taken, unless the line is down."""
        self.asked.append(self.clock())
        if self.down:
            context: dict[str, Any] = {} if self.retry_after is None else {"retry_after": self.retry_after}
            raise TransientChannelError("The line", "is up", got="down", **context)
        self.sent.append(message.key)
        return Receipt(ReceiptKind.DELIVERED)


def with_post(**given: object) -> Shop:
    """The shop with settings for its channel."""
    return evolve(SHOP, channels=(ChannelSettings("post", **given),))  # type: ignore[arg-type]


def test_the_rate_holds_for_all_workers_in_any_window(opened: Opened, clock: ManualClock) -> None:
    """Two workers in turns, looking every few seconds: never more than three in a minute, and all of it in the end."""
    line = Line(clock)
    desks = [opened(shop=with_post(rate=RateLimit(count=3, per=MINUTE)), plugins=(line,)) for _ in range(2)]
    for _ in range(10):
        placed(desks[0])
    for turn in range(60):
        desks[turn % 2].send_due()
        clock.advance(seconds=7)
    times = line.asked

    assert (10, 10) == (len(line.sent), len(set(line.sent)))
    assert all(times[n + 3] - times[n] >= MINUTE for n in range(len(times) - 3))


def test_a_channel_that_is_down_is_left_alone(opened: Opened, clock: ManualClock) -> None:
    """Of thirty messages three find that out; the others keep their tries, and go out when it works again."""
    line = Line(clock)
    line.down = True
    desk = opened(shop=with_post(breaker=BreakerPolicy(failures=3, rest=5 * MINUTE)), plugins=(line,))
    for _ in range(30):
        placed(desk)
    for _ in range(4):
        desk.send_due()
        clock.advance(minutes=1)
    asked = len(line.asked)
    line.down = False
    for _ in range(30):
        desk.send_due()
        clock.advance(minutes=1)

    assert 3 == asked
    assert 30 == len(line.sent) == len(set(line.sent))
    assert {"placed"} == {message.step.partition(".")[2] for message in desk.messages.find()}
    assert 27 == sum(message.attempts == 1 for message in desk.messages.find())


def test_a_rest_gets_longer(opened: Opened, clock: ManualClock) -> None:
    """One message tries the channel out after each rest, twice as long each time."""
    line = Line(clock)
    line.down = True
    policy = RetryPolicy(wait="fixed", start=MINUTE, attempts=100)
    desk = opened(
        shop=with_post(retry=policy, breaker=BreakerPolicy(failures=1, rest=MINUTE, max_rest=8 * MINUTE)), plugins=(line,)
    )
    for _ in range(5):
        placed(desk)
    for _ in range(40):
        desk.send_due()
        clock.advance(minutes=1)

    assert [1, 2, 4, 8, 8] == [round((b - a) / MINUTE) for a, b in pairwise(line.asked)][:5]


def test_a_time_that_the_channel_names_is_kept(opened: Opened, clock: ManualClock) -> None:
    """Neither this message nor another one is handed over before."""
    line = Line(clock)
    line.down, line.retry_after = True, 10 * MINUTE
    desk = opened(shop=with_post(), plugins=(line,))
    for _ in range(3):
        placed(desk)
    began = clock()
    for _ in range(10):
        desk.send_due()
        clock.advance(minutes=1)
    line.down = False
    for _ in range(10):
        desk.send_due()
        clock.advance(minutes=1)

    assert [began, began + 10 * MINUTE] == line.asked[:2]
    assert 3 == len(line.sent)
