"""Fetching over IMAP from a real Dovecot: every mail once, in order, with nothing in the mailbox changed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from imapclient import IMAPClient

from incidentkit.errors import PermanentChannelError, TransientChannelError
from incidentkit.hooks import Mailbox, Secret
from incidentkit_email import ImapMailbox, MailboxSettings
from tests.services.mail import DOMAIN, PASSWORD, MailServer, mail_server
from tests.services.smtp import nobody, silence


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    """One pair of servers for all tests; each has a folder of its own in Ana's mailbox."""
    with mail_server() as found:
        yield found


@pytest.fixture
def folder(server: MailServer, request: pytest.FixtureRequest) -> Iterator[str]:
    """A new folder."""
    name = str(request.node.originalname)
    with _client(server) as client:
        client.create_folder(name)
        yield name


def _client(server: MailServer) -> IMAPClient:
    client = IMAPClient("127.0.0.1", server.imap, ssl=False)
    client.starttls(_trusting(server))
    client.login("ana", PASSWORD)
    return client


def _trusting(server: MailServer) -> Any:
    import ssl

    return ssl.create_default_context(cafile=str(server.ca_file))


def _put(server: MailServer, folder: str, *mails: bytes) -> None:
    with _client(server) as client:
        for mail in mails:
            client.append(folder, mail)


def _mail(number: int) -> bytes:
    return f"Subject: {number}\r\n\r\nñ {number}\r\n".encode()


def _mailbox(server: MailServer, folder: str = "INBOX", **changes: Any) -> ImapMailbox:
    settings: dict[str, Any] = {
        "host": "localhost",
        "port": server.imaps,
        "user": "ana",
        "password": Secret(PASSWORD),
        "ca_file": str(server.ca_file),
        "folder": folder,
        **changes,
    }
    return ImapMailbox(MailboxSettings(**settings))


def _contents(mails: Any) -> list[bytes]:
    return [content for _, content in mails]


def test_every_mail_comes_once_and_in_order(server: MailServer, folder: str) -> None:
    """By handfuls, each with the cursor of the one before, until there are no more."""
    _put(server, folder, *(_mail(number) for number in range(5)))
    mailbox = _mailbox(server, folder)

    first = mailbox.fetch(None, 2)
    second = mailbox.fetch(first.cursor, 2)
    third = mailbox.fetch(second.cursor, 2)
    none = mailbox.fetch(third.cursor, 2)

    assert [_mail(number) for number in range(5)] == _contents([*first.mails, *second.mails, *third.mails, *none.mails])
    assert [True, True, False, False] == [first.more, second.more, third.more, none.more]
    assert third.cursor == none.cursor


def test_a_cursor_that_was_not_kept_fetches_again(server: MailServer, folder: str) -> None:
    """The same mails come with the same names, by which they are known."""
    _put(server, folder, _mail(1), _mail(2))
    mailbox = _mailbox(server, folder)

    assert mailbox.fetch(None, 10) == mailbox.fetch(None, 10)


def test_nothing_in_the_mailbox_changes(server: MailServer, folder: str) -> None:
    """A fetched mail is as unread as before."""
    _put(server, folder, _mail(1))
    _mailbox(server, folder).fetch(None, 10)

    with _client(server) as client:
        client.select_folder(folder)
        flags = client.get_flags(client.search())

    assert [False] == [b"\\Seen" in some for some in flags.values()]


def test_a_folder_that_is_numbered_anew_is_read_anew(server: MailServer, folder: str) -> None:
    """With another UIDVALIDITY an old UID says nothing: all mails come, under the names that they had."""
    _put(server, folder, _mail(1), _mail(2))
    mailbox = _mailbox(server, folder)
    before = mailbox.fetch(None, 10)
    with _client(server) as client:
        client.delete_folder(folder)
        client.create_folder(folder)
    _put(server, folder, _mail(1), _mail(2), _mail(3))

    after = mailbox.fetch(before.cursor, 10)

    assert before.cursor.partition(":")[0] != after.cursor.partition(":")[0]
    assert [_mail(1), _mail(2), _mail(3)] == _contents(after.mails)
    assert [name for name, _ in before.mails] == [name for name, _ in after.mails[:2]]


@pytest.mark.parametrize("cursor", ["", "nonsense", "1", "1:x", ":", "999:5"])
def test_a_cursor_of_something_else_begins_at_the_beginning(cursor: str, server: MailServer) -> None:
    """Nothing is lost by a cursor that is none of this folder's."""
    mailbox = _mailbox(server)

    assert mailbox.fetch(None, 100).mails == mailbox.fetch(cursor, 100).mails


