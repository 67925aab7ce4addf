"""The texts of the pages in one language."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from string import Template
from typing import Any

from attrs import field, frozen

from incidentkit.errors import InvalidInput

__all__ = ["LANGUAGES", "Phrases", "load_phrases"]

LANGUAGES = ("en", "es")
"""The languages that ship."""


@frozen
class Phrases:
    """Texts by key, such as ``verdicts.winning``.

    Args:
        language: one of `LANGUAGES`.
        texts: with plain placeholders: ``$name``.
    """

    language: str
    texts: Mapping[str, str] = field(repr=False)

    def say(self, key: str, **values: str) -> str:
        """The text with all its placeholders filled."""
        return Template(self.texts[key]).substitute(values)

    def named(self, group: str, code: str) -> str:
        """The words for a code; one that a plugin brought itself is read as words."""
        return self.texts.get(f"{group}.{code}") or code.replace("_", " ")

    def counted(self, group: str, code: str, number: str) -> str:
        """The words for so many of something, without the number: ``order`` after 1, else ``orders``."""
        return self.texts.get(f"{group}.{code}.{'one' if number == '1' else 'many'}") or code.replace("_", " ")


@cache
def load_phrases(language: str) -> Phrases:
    """The texts of one of `LANGUAGES`.

    Raises:
        InvalidInput: there are none in that language.
    """
    if language not in LANGUAGES:
        raise InvalidInput("language", f"must be one of {', '.join(LANGUAGES)}", got=repr(language)[:40])
    text = (files("incidentkit.web") / "texts" / f"{language}.toml").read_text("utf-8")
    return Phrases(language, dict(_flat(tomllib.loads(text))))


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
