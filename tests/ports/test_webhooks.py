"""Signatures of webhooks: every published vector, every altered byte, several secrets, and whatever else comes in."""

from __future__ import annotations

import base64
import hmac
import json
from datetime import UTC, datetime, timedelta
from hashlib import sha1, sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st

from incidentkit.domain.secrets import Secret
from incidentkit.errors import InvalidInput
from incidentkit.ports import StandardWebhooks, TwilioSignature, WebhookRequest

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
KEY, OLD_KEY = base64.b64encode(b"k" * 24).decode(), "whsec_" + base64.b64encode(b"o" * 32).decode()
TOKEN = "an auth token"


def standard(body: bytes, key: bytes = b"k" * 24, at: datetime = NOW, id_: str = "msg_1") -> WebhookRequest:
    """A request as a sender of Standard Webhooks makes it."""
    time = str(int(at.timestamp()))
    signed = base64.b64encode(hmac.digest(key, f"{id_}.{time}.".encode() + body, sha256)).decode()
    headers = (("Webhook-Id", id_), ("Webhook-Timestamp", time), ("Webhook-Signature", f"v1,{signed}"))
    return WebhookRequest("POST", "https://shop.example/webhooks/one", headers, body)


def twilio(fields: list[tuple[str, str]], url: str = "https://shop.example/webhooks/sms") -> WebhookRequest:
    """A form as Twilio posts it."""
    signed = url + "".join(name + value for name, value in sorted(set(fields)))
    signature = base64.b64encode(hmac.digest(TOKEN.encode(), signed.encode(), sha1)).decode()
    headers = (("Content-Type", "application/x-www-form-urlencoded"), ("X-Twilio-Signature", signature))
    return WebhookRequest("POST", url, headers, urlencode(fields).encode())


# --- The published vectors ---------------------------------------------------------------------------------------


def of_vector(vector: dict[str, Any]) -> WebhookRequest:
    body = base64.b64decode(vector["body_base64"]) if vector.get("body_base64") else vector["body"].encode()
    url = vector.get("url") or "https://shop.example/"
    return WebhookRequest(vector.get("method", "POST"), url, tuple(vector["headers"].items()), body)


def holds(vector: dict[str, Any], request: WebhookRequest) -> bool:
    """Whether the check of the vector's scheme, set up with its secret, takes the request."""
    try:
        if vector["scheme"] == "twilio":
            return TwilioSignature(vector["secret"]).holds(request)
        tolerance = timedelta(seconds=vector["tolerance_seconds"])
        return StandardWebhooks(vector["secret"], tolerance).holds(request, datetime.fromtimestamp(vector["now"], UTC))
    except InvalidInput:
        return False  # no check can be set up with such a secret


@pytest.fixture(scope="module")
def vectors(real_data: Path) -> list[dict[str, Any]]:
    """All of them."""
    found: list[dict[str, Any]] = json.loads((real_data / "webhooks" / "vectors.json").read_text("utf-8"))["vectors"]
    return found


def test_every_vector_is_judged_as_published(vectors: list[dict[str, Any]]) -> None:
    """Each of the 32 requests is taken or refused as its source says."""
    wrong = [vector["name"] for vector in vectors if holds(vector, of_vector(vector)) is not vector["valid"]]

    assert ([], 32) == (wrong, len(vectors))


def altered(text: bytes) -> list[bytes]:
    """The text with one byte changed: each byte, to each of several others."""
    flips = [1 << bit for bit in range(8)]
    return [bytes([*text[:at], text[at] ^ flip, *text[at + 1 :]]) for at in range(len(text)) for flip in flips]


def test_no_altered_byte_of_a_body_is_taken(vectors: list[dict[str, Any]]) -> None:
    """Of every valid vector, each byte of the body with each of its bits turned over is refused."""
    valid = [(vector, of_vector(vector)) for vector in vectors if vector["valid"]]
    tried = [(v, evolve(request, body=body)) for v, request in valid for body in altered(request.body)]

    assert [] == [request.body for vector, request in tried if holds(vector, request)]
    assert len(tried) > 5_000


def test_no_altered_byte_of_a_signed_header_is_taken(vectors: list[dict[str, Any]]) -> None:
    """Nor is one of the id, the time or the only signature, even where base64 would read the same from it."""
    taken = []
    for vector in vectors:
        request = of_vector(vector)
        for place, (name, value) in enumerate(request.headers):
            if not vector["valid"] or name == "Content-Type" or " " in value:
                continue
            for other in altered(value.encode("latin-1")):
                headers = list(request.headers)
                headers[place] = (name, other.decode("latin-1"))
                if holds(vector, evolve(request, headers=tuple(headers))):
                    taken.append((vector["name"], name, other))

    assert [] == taken


# --- Any request -------------------------------------------------------------------------------------------------


@given(st.binary(max_size=200), st.data())
def test_standard_webhooks_take_what_was_signed_and_nothing_else(body: bytes, data: st.DataObject) -> None:
    """A signed body is taken; with one byte changed, added or left out it is not."""
    request, check = standard(body), StandardWebhooks(KEY)
    other = data.draw(st.binary(max_size=201).filter(lambda b: b != body))

    assert check.holds(request, NOW)
    assert not check.holds(evolve(request, body=other), NOW)


