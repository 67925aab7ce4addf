"""One text as it stands in its file: the subject and a brief line between two lines of dashes, then Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from attrs import field, frozen

from incidentkit.codec.problems import Problem, nearest

__all__ = ["FIELDS", "Source", "faults_of_source", "in_frame", "read_source"]

FIELDS = ("subject", "brief")
"""What stands above the text: its subject, and the line that stands for it where it is one of several."""

_HEAD = re.compile(r"\A---[ \t]*\n(?P<head>.*?)^---[ \t]*\n", re.MULTILINE | re.DOTALL)
_FIELD = re.compile(r"(?P<name>[a-z_]+):(?P<words>.*)")
_HOLE = re.compile(r"^[ \t]*\{\{[ \t]*text[ \t]*\}\}[ \t]*$", re.MULTILINE)


@frozen
class Source:
    """One text.

    Args:
        body: in Markdown with tags.
        lines: the line of the file in which the subject, the brief line and the body begin.
    """

    subject: str
    brief: str
    body: str
    lines: Mapping[str, int] = field(factory=dict)


def read_source(text: str) -> Source:
    """What the file says; without one of its parts, that part is empty."""
    head = _HEAD.match(text)
    found = {name: (words, at) for name, words, at in _fields(head["head"] if head else "")}
    lines = {name: at for name, (_, at) in found.items()}
    start = head.end() if head else 0
    return Source(
        subject=found.get("subject", ("", 0))[0],
        brief=found.get("brief", ("", 0))[0],
        body=text[start:].strip("\n") + "\n",
        lines={**lines, "body": 1 + text.count("\n", 0, start + len(text[start:]) - len(text[start:].lstrip("\n")))},
    )


def _fields(head: str) -> Iterator[tuple[str, str, int]]:
    for at, line in enumerate(head.split("\n"), start=2):
        found = _FIELD.fullmatch(line)
        if found:
            yield found["name"], found["words"].strip(), at


def faults_of_source(text: str, path: str) -> Iterator[Problem]:
    """What is wrong with how the file is made."""
    head = _HEAD.match(text)
    if head is None:
        yield Problem(f"{path}:1", "--- and below it subject: and brief:, each on its line, and --- again", "another line")
        return
    for at, line in enumerate(head["head"].split("\n")[:-1], start=2):
        found = _FIELD.fullmatch(line)
        if line.strip() and (found is None or found["name"] not in FIELDS):
            near = nearest(found["name"], FIELDS) if found else ""
            yield Problem(f"{path}:{at}", "subject: or brief:, each on one line", "another line" + near)
    names = [name for name, words, _ in _fields(head["head"]) if words]
    yield from (Problem(path, f"{name}: and one line of words", "nothing") for name in FIELDS if name not in names)
    yield from (Problem(path, f"{name}: once", "more") for name in FIELDS if names.count(name) > 1)
    if not text[head.end() :].strip():
        yield Problem(path, "words below the second ---", "nothing")


def in_frame(body: str, frame: str) -> str:
    """The text inside what stands around every text: in the place of ``{{ text }}``, which has a line of its own."""
    return _HOLE.sub(lambda _: body.strip("\n"), frame, count=1)
