"""Settings: what shop.toml can say, and every mistake in it named before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

import incidentkit as ik
import incidentkit_email
from incidentkit.errors import ConfigurationError
from incidentkit.hooks import PluginContext, Secret
from incidentkit_email import EmailSettings
from incidentkit_email.settings import check_settings

GOOD: Mapping[str, Any] = {
    "host": "mail.example.com",
    "user": "shop",
    "password": {"env": "INCIDENTKIT_TEST_PASSWORD"},
    "timeout": "20s",
    "mailbox": {"host": "imap.example.com", "user": "shop", "password": {"env": "INCIDENTKIT_TEST_PASSWORD"}},
}


@pytest.fixture(autouse=True)
def _password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INCIDENTKIT_TEST_PASSWORD", "s3cret")


def _registered(raw: Mapping[str, Any]) -> list[str]:
    context = PluginContext("email", raw)
    channels = incidentkit_email.incidentkit_register_channels(context)
    mailboxes = incidentkit_email.incidentkit_register_mailboxes(context)
    return [repr(thing) for thing in (*channels, *mailboxes)]


def test_a_channel_and_a_mailbox_come_of_the_settings() -> None:
    """Each on the usual port of how it is kept private; no repr shows the password."""
    assert ["EmailChannel('mail.example.com:587')", "ImapMailbox('imap.example.com:993')"] == _registered(GOOD)


def test_without_settings_there_is_nothing() -> None:
    """A plugin that is installed and not set up brings no channel, and no error."""
    assert [] == _registered({})


def test_without_a_mailbox_there_is_a_channel_only() -> None:
    """Answers may be fetched otherwise."""
    assert 1 == len(_registered({"host": "mail.example.com", "security": "tls"}))


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"host": ""}, "host"),
        ({"host": "a b"}, "host"),
        ({"port": 70_000}, "port"),
        ({"timeout": timedelta(0)}, "timeout"),
        ({"timeout": timedelta(hours=1)}, "timeout"),
        ({"patience": timedelta(0)}, "patience"),
        ({"hello": "x\r\nMAIL FROM:<a@b>"}, "hello"),
        ({"bounces": "x@y>\r\nRCPT TO:<a@b"}, "bounces"),
        ({"user": "shop"}, "password"),
        ({"password": Secret("s3cret")}, "password"),
        ({"security": "none", "user": "shop", "password": Secret("s3cret")}, "security"),
    ],
)
def test_a_setting_that_can_not_work_is_named(change: Mapping[str, Any], path: str) -> None:
    """Each with its path, and no secret."""
    settings: dict[str, Any] = {"host": "mail.example.com", **change}
    with pytest.raises(ConfigurationError) as caught:
        check_settings(EmailSettings(**settings))

    assert [f"plugins.email.{path}"] == [problem.partition(":")[0] for problem in caught.value.problems]
    assert "s3cret" not in repr(caught.value)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"security": "none"}, "security"),
        ({"largest": 10}, "largest"),
        ({"name": "Shop's own"}, "name"),
        ({"host": "?"}, "host"),
    ],
)
def test_a_setting_of_the_mailbox_is_named_too(change: Mapping[str, Any], path: str) -> None:
    """With its path below the channel's."""
    with pytest.raises(ConfigurationError) as caught:
        _registered({**GOOD, "mailbox": {**GOOD["mailbox"], **change}})

    assert [f"plugins.email.mailbox.{path}"] == [problem.partition(":")[0] for problem in caught.value.problems]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1"])
def test_a_server_on_this_machine_may_be_spoken_to_in_the_clear(host: str) -> None:
    """What never leaves the machine needs no secrecy."""
    assert 1 == len(_registered({"host": host, "security": "none", "user": "a", "password": GOOD["password"]}))


def test_a_misspelt_setting_is_refused() -> None:
    """It is named, and what is meant."""
    with pytest.raises(ConfigurationError, match="hosst"):
        _registered({"hosst": "mail.example.com"})


def test_a_password_in_the_file_is_refused() -> None:
    """It comes from the environment, and is not repeated by the error."""
    with pytest.raises(ConfigurationError, match="env") as caught:
        _registered({**GOOD, "password": "s3cret"})

    assert "s3cret" not in repr(caught.value)


def test_a_desk_finds_the_installed_plugin() -> None:
    """By its entry point, under the name of its settings."""
    shop = ik.Shop(channel="email", plugins={"email": {"host": "localhost", "security": "none"}})
    with ik.open_desk("sqlite://", shop) as desk:
        assert "email" in desk.plugins.channels
