"""From what was asked to what is shown: one function for each page, none of which does anything for a GET but read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial

from attrs import field, frozen

from incidentkit.desk.desk import Desk
from incidentkit.errors import InvalidInput
from incidentkit.phrases.dates import Dates
from incidentkit.phrases.words import LANGUAGES, words_in
from incidentkit.web.asked import Fields, accepted_language, nearest_language
from incidentkit.web.guesses import Guesses
from incidentkit.web.markup import stylesheet_source
from incidentkit.web.pages.answer import CHOICE, answer_page
from incidentkit.web.pages.frame import Speech, pages_css
from incidentkit.web.pages.plain import PlainKind, plain_page
from incidentkit.web.pages.preferences import WANTED, preferences_page, unsubscribe_page
from incidentkit.web.pages.status import status_page
from incidentkit.web.pages.survey import COMMENT, LONGEST_COMMENT, SCORE, survey_page
from incidentkit.web.scoreboard import render_scoreboard, scoreboard_css

__all__ = ["Asked", "Shown", "Site"]

_SCORE = re.compile(r"-?[0-9]{1,6}")


@frozen
class Asked:
    """One request for a page. Its repr shows neither token nor form.

    Args:
        token: the last part of the address.
        posted: whether it may change something.
        form: what was sent; None where it was no form.
        languages: the header ``Accept-Language``.
        sender: the network's address of who asks.
        query: what follows the address after a question mark, each name once.
    """

    token: str = field(default="", repr=False)
    posted: bool = False
    form: Fields | None = field(default=None, repr=False)
    languages: str = ""
    sender: str = field(default="", repr=False)
    query: Mapping[str, str] = field(factory=dict, repr=False)

    def last(self, name: str) -> str:
        """The last value of a field; ``""`` without one."""
        return (self.form or {}).get(name, ("",))[-1]


@frozen
class Shown:
    """An answer: a page, or with ``see`` another address to look at, told from this one."""

    page: str = field(repr=False)
    status: int = 200
    css: str = field(factory=pages_css, repr=False)
    see: str = field(default="", repr=False)

    @property
    def policy(self) -> str:
        """The content security policy: this page's style, its own forms, and nothing else."""
        style = stylesheet_source(self.css)
        return f"default-src 'none'; style-src {style}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"


class Site:
    """The pages of one desk."""

    def __init__(self, desk: Desk, guesses: Guesses) -> None:
        self._desk = desk
        self._guesses = guesses

    # --- How it speaks -------------------------------------------------------------------------------------------

    def speech(self, asked: Asked, known: str = "") -> Speech:
        """In the customer's language where that is ``known``; else in the one that the reader's program asks for."""
        shop = self._desk.shop
        guessed = "" if known else accepted_language(asked.languages)
        language = nearest_language(known) or guessed or nearest_language(shop.language) or LANGUAGES[0]
        words = words_in(language, "incidentkit.web")
        label = partial(self._label, language)
        return Speech(words, Dates(words, shop.tzinfo), shop.name, shop.sender, label)

    def _label(self, language: str, group: str, code: str) -> str:
        return self._desk.catalogue.label(group, code, language)

    def plain(self, asked: Asked, kind: PlainKind, status: int) -> Shown:
        """A page that only says what is the matter."""
        return Shown(plain_page(self.speech(asked), kind), status)

    def closed(self, asked: Asked) -> Shown:
        """What every token gets that opens nothing. Who asks for many of those is told to wait, and learns no more."""
        if self._guesses.too_many(asked.sender):
            return self.plain(asked, "busy", 429)
        return self.plain(asked, "closed", 404)

    # --- Pages ---------------------------------------------------------------------------------------------------

    def status(self, asked: Asked) -> Shown:
        """How an order stands."""
        page = self._desk.pages.status(asked.token)
        return self.closed(asked) if page is None else Shown(status_page(self.speech(asked, page.language), page.view))

    def answer(self, asked: Asked) -> Shown:
        """Offers, and the answer to them."""
        page = self._desk.pages.offers(asked.token)
        if page is None:
            return self.closed(asked)
        speech = self.speech(asked, page.language)
        if asked.posted:
            sent = self._sent(asked, lambda: self._desk.pages.answer(asked.token, asked.last(CHOICE)))
            return sent or Shown(answer_page(speech, page, unclear=True), 400)
        return Shown(answer_page(speech, page))

    def survey(self, asked: Asked) -> Shown:
        """A survey's question, and the answer to it."""
        page = self._desk.pages.survey(asked.token)
        if page is None:
            return self.closed(asked)
        speech, score, comment = self.speech(asked, page.language), asked.last(SCORE), asked.last(COMMENT)
        if not asked.posted:
            return Shown(survey_page(speech, page))
        if len(comment) > LONGEST_COMMENT:
            return self.plain(asked, "wrong", 400)
        rate = self._desk.pages.rate
        sent = self._sent(asked, lambda: rate(asked.token, int(score), comment)) if _SCORE.fullmatch(score) else None
        return sent or Shown(survey_page(speech, page, comment=comment, unclear=True), 400)

    def _sent(self, asked: Asked, act: Callable[[], object]) -> Shown | None:
        """Act, and send the reader back to look; None where what was sent makes no sense."""
        try:
            done = act()
        except InvalidInput:
            return None
        return self.closed(asked) if done is None else Shown("", 303, see=asked.token)

    def preferences(self, asked: Asked) -> Shown:
        """What a person is sent, and their choice of it."""
        if asked.posted and asked.form is not None:
            page = self._desk.pages.choose(asked.token, asked.form.get(WANTED, ()))
        else:
            page = self._desk.pages.preferences(asked.token)
        if page is None:
            return self.closed(asked)
        if asked.posted and asked.form is None:
            return self.plain(asked, "wrong", 400)
        return Shown(preferences_page(self.speech(asked, page.language), page, saved=asked.posted))

    def unsubscribe(self, asked: Asked) -> Shown:
        """The end of one kind of messages. Whatever is posted ends it: mail programs send no form of ours."""
        pages = self._desk.pages
        page = pages.unsubscribe(asked.token) if asked.posted else pages.unsubscribing(asked.token)
        return self.closed(asked) if page is None else Shown(unsubscribe_page(self.speech(asked, page.language), page))

    def scoreboard(self, asked: Asked) -> Shown:
        """The scoreboard for anybody."""
        language = self.speech(asked).words.language
        page = render_scoreboard(self._desk.public_scoreboard(), language=language, zone=self._desk.shop.zone)
        return Shown(page, css=scoreboard_css())
