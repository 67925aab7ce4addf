"""A mail of several parts: the page beside the text, and the files, all read back by the standard library's parser."""

from __future__ import annotations

from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.errors import PermanentChannelError, UnsupportedFeature
from incidentkit.mail import digest, mail
from incidentkit.ports import Attachment, Message

MESSAGE = Message(
    key="message/default/1/order.placed",
    to="ana@example.org",
    subject="Hello",
    text="One\nTwo\n",
    at=datetime(2026, 5, 1, 12, 30, tzinfo=UTC),
    sender="shop@example.com",
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
NAMES = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="/\\"), min_size=1, max_size=60)


def _read(content: bytes) -> EmailMessage:
    return BytesParser(_class=EmailMessage, policy=policy.SMTP).parsebytes(content)


def _one_end(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if text.endswith("\n") else text + "\n"


@given(text=TEXTS, html=TEXTS)
def test_text_and_page_are_alternatives(text: str, html: str) -> None:
    """A mail with a page has the text first and the page last, as a program that knows both wants it (RFC 2046, 5.1.4)."""
    parsed = _read(mail(evolve(MESSAGE, text=text, html=html)))
    parts = [(part.get_content_type(), _one_end(part.get_content())) for part in parsed.iter_parts()]

    assert "multipart/alternative" == parsed.get_content_type()
    assert [("text/plain", _one_end(text)), ("text/html", _one_end(html))] == parts


@given(content=st.binary(max_size=300), name=NAMES)
def test_a_file_is_read_back(content: bytes, name: str) -> None:
    """The parser gives the bytes and the name that were sent, in any script."""
    file = Attachment(name=name, media_type="image/jpeg", content=content)
    [parsed] = _read(mail(evolve(MESSAGE, attachments=(file,)))).iter_attachments()

    assert (content, name, "image/jpeg") == (parsed.get_content(), parsed.get_filename(), parsed.get_content_type())


def test_files_come_beside_the_alternatives() -> None:
    """With page and files, the mail has the alternatives as its first part and each file after it."""
    files = tuple(Attachment(name=f"{n}.txt", media_type="text/plain", content=b"x") for n in "ab")
    parsed = _read(mail(evolve(MESSAGE, html="<p>One</p>", attachments=files)))

    assert ["multipart/alternative", "text/plain", "text/plain"] == [part.get_content_type() for part in parsed.iter_parts()]
    assert [] == [defect for part in parsed.walk() for defect in part.defects]


@pytest.mark.parametrize("part", ["text", "html"])
def test_no_text_can_end_its_part(part: str) -> None:
    """A text that holds the boundary gets another one."""
    boundary = f"--=a{digest(MESSAGE.key)[32:]}"
    words = {"text": "x", "html": "x", part: f"{boundary}--\n{boundary}_\nrest"}
    message = evolve(MESSAGE, text=words["text"], html=words["html"])

    parts = [part.get_content() for part in _read(mail(message)).iter_parts()]

    assert 2 == len(parts)
    assert any("rest" in content for content in parts)


@pytest.mark.parametrize("name", ["a/b.txt", "..\\b.txt", "a\nb.txt", "x" * 256])
def test_a_file_name_is_a_single_name(name: str) -> None:
    """A folder, a line break or an endless name in it is refused."""
    with pytest.raises(PermanentChannelError):
        mail(evolve(MESSAGE, attachments=(Attachment(name=name, media_type="text/plain", content=b""),)))


@pytest.mark.parametrize("media_type", ["", "jpeg", "image/", "image/jpeg; x=y", "image/jp\neg"])
def test_a_media_type_is_one(media_type: str) -> None:
    """What is no type and subtype can't add a header or a parameter."""
    with pytest.raises(PermanentChannelError):
        mail(evolve(MESSAGE, attachments=(Attachment(name="a", media_type=media_type, content=b""),)))


@pytest.mark.parametrize("media_type", ["message/rfc822", "multipart/mixed"])
def test_a_mail_is_no_file(media_type: str) -> None:
    """A part made of parts may not go in base64 (RFC 2046, 5.2.1), so it is beyond the channel."""
    with pytest.raises(UnsupportedFeature):
        mail(evolve(MESSAGE, attachments=(Attachment(name="a", media_type=media_type, content=b""),)))


def test_without_8bitmime_nothing_goes_beyond_ascii() -> None:
    """For a server that takes seven bits only, text and page are encoded."""
    content = mail(evolve(MESSAGE, text="ñ\n", html="<p>ñ</p>\n"), eight_bit=False)

    assert content.isascii()
    assert ["ñ\n", "<p>ñ</p>\n"] == [_one_end(part.get_content()) for part in _read(content).iter_parts()]
