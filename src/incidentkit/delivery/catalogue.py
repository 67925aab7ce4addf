"""The texts of all languages: which one a customer gets, and what it says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from attrs import field, frozen

from incidentkit.codec.problems import Problem, refuse
from incidentkit.delivery.templates.folders import FRAMES, PAGE, Folder, own_folder, shipped, wider
from incidentkit.delivery.templates.language import Language, read_language
from incidentkit.delivery.templates.steps import OPEN, Step, own_text, step_of, usual
from incidentkit.domain.protocols import POINTS
from incidentkit.domain.remedy_kinds import KINDS, RemedyKind
from incidentkit.domain.shop import Shop
from incidentkit.errors import InvalidInput
from incidentkit.phrases.words import LANGUAGES

if TYPE_CHECKING:
    from incidentkit.delivery.templates.page import Page
    from incidentkit.delivery.templates.wording import Wording

__all__ = ["Catalogue", "Rendered", "load_catalogue"]

_LONGEST_SUBJECT = 250
_CONTROL = re.compile(r"[\0-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def _header(rendered: Rendered, attribute: object, value: str) -> None:
    if _CONTROL.search(value):
        raise InvalidInput("The subject of a message", "must be one line without control characters", got="others")


@frozen
class Rendered:
    """A message's words.

    Args:
        subject: one line.
        text: plain text, lines ended by ``\\n``.
        html: the same words as a page that needs nothing from elsewhere.

    Raises:
        InvalidInput: the subject is not one line.
    """

    subject: str = field(repr=False, validator=_header)
    text: str = field(repr=False)
    html: str = field(default="", repr=False)


@frozen(slots=False)
class Catalogue:
    """Texts by step and language. Each is read when it is first needed.

    Args:
        folders: the shop's own, where it has one, and those that ship.
        default: the shop's language, for customers whose own has no texts.
        shop: the name that stands below each message.
        zone: in which instants are said.
        kinds: of remedies, which bring their own names.
    """

    folders: tuple[Folder, ...] = field(repr=False)
    default: str
    shop: str
    zone: ZoneInfo
    kinds: Mapping[str, RemedyKind] = field(default=KINDS, repr=False)
    _languages: dict[str, Language] = field(init=False, repr=False, eq=False, factory=dict)
    _wordings: dict[tuple[str, str], Wording] = field(init=False, repr=False, eq=False, factory=dict)

    def language(self, wanted: str = "") -> Language:
        """The nearest that there is: ``es-AR``, else ``es``, else the shop's, else English."""
        code = next(code for code in (*wider(wanted), *wider(self.default), LANGUAGES[0]) if self._there(code))
        if code not in self._languages:
            self._languages[code] = read_language(self._tag(code), self._chain(code), self.kinds)
        return self._languages[code]

    def has(self, step: str) -> bool:
        """Whether there is a text for it."""
        return step_of(step) is not None

    def label(self, group: str, code: str, language: str = "") -> str:
        """The words for a code of ``types``, ``causes``, ``offers`` or ``phases``."""
        return self.language(language).label(group, code)

    def render(
        self,
        step: str,
        language: str,
        values: Mapping[str, str] | Iterable[tuple[str, str]],
        links: Mapping[str, str] | Iterable[tuple[str, str]] = (),
    ) -> Rendered:
        """What the message says, as text and as HTML.

        Args:
            step: such as ``order.shipped``; a survey without a text of its own gets the general one.
            language: the customer's; empty for the shop's. Never that of whoever acts.
            values: an intent's: codes and ISO dates, not words. ``name`` is the customer's. Of what a bundle carries, each
                value is called ``item.N.NAME``, and the step ``item.N.step``, with N from 1.
            links: addresses by name, such as ``status_url``; others than those that a text can name say nothing.

        Raises:
            KeyError: there is no text for that step, or for one that is carried.
            InvalidInput: a value that can't be said, such as a line end in a subject, or a link that is none.
            ValueError: a date or an amount that is none.
        """
        # Loaded with the first message: a desk that sends nothing needs no templates.
        from incidentkit.delivery.templates.shaping import fill, fill_line

        given, spoken = dict(values), self.language(language)
        step = own_text(step, given)
        text = self._wording(spoken, step)
        words = self._words(spoken, step, given, dict(links))
        self._check_header(text, given)
        subject = fill_line(text.subject, words)[:_LONGEST_SUBJECT]
        filled = fill(text.body, words)
        html = self._page.around(filled.html, language=spoken.code, shop=self.shop, subject=subject)
        return Rendered(subject, filled.text + "\n", html)

    def origin(self, step: str, language: str) -> str:
        """The folder that the text comes from, and its place in it."""
        folder, locale, file = self._found(self.language(language).code, self._file(self.language(language).code, step))
        return f"{folder.name}/{folder.locales[locale]}/{file}"

    def _words(self, spoken: Language, step: str, given: Mapping[str, str], links: Mapping[str, str]) -> dict[str, object]:
        from incidentkit.delivery.templates.values import carried, links_said, said

        known = _known(step)
        words: dict[str, object] = {**said(spoken, self.zone, known, given), **dict(links_said(links)), "shop": self.shop}
        if "items" in known.names:
            words["items"] = tuple(self._brief(spoken, *item) for item in carried(given))
        return words

    def _brief(self, spoken: Language, step: str, given: Mapping[str, str]) -> str:
        from incidentkit.delivery.templates.shaping import fill_line
        from incidentkit.delivery.templates.values import said

        step = own_text(step, given)
        words = {**said(spoken, self.zone, _known(step), given), "shop": self.shop}
        return fill_line(self._wording(spoken, step).brief, words)

    def _check_header(self, text: Wording, given: Mapping[str, str]) -> None:
        from incidentkit.delivery.templates.cleaning import one_line

        for name in text.header:
            one_line(self.shop if name == "shop" else given.get(name, ""), name)

    # --- Where things are ----------------------------------------------------------------------------------------

    def _there(self, locale: str) -> bool:
        return any(locale in folder.locales for folder in self.folders)

    def _tag(self, locale: str) -> str:
        return next(folder.locales[locale] for folder in self.folders if locale in folder.locales)

    def _chain(self, locale: str) -> Iterator[tuple[Folder, str]]:
        """Where to look, the nearest first: a language before a wider one, the shop's own before what ships."""
        for code in wider(locale):
            yield from ((folder, code) for folder in self.folders if code in folder.locales)

    def _found(self, locale: str, file: str) -> tuple[Folder, str, str]:
        for folder, code in self._chain(locale):
            if folder.has(code, file):
                return folder, code, file
        raise KeyError(file)

    def _read(self, locale: str, file: str) -> str:
        folder, code, _ = self._found(locale, file)
        return folder.read(code, file)

    def _file(self, locale: str, step: str) -> str:
        """The file with a step's text: a survey's or protocol's own, or the general one."""
        own = any(folder.has(code, f"{step}.md") for folder, code in self._chain(locale))
        general = usual(step) or (OPEN if step.startswith("survey.") else step)
        return f"{step if own else general}.md"

    def _wording(self, spoken: Language, step: str) -> Wording:
        key = spoken.code, step
        if key not in self._wordings:
            from incidentkit.delivery.templates.source import read_source
            from incidentkit.delivery.templates.wording import wording

            frame = self._read(spoken.code, FRAMES[_known(step).reader])
            self._wordings[key] = wording(read_source(self._read(spoken.code, self._file(spoken.code, step))), frame)
        return self._wordings[key]

    @cached_property
    def _page(self) -> Page:
        from incidentkit.delivery.templates.page import page_of

        folder = next(folder for folder in self.folders if folder.page)
        return page_of(folder.read("", PAGE))


