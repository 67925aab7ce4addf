"""One language of the catalogue: what codes are called in it, and how dates, amounts and offers are said."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from attrs import field, frozen

from incidentkit.delivery.templates.folders import WORDS_FILE, Folder
from incidentkit.domain.remedy_kinds import KINDS, RemedyKind
from incidentkit.phrases.amounts import Amounts
from incidentkit.phrases.dates import Dates
from incidentkit.phrases.words import LANGUAGES, Words, words_in

__all__ = ["LABELS", "OWN_PHRASES", "Language", "read_language"]

LABELS = ("types", "causes", "offers", "phases", "severities", "clocks", "rules", "kinds", "answers")
"""The groups of codes that have words."""

OWN_PHRASES = ("numbers", "dates")
"""How numbers and dates are written: a language that does not ship says so itself."""

_MOST_DATES = 1000
"""So many dates are kept as they are said; most messages of a day say the same few."""


@frozen
class Language:
    """What the shop says in one language, but for its texts.

    Args:
        code: a tag such as ``es-AR``.
        labels: by group: words by code.
        words, offers: lines with tags.
        phrases: how numbers and dates are written.
    """

    code: str
    labels: Mapping[str, Mapping[str, str]] = field(repr=False)
    words: Mapping[str, str] = field(repr=False)
    offers: Mapping[str, str] = field(repr=False)
    phrases: Words = field(repr=False)
    _said: dict[tuple[str, ZoneInfo], str] = field(init=False, repr=False, eq=False, factory=dict)

    def label(self, group: str, code: str) -> str:
        """The words for a code; one that a shop added itself is read as words."""
        return self.labels[group].get(code) or code.replace("_", " ")

    def due(self, iso: str, zone: ZoneInfo) -> str:
        """An ISO date as a day, or an ISO instant as a day and a time in that zone."""
        key = iso, zone
        if key not in self._said:
            if len(self._said) >= _MOST_DATES:
                self._said.clear()
            self._said[key] = self._due(iso, zone)
        return self._said[key]

    def _due(self, iso: str, zone: ZoneInfo) -> str:
        if len(iso) == len("2026-05-03"):
            return Dates(self.phrases, zone).day(date.fromisoformat(iso))
        return Dates(self.phrases, zone).moment(datetime.fromisoformat(iso))

    @property
    def amounts(self) -> Amounts:
        """How money is written."""
        return Amounts(self.phrases)


def read_language(code: str, chain: Iterable[tuple[Folder, str]], kinds: Mapping[str, RemedyKind] = KINDS) -> Language:
    """The language, from its files: where two say the same, the nearer one counts.

    Args:
        chain: folders with a language of theirs, the nearest first.
        kinds: of remedies, which are called as they say, unless a file says otherwise.
    """
    raw: dict[str, Any] = {}
    for folder, locale in reversed(list(chain)):
        if folder.has(locale, WORDS_FILE):
            raw = _over(raw, tomllib.loads(folder.read(locale, WORDS_FILE)))
    own = {name: kind.label(code.partition("-")[0]) for name, kind in kinds.items()}
    labels = {**raw.get("labels", {}), "offers": own | raw.get("labels", {}).get("offers", {})}
    return Language(
        code=code,
        labels={group: labels.get(group, {}) for group in LABELS},
        words=raw.get("words", {}),
        offers=raw.get("offers", {}),
        phrases=_phrases(code, raw),
    )


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    both = {key: _over(below[key], value) for key, value in above.items() if isinstance(value, dict) and key in below}
    return {**below, **above, **both}


def _phrases(code: str, raw: Mapping[str, Any]) -> Words:
    base = code.lower().partition("-")[0]
    shared = words_in(base if base in LANGUAGES else LANGUAGES[0])
    own = {key: words for table in OWN_PHRASES for key, words in _flat(raw.get(table, {}), f"{table}.")}
    return Words(base, {**shared.texts, **own}) if own else shared


def _flat(table: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
