"""The conformance kit for channels: what every channel promises, as tests that its author gets by writing a few lines.

::

    class TestSms(ChannelContract):
        plugin = "incidentkit_sms"
        secrets = ("t0ken",)

        def make(self, directory):
            return SmsChannel(token="t0ken", post=Recorder(directory))

        def delivered_to(self, channel):
            return channel.post.count()

Each promise is a plain function over a channel under test, and is shown to be able to fail by a saboteur among this
project's own tests. A new promise comes with a new `since`; it stays off until the author raises ``api``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar, get_args

from attrs import evolve, frozen

from incidentkit.domain.effects import Receipt
from incidentkit.domain.messages import ReceiptKind
from incidentkit.errors import ChannelError, MissingExtra, PermanentChannelError
from incidentkit.ports import AddressKind, Channel, ChannelFeatures, LookUp, Message

try:
    import pytest
    from hypothesis import given, settings
    from hypothesis import strategies as st
except ImportError as error:
    raise MissingExtra(
        "incidentkit.testing.contracts", "needs pytest and hypothesis", next="Install incidentkit[testing].", extra="testing"
    ) from error

__all__ = ["PROMISES", "ChannelContract", "Promise", "messages"]

_WORDS = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=60)
_START = datetime(2020, 1, 1, tzinfo=UTC)
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
# Long enough that they stand in no error or repr by chance.
_TELLING = st.text(_LETTERS, min_size=12, max_size=20)


@st.composite
def messages(draw: st.DrawFn, address: AddressKind = "email") -> Message:
    """Messages that any channel for ``address`` must be able to carry: one-line headers, any text, a well-formed address."""
    number = draw(st.integers(0, 999_999_999))
    return Message(
        key=f"message/{draw(st.integers(0, 10**9))}/{draw(_TELLING)}",
        to=f"{draw(_TELLING)}@example.com" if address == "email" else f"+34{number:09}",
        subject=draw(_WORDS.map(lambda words: f"About {words}".strip())),
        text=draw(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200)),
        at=_START + timedelta(seconds=draw(st.integers(0, 10**9))),
        sender="shop@example.com",
        name=draw(_WORDS),
        language=draw(st.sampled_from(("en", "es", "es-AR", "zh-Hant"))),
        sender_name=draw(_WORDS),
    )


@frozen
class Promise:
    """One promise.

    Args:
        since: the version of the contract that it came with.
        drawn: whether it holds for every message, and takes one.
        check: raises where the promise is broken.
    """

    since: tuple[int, int]
    drawn: bool
    check: Callable[..., None]


PROMISES: dict[str, Promise] = {}
"""Every promise by its name."""


def _promise(since: tuple[int, int], *, drawn: bool = True) -> Callable[[Callable[..., None]], Callable[..., None]]:
    def keep(check: Callable[..., None]) -> Callable[..., None]:
        PROMISES[check.__name__] = Promise(since, drawn, check)
        return check

    return keep


class ChannelContract:
    """Subclass it and write `make` and `delivered_to`: pytest collects one test per promise.

    Attributes:
        api: the version of the contract that the channel keeps.
        plugin: the module that registers the channel, by its dotted name.
        settings: what stands under ``[plugins.NAME]`` for it; secrets as ``{"env": "NAME"}``.
        environment: the variables that ``settings`` refers to.
        secrets: texts given to `make` that must never be shown.
        broken: a reason by promise, where the channel is known to break it; once it holds, the entry must go.
    """

    api: ClassVar[tuple[int, int]] = (1, 0)
    plugin: ClassVar[str] = ""
    settings: ClassVar[Mapping[str, Any]] = {}
    environment: ClassVar[Mapping[str, str]] = {}
    secrets: ClassVar[tuple[str, ...]] = ()
    broken: ClassVar[Mapping[str, str]] = {}

    def make(self, directory: Path) -> Channel:
        """A new channel. Called again with the same empty folder, it is the same channel after a restart."""
        raise NotImplementedError(f"{type(self).__name__}.make(directory) must return your channel")

    def delivered_to(self, channel: Channel) -> int:
        """How many messages the far side of ``channel`` holds now."""
        raise NotImplementedError(f"{type(self).__name__}.delivered_to(channel) must count what arrived")

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        unknown = set(cls.broken) - set(PROMISES)
        if unknown:
            raise TypeError(f"{cls.__name__}.broken names no promise: {', '.join(sorted(unknown))}")
        for name, promise in PROMISES.items():
            if promise.since <= cls.api:
                setattr(cls, f"test_{name}", _as_test(promise, cls.broken.get(name)))


def _as_test(promise: Promise, reason: str | None) -> Callable[..., None]:
    """A test of its own for each subclass: Hypothesis refuses one that is shared by two classes."""
    test = _drawn_test(promise.check) if promise.drawn else _plain_test(promise.check)
    test.__doc__ = promise.check.__doc__
    return pytest.mark.xfail(reason=reason, strict=True)(test) if reason else test


def _plain_test(check: Callable[..., None]) -> Callable[..., None]:
    def test(self: ChannelContract) -> None:
        with TemporaryDirectory() as directory:
            check(self, Path(directory))

    return test


def _drawn_test(check: Callable[..., None]) -> Callable[..., None]:
    # The kind of address is known once a channel is made, so it is drawn inside.
    @settings(max_examples=25, deadline=None)
    @given(data=st.data())
    def test(self: ChannelContract, data: st.DataObject) -> None:
        # A folder per example, not a fixture: every example starts clean.
        with TemporaryDirectory() as directory:
            address = self.make(Path(directory)).address
            check(self, Path(directory), data.draw(messages(address), label="message"))

    return test


# --- What is declared --------------------------------------------------------------------------------------------


@_promise((1, 0), drawn=False)
def what_it_can_do_is_declared(contract: ChannelContract, directory: Path) -> None:
    """A channel says its name, its address and its features, and has what the features need."""
    channel = contract.make(directory)

    assert isinstance(channel, Channel)
    assert channel.address in get_args(AddressKind)
    assert isinstance(channel.features, ChannelFeatures)
    assert isinstance(channel, LookUp) or not channel.features.lookup


@_promise((1, 0), drawn=False)
def registering_brings_the_channel(contract: ChannelContract, directory: Path) -> None:
    """The plugin loads, has no hook that does not exist, and brings the channel under its name."""
    found = _registered(contract, directory)

    assert contract.make(directory).name in found["channels"], found


@_promise((1, 0), drawn=False)
def importing_and_registering_leave_the_world_alone(contract: ChannelContract, directory: Path) -> None:
    """Nothing is connected to, written or started before the first message."""
    found = _registered(contract, directory)

    assert found["touched"] == []


# --- What is sent ------------------------------------------------------------------------------------------------


@_promise((1, 0))
def a_message_arrives_once(contract: ChannelContract, directory: Path, message: Message) -> None:
    """Sending leaves one message on the far side, and returns a receipt that says it was taken."""
    channel = contract.make(directory)

    receipt = channel.send(message)

    assert isinstance(receipt, Receipt)
    assert receipt.kind in (ReceiptKind.ACCEPTED, ReceiptKind.DELIVERED)
    assert contract.delivered_to(channel) == 1


@_promise((1, 0))
def delivered_is_said_only_where_it_can_be_known(contract: ChannelContract, directory: Path, message: Message) -> None:
    """A channel that does not confirm never says delivered or read."""
    channel = contract.make(directory)

    receipt = channel.send(message)

    assert channel.features.confirms or receipt.kind not in (ReceiptKind.DELIVERED, ReceiptKind.READ)


@_promise((1, 0))
def the_same_key_arrives_once(contract: ChannelContract, directory: Path, message: Message) -> None:
    """Where declared idempotent: the same key sent again, also after a restart, leaves one message."""
    channel = contract.make(directory)
    if not channel.features.idempotent:
        return
    channel.send(message)
    channel.send(message)
    restarted = contract.make(directory)

    restarted.send(message)

    assert contract.delivered_to(channel) == 1
    assert contract.delivered_to(restarted) == 1


@_promise((1, 0))
def another_key_is_another_message(contract: ChannelContract, directory: Path, message: Message) -> None:
    """The same words under another key are another message."""
    channel = contract.make(directory)
    channel.send(message)

    channel.send(evolve(message, key=message.key + "/2"))

    assert contract.delivered_to(channel) == 2


@_promise((1, 0))
def looking_up_tells_what_was_sent(contract: ChannelContract, directory: Path, message: Message) -> None:
    """Where declared to look up: a key that was sent has a receipt, one that never was has none."""
    channel = contract.make(directory)
    if not (channel.features.lookup and isinstance(channel, LookUp)):
        return
    before = channel.look_up(message.key)
    channel.send(message)

    after = channel.look_up(message.key)

    assert before is None
    assert isinstance(after, Receipt)


# --- What is refused ---------------------------------------------------------------------------------------------


@_promise((1, 0))
def a_line_break_in_a_header_is_refused(contract: ChannelContract, directory: Path, message: Message) -> None:
    """A name, subject or address that would begin another header is refused for good, and nothing goes out."""
    channel = contract.make(directory)

    for bad in _injections(channel, message):
        with pytest.raises(PermanentChannelError):
            channel.send(bad)

    assert contract.delivered_to(channel) == 0


@_promise((1, 0))
def nothing_private_is_shown(contract: ChannelContract, directory: Path, message: Message) -> None:
    """No repr, receipt or error shows a secret, or what is personal in a message."""
    telling = "Zuzanna-Quirós"
    message = evolve(message, name=telling, subject=f"About {telling}", text=f"Dear {telling}")
    channel = contract.make(directory)
    shown = [repr(channel), repr(channel.send(message)), repr(channel)]

    for bad in _injections(channel, message):
        try:
            channel.send(bad)
        except ChannelError as error:
            shown += [str(error), repr(error), repr(error.context)]

    private = (message.to, telling, *contract.secrets)
    assert [text for text in shown for word in private if word in text] == []


def _injections(channel: Channel, message: Message) -> list[Message]:
    """The message with a line break in what becomes a header; a telephone knows none but the address."""
    headers = ("to", "subject", "name") if channel.address == "email" else ("to",)
    return [
        evolve(message, **{name: getattr(message, name) + f"{line_break}Bcc: all@example.com"})
        for name in headers
        for line_break in ("\n", "\r", "\r\n")
    ]


# --- A process of its own ----------------------------------------------------------------------------------------


def _registered(contract: ChannelContract, directory: Path) -> dict[str, Any]:
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
