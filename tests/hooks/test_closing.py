"""Closing: channels that keep something open let go of it, whatever another one does."""

from __future__ import annotations

import logging

import pytest

import incidentkit as ik
from incidentkit.hooks import AddressKind, Channel, ChannelFeatures, Message, Receipt, ReceiptKind, hookimpl
from incidentkit.hooks.plugins import Plugins


class Line:
    """A channel with something open."""

    features = ChannelFeatures(confirms=False, idempotent=False)
    address: AddressKind = "email"

    def __init__(self, name: str, fails: bool = False) -> None:
        self.name = name
        self.open = True
        self.fails = fails

    def send(self, message: Message) -> Receipt:
        return Receipt(ReceiptKind.ACCEPTED)

    def close(self) -> None:
        if self.fails:
            raise RuntimeError("zuzanna@example.com")
        self.open = False


class Bare:
    """A channel that keeps nothing."""

    name = "bare"
    features = ChannelFeatures(confirms=False, idempotent=False)
    address: AddressKind = "email"

    def send(self, message: Message) -> Receipt:
        return Receipt(ReceiptKind.ACCEPTED)


def _plugins(*channels: Channel) -> Plugins:
    return Plugins({channel.name: channel for channel in channels})


def test_every_channel_that_can_is_closed() -> None:
    """One that keeps nothing open, or fails, keeps none of the others from being closed."""
    last = Line("last")

    _plugins(Bare(), Line("first", fails=True), last).close()

    assert not last.open


def test_a_channel_that_can_not_be_closed_is_logged_without_what_it_said(caplog: pytest.LogCaptureFixture) -> None:
    """The log names the channel and the kind of error; its text may be personal."""
    with caplog.at_level(logging.ERROR, "incidentkit"):
        _plugins(Line("first", fails=True)).close()

    assert "channel first could not be closed: RuntimeError" in caplog.text
    assert "zuzanna" not in caplog.text


def test_closing_a_desk_closes_its_channels() -> None:
    """What a channel keeps open ends with the desk."""
    line = Line("line")

    class Brings:
        @hookimpl
        def incidentkit_register_channels(self) -> list[Line]:
            return [line]

    ik.open_desk("sqlite://", plugins=[Brings()]).close()

    assert not line.open
