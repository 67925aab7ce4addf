"""The channel keeps every promise of the conformance kit, over a server that fails when told to, and over a real one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from hashlib import sha256
from importlib.metadata import entry_points
from pathlib import Path
from typing import ClassVar

import pytest
from attrs import evolve

from incidentkit.hooks import Channel, InboundAdapter, Message, PluginContext, RawInbound, Receipt, ReceiptNews, Secret
from incidentkit.testing.contracts import ChannelContract, Fault
from incidentkit_email import EmailChannel, EmailSettings, ImapMailbox, MailboxSettings
from tests.services.mail import DOMAIN, MailServer, mail_server
from tests.services.smtp import PASSWORD, USER, Certificates, FarSide, certificates, far_side, nobody, silence

_FAULTS: dict[Fault, FarSide] = {
    Fault.BUSY: FarSide(rcpt="451 4.7.1 later, please:"),
    Fault.REFUSING: FarSide(rcpt="550 5.1.1 no such user:"),
    Fault.LIMITED: FarSide(data="552 5.3.4 too large"),
    Fault.UNANSWERED: FarSide(drops=True),
}


class TestEmail(ChannelContract):
    """One server for each fault, for all the tests; what a test sent is told by the name that it greeted with."""

    api = (1, 1)
    plugin = "incidentkit_email"
    settings: ClassVar = {"host": "127.0.0.1", "user": USER, "password": {"env": "INCIDENTKIT_TEST_PASSWORD"}}
    environment: ClassVar = {"INCIDENTKIT_TEST_PASSWORD": PASSWORD}
    secrets = (PASSWORD,)
    impossible: ClassVar = {"a_report_leads_back_to_its_message": "this server keeps what it takes; Postfix below reports"}

    trusted: ClassVar[Certificates]
    ports: ClassVar[dict[Fault | None, int]]
    well: ClassVar[FarSide]

    @pytest.fixture(autouse=True, scope="class")
    @classmethod
    def _servers(cls) -> Iterator[None]:
        with ExitStack() as stack:
            cls.trusted = stack.enter_context(certificates())
            cls.well = stack.enter_context(far_side(cls.trusted.server))
            cls.ports = {None: cls.well.port}
            for fault, side in _FAULTS.items():
                cls.ports[fault] = stack.enter_context(far_side(cls.trusted.server, side)).port
            cls.ports[Fault.HANGING] = stack.enter_context(silence())
            cls.ports[Fault.GONE] = stack.enter_context(nobody())
            yield

    def make(self, directory: Path, fault: Fault | None = None) -> EmailChannel:
        """A channel that greets with the name of its folder."""
        return EmailChannel(
            EmailSettings(
                host="localhost",
                port=self.ports[fault],
                user=USER,
                password=Secret(PASSWORD),
                ca_file=self.trusted.ca_file,
                hello=f"{_name(directory)}.test",
                timeout=timedelta(seconds=0.5) if fault is Fault.HANGING else timedelta(seconds=20),
            )
        )

    def delivered_to(self, channel: Channel) -> int:
        """The mails of all servers from whoever greeted so."""
        assert isinstance(channel, EmailChannel)
        return sum(len(side.kept.get(channel.settings.hello, ())) for side in (self.well, *_FAULTS.values()))


class ToNobody(EmailChannel):
    """Sends to somebody whom the server takes mail for, and then does not know."""

    def send(self, message: Message) -> Receipt:
        return super().send(evolve(message, to=f"no-such-person@{DOMAIN}"))


class TestEmailOverPostfix(ChannelContract):
    """The same with mails that Postfix took and Dovecot holds; what a test sent is told by where its reports go."""

    api = (1, 1)
    plugin = "incidentkit_email"
    settings: ClassVar = TestEmail.settings
    environment: ClassVar = TestEmail.environment
    secrets = (PASSWORD,)
    examples = 4
    impossible: ClassVar = dict.fromkeys(
        (
            "not_now_is_transient",
            "never_is_permanent",
            "what_can_not_be_carried_is_unsupported",
            "a_lost_answer_is_unknown",
            "a_lost_answer_can_be_made_good",
        ),
        "this server does not fail when told to; the one above does",
    )

    server: ClassVar[MailServer]
    others: ClassVar[dict[Fault, int]]

    @pytest.fixture(autouse=True, scope="class")
    @classmethod
    def _servers(cls) -> Iterator[None]:
        with mail_server() as cls.server, nobody() as gone, silence() as silent:
            cls.others = {Fault.GONE: gone, Fault.HANGING: silent}
            yield

    def make(self, directory: Path, fault: Fault | None = None) -> EmailChannel:
        """A channel whose reports go to an address of its folder."""
        kind = ToNobody if fault is Fault.BOUNCING else EmailChannel
        port = self.server.submission if fault is None else self.others.get(fault, self.server.submission)
        return kind(
            EmailSettings(
                host="localhost",
                port=port,
                user=USER,
                password=Secret(PASSWORD),
                ca_file=str(self.server.ca_file),
                bounces=f"shop+{_name(directory)}@{DOMAIN}",
                timeout=timedelta(seconds=0.5) if fault is Fault.HANGING else timedelta(seconds=20),
            )
        )

    def delivered_to(self, channel: Channel) -> int:
        """The mails that went from there, in the mailbox that gets all."""
        assert isinstance(channel, EmailChannel)
        self.server.settle()
        sender = f"Return-Path: <{channel.settings.bounces}>".encode()
        return sum(sender in mail.partition(b"\n\n")[0] for mail in self.server.mails("everyone"))

    def reports(self, channel: Channel) -> Iterable[ReceiptNews]:
        """What the shop's mailbox says, fetched over IMAP and read as the desk reads it."""
        self.server.settle()
        mailbox = ImapMailbox(
            MailboxSettings(
                host="localhost", port=self.server.imaps, user=USER, password=Secret(PASSWORD), ca_file=str(self.server.ca_file)
            )
        )
        [adapter] = _mail_reader()
        for _, content in mailbox.fetch(None, 100).mails:
            yield from (news for news in adapter.read(RawInbound(content)) if isinstance(news, ReceiptNews))


def _mail_reader() -> list[InboundAdapter]:
    """The desk's own adapter for mails."""
    [plugin] = entry_points(group="incidentkit", name="mail")
    found: list[InboundAdapter] = list(plugin.load().incidentkit_register_inbound(PluginContext("mail")))
    return found


def _name(directory: Path) -> str:
    return sha256(str(directory).encode()).hexdigest()[:20]
