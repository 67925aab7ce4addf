"""The pages over HTTP: looking changes nothing, sending acts once, and a token that opens nothing says nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from attrs import evolve
from starlette.types import ASGIApp, Message

from incidentkit.delivery.links import answer_claims
from incidentkit.delivery.tokens import Claims, TokenKey, Tokens
from incidentkit.desk.desk import Desk
from incidentkit.desk.linking import tokens_of
from incidentkit.domain.remedies import Offer
from incidentkit.testing._audit import Copy
from incidentkit.testing.clocks import ManualClock
from incidentkit.web import app
from tests.web.asgi import call, get, post
from tests.web.customers import MARTA, World, links, path, token, world
from tests.web.reading import read

KINDS = ["status", "answer", "survey", "preferences", "unsubscribe"]
every_kind = pytest.mark.parametrize("kind", KINDS)
Record = Callable[[], Copy]


def main(html: str) -> str:
    """The words of a page's own part."""
    return read(html).one("main").words


# --- Looking -----------------------------------------------------------------------------------------------------

PREFETCH = {
    "user-agent": "Mozilla/5.0 (compatible; SafeLinks)",
    "purpose": "prefetch",
    "sec-purpose": "prefetch;prerender",
    "x-moz": "prefetch",
    "range": "bytes=0-10",
}


@every_kind
def test_whoever_looks_moves_nothing(pages: ASGIApp, paths: dict[str, str], record: Record, kind: str) -> None:
    """A mail scanner, a preview and the reader may call a link as often as they like: not one row changes."""
    before = record()
    asked = [
        call(pages, method, paths[kind] + query, PREFETCH)
        for method in ("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE")
        for query in ("", "?choice=offer-1&score=5&wanted=marketing", "?List-Unsubscribe=One-Click")
    ]

    assert [200] * 6 + [405] * 15 == sorted(reply.status for reply in asked)
    assert [] == before.differing(record())


def test_a_status_takes_nothing(pages: ASGIApp, paths: dict[str, str], record: Record) -> None:
    """There is nothing to send on the page of an order."""
    before = record()

    assert 405 == post(pages, paths["status"], [("choice", "offer-1")]).status
    assert [] == before.differing(record())


# --- Sending -----------------------------------------------------------------------------------------------------


def test_an_offer_is_taken_by_sending_the_form(desk: Desk, pages: ASGIApp, paths: dict[str, str], about: World) -> None:
    """The reader is sent to look, sees what they took and by when, and can't send again."""
    sent = post(pages, paths["answer"], [("choice", "offer-2")])
    seen = get(pages, paths["answer"])

    assert (303, token(paths["answer"])) == (sent.status, sent.headers["location"])
    assert "You have accepted" in main(seen.text)
    assert "lamp-2 instead, by 8 March 2026" in main(seen.text)
    assert [] == read(seen.text).all("form")
    assert ["offer-2"] == [remedy.offer for remedy in desk.incidents.get(about.case.id).remedies]


def test_a_second_answer_changes_nothing(pages: ASGIApp, paths: dict[str, str], record: Record) -> None:
    """The same one, or another, leads back to what was answered first."""
    post(pages, paths["answer"], [("choice", "none")])
    before = record()
    again = [post(pages, paths["answer"], [("choice", choice)]).status for choice in ("none", "offer-1")]

    assert [303, 303] == again
    assert [] == before.differing(record())


@pytest.mark.parametrize("fields", [[], [("choice", "")], [("choice", "offer-9")], [("other", "offer-1")]])
def test_an_answer_without_a_choice_is_asked_again(
    pages: ASGIApp, paths: dict[str, str], record: Record, fields: list[tuple[str, str]]
) -> None:
    """The page says so where a screen reader hears it first, and nothing is written."""
    before = record()
    reply = post(pages, paths["answer"], fields)
    page = read(reply.text)

    assert 400 == reply.status
    assert "alert" == page.one("main").all("p")[0].attributes["role"]
    assert 1 == len(page.all("form"))
    assert [] == before.differing(record())


def test_a_survey_is_answered_once(desk: Desk, pages: ASGIApp, paths: dict[str, str], about: World) -> None:
    """With a score and words of one's own, line breaks and all."""
    words = [("score", "2"), ("comment", "late\r\nand <b>broken</b> & 'so on'")]
    statuses = [post(pages, paths["survey"], fields).status for fields in (words, [("score", "5")])]
    answer = desk.surveys.get(about.ask.id).answer

    assert [303, 303] == statuses
    assert answer is not None
    assert (2, "late\nand <b>broken</b> & 'so on'") == (answer.score, str(answer.comment))
    assert "Your score: 2" in main(get(pages, paths["survey"]).text)


