"""The survey page: a score and one open question."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from incidentkit.desk.page_views import SurveyPage
from incidentkit.web.markup import el
from incidentkit.web.pages.forms import alert, choices, form, note
from incidentkit.web.pages.frame import Speech, framed

__all__ = ["COMMENT", "LONGEST_COMMENT", "SCORE", "survey_page"]

SCORE, COMMENT = "score", "comment"
"""The fields of an answer."""

LONGEST_COMMENT = 4_000
"""Characters of an open answer."""

_MOST_BUTTONS = 11


def survey_page(speech: Speech, page: SurveyPage, *, comment: str = "", unclear: bool = False) -> str:
    """The page of this question: open to an answer, or saying which one was given.

    Args:
        comment: what was sent with a score that is none; it must not be typed again.
        unclear: there was no score on the scale in what was sent.
    """
    about = el("p", speech.say("survey.about", label=page.label), class_="lead") if page.label else None
    title = speech.say("survey.title")
    if page.score is not None:
        yours = el("p", speech.say("survey.yours", score=page.score), class_="lead")
        return framed(speech, title, about, note(speech.say("survey.thanks")), yours)
    problem = alert(speech.say("survey.choose")) if unclear else None
    return framed(speech, title, problem, about, _form(speech, page, comment))


def _form(speech: Speech, page: SurveyPage, comment: str) -> Element:
    return form(
        _scores(speech, page),
        el("div", el("p", _ends(speech, page), class_="quiet")),
        _open_question(speech, comment),
        el("p", speech.say("survey.once"), class_="quiet"),
        send=speech.say("survey.send"),
    )


def _ends(speech: Speech, page: SurveyPage) -> str:
    low, high = speech.say("survey.low", low=page.scale.low), speech.say("survey.high", high=page.scale.high)
    return f"{low}; {high}."


def _scores(speech: Speech, page: SurveyPage) -> Element:
    key = f"survey.{page.survey}" if page.survey in ("csat", "nps") else "survey.other"
    low, high = page.scale.low, page.scale.high
    if high - low < _MOST_BUTTONS:
        scores = [(str(score), str(score)) for score in range(low, high + 1)]
        return choices(SCORE, speech.say(key), scores, class_="scores")
    box = el("input", type="number", id=SCORE, name=SCORE, min=str(low), max=str(high), step="1", required="required")
    return el("div", el("label", speech.say(key), for_=SCORE, class_="field"), box)


def _open_question(speech: Speech, comment: str) -> Element:
    return el(
        "div",
        el("label", speech.say("survey.open"), for_=COMMENT, class_="field"),
        el("p", speech.say("survey.optional"), id="comment-note", class_="quiet"),
        el(
            "textarea",
            comment,
            id=COMMENT,
            name=COMMENT,
            rows="4",
            maxlength=str(LONGEST_COMMENT),
            aria_describedby="comment-note",
        ),
    )
