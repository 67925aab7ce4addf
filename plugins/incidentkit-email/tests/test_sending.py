"""Sending over a server that does as it is told: the connection, what it is kept private by, and what each answer means."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve

from incidentkit.errors import ChannelError, PermanentChannelError, TransientChannelError, UnsupportedFeature
from incidentkit.hooks import Attachment, Message, ReceiptKind, Secret
from incidentkit.mail import message_id
from incidentkit_email import AnswerLost, EmailChannel, EmailSettings
from tests.services.smtp import PASSWORD, USER, Certificates, FarSide, certificates, far_side, nobody

MESSAGE = Message(
    key="message/default/1/order.placed",
    to="zuzanna@example.org",
    subject="About your order",
    text="It is on its way.\n",
    at=datetime(2026, 5, 1, tzinfo=UTC),
    sender="shop@example.com",
)


@pytest.fixture(scope="module")
def trusted() -> Iterator[Certificates]:
    """What the servers show and the channels trust."""
    with certificates() as found:
        yield found


@contextmanager
def _channel(port: int, trusted: Certificates, **changes: Any) -> Iterator[EmailChannel]:
    settings: dict[str, Any] = {
        "host": "localhost",
        "port": port,
        "user": USER,
        "password": Secret(PASSWORD),
        "ca_file": trusted.ca_file,
        "timeout": timedelta(seconds=20),
        **changes,
    }
    channel = EmailChannel(EmailSettings(**settings))
    try:
        yield channel
    finally:
        channel.close()


def _keys(side: FarSide) -> list[bytes]:
    return [mail for mails in side.kept.values() for mail in mails]


# --- The connection ----------------------------------------------------------------------------------------------


def test_a_receipt_has_the_message_id(trusted: Certificates) -> None:
    """The server's word is kept as it came, and the reference is what answers and reports will name."""
    with far_side(trusted.server) as side, _channel(side.port, trusted) as channel:
        receipt = channel.send(MESSAGE)

    assert (ReceiptKind.ACCEPTED, message_id(MESSAGE), "250 2.0.0 OK: queued as 4X") == (
        receipt.kind,
        receipt.reference,
        receipt.raw,
    )


def test_one_connection_serves_many_mails(trusted: Certificates) -> None:
    """It is made with the first mail, secured and logged in once, and kept; a refused mail in between changes nothing."""
    with far_side(trusted.server) as side, _channel(side.port, trusted) as channel:
        channel.send(MESSAGE)
        side.rcpt = "550 5.1.1 no"
        with pytest.raises(PermanentChannelError):
            channel.send(MESSAGE)
        side.rcpt = ""
        channel.send(MESSAGE)

        assert (2, 1) == (len(_keys(side)), side.sessions)


def test_a_connection_that_broke_meanwhile_is_mended(trusted: Certificates) -> None:
    """A server that has closed the kept connection gets the mail over a new one, once."""
    with far_side(trusted.server) as side, _channel(side.port, trusted) as channel:
        channel.send(MESSAGE)
        side.drops_first = True
        channel.send(MESSAGE)

        assert (2, 2) == (len(_keys(side)), side.sessions)


def test_a_server_that_says_goodbye_is_called_again(trusted: Certificates) -> None:
    """A 421 on the kept connection is the server's end of it, not a word about the mail; on a new one, it is: not now."""
    with far_side(trusted.server) as side, _channel(side.port, trusted) as channel:
        channel.send(MESSAGE)
        side.mail_from = "421 4.3.2 shutting down"
        with pytest.raises(TransientChannelError, match="421"):
            channel.send(MESSAGE)

        assert (1, 2) == (len(_keys(side)), side.sessions)


def test_a_new_connection_that_breaks_is_not_tried_again(trusted: Certificates) -> None:
    """A server that drops every caller is asked once for each mail."""
    with far_side(trusted.server, FarSide(drops_first=True)) as side, _channel(side.port, trusted) as channel:
        with pytest.raises(TransientChannelError):
            channel.send(MESSAGE)

        assert 1 == side.sessions