def test_a_deleted_mail_leaves_no_gap(server: MailServer, folder: str) -> None:
    """What is gone before it was fetched is passed over, and the cursor goes on."""
    _put(server, folder, _mail(1), _mail(2), _mail(3))
    with _client(server) as client:
        client.select_folder(folder)
        client.delete_messages([2])
        client.expunge()

    found = _mailbox(server, folder).fetch(None, 10)

    assert [_mail(1), _mail(3)] == _contents(found.mails)
    assert found.cursor.endswith(":3")


def test_an_endless_mail_is_cut(server: MailServer, folder: str) -> None:
    """What is larger than allowed comes as its beginning, so that one mail can't fill the memory."""
    _put(server, folder, _mail(1) + b"x" * 30_000)

    found = _mailbox(server, folder, largest=10_000).fetch(None, 10)

    assert [10_000] == [len(content) for content in _contents(found.mails)]


def test_what_is_delivered_is_fetched(server: MailServer) -> None:
    """A mail that another server handed in, to an address with a token, over STARTTLS."""
    mail = EmailMessage()
    mail["Subject"], mail["To"], mail["From"] = "Re: your order", f"ana+token@{DOMAIN}", "eva@elsewhere.test"
    mail.set_content("Thank you.\n")
    server.receive(mail, "eva@elsewhere.test", f"ana+token@{DOMAIN}")
    server.settle()

    found = _mailbox(server, port=server.imap, security="starttls").fetch(None, 10)

    assert any(b"Delivered-To: ana+token@shop.test" in content for content in _contents(found.mails))


def test_waiting_ends_with_a_new_mail(server: MailServer, folder: str) -> None:
    """IDLE: the server says when a mail comes, and nobody asks meanwhile."""
    mailbox = _mailbox(server, folder)
    mailbox.fetch(None, 10)
    came: list[bool] = []
    waiting = threading.Thread(target=lambda: came.append(mailbox.wait(30)))

    waiting.start()
    _put(server, folder, _mail(1))
    waiting.join()

    assert [True] == came


def test_what_came_between_is_not_waited_for(server: MailServer, folder: str) -> None:
    """A mail after the last fetch and before the waiting ends it at once."""
    mailbox = _mailbox(server, folder)
    mailbox.fetch(None, 10)
    _put(server, folder, _mail(1))

    assert mailbox.wait(30)


def test_waiting_ends_without_one(server: MailServer, folder: str) -> None:
    """Where nothing comes, it is over in time."""
    mailbox = _mailbox(server, folder)
    mailbox.fetch(None, 10)

    assert not mailbox.wait(0.1)


def test_a_wrong_password_is_refused_for_good(server: MailServer) -> None:
    """The error says so, and shows no secret."""
    with pytest.raises(PermanentChannelError, match="password") as caught:
        _mailbox(server, password=Secret("wr0ng-one")).fetch(None, 1)

    assert "wr0ng-one" not in repr(caught.value)
    assert caught.value.__suppress_context__


def test_a_folder_that_is_not_there_is_refused(server: MailServer) -> None:
    """The error names it."""
    with pytest.raises(PermanentChannelError, match="Lost"):
        _mailbox(server, "Lost").fetch(None, 1)


def test_a_password_is_never_given_in_the_clear(server: MailServer) -> None:
    """A server whose certificate nobody vouches for does not get it."""
    with pytest.raises(TransientChannelError, match="certificate"):
        _mailbox(server, ca_file="").fetch(None, 1)


def test_a_server_that_is_gone_or_silent_is_given_up_on(server: MailServer) -> None:
    """Both end in time, as something that may pass."""
    with nobody() as gone, pytest.raises(TransientChannelError):
        _mailbox(server, port=gone).fetch(None, 1)
    with silence() as silent, pytest.raises(TransientChannelError):
        _mailbox(server, port=silent, timeout=timedelta(seconds=0.3)).fetch(None, 1)


def test_a_mailbox_is_what_the_desk_asks_for(server: MailServer) -> None:
    """It has the name of the settings, and shows no more of them than the server."""
    mailbox = _mailbox(server, name="returns")

    assert isinstance(mailbox, Mailbox)
    assert ("returns", f"ImapMailbox('localhost:{server.imaps}')") == (mailbox.name, repr(mailbox))