@pytest.mark.parametrize("score", ["", "6", "0", "-1", "3.5", "١", "1e0", "9" * 30])
def test_a_score_that_is_none_is_asked_again(
    desk: Desk, pages: ASGIApp, paths: dict[str, str], about: World, score: str
) -> None:
    """What was written beside it stands there still, and need not be typed again."""
    reply = post(pages, paths["survey"], [("score", score), ("comment", "long <words>")])

    assert 400 == reply.status
    assert "long <words>" == read(reply.text).one("textarea").text
    assert desk.surveys.get(about.ask.id).answer is None


def test_an_overlong_comment_is_refused(desk: Desk, pages: ASGIApp, paths: dict[str, str], about: World) -> None:
    """Rather than cut without a word."""
    assert 400 == post(pages, paths["survey"], [("score", "5"), ("comment", "x" * 4_001)]).status
    assert desk.surveys.get(about.ask.id).answer is None


def test_preferences_are_kept_and_shown(pages: ASGIApp, paths: dict[str, str]) -> None:
    """What is ticked is wanted, what is not is not; the page says that it is saved."""
    boxes = {}
    for wanted in ([("wanted", "survey"), ("wanted", "marketing")], []):
        page = read(post(pages, paths["preferences"], wanted).text)
        boxes[len(wanted)] = [box.attributes["value"] for box in page.all("input") if "checked" in box.attributes]

    assert {2: ["survey", "marketing"], 0: []} == boxes
    assert [] == [box for box in read(get(pages, paths["preferences"]).text).all("input") if "checked" in box.attributes]


@pytest.mark.parametrize(
    "content_type", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", ""]
)
def test_one_click_unsubscribes(desk: Desk, pages: ASGIApp, paths: dict[str, str], about: World, content_type: str) -> None:
    """As mail programs do it by RFC 8058: one POST, no cookie, no redirect, in either form, and as often as they like."""
    for _ in range(2):
        reply = call(pages, "POST", paths["unsubscribe"], {"content-type": content_type}, b"List-Unsubscribe=One-Click")
        assert 200 == reply.status
    said = desk.people.preferences(str(about.ask.customer))

    assert said.objection("survey", "post", "") is not None
    assert said.objection("service", "post", "") is None


# --- Tokens that open nothing ------------------------------------------------------------------------------------


def dead_tokens(desk: Desk, about: World) -> dict[str, str]:
    """Tokens for the answer that are wrong, each in another way."""
    tokens, now = tokens_of(desk._runtime), desk.clock()
    assert tokens is not None
    claims = answer_claims(about.case, str(about.case.customer), now, desk.shop)
    assert claims is not None
    right = tokens.sign(claims)
    strange = Tokens("default", [TokenKey(b"another key" * 3, now)])
    wrong: dict[str, Claims] = {
        "expired": evolve(claims, expires=now),
        "of nobody": evolve(claims, person="01890a5d-ac96-774b-bcce-b302099a8057"),
        "of no case": evolve(claims, subject="01890a5d-ac96-774b-bcce-b302099a8058"),
        "of an order": evolve(claims, subject=about.order.id),
        "of another kind": evolve(claims, kind="status"),
    }
    made = {name: tokens.sign(said) for name, said in wrong.items()}
    made |= {"strange": strange.sign(claims), "altered": right[:-1] + ("A" if right[-1] != "A" else "E")}
    made |= {"another tenant's": Tokens("other", [TokenKey(b"k" * 32, now)]).sign(claims)}
    return made | {"cut": right[:30], "none": "x", "long": "x" * 2_000, "odd": "%00%ff"}


def test_every_token_that_opens_nothing_gets_the_same_page(desk: Desk, pages: ASGIApp, about: World) -> None:
    """Whatever is wrong with it, and whether it is looked at or sent to: one answer, to the byte."""
    replies = {
        (name, way.__name__): (reply.status, reply.text)
        for name, dead in dead_tokens(desk, about).items()
        for way, reply in (
            (get, get(pages, f"/answer/{dead}")),
            (post, post(pages, f"/answer/{dead}", [("choice", "offer-1")])),
        )
    }

    assert 24 == len(replies)
    assert {404} == {status for status, _ in replies.values()}
    assert 1 == len(set(replies.values()))