def _known(step: str) -> Step:
    found = step_of(step)
    if found is None:
        raise KeyError(step)
    return found


def _check_protocols(shop: Shop) -> None:
    """Texts of a protocol's own lie in the shop's folder."""
    named = [(p.type, point, f"{POINTS[point]}.{name}.md") for p in shop.protocols for point, name in p.messages.items()]
    rule = "templates, the folder with the text {}"
    problems = [Problem(f"protocols.{type_}.messages.{point}", rule.format(file), "none") for type_, point, file in named]
    if problems:
        refuse("The shop's settings", problems)


def load_catalogue(shop: Shop, kinds: Mapping[str, RemedyKind] = KINDS) -> Catalogue:
    """The texts for ``shop``: its own over those that ship.

    Args:
        kinds: of remedies, which bring their own names.

    Raises:
        ConfigurationError: a text of its own folder is missing or can't be used; ``problems`` lists every one.
    """
    if not shop.templates:
        _check_protocols(shop)
        return Catalogue((shipped(),), shop.language, shop.name, shop.tzinfo, kinds)
    from incidentkit.delivery.templates.checking import check

    folders = (own_folder(shop.templates), shipped())
    catalogue = Catalogue(folders, shop.language, shop.name, shop.tzinfo, kinds)
    check(catalogue, folders[0], shop)
    return catalogue
