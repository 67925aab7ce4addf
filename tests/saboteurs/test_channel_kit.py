"""Each promise of the channel kit can fail: for each there is a channel that breaks it, and the kit says so."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest

from incidentkit.domain.effects import Receipt
from incidentkit.domain.messages import ReceiptKind
from incidentkit.errors import PermanentChannelError
from incidentkit.ports import AddressKind, Channel, ChannelFeatures, Message
from incidentkit.testing.contracts import PROMISES, ChannelContract

MESSAGE = Message(
    key="message/1",
    to="zuzanna@example.org",
    subject="About your order",
    text="It is on its way.\n",
    at=datetime(2026, 5, 1, tzinfo=UTC),
    sender="shop@example.com",
    name="Zuzanna",
)

GOOD_PLUGIN = """
from incidentkit.hooks import hookimpl
from tests.saboteurs.test_channel_kit import Honest

@hookimpl
def incidentkit_register_channels(context):
    return [Honest(context.directory)]
"""


class Honest:
    """A channel that keeps every promise: the far side is a file of keys."""

    name = "honest"
    features = ChannelFeatures(confirms=False, idempotent=True, lookup=True)
    address: AddressKind = "email"

    def __init__(self, directory: Path) -> None:
        self.far_side = directory / "far-side.json"

    def sent(self) -> list[str]:
        """The keys on the far side."""
        return list(json.loads(self.far_side.read_text())) if self.far_side.exists() else []

    def keep(self, key: str) -> None:
        """One more message on the far side."""
        self.far_side.write_text(json.dumps([*self.sent(), key]))

    def send(self, message: Message) -> Receipt:
        """As promised."""
        if any(end in text for text in (message.to, message.subject, message.name) for end in "\r\n"):
            raise PermanentChannelError("A header", "must be one line")
        if message.key not in self.sent():
            self.keep(message.key)
        return Receipt(ReceiptKind.ACCEPTED, message.key)

    def look_up(self, key: str) -> Receipt | None:
        """As promised."""
        return Receipt(ReceiptKind.ACCEPTED) if key in self.sent() else None


class Mute(Honest):
    features = {"confirms": False}  # type: ignore[assignment]  # noqa: RUF012


class Boasting(Honest):
    def look_up(self, key: str) -> Receipt | None:
        return Receipt(ReceiptKind.ACCEPTED)


class WithoutLookUp:
    """Declares to look up, and can't."""

    name = "honest"
    features = ChannelFeatures(confirms=False, idempotent=True, lookup=True)
    address: AddressKind = "email"

    def __init__(self, directory: Path) -> None:
        pass

    def send(self, message: Message) -> Receipt:
        return Receipt(ReceiptKind.ACCEPTED)


class Dropping(Honest):
    def keep(self, key: str) -> None:
        pass


class SendingTwice(Honest):
    def send(self, message: Message) -> Receipt:
        self.keep(message.key)
        self.keep(message.key)
        return Receipt(ReceiptKind.ACCEPTED)


class Truthless(Honest):
    def send(self, message: Message) -> bool:  # type: ignore[override]
        super().send(message)
        return True


class Deferring(Honest):
    def send(self, message: Message) -> Receipt:
        super().send(message)
        return Receipt(ReceiptKind.DEFERRED)


class Optimist(Honest):
    def send(self, message: Message) -> Receipt:
        super().send(message)
        return Receipt(ReceiptKind.DELIVERED)


class Repeating(Honest):
    def send(self, message: Message) -> Receipt:
        self.keep(message.key)
        return Receipt(ReceiptKind.ACCEPTED)


class Forgetting(Honest):
    """Remembers keys, but not beyond a restart."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.seen: set[str] = set()

    def send(self, message: Message) -> Receipt:
        if message.key not in self.seen:
            self.keep(message.key)
        self.seen.add(message.key)
        return Receipt(ReceiptKind.ACCEPTED)


class SameWords(Honest):
    """Takes two messages with the same words for one."""

    def send(self, message: Message) -> Receipt:
        super().send(message)
        if len(self.sent()) > 1:
            self.far_side.write_text(json.dumps(self.sent()[:1]))
        return Receipt(ReceiptKind.ACCEPTED)


class Trusting(Honest):
    def send(self, message: Message) -> Receipt:
        self.keep(message.key)
        return Receipt(ReceiptKind.ACCEPTED)


class TooLate(Honest):
    """Refuses a bad header after the message is out."""

    def send(self, message: Message) -> Receipt:
        self.keep(message.key)
        return super().send(message)


class Chatty(Honest):
    def send(self, message: Message) -> Receipt:
        try:
            return super().send(message)
        except PermanentChannelError:
            raise PermanentChannelError("A header", "must be one line", got=repr(message.to)) from None


class Telling(Honest):
    def send(self, message: Message) -> Receipt:
        super().send(message)
        return Receipt(ReceiptKind.ACCEPTED, f"mail to {message.to}")


class Open(Honest):
    def __repr__(self) -> str:
        return "Open(token='t0ken-of-the-shop')"


def _contract(channel: Callable[[Path], Any], plugin_: str = "", **settings_: Any) -> ChannelContract:
    class Contract(ChannelContract):
        plugin = plugin_
        settings: ClassVar[Mapping[str, Any]] = settings_
        secrets = ("t0ken-of-the-shop",)

        def make(self, directory: Path) -> Channel:
            made: Channel = channel(directory)
            return made

        def delivered_to(self, channel: Channel) -> int:
            assert isinstance(channel, Honest)
            return len(channel.sent())

    return Contract()


def _kept(contract: ChannelContract, promise: str) -> None:
    """The promise's test, as pytest would run it."""
    getattr(contract, f"test_{promise}")()