@every_kind
def test_a_page_that_is_not_there_looks_the_same(pages: ASGIApp, kind: str) -> None:
    """An address that was never one is told from a dead link by nothing."""
    dead, nowhere = get(pages, f"/{kind}/x"), get(pages, "/nowhere")

    assert (dead.status, dead.text, dead.headers) == (nowhere.status, nowhere.text, nowhere.headers)


def test_a_person_who_is_forgotten_has_no_pages(desk: Desk, pages: ASGIApp, paths: dict[str, str]) -> None:
    """What the vault knows nothing of any more can't be looked at by an old link."""
    with desk._runtime.store.unit() as unit:
        unit.connection.exec_driver_sql("DELETE FROM vault WHERE ref = customer")

    assert {404} == {get(pages, paths[kind]).status for kind in KINDS}


def test_an_offer_that_was_replaced_says_so(desk: Desk, pages: ASGIApp, paths: dict[str, str], about: World) -> None:
    """The reader is led to the latest message, and what they send to the old link moves nothing."""
    desk.incidents.offer(about.case.id, [Offer("discount", (desk.clock() + timedelta(days=2)).date(), "5.00")])
    sent = post(pages, paths["answer"], [("choice", "offer-1")])

    assert 303 == sent.status
    assert "newer offer" in main(get(pages, paths["answer"]).text)
    assert () == desk.incidents.get(about.case.id).remedies


def test_who_asks_for_many_wrong_tokens_is_told_to_wait(pages: ASGIApp, paths: dict[str, str]) -> None:
    """From one address only so many are answered in a minute; a link that is right opens all the same, also from there."""
    statuses = [get(pages, f"/status/{place}").status for place in range(40)]
    elsewhere = call(pages, "GET", "/status/x", client=("192.0.2.8", 1))

    assert [404] * 30 + [429] * 10 == statuses
    assert (200, 404) == (get(pages, paths["status"]).status, elsewhere.status)


# --- Whose language ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("es-AR,en;q=0.5", "es"),
        ("fr, es;q=0.1, en;q=0.9", "en"),
        ("fr", "en"),
        ("", "en"),
        ("es;q=0, de", "en"),
        ("*;q=x", "en"),
    ],
)
def test_where_the_customers_language_is_not_known_the_browser_is_asked(
    pages: ASGIApp, paths: dict[str, str], asked: str, language: str
) -> None:
    """The first that there are texts for, else the shop's."""
    assert language == read(get(pages, paths["status"], accept_language=asked).text).one("html").attributes["lang"]


@pytest.mark.parametrize("tag", ["es", "es-AR", "ES_mx"])
def test_a_customers_own_language_goes_before_the_browsers(desk: Desk, pages: ASGIApp, tag: str) -> None:
    """Every page speaks it."""
    about = world(desk, evolve(MARTA, language=tag), number="1002")
    found = links(desk, about.ask) | links(desk, about.case)
    shown = [get(pages, path(link), accept_language="en") for name, link in found.items() if name.endswith("_url")]

    assert ["es"] * 5 == [read(reply.text).one("html").attributes["lang"] for reply in shown]


def test_a_mounted_app_knows_nothing_of_its_place(desk: Desk, paths: dict[str, str]) -> None:
    """Under any path of a host, forms and redirects lead where they came from."""
    from starlette.applications import Starlette
    from starlette.routing import Mount

    host = Starlette(routes=[Mount("/shop/pages", app=app(desk))])
    page = read(get(host, "/shop/pages" + paths["answer"]).text)
    sent = post(host, "/shop/pages" + paths["answer"], [("choice", "offer-1")])

    assert "action" not in page.one("form").attributes
    assert "/" not in sent.headers["location"]


def test_each_link_ends_with_its_own_time(pages: ASGIApp, paths: dict[str, str], clock: ManualClock) -> None:
    """An answer with the last date that is offered, a survey after a month, the others after three."""
    ends = {"answer": 7, "survey": 31, "status": 91, "preferences": 91}
    opened = {}
    for days in (0, 7, 24, 60):
        clock.advance(days=days)
        opened[clock()] = [kind for kind in ends if get(pages, paths[kind]).status == 200]

    assert [4, 3, 2, 0] == [len(kinds) for kinds in opened.values()]


def test_a_hosts_other_traffic_passes(pages: ASGIApp) -> None:
    """The messages with which a server begins and ends reach the application as they are."""
    sent: list[str] = []

    async def begin() -> None:
        events = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])

        async def receive() -> Message:
            return next(events)

        async def send(message: Message) -> None:
            sent.append(message["type"])

        await pages({"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}, receive, send)

    asyncio.run(begin())

    assert ["lifespan.startup.complete", "lifespan.shutdown.complete"] == sent
