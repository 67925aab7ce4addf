"""What the pages show and take, on every kind of store: once, for its own person, as long as it stands."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from attrs import evolve

from incidentkit.desk.desk import Desk
from incidentkit.domain.orders import Line
from incidentkit.domain.remedies import OfferState
from incidentkit.errors import InvalidInput, RuleViolation
from incidentkit.testing._audit import Copy
from incidentkit.testing.clocks import ManualClock
from tests.web.customers import MARTA, SHOP, World, links, offers, token, world

Opened = Callable[..., Desk]


@pytest.fixture
def desk(opened: Opened) -> Desk:
    """A desk whose shop has pages."""
    return opened(shop=SHOP)


@pytest.fixture
def about(desk: Desk) -> World:
    """One customer's affairs."""
    return world(desk)


@pytest.fixture
def answering(desk: Desk, about: World) -> str:
    """The token of the answer to both offers."""
    return token(links(desk, about.case)["answer_url"])


@pytest.fixture
def rating(desk: Desk, about: World) -> str:
    """The token of the survey's question."""
    return token(links(desk, about.ask)["survey_url"])


def states(desk: Desk, about: World) -> list[str]:
    """How each offer of the case stands."""
    return [offer.state.value for offer in desk.incidents.get(about.case.id).offers]


# --- Answers -----------------------------------------------------------------------------------------------------


def test_an_offer_is_taken_by_its_customer(desk: Desk, about: World, answering: str) -> None:
    """The customer is who did it, and the remedy is agreed."""
    page = desk.pages.answer(answering, "offer-1")
    case = desk.incidents.get(about.case.id)

    assert page is not None
    assert "accepted" == page.stands
    assert ["accepted", "passed"] == states(desk, about)
    assert ["offer-1"] == [remedy.offer for remedy in case.remedies]
    assert ["customer:customer"] == [e.by for e in desk.orders.timeline(about.order.id) if e.type == "incident.offer_accepted"]


def test_none_of_the_offers_declines_each(desk: Desk, about: World, answering: str) -> None:
    """All that was put is answered by that."""
    page = desk.pages.answer(answering, "none")

    assert page is not None
    assert ("declined", ["declined", "declined"]) == (page.stands, states(desk, about))


@pytest.mark.parametrize("first", ["offer-1", "none"])
@pytest.mark.parametrize("then", ["offer-1", "offer-2", "none"])
def test_an_answer_acts_once(
    desk: Desk, about: World, answering: str, record: Callable[[], Copy], first: str, then: str
) -> None:
    """Whatever is sent after it changes nothing, and the page says what was answered."""
    page = desk.pages.answer(answering, first)
    before = record()

    assert page == desk.pages.answer(answering, then)
    assert [] == before.differing(record())


def test_one_of_many_answers_at_once_counts(desk: Desk, about: World, answering: str) -> None:
    """Sent by several at the same instant, one answer is taken and all see it."""
    with ThreadPoolExecutor(4) as several:
        pages = list(several.map(lambda choice: desk.pages.answer(answering, choice), ["offer-1", "none", "offer-2", "none"]))

    found = states(desk, about)

    assert {"accepted", "declined"} >= {page.stands for page in pages if page is not None} - {"open"}
    assert found in (["accepted", "passed"], ["passed", "accepted"], ["declined", "declined"])


def test_an_answer_dies_with_newer_offers(desk: Desk, about: World, answering: str) -> None:
    """Once the shop has offered something else, the earlier link takes nothing, and the later one does."""
    case = desk.incidents.offer(about.case.id, offers(desk.clock())[:1])
    page = desk.pages.answer(answering, "offer-1")
    newer = desk.pages.answer(token(links(desk, case)["answer_url"]), "offer-3")

    assert page is not None
    assert newer is not None
    assert ("replaced", "accepted") == (page.stands, newer.stands)
    assert ["open", "open", "accepted"] == states(desk, about)


def test_an_offer_can_be_taken_until_its_day_ends(desk: Desk, about: World, answering: str, clock: ManualClock) -> None:
    """The refund is promised for a day that has passed; the other offer still stands; then nothing does."""
    clock.advance(days=4)
    page = desk.pages.offers(answering)
    with pytest.raises(InvalidInput):
        desk.pages.answer(answering, "offer-1")
    clock.advance(days=3)

    assert page is not None
    assert [False, True] == [offer.possible for offer in page.offers]
    assert desk.pages.offers(answering) is None


