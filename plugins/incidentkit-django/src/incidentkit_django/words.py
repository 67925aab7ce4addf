"""The admin's own words, in English and Spanish; codes of the record stay as they are."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import get_language

__all__ = ["LANGUAGES", "later", "say", "texts"]

LANGUAGES = ("en", "es")


def say(name: str, **values: object) -> str:
    """Words in the language that Django speaks now, else in English."""
    language = (get_language() or "").partition("-")[0]
    return texts(language if language in LANGUAGES else LANGUAGES[0])[name].format(**values)


def later(name: str) -> Any:
    """The same, said when it is shown."""
    return _later(name)


_later = lazy(say, str)


@cache
def texts(language: str) -> Mapping[str, str]:
    """All words of a language, by name."""
    return tomllib.loads(files("incidentkit_django").joinpath("texts", f"{language}.toml").read_text("utf-8"))
