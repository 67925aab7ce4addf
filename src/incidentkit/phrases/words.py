"""Texts by key, in one language."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from attrs import field, frozen

from incidentkit.errors import InvalidInput
from incidentkit.phrases.template import Template

__all__ = ["LANGUAGES", "Words", "words_in"]

LANGUAGES = ("en", "es")
"""The languages that ship; the first is the last resort."""


@frozen
class Words:
    """Texts by key, such as ``verdicts.winning``.

    Args:
        language: one of `LANGUAGES`.
        texts: with plain placeholders: ``$name``.
    """

    language: str
    texts: Mapping[str, str] = field(repr=False)

    def say(self, key: str, **values: object) -> str:
        """The text with its placeholders filled. A line with a placeholder whose value is empty is left out.

        Raises:
            KeyError: there is no such text, or a placeholder of it was not given at all.
        """
        template = _template(self.texts[key])
        return template.fill({name: str(values[name]) for name in template.placeholders})

    def named(self, group: str, code: str) -> str:
        """The words for a code; one that a shop, a source or a plugin brought itself is read as words."""
        return self.texts.get(f"{group}.{code}") or code.replace("_", " ")

    def counted(self, group: str, code: str, number: str) -> str:
        """The words for so many of something, without the number: ``order`` after 1, else ``orders``."""
        return self.texts.get(f"{group}.{code}.{'one' if number == '1' else 'many'}") or code.replace("_", " ")


_template = lru_cache(maxsize=2048)(Template)
"""Texts are split once: the same few are said again and again."""


@cache
def words_in(language: str, package: str | None = None) -> Words:
    """The texts that all share in one of `LANGUAGES`, and those of a package of ours that has its own under ``texts``.

    Raises:
        InvalidInput: there are none in that language.
    """
    if language not in LANGUAGES:
        raise InvalidInput("language", f"must be one of {', '.join(LANGUAGES)}", got=repr(language)[:40])
    shared = _texts("incidentkit.phrases", language)
    return Words(language, shared if package is None else {**shared, **_texts(package, language)})


def _texts(package: str, language: str) -> dict[str, str]:
    text = (files(package) / "texts" / f"{language}.toml").read_text("utf-8")
    return dict(_flat(tomllib.loads(text)))


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
