"""The answer page: the offers that were put in a message, and the customer's answer to them."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from incidentkit.desk.page_views import AnswerPage
from incidentkit.domain.remedies import OfferState
from incidentkit.domain.views import OfferView
from incidentkit.rules.answering import NONE
from incidentkit.web.markup import el
from incidentkit.web.pages.forms import alert, choices, form, note
from incidentkit.web.pages.frame import Speech, framed
from incidentkit.web.pages.offers import in_words

__all__ = ["CHOICE", "answer_page"]

CHOICE = "choice"
"""The field that names the chosen offer."""


def answer_page(speech: Speech, page: AnswerPage, *, unclear: bool = False) -> str:
    """The page of these offers: open to an answer, or saying which one was given, or why none can be.

    Args:
        unclear: what was sent named none of the choices.
    """
    about = _about(speech, page)
    if page.stands != "open":
        return framed(speech, speech.say("answer.title"), about, *_over(speech, page))
    problem = alert(speech.say("answer.choose")) if unclear else None
    return framed(speech, speech.say("answer.title"), problem, about, _form(speech, page))


def _about(speech: Speech, page: AnswerPage) -> Element:
    what = speech.label("types", page.case.type)
    key = "answer.about" if page.label else "answer.about_case"
    return el("p", speech.say(key, label=page.label, what=what), class_="lead")


def _form(speech: Speech, page: AnswerPage) -> Element:
    possible = [offer for offer in page.offers if offer.possible]
    many = "many" if len(possible) > 1 else "one"
    options = [(offer.id, _taking(speech, offer, many)) for offer in possible]
    return form(
        el("p", speech.say(f"answer.intro_{many}")),
        choices(CHOICE, speech.say("answer.legend"), [*options, (NONE, speech.say(f"answer.none_{many}"))]),
        _responsible(speech, page),
        el("p", speech.say("answer.once"), class_="quiet"),
        send=speech.say("answer.send"),
    )


def _taking(speech: Speech, offer: OfferView, many: str) -> str:
    said = in_words(speech, offer)
    return said if many == "many" else speech.say("answer.accept", offer=said)


def _over(speech: Speech, page: AnswerPage) -> Iterator[Element]:
    if page.stands == "accepted":
        yield note(speech.say("answer.accepted"))
        for offer in page.offers:
            if offer.state is OfferState.ACCEPTED:
                yield el("p", in_words(speech, offer), class_="lead")
        yield _responsible(speech, page)
    elif page.stands == "declined":
        yield note(speech.say("answer.declined"))
        yield el("p", speech.say("answer.declined_next"))
        yield _responsible(speech, page)
    else:
        yield el("p", speech.say(f"answer.{page.stands}"), role="status")


def _responsible(speech: Speech, page: AnswerPage) -> Element:
    return el("p", speech.say("answer.responsible", team=page.case.responsible))