def _check(contract: ChannelContract, promise: str, directory: Path) -> None:
    """The promise on one message, without Hypothesis' search for a smaller one."""
    message = (MESSAGE,) if PROMISES[promise].drawn else ()
    PROMISES[promise].check(contract, directory, *message)


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """Writes the text of a plugin; the kit's own process finds it by its name."""

    def write(text: str) -> str:
        (tmp_path / "saboteur.py").write_text(text)
        return "saboteur"

    monkeypatch.setattr(sys, "path", [str(tmp_path), str(Path(__file__).parents[2]), *sys.path])
    return write


SABOTEURS: list[tuple[str, type[Any]]] = [
    ("what_it_can_do_is_declared", Mute),
    ("what_it_can_do_is_declared", WithoutLookUp),
    ("a_message_arrives_once", Dropping),
    ("a_message_arrives_once", SendingTwice),
    ("a_message_arrives_once", Truthless),
    ("a_message_arrives_once", Deferring),
    ("delivered_is_said_only_where_it_can_be_known", Optimist),
    ("the_same_key_arrives_once", Repeating),
    ("the_same_key_arrives_once", Forgetting),
    ("another_key_is_another_message", SameWords),
    ("looking_up_tells_what_was_sent", Boasting),
    ("looking_up_tells_what_was_sent", Dropping),
    ("a_line_break_in_a_header_is_refused", Trusting),
    ("a_line_break_in_a_header_is_refused", TooLate),
    ("nothing_private_is_shown", Chatty),
    ("nothing_private_is_shown", Telling),
    ("nothing_private_is_shown", Open),
]

BAD_PLUGINS: list[tuple[str, str, str]] = [
    ("registering_brings_the_channel", "an unknown hook", GOOD_PLUGIN.replace("register_channels", "register_channel")),
    ("registering_brings_the_channel", "an unknown argument", GOOD_PLUGIN.replace("(context)", "(context, desk)")),
    ("registering_brings_the_channel", "no channel", GOOD_PLUGIN.replace("[Honest(context.directory)]", "[]")),
    (
        "importing_and_registering_leave_the_world_alone",
        "a file written on import",
        GOOD_PLUGIN + "open('saboteur.log', 'w').close()\n",
    ),
    (
        "importing_and_registering_leave_the_world_alone",
        "a connection when registering",
        GOOD_PLUGIN.replace("    return", "    import socket\n    socket.getaddrinfo('127.0.0.1', 9)\n    return"),
    ),
    (
        "importing_and_registering_leave_the_world_alone",
        "a folder made when registering",
        GOOD_PLUGIN.replace("    return", "    (context.directory / 'mails').mkdir()\n    return"),
    ),
]


@pytest.mark.parametrize("promise", [name for name, promise in PROMISES.items() if promise.drawn])
def test_an_honest_channel_keeps_the_promise(promise: str) -> None:
    """The kit asks nothing that a channel can't keep."""
    _kept(_contract(Honest), promise)


@pytest.mark.parametrize("promise", [name for name, promise in PROMISES.items() if not promise.drawn])
def test_an_honest_plugin_keeps_the_promise(promise: str, plugin: Callable[[str], str]) -> None:
    """The kit asks nothing that a plugin can't keep."""
    _kept(_contract(Honest, plugin(GOOD_PLUGIN)), promise)


@pytest.mark.parametrize(("promise", "saboteur"), SABOTEURS)
def test_a_channel_that_breaks_the_promise_is_caught(promise: str, saboteur: type[Any], tmp_path: Path) -> None:
    """The promise's check fails for a channel that breaks it."""
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        _check(_contract(saboteur), promise, tmp_path)


@pytest.mark.parametrize(("promise", "fault", "text"), BAD_PLUGINS)
def test_a_plugin_that_breaks_the_promise_is_caught(
    promise: str, fault: str, text: str, plugin: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The promise's check fails for a plugin that breaks it."""
    monkeypatch.chdir(tmp_path)

    with pytest.raises(AssertionError):
        _check(_contract(Honest, plugin(text)), promise, tmp_path)


def test_the_collected_test_fails_too() -> None:
    """What pytest collects for a broken channel is the check on drawn messages, and fails like it."""
    with pytest.raises(AssertionError):
        _kept(_contract(Dropping), "a_message_arrives_once")


def test_each_promise_has_a_saboteur() -> None:
    """No promise is in the kit that has not been shown to fail."""
    assert set(PROMISES) == {promise for promise, *_ in [*SABOTEURS, *BAD_PLUGINS]}


def test_a_promise_known_to_be_broken_is_marked() -> None:
    """A reason in ``broken`` makes the test an expected failure, strictly: once it holds, the entry must go."""

    class Known(ChannelContract):
        broken: ClassVar[Mapping[str, str]] = {"the_same_key_arrives_once": "the vendor has no keys"}

    marks = Known.test_the_same_key_arrives_once.pytestmark  # type: ignore[attr-defined]

    assert [("xfail", {"reason": "the vendor has no keys", "strict": True})] == [(m.name, m.kwargs) for m in marks]


def test_a_broken_promise_that_does_not_exist_is_refused() -> None:
    """A slip in ``broken`` is found when the class is defined."""
    with pytest.raises(TypeError, match="the_same_kee"):
        type("Slip", (ChannelContract,), {"broken": {"the_same_kee": "?"}})


def test_a_newer_promise_stays_off_until_asked_for() -> None:
    """A class that keeps an older contract gets none of the newer promises."""
    old = type("Old", (ChannelContract,), {"api": (0, 9)})

    assert [] == [name for name in vars(old) if name.startswith("test_")]