def test_a_closed_channel_opens_again(trusted: Certificates) -> None:
    """Closing says goodbye, twice does no harm, and the next mail makes a new connection."""
    with far_side(trusted.server) as side, _channel(side.port, trusted) as channel:
        channel.send(MESSAGE)
        channel.close()
        channel.close()
        channel.send(MESSAGE)

        assert (2, 2) == (len(_keys(side)), side.sessions)


def test_threads_take_turns(trusted: Certificates) -> None:
    """Many threads at one channel send every mail once, over one connection."""
    with far_side(trusted.server) as side, _channel(side.port, trusted) as channel:
        threads = [
            threading.Thread(target=channel.send, args=(evolve(MESSAGE, key=f"message/{number}"),)) for number in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert (8, 1) == (len(set(_keys(side))), side.sessions)


def test_a_child_process_does_not_speak_on_its_parent_s_connection(
    trusted: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a fork the kept connection is the parent's, and the child makes its own."""
    with far_side(trusted.server) as side, _channel(side.port, trusted) as channel:
        channel.send(MESSAGE)
        monkeypatch.setattr(os, "getpid", lambda: -1)
        channel.send(MESSAGE)

        assert (2, 2) == (len(_keys(side)), side.sessions)


# --- Kept private ------------------------------------------------------------------------------------------------


def test_nothing_is_sent_in_the_clear(trusted: Certificates) -> None:
    """Where STARTTLS is not offered, neither the password nor the mail is sent, and the message may try again later."""
    with far_side(None) as side, _channel(side.port, trusted) as channel:
        with pytest.raises(TransientChannelError, match="STARTTLS"):
            channel.send(MESSAGE)

        assert [] == _keys(side)


def test_a_certificate_of_another_authority_is_refused(trusted: Certificates) -> None:
    """A server whose certificate nobody vouches for gets neither the password nor the mail."""
    with certificates() as others, far_side(others.server) as side, _channel(side.port, trusted) as channel:
        with pytest.raises(TransientChannelError, match="certificate"):
            channel.send(MESSAGE)

        assert [] == _keys(side)


def test_a_certificate_of_another_name_is_refused(trusted: Certificates) -> None:
    """The name in the certificate must be the one in the settings, whoever vouches for it."""
    with far_side(trusted.elsewhere) as side, _channel(side.port, trusted) as channel:
        with pytest.raises(TransientChannelError, match="certificate"):
            channel.send(MESSAGE)

        assert [] == _keys(side)


def test_a_connection_can_be_private_from_the_start(trusted: Certificates) -> None:
    """With ``tls`` the first byte is secured already (RFC 8314)."""
    listening = socket.create_server(("127.0.0.1", 0))
    said: list[bytes] = []

    def serve() -> None:
        raw, _ = listening.accept()
        with trusted.server.wrap_socket(raw, server_side=True) as private:
            private.sendall(b"220 hello\r\n")
            said.append(private.recv(100))
            private.sendall(b"554 no\r\n")
            private.recv(100)
            private.sendall(b"554 no\r\n")

    thread = threading.Thread(target=serve)
    thread.start()
    with _channel(listening.getsockname()[1], trusted, security="tls") as channel, pytest.raises(TransientChannelError):
        channel.send(MESSAGE)
    thread.join()
    listening.close()

    assert [b"ehlo example.com\r\n"] == said


def test_words_before_the_connection_is_private_are_not_believed(trusted: Certificates) -> None:
    """A reply that came along with the answer to STARTTLS could be a stranger's (CVE-2011-0411)."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        raw, _ = listening.accept()
        with raw:
            raw.sendall(b"220 hello\r\n")
            raw.recv(100)
            raw.sendall(b"250-hello\r\n250 STARTTLS\r\n")
            raw.recv(100)
            raw.sendall(b"220 go on\r\n250 AUTH PLAIN\r\n")
            raw.recv(100)

    thread = threading.Thread(target=serve)
    thread.start()
    with (
        _channel(listening.getsockname()[1], trusted) as channel,
        pytest.raises(TransientChannelError, match="ConnectionError"),
    ):
        channel.send(MESSAGE)
    thread.join()
    listening.close()


def test_a_wrong_password_is_not_the_message_s_fault(trusted: Certificates) -> None:
    """It may be corrected: the message waits, and the error shows the server's code and no secret."""
    with (
        far_side(trusted.server) as side,
        _channel(side.port, trusted, password=Secret("wr0ng-one")) as channel,
        pytest.raises(TransientChannelError) as caught,
    ):
        channel.send(MESSAGE)

    assert "535 5.7.8 to AUTH" in str(caught.value)
    assert "wr0ng-one" not in repr(caught.value)


def test_a_server_that_knows_login_only_is_logged_in_to(trusted: Certificates) -> None:
    """AUTH LOGIN is used where PLAIN is not offered."""
    with (
        far_side(trusted.server, auth_exclude_mechanism=["PLAIN"]) as side,
        _channel(side.port, trusted) as channel,
    ):
        channel.send(MESSAGE)

        assert 1 == len(_keys(side))


def test_a_server_without_a_way_to_log_in_is_an_error_of_the_settings(trusted: Certificates) -> None:
    """Where a password is set and no way to give it is offered, nothing is sent without one."""
    options: dict[str, Any] = {"auth_exclude_mechanism": ["PLAIN", "LOGIN"], "auth_required": False}
    with far_side(trusted.server, **options) as side, _channel(side.port, trusted) as channel:
        with pytest.raises(TransientChannelError, match="AUTH"):
            channel.send(MESSAGE)

        assert [] == _keys(side)


# --- What is in it -----------------------------------------------------------------------------------------------


def test_a_domain_beyond_ascii_is_sent_in_ascii(trusted: Certificates) -> None:
    """The envelope and the header have the domain by the rules of IDNA 2008."""
    with far_side(trusted.server) as side, _channel(side.port, trusted) as channel:
        channel.send(evolve(MESSAGE, to="ana@straße.example", sender="tienda@españa.example"))

        [(_, addresses, _, _)] = side.envelopes
        assert ["tienda@xn--espaa-rta.example", "ana@xn--strae-oqa.example"] == addresses


def test_a_domain_that_can_not_be_is_refused(trusted: Certificates) -> None:
    """It is refused for good, and not shown."""
    with far_side(trusted.server) as side, _channel(side.port, trusted) as channel:
        with pytest.raises(PermanentChannelError) as caught:
            channel.send(evolve(MESSAGE, to="ana@-zuzanna-é-.example"))

        assert "zuzanna" not in repr(caught.value)


def test_an_address_beyond_ascii_needs_smtputf8(trusted: Certificates) -> None:
    """Where the server offers it, the mail goes with it."""
    with far_side(trusted.server, enable_SMTPUTF8=True) as side, _channel(side.port, trusted) as channel:
        channel.send(evolve(MESSAGE, to="josé@example.org"))

        [(_, addresses, options, _)] = side.envelopes
        assert "josé@example.org" == addresses[1]
        assert "SMTPUTF8" in options


def test_without_smtputf8_an_address_beyond_ascii_is_unsupported(trusted: Certificates) -> None:
    """Where the server does not offer it, another channel must be used."""
    with far_side(trusted.server, enable_SMTPUTF8=False) as side, _channel(side.port, trusted) as channel:
        with pytest.raises(UnsupportedFeature):
            channel.send(evolve(MESSAGE, to="josé@example.org"))

        assert [] == _keys(side)


def test_a_mail_above_the_server_s_limit_is_not_begun(trusted: Certificates) -> None:
    """A size that the server said it won't take is unsupported: a smaller message might go."""
    large = Attachment(name="a.bin", media_type="application/octet-stream", content=b"x" * 50_000)
    with far_side(trusted.server, data_size_limit=20_000) as side, _channel(side.port, trusted) as channel:
        with pytest.raises(UnsupportedFeature, match="size"):
            channel.send(evolve(MESSAGE, attachments=(large,)))
        channel.send(MESSAGE)

        assert 1 == len(_keys(side))


def test_a_line_that_begins_with_a_dot_arrives(trusted: Certificates) -> None:
    """The server's mark for the end can stand in a text (RFC 5321, 4.5.2)."""
    with far_side(trusted.server) as side, _channel(side.port, trusted) as channel:
        channel.send(evolve(MESSAGE, text=".\n..\n.end\n"))

        assert _keys(side)[0].endswith(b"\r\n\r\n.\r\n..\r\n.end\r\n")


def test_reports_go_where_the_settings_say(trusted: Certificates) -> None:
    """The sender of the envelope is the address for reports, and the header keeps the shop's."""
    with far_side(trusted.server) as side, _channel(side.port, trusted, bounces="bounces@example.com") as channel:
        channel.send(MESSAGE)

        assert "bounces@example.com" == side.envelopes[0][1][0]
        assert b"From: shop@example.com\r\n" in _keys(side)[0]


# --- What is answered --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "answer", "kind", "reason"),
    [
        ("rcpt", "450 4.2.0 greylisted", TransientChannelError, None),
        ("rcpt", "452 4.2.2 mailbox full", TransientChannelError, None),
        ("rcpt", "550 5.1.1 no such user", PermanentChannelError, "unknown_address"),
        ("rcpt", "550 no such user", PermanentChannelError, "unknown_address"),
        ("rcpt", "552 5.2.2 mailbox full", PermanentChannelError, "mailbox_full"),
        ("rcpt", "550 5.7.1 not from you", PermanentChannelError, "policy"),
        ("rcpt", "553 5.6.7 no such script", UnsupportedFeature, None),
        ("rcpt", "530 5.7.0 log in first", TransientChannelError, None),
        ("mail_from", "451 4.3.0 later", TransientChannelError, None),
        ("mail_from", "550 5.7.1 not from you", PermanentChannelError, "policy"),
        ("mail_from", "552 5.3.4 too large", UnsupportedFeature, None),
        ("data", "451 4.3.0 later", TransientChannelError, None),
        ("data", "554 5.6.0 a bad mail", PermanentChannelError, "content"),
        ("data", "554 no", PermanentChannelError, "other"),
        ("data", "552 5.2.3 too large", UnsupportedFeature, None),
        ("data", "421 4.3.2 shutting down", TransientChannelError, None),
    ],
)
def test_each_answer_has_its_meaning(
    step: str, answer: str, kind: type[ChannelError], reason: str | None, trusted: Certificates
) -> None:
    """Not now, never, or not like this; and why, where the server says. The error has its code."""
    side = FarSide(rcpt=answer if step == "rcpt" else "", data=answer if step == "data" else "")
    side.mail_from = answer if step == "mail_from" else ""
    with far_side(trusted.server, side), _channel(side.port, trusted) as channel, pytest.raises(ChannelError) as caught:
        channel.send(MESSAGE)

    assert kind is type(caught.value)
    assert reason == caught.value.context.get("reason")
    assert answer[:3] in str(caught.value)
    assert "zuzanna" not in repr(caught.value)


def test_a_lost_answer_is_neither_yes_nor_no(trusted: Certificates) -> None:
    """Where the connection ends between the mail and its answer, the mail may be there; the next one goes over a new one."""
    with far_side(trusted.server, FarSide(drops=True)) as side, _channel(side.port, trusted) as channel:
        with pytest.raises(AnswerLost) as caught:
            channel.send(MESSAGE)
        side.drops = False
        channel.send(evolve(MESSAGE, key="message/2"))

        assert (2, 2) == (len(_keys(side)), side.sessions)
        assert not isinstance(caught.value, ChannelError)
        assert caught.value.__suppress_context__


# --- Waiting -----------------------------------------------------------------------------------------------------


@contextmanager
def _slow(replies: dict[bytes, bytes]) -> Iterator[int]:
    """A server in the clear that has one reply for each command, and for what it does not know a byte now and then."""
    listening = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def serve() -> None:
        raw, _ = listening.accept()
        raw.settimeout(10)
        with raw:
            raw.sendall(b"220 hello\r\n")
            while heard := raw.recv(10_000):
                reply = next((reply for begin, reply in replies.items() if heard.upper().startswith(begin)), None)
                if reply is None:
                    _drip(raw, ended)
                    return
                raw.sendall(reply)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        ended.set()
        thread.join()
        listening.close()


def _drip(raw: socket.socket, ended: threading.Event) -> None:
    try:
        while not ended.wait(0.05):
            raw.sendall(b"2")
    except OSError:
        return  # the client has had enough


def test_a_server_that_drips_is_given_up_on(trusted: Certificates) -> None:
    """A byte now and then is not progress: the time for all that comes before the mail has one end."""
    with (
        _slow({b"EHLO": b"250 hello\r\n"}) as port,
        _channel(
            port, trusted, host="127.0.0.1", security="none", user="", password=None, timeout=timedelta(seconds=0.4)
        ) as channel,
        pytest.raises(TransientChannelError, match="TimeoutError"),
    ):
        channel.send(MESSAGE)


def test_patience_for_the_last_word_has_an_end_too(trusted: Certificates) -> None:
    """A server that takes the mail and says nothing leaves it unknown, once the patience is over."""
    replies = {b"EHLO": b"250 hello\r\n", b"MAIL": b"250 ok\r\n", b"RCPT": b"250 ok\r\n", b"DATA": b"354 go on\r\n"}
    with (
        _slow(replies) as port,
        _channel(
            port, trusted, host="127.0.0.1", security="none", user="", password=None, patience=timedelta(seconds=0.4)
        ) as channel,
        pytest.raises(AnswerLost, match="TimeoutError"),
    ):
        channel.send(MESSAGE)


def test_an_old_server_is_spoken_to_plainly(trusted: Certificates) -> None:
    """One that knows HELO only gets no option, and a mail of seven bits."""
    replies = {
        b"EHLO": b"502 what\r\n",
        b"HELO": b"250 hello\r\n",
        b"MAIL FROM:<SHOP@EXAMPLE.COM>\r\n": b"250 ok\r\n",
        b"RCPT TO:<ZUZANNA@EXAMPLE.ORG>\r\n": b"250 ok\r\n",
        b"DATA": b"354 go on\r\n",
        b"FROM:": b"250 ok\r\n",
        b"QUIT": b"221 bye\r\n",
    }
    with (
        _slow(replies) as port,
        _channel(port, trusted, host="127.0.0.1", security="none", user="", password=None) as channel,
    ):
        receipt = channel.send(evolve(MESSAGE, text="ñ\n"))

    assert "250 ok" == receipt.raw


@pytest.mark.parametrize("greeting", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"x" * 100_000, b""])
def test_what_is_no_mail_server_is_said_so(greeting: bytes, trusted: Certificates) -> None:
    """Another protocol, an endless line, or a hang-up at once is a server that can't be reached."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        raw, _ = listening.accept()
        with raw:
            try:
                raw.sendall(greeting)
            except OSError:
                return  # the client has had enough

    thread = threading.Thread(target=serve)
    thread.start()
    with (
        _channel(listening.getsockname()[1], trusted) as channel,
        pytest.raises(TransientChannelError),
    ):
        channel.send(MESSAGE)
    thread.join()
    listening.close()


def test_certificates_that_are_not_there_are_named(trusted: Certificates) -> None:
    """A wrong ca_file is said before anything is sent."""
    with (
        nobody() as port,
        _channel(port, trusted, ca_file="no/such/file.pem") as channel,
        pytest.raises(TransientChannelError, match="ca_file"),
    ):
        channel.send(MESSAGE)


def test_what_can_not_be_a_mail_needs_no_server(trusted: Certificates) -> None:
    """A bad address is refused for good even where no server is there."""
    with nobody() as port, _channel(port, trusted) as channel, pytest.raises(PermanentChannelError):
        channel.send(evolve(MESSAGE, to="nobody"))
