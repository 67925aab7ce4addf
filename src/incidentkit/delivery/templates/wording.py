"""One text in one language, ready to be filled."""

from __future__ import annotations

from attrs import frozen
from jinja2 import Template

from incidentkit.delivery.templates.sandbox import compiled, values_of
from incidentkit.delivery.templates.source import Source, in_frame

__all__ = ["Wording", "wording"]


@frozen
class Wording:
    """A text in its frame.

    Args:
        header: the values that the subject uses.
    """

    subject: str
    brief: str
    body: Template
    header: frozenset[str]


def wording(source: Source, frame: str) -> Wording:
    """The text inside ``frame``."""
    return Wording(
        subject=source.subject,
        brief=source.brief,
        body=compiled(in_frame(source.body, frame)),
        header=values_of(source.subject),
    )
