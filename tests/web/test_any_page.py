"""Pages of anything: well formed, in both languages, with nothing of what others wrote as markup."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.desk.page_views import AnswerPage, SurveyPage
from incidentkit.domain.incidents import Incident, Phase
from incidentkit.domain.orders import Order
from incidentkit.domain.shop import Shop
from incidentkit.domain.surveys import Scale
from incidentkit.domain.texts import Text
from incidentkit.phrases.dates import Dates
from incidentkit.phrases.words import LANGUAGES, words_in
from incidentkit.rules.answering import AnswerStands
from incidentkit.rules.views import case_view, status_view
from incidentkit.testing.strategies import incidents, instants, orders, scales
from incidentkit.web.pages.answer import answer_page
from incidentkit.web.pages.frame import Speech
from incidentkit.web.pages.status import status_page
from incidentkit.web.pages.survey import survey_page
from tests.web.reading import Tag, read
from tests.web.test_escaping import hostile, skeleton

SHOP = Shop(zone="Europe/Madrid")
either = st.sampled_from(LANGUAGES)


def speech(language: str = "en", shop: str = "Casa Lumbre") -> Speech:
    """How a page speaks, with codes for their own words."""
    words = words_in(language, "incidentkit.web")
    return Speech(words, Dates(words, ZoneInfo("Europe/Madrid")), shop, "hola@casa.example", lambda group, code: code)


def sound(page: Tag) -> None:
    """One heading for the whole, each landmark once, each id once, and a label for each field."""
    ids = [tag.attributes["id"] for tag in page.all() if "id" in tag.attributes]
    labelled = {tag.attributes.get("for") for tag in page.all("label")}

    assert [1, 1, 1] == [len(page.all(name)) for name in ("h1", "main", "footer")]
    assert len(ids) == len(set(ids))
    assert set() == {field.attributes["id"] for kind in ("input", "textarea") for field in page.all(kind)} - labelled


@given(orders(), st.lists(incidents(), max_size=2), instants(), either)
def test_any_order_has_its_page(order: Order, cases: list[Incident], at: datetime, language: str) -> None:
    """Whatever happened to it."""
    sound(read(status_page(speech(language), status_view(order, cases, SHOP, at))))


@given(incidents(), st.sampled_from(["open", "accepted", "declined", "replaced", "over"]), instants(), either)
def test_any_offers_have_their_page(case: Incident, stands: AnswerStands, at: datetime, language: str) -> None:
    """Whatever was offered, and whatever became of it. A case that no link leads to is left out."""
    if case.phase not in (Phase.WITHDRAWN, Phase.MERGED):
        view = case_view(case, SHOP, at)
        sound(read(answer_page(speech(language), AnswerPage(language, "1", view, view.offers, stands))))


@given(scales() | st.just(Scale(0, 100)), st.none() | st.integers(-5, 200), hostile, either, st.booleans())
def test_any_survey_has_its_page(scale: Scale, score: int | None, comment: str, language: str, unclear: bool) -> None:
    """With a choice for each score, or a field where there are too many."""
    page = read(
        survey_page(
            speech(language), SurveyPage(language, "1", "own", scale, True, score, None), comment=comment, unclear=unclear
        )
    )
    sound(page)

    few = scale.high - scale.low < 11
    assert score is not None or len(page.all("input")) == (scale.high - scale.low + 1 if few else 1)


@given(hostile, hostile, hostile)
def test_nothing_that_others_wrote_breaks_out(shop: str, product: str, said: str) -> None:
    """A product, a carrier, a number, a published text and a shop's name are shown as they are written."""
    from tests.web.customers import SHOP as OWN

    tame = _page("shop", "product", "said", OWN)
    wild = _page(f"{shop}x", f"{product}x", f"{said}x", OWN)

    assert skeleton(tame) == skeleton(wild)


def _page(shop: str, product: str, said: str, settings: Shop) -> Tag:
    at = datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("UTC"))
    order = _order(at, product, said)
    return read(status_page(speech(shop=shop), status_view(order, [], settings, at)))


def _order(at: datetime, product: str, said: str) -> Order:
    from incidentkit.domain.ids import LineId, OrderId
    from incidentkit.domain.money import Money
    from incidentkit.domain.orders import Line
    from incidentkit.domain.shipments import Shipment

    line = Line(product[:200], 1, Money.parse("1.00 EUR"), LineId("1"), shipped=1)
    shipment = Shipment("1", (("1", 1),), at, carrier=product, tracking=said)
    order = Order(OrderId("o"), at, Money.parse("1.00 EUR"), (line,), number="1", shipments=(shipment,))
    return evolve(order, number=said, status_text=Text("text:1", said))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_that_a_page_says_has_words(language: str) -> None:
    """How an order and a case stand, what came of a promise, what happened, and every kind of offer and message."""
    from incidentkit.desk.page_views import ASKED_ABOUT
    from incidentkit.domain.orders import OrderStatus
    from incidentkit.domain.remedy_kinds import KINDS

    texts = words_in(language, "incidentkit.web").texts
    needed = [f"standing.{status.value}" for status in OrderStatus] + [f"offer.{kind}" for kind in KINDS]
    needed += [f"case.{stands}" for stands in ("at_work", "waiting", "resolved", "closed", "lapsed")]
    needed += [f"promise.{outcome}" for outcome in ("kept", "broken", "replaced", "pending")]
    needed += [f"answer.{stands}" for stands in ("accepted", "declined", "replaced", "over")]
    needed += [f"preferences.{purpose}" for purpose in ASKED_ABOUT]
    needed += [f"plain.{kind}{why}" for kind in ("closed", "wrong", "failed", "busy") for why in ("", "_why")]

    assert [] == [key for key in needed if not texts.get(key)]
