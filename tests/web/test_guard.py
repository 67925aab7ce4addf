"""What holds for every answer: its headers, what it lets in, and that no token is written anywhere."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import ASGIApp

from incidentkit.desk.desk import Desk
from incidentkit.errors import ConflictError, StoreBusy
from incidentkit.testing._audit import Copy
from incidentkit.web import HideTokens, app
from incidentkit.web.asked import accepted_language, form_fields
from incidentkit.web.markup import stylesheet_source
from incidentkit.web.pages.frame import pages_css
from tests.web.asgi import Reply, call, get, post
from tests.web.customers import token

ALWAYS = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "x-robots-tag": "noindex, nofollow",
}


def answers(pages: ASGIApp, paths: dict[str, str]) -> list[Reply]:
    """One of each kind: pages, a redirect, and everything that is refused."""
    found = [get(pages, one) for one in (*paths.values(), "/scoreboard", "/nowhere", "/status/x", "/webhooks/x", "/")]
    found += [post(pages, paths["answer"], [("choice", choice)]) for choice in ("none", "offer-1")]
    found += [call(pages, "PUT", paths["answer"]), call(pages, "GET", "/", {"x": "y" * 20_000}), post(pages, "/webhooks/x")]
    return [*found, call(pages, "POST", paths["survey"], body=b"x" * 70_000)]


def test_every_answer_has_the_headers(pages: ASGIApp, paths: dict[str, str]) -> None:
    """Nothing is stored, no address is passed on, nothing is guessed, framed, or found by a search engine."""
    for reply in answers(pages, paths):
        assert ALWAYS == {name: reply.headers.get(name) for name in ALWAYS}
        assert "default-src 'none'" in reply.headers["content-security-policy"]
        assert "unsafe" not in reply.headers["content-security-policy"]
        assert "set-cookie" not in reply.headers


def test_a_page_may_only_use_its_own_style_and_forms(pages: ASGIApp, paths: dict[str, str]) -> None:
    """Its policy names the stylesheet that stands in it and nothing else; there is no script, picture or address of others."""
    reply = get(pages, paths["answer"])
    policy = reply.headers["content-security-policy"]

    assert stylesheet_source(pages_css()) in policy
    assert "form-action 'self'" in policy
    assert [] == [
        word
        for word in ("<script", "<img", "<link", "http:", "https:", " onclick", "url(")
        if word in reply.text.partition("<body")[2]
    ]


def test_the_tokens_of_a_page_stand_nowhere_in_it(pages: ASGIApp, paths: dict[str, str]) -> None:
    """What is copied, saved or sent on of a page takes no token along."""
    shown = "".join(get(pages, one).text for one in paths.values())

    assert [] == [kind for kind, one in paths.items() if token(one) in shown]


# --- Limits ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", [b"x" * 65_537, [b"x" * 40_000] * 2, [b"score=5"] + [b"&a=b" * 5_000] * 4])
def test_a_form_that_is_too_large_is_refused(
    pages: ASGIApp, paths: dict[str, str], record: Callable[[], Copy], body: Any
) -> None:
    """However it is sent, and whatever its head says."""
    before = record()
    headers = {"content-type": "application/x-www-form-urlencoded", "content-length": "7"}

    assert 413 == call(pages, "POST", paths["survey"], headers, body).status
    assert [] == before.differing(record())


@pytest.mark.parametrize(
    ("path", "headers"),
    [("/status/x", {"cookie": "c" * 17_000}), ("/status/" + "x" * 5_000, {}), ("/status/x?" + "y" * 5_000, {})],
)
def test_a_head_that_is_too_large_is_refused(pages: ASGIApp, path: str, headers: dict[str, str]) -> None:
    """Before anything looks at it."""
    assert 431 == get(pages, path, **headers).status


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b'{"choice": "offer-1"}'),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=choice\r\n\r\noffer-1\r\n--x--"),
        ("application/x-www-form-urlencoded", b"choice=offer-1&a=\xff"),
        ("application/x-www-form-urlencoded", b"choice=offer-1&a=%ff"),
        ("application/x-www-form-urlencoded", b"choice=offer-1&" + b"&".join(b"a=b" for _ in range(60))),
    ],
)
def test_what_is_no_form_answers_nothing(
    pages: ASGIApp, paths: dict[str, str], record: Callable[[], Copy], content_type: str, body: bytes
) -> None:
    """Only a form as a page sends it counts."""
    before = record()

    assert 400 == call(pages, "POST", paths["answer"], {"content-type": content_type}, body).status
    assert [] == before.differing(record())


@given(
    st.binary(max_size=300) | st.text("abc=&+%0ÿ;", max_size=60).map(lambda text: text.encode("latin-1")), st.text(max_size=60)
)
def test_whatever_is_sent_is_a_form_or_none(body: bytes, content_type: str) -> None:
    """Reading it never raises; what it gives are texts that can be kept."""
    fields = form_fields("application/x-www-form-urlencoded; charset=utf-8", body)

    assert form_fields(content_type, body) is None
    for values in (fields or {}).values():
        assert all("\0" not in value and value.encode("utf-8") is not None for value in values)


@given(
    st.text(max_size=80)
    | st.lists(st.sampled_from(["es", "en", ";q=", "0.5", "1e400", ",", "-", "*", "nan"]), max_size=12).map("".join)
)
def test_whatever_a_browser_asks_for_is_a_language_or_none(header: str) -> None:
    """Reading it never raises."""
    assert accepted_language(header) in ("", "en", "es")


# --- What goes wrong ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "status"),
    [(StoreBusy("s", "r"), 503), (ConflictError("s", "r"), 503), (RuntimeError("with a token and a name"), 500)],
)
def test_a_failure_gives_a_page_and_no_more(
    desk: Desk,
    paths: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    status: int,
) -> None:
    """The reader is told to try again where that may help; neither page nor log says what the error did."""

    def fail(_: object) -> None:
        raise error

    monkeypatch.setattr(desk.pages, "status", fail)
    with caplog.at_level(logging.DEBUG):
        reply = get(app(desk), paths["status"])

    assert status == reply.status
    assert (reply.headers.get("retry-after") is not None) is (status == 503)
    assert [] == [text for text in (reply.text, caplog.text) if "with a token" in text]
    assert [type(error).__name__ in line for line in caplog.messages if "failed" in line] == [True]


# --- Logs --------------------------------------------------------------------------------------------------------


def test_nothing_that_a_page_does_is_logged(
    desk: Desk, pages: ASGIApp, paths: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    """At the finest level, from every logger, no token is written, nor what a customer sent."""
    with caplog.at_level(logging.DEBUG):
        answers(pages, paths)
        post(pages, paths["survey"], [("score", "9"), ("comment", "a private word")])

    written = caplog.text + "".join(repr(record.__dict__) for record in caplog.records)

    assert [] == [one for one in (*map(token, paths.values()), "a private word") if one in written]


@pytest.mark.parametrize(
    ("message", "arguments"),
    [
        ('%s - "%s %s HTTP/%s" %d', ("127.0.0.1:1", "GET", "/orders/answer/SECRET.tok-en_1?x=/status/SECRET", "1.1", 200)),
        ("GET /status/SECRET.x HTTP/1.1", ()),
        ("%(method)s %(path)s", {"method": "POST", "path": "/a/b/unsubscribe/SECRET"}),
        ("%s", ("https://shop.example/survey/SECRET",)),
        ("%d of %s", (3, None)),
    ],
)
def test_a_servers_own_log_can_be_rid_of_tokens(message: str, arguments: Any) -> None:
    """The filter leaves the line as it is but for the tokens in it."""
    record = logging.LogRecord("uvicorn.access", logging.INFO, "f", 1, message, arguments, None)

    assert HideTokens().filter(record)
    assert "SECRET" not in record.getMessage()
    assert ("GET" in record.getMessage()) is ("GET" in message or "GET" in arguments)


def test_nothing_is_shown_of_what_was_asked(desk: Desk, paths: dict[str, str]) -> None:
    """The repr of a request holds neither its token nor its form."""
    from incidentkit.web.site import Asked

    asked = Asked(token(paths["answer"]), True, {"comment": ("a private word",)}, "es", "192.0.2.7")

    assert [] == [one for one in (asked.token, "private", "192.0.2.7") if one in repr(asked)]