def test_a_case_that_went_on_takes_no_answer(desk: Desk, about: World, answering: str) -> None:
    """Where the shop has solved it otherwise, the page says that it is over."""
    desk.incidents.resolve(about.case.id, reason="put right by phone")
    page = desk.pages.answer(answering, "offer-2")

    assert page is not None
    assert ("over", ["open", "open"]) == (page.stands, states(desk, about))


@pytest.mark.parametrize("choice", ["", "offer-3", "offer-1 ", "NONE", "\ud800", "x" * 5_000])
def test_a_choice_that_is_none_is_refused(desk: Desk, answering: str, record: Callable[[], Copy], choice: str) -> None:
    """It changes nothing, and the next answer counts."""
    before = record()
    with pytest.raises(InvalidInput):
        desk.pages.answer(answering, choice)

    assert [] == before.differing(record())
    assert desk.pages.answer(answering, "offer-1") is not None


# --- Surveys -----------------------------------------------------------------------------------------------------


def test_a_score_is_the_customers_own(desk: Desk, about: World, rating: str) -> None:
    """It stands with its words, as theirs; a second one changes nothing."""
    page = desk.pages.rate(rating, 4, " thanks ")
    desk.pages.rate(rating, 1, "no")
    answer = desk.surveys.get(about.ask.id).answer
    case = desk.incidents.get(about.case.id)

    assert page is not None
    assert answer is not None
    assert (4, 4, "thanks") == (page.score, answer.score, str(answer.comment))
    assert ["customer:customer"] == [said.by for said in case.answers]


def test_a_score_off_the_scale_is_refused(desk: Desk, rating: str) -> None:
    """And the next one counts."""
    with pytest.raises(InvalidInput):
        desk.pages.rate(rating, 6)
    page = desk.pages.rate(rating, 5)

    assert page is not None
    assert 5 == page.score


# --- What is sent ------------------------------------------------------------------------------------------------


def test_one_click_ends_one_kind_of_messages(desk: Desk, about: World) -> None:
    """No more surveys; the rest stays. As often as it is done."""
    unsubscribing = token(links(desk, about.ask)["unsubscribe_url"])
    before = desk.pages.unsubscribing(unsubscribing)
    pages = [desk.pages.unsubscribe(unsubscribing) for _ in range(2)]

    assert before is not None
    assert [("service",)] * 2 == [page.wanted for page in pages if page is not None]
    assert ("service", "survey") == before.wanted


def test_a_person_chooses_and_chooses_again(desk: Desk, about: World) -> None:
    """Each choice is kept, and the last one holds; to want offers and news is to agree to them."""
    choosing = token(links(desk, about.order)["preferences_url"])
    chosen = [desk.pages.choose(choosing, wanted) for wanted in (["marketing"], [], ["service", "survey", "marketing"])]
    agreed = desk.people.preferences(str(about.order.customer)).consent("marketing", "")

    assert [("marketing",), (), ("service", "survey", "marketing")] == [page.wanted for page in chosen if page is not None]
    assert agreed is not None
    assert agreed.given


# --- Tokens ------------------------------------------------------------------------------------------------------


def readings(desk: Desk, about: World) -> list[object]:
    """What each kind of link of a person opens."""
    found = {**links(desk, about.case), **links(desk, about.ask)}
    pages = desk.pages
    kinds = {
        "status_url": pages.status,
        "answer_url": pages.offers,
        "survey_url": pages.survey,
        "preferences_url": pages.preferences,
        "unsubscribe_url": pages.unsubscribing,
    }
    return [read(token(found[name])) for name, read in kinds.items()]


def test_looking_changes_nothing(desk: Desk, about: World, record: Callable[[], Copy]) -> None:
    """Every page opens, and not one row of the store is another afterwards."""
    before = record()
    opened = readings(desk, about)

    assert None not in opened
    assert [] == before.differing(record())