names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
fields = st.lists(st.tuples(names, names), min_size=1, max_size=6)


@given(fields, st.data())
def test_twilio_forms_are_taken_as_signed(pairs: list[tuple[str, str]], data: st.DataObject) -> None:
    """A signed form is taken whatever it holds; with a value changed it is not."""
    request, check = twilio(pairs), TwilioSignature(TOKEN)
    place = data.draw(st.integers(0, len(pairs) - 1))
    changed = [*pairs]
    changed[place] = (pairs[place][0], pairs[place][1] + "x")
    assume(set(changed) != set(pairs))

    assert check.holds(request)
    assert not check.holds(evolve(request, body=urlencode(changed).encode()))


@given(st.binary(max_size=60))
def test_a_form_that_says_the_same_in_other_bytes_is_refused(body: bytes) -> None:
    """Of all bodies, the signature of a form fits the bytes that any encoder writes for its fields, and no other way."""
    signed = twilio([("Body", "à +1"), ("From", "+14155550100")])

    assert TwilioSignature(TOKEN).holds(evolve(signed, body=body)) is (body == signed.body)
    for other in (signed.body.lower(), signed.body.replace(b"=", b"&"), b"&" + signed.body, signed.body + b"&"):
        assert not TwilioSignature(TOKEN).holds(evolve(signed, body=other))


@pytest.mark.parametrize("away", [-301, -300, 0, 300, 301])
def test_the_window_of_time_is_closed_on_both_sides(away: int) -> None:
    """A request is fresh up to five minutes before and after its time, and no second longer."""
    request = standard(b"{}", at=NOW + timedelta(seconds=away))

    assert StandardWebhooks(KEY).holds(request, NOW) is (abs(away) <= 300)


@pytest.mark.parametrize(("key", "taken"), [(b"k" * 24, True), (b"o" * 32, True), (b"n" * 24, False)])
def test_any_of_several_secrets_will_do(key: bytes, taken: bool) -> None:
    """While a secret is changed, requests signed with the old one and the new one are both taken."""
    both = StandardWebhooks((KEY, Secret(OLD_KEY)))

    assert both.holds(standard(b"{}", key), NOW) is taken
    assert TwilioSignature(("older", TOKEN)).holds(twilio([("a", "b")]))
    assert not TwilioSignature(("older", "oldest")).holds(twilio([("a", "b")]))


def test_a_header_that_stands_there_twice_counts_as_none() -> None:
    """Which of two signatures or ids another program would believe can't be known."""
    request = standard(b"{}")

    assert not StandardWebhooks(KEY).holds(evolve(request, headers=(*request.headers, ("webhook-id", "msg_1"))), NOW)


def test_an_id_with_a_point_is_refused() -> None:
    """What is signed could be taken apart at another point."""
    assert not StandardWebhooks(KEY).holds(standard(b"{}", id_="msg.1"), NOW)


def test_a_body_that_twilio_does_not_cover_is_refused() -> None:
    """A body that is no form needs its hash in the URL that was signed."""
    request = twilio([])
    bare = tuple(header for header in request.headers if header[0] != "Content-Type")

    assert TwilioSignature(TOKEN).holds(evolve(request, headers=bare))
    assert not TwilioSignature(TOKEN).holds(evolve(request, headers=bare, body=b"{}"))


@pytest.mark.parametrize("secrets", ["", (), (KEY, ""), "whsec_", "no base64!", "a"])
def test_a_secret_that_is_none_is_refused_at_once(secrets: Any) -> None:
    """A check that could hold nothing, or everything, is not set up; the error shows nothing of what was given."""
    with pytest.raises(InvalidInput) as caught:
        StandardWebhooks(secrets)

    assert "no base64!" not in str(caught.value)


def test_nothing_secret_or_personal_is_shown() -> None:
    """The repr of a request and of a check holds no body, no header, no URL and no secret."""
    shown = repr(twilio([("Body", "hello")])) + repr(TwilioSignature(TOKEN)) + repr(StandardWebhooks(KEY))

    assert [] == [secret for secret in ("hello", "shop.example", "Signature,", TOKEN, KEY) if secret in shown]


anything = st.text(max_size=40)
headers = st.lists(
    st.tuples(
        st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature", "x-twilio-signature", "content-type", "x"]),
        anything | st.sampled_from(["v1,", "v1, v1,", "1762074000", "application/x-www-form-urlencoded", "application/json"]),
    ),
    max_size=6,
).map(tuple)
urls = anything | st.sampled_from(["https://a:b/", "http://[::1]:80/?bodySHA256=", "https://u:p@h:99999/", "//", "https://["])


@given(st.sampled_from(["GET", "POST", ""]), urls, headers, st.binary(max_size=100))
def test_whatever_comes_in_is_judged_without_an_exception(
    method: str, url: str, headers: tuple[tuple[str, str], ...], body: bytes
) -> None:
    """Neither check raises, and neither takes what nobody signed."""
    request = WebhookRequest(method, url, headers, body)

    assert not StandardWebhooks(KEY).holds(request, NOW)
    assert not TwilioSignature(TOKEN).holds(request)
