"""What a request asks: the fields of its form, and the languages of its reader."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl

from incidentkit.phrases.words import LANGUAGES

__all__ = ["Fields", "accepted_language", "form_fields", "nearest_language"]

Fields = Mapping[str, tuple[str, ...]]
"""The values of each field, in their order."""

_FORM = "application/x-www-form-urlencoded"
_MOST_FIELDS = 50
_MOST_LANGUAGES = 20


def form_fields(content_type: str, body: bytes) -> Fields | None:
    """The fields of a form; None where the body is none."""
    if content_type.partition(";")[0].strip().lower() != _FORM:
        return None
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")
    except ValueError:
        return None
    found: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        found[name] = (*found.get(name, ()), value.replace("\r\n", "\n").replace("\0", ""))
    return found


def accepted_language(header: str) -> str:
    """Of the languages that there are, the one that an ``Accept-Language`` header puts first; ``""`` for none of them."""
    wanted = [_weighed(part, place) for place, part in enumerate(header.split(",")[:_MOST_LANGUAGES])]
    found = (nearest_language(tag) for weight, _, tag in sorted(wanted) if weight < 0)
    return next(filter(None, found), "")


def nearest_language(tag: str) -> str:
    """The language that there is for a tag such as ``es-AR``; ``""`` for none."""
    code = tag.strip().replace("_", "-").partition("-")[0].lower()
    return code if code in LANGUAGES else ""


def _weighed(part: str, place: int) -> tuple[float, int, str]:
    """How far ahead a language is wanted, the first first."""
    tag, _, rest = part.partition(";")
    name, _, weight = rest.strip().partition("=")
    try:
        # Of at most three digits: what else a float could be is nobody's wish.
        value = float(weight) if name.strip() == "q" and len(weight) <= 5 else 1.0
    except ValueError:
        value = 0.0
    return -value, place, tag