def test_a_link_opens_nothing_of_another_tenant(desk: Desk, about: World, opened: Opened) -> None:
    """The same ids in another tenant's record would be other things."""
    other = opened(shop=SHOP, tenant="other")
    found = {**links(desk, about.case), **links(desk, about.ask)}

    assert other.pages.status(token(found["status_url"])) is None
    assert other.pages.answer(token(found["answer_url"]), "offer-1") is None
    assert other.pages.rate(token(found["survey_url"]), 5) is None
    assert ["open", "open"] == states(desk, about)


def test_a_change_of_keys_closes_no_link(desk: Desk, about: World, opened: Opened) -> None:
    """Links from before and after it open, at every desk on the store, until those from before have expired."""
    before = links(desk, about.order)["status_url"]
    desk.pages.rotate_keys()
    desk.pages.rotate_keys()
    after = links(desk, about.order)["status_url"]

    assert before != after
    assert None not in [opened(shop=SHOP).pages.status(token(link)) for link in (before, after)]


def test_a_key_that_got_out_can_be_dropped(desk: Desk, about: World) -> None:
    """Then no link from before opens anything, and those that are made from now on do."""
    before = links(desk, about.order)["status_url"]
    desk.pages.rotate_keys(drop=True)

    assert desk.pages.status(token(before)) is None
    assert desk.pages.status(token(links(desk, about.order)["status_url"])) is not None


def test_keys_are_no_part_of_a_batch(desk: Desk) -> None:
    """What a batch undoes must not have signed anything."""
    with desk.batch(), pytest.raises(RuleViolation):
        desk.pages.rotate_keys()


def test_the_link_of_an_order_is_made_for_its_customer(desk: Desk, about: World, opened: Opened) -> None:
    """A host can show it; without a customer, or without a place for pages, there is none."""
    page = desk.pages.status(token(desk.pages.status_link(about.order.id)))
    nobodys = desk.orders.place(lines=[Line("mug", 1, "9.90")])

    assert page is not None
    with pytest.raises(RuleViolation, match="needs a customer"):
        desk.pages.status_link(nobodys.id)
    with pytest.raises(RuleViolation, match="pages_url"):
        opened(shop=evolve(SHOP, pages_url="")).pages.status_link(about.order.id)


def test_a_status_says_what_was_promised_and_what_is_done(desk: Desk, about: World, clock: ManualClock) -> None:
    """The order with its promises, the case with its offers, dates and who is responsible; nothing that was written inside."""
    desk.incidents.promise(about.case.id, by_when=desk.clock() + timedelta(days=1))
    page = desk.pages.status(token(links(desk, about.case)["status_url"]))
    assert page is not None
    order, [case] = page.view.order, page.view.cases

    assert order is not None
    assert ("1001", ["pending"]) == (order.label, [promise.outcome for promise in order.promises])
    assert ("damaged", "packaging", "after-sales") == (case.type, case.cause, case.responsible)
    assert desk.clock() + timedelta(days=1) == case.next_word
    assert [OfferState.OPEN] * 2 == [offer.state for offer in case.offers]
    assert "dropped" not in repr(page)


def test_a_case_without_an_order_has_its_page(desk: Desk) -> None:
    """It shows that case alone."""
    case = desk.incidents.report(None, "billing", "charged twice", customer="c-any")
    page = desk.pages.status(token(links(desk, case)["status_url"]))

    assert page is not None
    assert (None, ["billing"]) == (page.view.order, [seen.type for seen in page.view.cases])


def test_what_was_no_incident_is_not_shown(desk: Desk, about: World) -> None:
    """A case that was withdrawn is nothing that the customer need read."""
    desk.incidents.withdraw(about.case.id, reason="a mix-up")
    page = desk.pages.status(token(links(desk, about.order)["status_url"]))

    assert page is not None
    assert () == page.view.cases


def test_offers_of_a_case_are_its_customers_alone(desk: Desk, about: World) -> None:
    """A token that names another person for the same case opens nothing."""
    other = world(desk, MARTA, number="1002")
    forged = token(links(desk, about.case, customer=str(other.case.customer))["answer_url"])

    assert desk.pages.offers(forged) is None
    assert desk.pages.answer(forged, "offer-1") is None
