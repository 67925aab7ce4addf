"""Whatever comes in is read: no bytes raise, hang, or lose the sender."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.delivery.inbound.charsets import decoded
from incidentkit.delivery.inbound.files import file_type, safe_name
from incidentkit.delivery.inbound.headers import Headers, addresses_in
from incidentkit.delivery.inbound.pages import text_of_page
from incidentkit.delivery.inbound.parts import parsed
from incidentkit.delivery.inbound.reading import read_mail
from incidentkit.delivery.inbound.reasons import reason_of, status_in
from incidentkit.delivery.inbound.replies import reply_of
from incidentkit.domain.inbound import FILE_TYPES
from incidentkit.ports import InboundMessage, ReceiptNews

HEADERS = ("From", "To", "Subject", "Date", "Message-ID", "References", "Auto-Submitted")
NAMES = (*HEADERS, "Content-Type", "Content-Transfer-Encoding")
TYPES = ("multipart/mixed; boundary=b", "multipart/report; boundary=b", "message/delivery-status", "text/html")
SIGNS = ("\n", "\r\n", "--b\n", "--b--\n", "\n\n", "<", ">", "@", '"', "(", "=?utf-8?b?", "?=", "> ")
FIELDS = ("Final-Recipient: rfc822;", "message/rfc822", *TYPES, *(f"\n{name}: " for name in NAMES))
PIECES = st.one_of(st.sampled_from(SIGNS), st.sampled_from(FIELDS), st.text(max_size=20))
MAILS = st.lists(PIECES, max_size=60).map(lambda parts: "".join(parts).encode("utf-8", "surrogatepass"))


def looked_over(raw: bytes) -> InboundMessage:
    """A mail that was read, once it has shown to be sound."""
    *news, message = read_mail(raw)
    assert isinstance(message, InboundMessage)
    assert all(isinstance(each, ReceiptNews) for each in news)
    written = (message.sender, message.sender_name, message.subject, message.text, message.reply, message.message_id)
    "".join(written).encode()
    assert "\0" not in "".join(written)
    assert "\n" not in message.subject + message.sender + message.sender_name + message.message_id
    assert message.at is None or message.at.tzinfo is not None
    return message


@given(st.binary(max_size=2_000))
def test_any_bytes_are_a_mail(raw: bytes) -> None:
    """One message, sound in every part."""
    looked_over(raw)


@given(MAILS)
def test_anything_like_a_mail_is_one(raw: bytes) -> None:
    """Also where its parts, headers and encodings are at odds with each other."""
    looked_over(raw)


@given(st.text(max_size=200).filter(lambda text: "\n" not in text and "\r" not in text), MAILS)
def test_a_sender_that_is_named_is_kept(name: str, rest: bytes) -> None:
    """Whatever else stands in the mail, and however they call themselves."""
    head = f'From: "{name}" <ana@x.example>\n'.encode("utf-8", "surrogatepass")

    sender = looked_over(head + b"Subject: x\n\n" + rest).sender

    assert sender == "ana@x.example" or sender in addresses_in(decoded(name.encode("utf-8", "surrogatepass"), ""))


@given(st.text())
def test_any_page_has_a_text(page: str) -> None:
    """Without what is between the signs of a tag."""
    assert isinstance(text_of_page(page), str)


@given(st.text(), st.text())
def test_any_status_has_a_reason(field: str, diagnostic: str) -> None:
    """One of those that receipts know."""
    known = {"unknown_address", "mailbox_full", "expired", "blocked", "content", "policy", "other"}

    assert reason_of(status_in(field, diagnostic), diagnostic) in known


@given(st.text(), st.integers(1, 99))
def test_any_name_of_a_file_is_made_safe(name: str, number: int) -> None:
    """One line, no folder, no hidden file, not too long for a disk."""
    safe = safe_name(name, number)

    assert 1 <= len(safe) <= 100
    assert not safe.startswith(".")
    assert not set(safe) & set('/\\<>:"|?*\r\n\t\0')


@given(st.binary())
def test_any_content_has_a_type_or_none(content: bytes) -> None:
    """One of those that a shop may take, or none."""
    assert file_type(content) in ("", *FILE_TYPES)


@pytest.mark.parametrize(
    "text",
    [
        "On " * 300_000,
        "On x\n" * 200_000,
        "> " * 300_000,
        "_" * 500_000 + "\n" + "-" * 500_000,
        "Sent from my " + "a" * 500_000,
        "From: " + "x" * 500_000 + "\nTo: y",
        "\n" * 500_000,
        "El " + "a " * 300_000 + "escribió",
    ],
)
def test_no_text_makes_an_answer_slow(text: str) -> None:
    """Read once from its end: what grew with the square of half a million would not end today."""
    reply_of(text)


@pytest.mark.parametrize(
    "page", ["<" * 500_000, "<!--" * 200_000, "<style>" * 100_000, "<p>" * 200_000, "<blockquote>" * 100_000, "&" * 500_000]
)
def test_no_page_makes_reading_slow(page: str) -> None:
    """Read once from its beginning."""
    text_of_page(page)


@pytest.mark.parametrize(
    "value", ["(" * 200_000, '"' * 200_000, "<" * 200_000, "a@" * 200_000, "=?" * 200_000, "=?a?q?=" * 50_000, "," * 200_000]
)
def test_no_header_makes_reading_slow(value: str) -> None:
    """Only a header's beginning is looked at."""
    headers = Headers(parsed(f"From: {value}\nTo: {value}\nReferences: {value}\nSubject: {value}\n\n".encode()))

    headers.mailbox("from")
    headers.addresses("to")
    headers.ids("references")
    headers.first("subject")


@pytest.mark.long
def test_mails_are_read_however_they_are_broken() -> None:
    """For ten minutes: bytes turned, lines dropped, doubled and exchanged between mails, those of the corpora among them."""
    from tests.conftest import REAL_DATA
    from tests.desk.letters import bounce, mail
    from tests.real.mails import files_in

    mails = [mail(), bounce("<a@b>"), mail(headers=["Content-Type: multipart/mixed; boundary=b"], text="--b\n\nhi\n--b--\n")]
    archives = ("bounces/bounces", "broken/broken", "replies/replies") if REAL_DATA.is_dir() else ()
    found = [files_in(REAL_DATA / f"email/{a}.tar.gz").values() for a in archives]
    mails += [content for some in found for content in some if len(content) < 50_000]
    chance, end = random.Random(), time.monotonic() + 600
    seed = chance.randrange(2**32)
    chance.seed(seed)
    count = 0
    while time.monotonic() < end:
        raw = broken(chance, chance.choice(mails), chance.choice(mails))
        try:
            looked_over(raw)
        except Exception as error:
            raise AssertionError(f"seed {seed}, mail {count}") from error
        count += 1

    assert count


def broken(chance: random.Random, mail: bytes, other: bytes) -> bytes:
    """A mail with a few things wrong."""
    raw = bytearray(mail)
    for _ in range(chance.randint(0, 8)):
        if raw:
            raw[chance.randrange(len(raw))] = chance.randrange(256)
    lines = bytes(raw).splitlines(keepends=True)
    for _ in range(chance.randint(0, 5)):
        if not lines:
            break
        place = chance.randrange(len(lines))
        match chance.randrange(4):
            case 0:
                del lines[place]
            case 1:
                lines.insert(place, chance.choice(lines))
            case 2:
                lines[place:] = other.splitlines(keepends=True)[place:]
            case _:
                lines[place] = lines[place].rstrip(b"\r\n")
    return b"".join(lines)
