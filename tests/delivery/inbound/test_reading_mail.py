"""Reading a mail: its sender, its words, its files, in whatever form they come."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from incidentkit.delivery.inbound.reading import read_mail
from incidentkit.ports import InboundMessage


def read(raw: bytes) -> InboundMessage:
    """The message in a mail."""
    message = read_mail(raw)[-1]
    assert isinstance(message, InboundMessage)
    return message


def plain(head: str, text: str = "Hello\n") -> bytes:
    """A mail of these headers."""
    return f"{head}\n\n{text}".encode()


def test_the_parts_of_a_plain_mail() -> None:
    """Everything that a contact is made of, in the form that the desk works with."""
    head = "From: Ana B <ana@x.example>\nTo: S <shop@y.example>, b@y.example\nDelivered-To: shop+1@y.example\n"
    head += (
        "Subject: Hi\nMessage-ID: <m@x>\nIn-Reply-To: <b@y>\nReferences: <a@y>\n <b@y>\nDate: Mon, 2 Mar 2026 10:00:00 +0100"
    )

    message = read(plain(head, "New\n\n> Old\n"))

    assert ("ana@x.example", "Ana B") == (message.sender, message.sender_name)
    assert ("shop@y.example", "b@y.example", "shop+1@y.example") == message.recipients
    assert ("Hi", "New\n\n> Old", "New") == (message.subject, message.text.strip(), message.reply)
    assert ("<m@x>", ("<b@y>",), ("<a@y>", "<b@y>")) == (message.message_id, message.in_reply_to, message.references)
    assert (datetime(2026, 3, 2, 9, tzinfo=UTC), "") == (message.at, message.automatic)


@pytest.mark.parametrize(
    ("written", "name", "address"),
    [
        ("ana@x.example", "", "ana@x.example"),
        ('"B, Ana" <ana@x.example>', "B, Ana", "ana@x.example"),
        ("=?utf-8?q?Jos=C3=A9?= <j@x.example>", "José", "j@x.example"),
        ("=?utf-8?b?Sm9zw6k=?= =?utf-8?b?IEx1aXM=?= <j@x.example>", "José Luis", "j@x.example"),
        ("ana (Ana) ana@x.example ", "", "ana@x.example"),
        ("nobody", "nobody", ""),
        ("((((((((((" * 500 + "ana@x.example", "", "ana@x.example"),
        ("Ana <ana@x.example", "Ana", "ana@x.example"),
    ],
)
def test_a_sender_is_found_in_any_form(written: str, name: str, address: str) -> None:
    """Broken ones too; where no address is, the words stay as the name."""
    message = read(plain(f"From: {written}"))

    assert address == message.sender
    assert not name or name == message.sender_name


def test_bytes_beyond_ascii_in_a_header_are_read() -> None:
    """As UTF-8, else as Latin 1."""
    assert "Señor" == read("From: a@x\nSubject: Señor\n\n".encode()).subject
    assert "Señor" == read("From: a@x\nSubject: Señor\n\n".encode("latin-1")).subject


def test_a_character_split_between_encoded_words_is_whole() -> None:
    """The words of one charset are read together."""
    assert "é" == read(plain("From: a@x\nSubject: =?utf-8?q?=C3?= =?utf-8?q?=A9?=")).subject


def test_a_page_is_read_where_there_is_no_text() -> None:
    """As text, with its quotes marked, and without what nobody sees."""
    page = "<html><head><style>x{}</style></head><body><p>Hola&nbsp;Ana</p><script>1</script>"
    page += "<div>El lunes, B escribió:</div><blockquote><p>old</p></blockquote></body></html>"

    message = read(plain("From: a@x\nContent-Type: text/html", page))

    assert "Hola Ana\n\nEl lunes, B escribió:\n> old" == message.text
    assert "Hola Ana" == message.reply


def test_the_text_goes_before_the_page() -> None:
    """Of the two forms of one message only the plain one is read."""
    made = EmailMessage()
    made["From"] = "a@x.example"
    made.set_content("plain words")
    made.add_alternative("<p>page</p>", subtype="html")

    assert "plain words" == read(made.as_bytes()).text.strip()


def test_files_are_no_words() -> None:
    """A text that is attached is a file, as is a mail that is attached."""
    made = EmailMessage()
    made["From"] = "a@x.example"
    made.set_content("see below")
    made.add_attachment("not my words", filename="notes.txt")
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "b@x.example", "inner"
    inner.set_content("inner words")
    made.add_attachment(inner)

    message = read(made.as_bytes())

    assert "see below" == message.text.strip()
    assert [("notes.txt", "text/plain"), ("", "message/rfc822")] == [(f.name, f.media_type) for f in message.attachments]
    assert b"inner words" in message.attachments[1].content


@pytest.mark.parametrize("charset", ["klingon", "punycode", "hex", "utf-7", "x" * 100, "unicode_escape"])
def test_a_charset_that_is_none_is_passed_over(charset: str) -> None:
    """The bytes are read as UTF-8 then."""
    assert "Hello" == read(plain(f'From: a@x\nContent-Type: text/plain; charset="{charset}"')).text.strip()


@pytest.mark.parametrize(
    ("raw", "sender"),
    [
        (b"", ""),
        (b"\n\n\n", ""),
        (b"\0\xff\xfe", ""),
        (b"From a@x Mon Mar 2\nFrom: b@x\n\nhi", "b@x"),
        (b"From: a@x", "a@x"),
        (b"junk line\nFrom: a@x\n\nhi", "a@x"),
        (b"Content-Type: multipart/mixed; boundary=b\nFrom: a@x\n\n--b\n--b\n--b", "a@x"),
        (b"Content-Type: multipart/mixed\nFrom: a@x\n\nno boundary", "a@x"),
        (b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\nFrom: a@x\n\n!!!", "a@x"),
        (b"From: a@x\nDate: Mon, 99 Foo 99999 99:99:99 +9999\n\nhi", "a@x"),
    ],
)
def test_what_is_hardly_a_mail_is_read_all_the_same(raw: bytes, sender: str) -> None:
    """One message, with its sender where there is one."""
    assert sender == read(raw).sender


def test_a_thousand_parts_in_each_other_are_read() -> None:
    """However deep they go, the sender is kept."""
    deep = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(1_000))

    assert "a@x" == read(f"From: a@x\n{deep}".encode()).sender


def test_an_enclosed_mail_that_can_not_be_written_again_is_kept_as_read() -> None:
    """With a header that only looks like two."""
    inner = "Content-Type: message/rfc822\n\nFrom: b@x\nX-Report: a\n =?x\n b: c\r d\n\ninner words"
    raw = f"From: a@x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n{inner}\n--b--\n"

    assert b"inner words" in read(raw.encode()).attachments[0].content
