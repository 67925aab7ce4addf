"""Webhooks over HTTP: raw bytes are kept once, a 2xx is said when they are, and nothing that is not signed gets in."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.types import ASGIApp

from incidentkit.desk.desk import Desk
from incidentkit.errors import InvalidInput, StoreBusy
from incidentkit.hooks import StandardWebhooks, TwilioSignature, WebhookAdapter, WebhookRequest
from incidentkit.testing._audit import Copy
from incidentkit.web import app
from tests.web.asgi import Reply, call
from tests.web.customers import PAGES

SECRET = base64.b64encode(b"k" * 24).decode()
ADDRESS = "/webhooks/carrier"


class Carrier:
    """An adapter as a plugin would bring it."""

    def __init__(self, name: str = "carrier") -> None:
        self.name = name
        self.seen: list[WebhookRequest] = []

    def event_id(self, request: WebhookRequest, at: datetime) -> str | None:
        self.seen.append(request)
        if request.body == b"bug":
            raise RuntimeError("a bug with words of a customer")
        return request.header("webhook-id") if StandardWebhooks(SECRET).holds(request, at) else None


@pytest.fixture
def carrier() -> Carrier:
    """One adapter."""
    return Carrier()


@pytest.fixture
def pages(desk: Desk, carrier: Carrier) -> ASGIApp:
    """The desk's application, which takes that carrier's events."""
    return app(desk, webhooks=[carrier])


def signed(desk: Desk, body: bytes, id_: str = "msg_1") -> dict[str, str]:
    """The headers of an event that happens now."""
    time = str(int(desk.clock().timestamp()))
    signature = base64.b64encode(hmac.digest(b"k" * 24, f"{id_}.{time}.".encode() + body, sha256)).decode()
    return {"webhook-id": id_, "webhook-timestamp": time, "webhook-signature": f"v1,{signature}", "authorization": "Basic x"}


def deliver(pages: ASGIApp, desk: Desk, body: bytes = b'{"a": 1}\r\n', id_: str = "msg_1") -> Reply:
    """What the vendor is told."""
    return call(pages, "POST", ADDRESS, signed(desk, body, id_), body)


def kept(record: Callable[[], Copy]) -> list[dict[str, Any]]:
    """The rows of the inbox."""
    return record().of("inbox", "default")


def test_an_event_is_kept_as_it_came_before_it_is_acknowledged(desk: Desk, pages: ASGIApp, record: Callable[[], Copy]) -> None:
    """Its bytes lie in the vault to the last one, under its source and its own id."""
    reply = deliver(pages, desk)
    [row] = kept(record)

    assert 200 == reply.status
    assert ("carrier", "msg_1") == (row["source"], row["event_id"])
    assert base64.b64encode(b'{"a": 1}\r\n').decode() in repr(record().tables["vault"])


def test_an_event_that_comes_again_is_acknowledged_and_kept_once(
    desk: Desk, pages: ASGIApp, record: Callable[[], Copy]
) -> None:
    """Also with other bytes under the same id; another id is another event."""
    statuses = [deliver(pages, desk, body, id_).status for body, id_ in ((b"1", "a"), (b"1", "a"), (b"2", "a"), (b"1", "b"))]

    assert [200] * 4 == statuses
    assert ["a", "b"] == sorted(row["event_id"] for row in kept(record))


def test_what_could_not_be_kept_is_not_acknowledged(
    desk: Desk, pages: ASGIApp, record: Callable[[], Copy], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The vendor is asked to send it again, and then it is kept."""

    def fail(*_: object, **__: object) -> None:
        raise StoreBusy("the store", "is busy")

    with monkeypatch.context() as busy:
        busy.setattr(desk.inbox, "put", fail)
        refused = deliver(pages, desk)

    assert (503, "5") == (refused.status, refused.headers["retry-after"])
    assert [] == kept(record)
    assert 200 == deliver(pages, desk).status


@pytest.mark.parametrize(
    "change", [{"webhook-signature": "v1,AAAA"}, {"webhook-id": "msg_2"}, {"webhook-timestamp": "1"}, {"webhook-signature": ""}]
)
def test_what_is_not_signed_gets_nowhere(
    desk: Desk, pages: ASGIApp, record: Callable[[], Copy], change: dict[str, str]
) -> None:
    """It is refused, and not one row is written."""
    before = record()
    reply = call(pages, "POST", ADDRESS, signed(desk, b"{}") | change, b"{}")

    assert 401 == reply.status
    assert [] == before.differing(record())


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/webhooks/nobody", b"{}", 404),
        ("GET", ADDRESS, b"", 405),
        ("POST", ADDRESS, b"x" * 1_048_577, 413),
        ("POST", ADDRESS, [b"x" * 600_000] * 2, 413),
        ("POST", ADDRESS, b"bug", 503),
    ],
)
def test_what_makes_no_sense_is_refused(
    desk: Desk,
    pages: ASGIApp,
    record: Callable[[], Copy],
    caplog: pytest.LogCaptureFixture,
    method: str,
    path: str,
    body: Any,
    status: int,
) -> None:
    """An address that nobody has, another method, too much, and what an adapter itself stumbles over."""
    before = record()

    assert status == call(pages, method, path, signed(desk, b"{}"), body).status
    assert [] == before.differing(record())
    assert "words of a customer" not in caplog.text


def test_an_id_that_can_not_be_kept_is_refused_for_good(desk: Desk, pages: ASGIApp) -> None:
    """The vendor need not send it again."""
    assert 400 == deliver(pages, desk, id_="x" * 500).status


def test_an_adapter_sees_the_address_that_its_vendor_called(desk: Desk, pages: ASGIApp, carrier: Carrier) -> None:
    """Behind a proxy the server has another one; what the settings say counts."""
    call(pages, "POST", f"{ADDRESS}?a=1&b=%20", {"Host": "10.0.0.7:8000", "X-Odd": "Ünï"}, b"\x00\xff")
    [seen] = carrier.seen

    assert ("POST", f"{PAGES}{ADDRESS}?a=1&b=%20", b"\x00\xff", "Ünï") == (
        seen.method,
        seen.url,
        seen.body,
        seen.header("x-odd"),
    )


@pytest.mark.parametrize("names", [["one", "one"], ["One"], ["a/b"], [""], ["../x"]])
def test_adapters_have_names_that_fit_an_address(desk: Desk, names: list[str]) -> None:
    """Each has its own."""
    with pytest.raises(InvalidInput):
        app(desk, webhooks=[Carrier(name) for name in names])


def test_the_checks_are_offered_to_plugins() -> None:
    """An adapter needs nothing but the public names of hooks."""
    assert isinstance(Carrier(), WebhookAdapter)
    assert not TwilioSignature("token").holds(WebhookRequest("POST", "https://shop.example/", (), b"{}"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=200),
    st.dictionaries(
        st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature", "content-type", "host"]),
        st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=30),
    ),
    st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=30),
)
def test_whatever_is_delivered_is_refused_without_a_failure(
    pages: ASGIApp, body: bytes, headers: dict[str, str], query: str
) -> None:
    """Nothing unsigned gets in, and nothing makes the endpoint stumble, as long as the adapter does not."""
    reply = call(pages, "POST", f"{ADDRESS}?{query}", headers, body)

    assert reply.status == (503 if body == b"bug" else 401)
