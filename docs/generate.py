"""Writes those parts of the pages that say what the code says.

``python -m docs.generate`` writes them; with ``--check`` it only names the pages that differ, and fails; with ``--outputs`` it
also runs every snippet and shows what it prints now.

A whole page is generated where its first line says so. Elsewhere a part is, between ``<!-- generated: NAME -->`` and
``<!-- end of NAME -->``.
"""

from __future__ import annotations

import contextlib
import inspect
import io
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import attrs

from docs.advice import ADVICE
from docs.names import names_page
from docs.protocol_parts import protocols_part, steps_part
from docs.snippets import Page
from incidentkit import errors
from incidentkit.domain.events import EVENT_TYPES, Event, Happening
from incidentkit.measures.definitions import MEASURES
from incidentkit.measures.measure import Measure
from incidentkit.measures.segments import segments_of
from incidentkit.rules.lifecycle import Lifecycle, Move
from incidentkit.rules.lifecycles import ANALYSIS, COMMITMENT, CORRECTIVE_ACTION, INCIDENT, INTENT, OBJECTIVE, OFFER, TASK

__all__ = ["PAGES", "PARTS", "RUN", "generated", "main"]

REPO = Path(__file__).resolve().parents[1]
RUN = (REPO / "README.md", *sorted((REPO / "docs").rglob("*.md")))
"""The pages whose snippets are run."""

_NOTE = "<!-- Generated from the code by docs/generate.py; changes here are lost. -->\n"


def _page(*parts: str) -> str:
    return _NOTE + "\n" + "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _plain(doc: str | None) -> str:
    """The first paragraph of a docstring as one line of Markdown."""
    first = (doc or "").strip().split("\n\n")[0]
    return " ".join(first.split()).replace("``", "`")


# --- Errors ------------------------------------------------------------------------------------------------------


def _errors() -> str:
    tree = (errors.__doc__ or "").split("::\n\n")[1].split("\n\nEvery error")[0]
    classes = [*_family(errors.IncidentkitError), *_family(errors.SetupError)]
    return _page(
        "# Errors",
        "Every error says its subject, the rule, what was found and what to do next, and has the same as attributes: "
        "`subject`, `rule`, `got`, `next`. No error holds personal data. `code` never changes; it is the anchor on this page.",
        "```text\n" + "\n".join(line.removeprefix("    ") for line in tree.splitlines()) + "\n```",
        "What a command refuses leaves the record as it was. The command line shows the text on stderr and ends with 1.",
        *(_error(kind) for kind in classes),
    )


def _family(root: type[Any]) -> Iterator[type[Any]]:
    yield root
    for kind in (kind for kind in root.__subclasses__() if not kind.__name__.startswith("_")):
        yield from _family(kind)


def _error(kind: type[Any]) -> str:
    builtins = [f"`{base.__name__}`" for base in kind.__bases__ if base.__module__ == "builtins"]
    ours: list[Any] = [base for base in kind.__bases__ if getattr(base, "code", "")]
    over = [f"[{base.__name__}](#{base.code})" for base in ours]
    lines = [f'<a id="{kind.code}"></a>', "", f"## {kind.__name__}", "", f"Code `{kind.code}`"]
    if over or builtins:
        lines[-1] += ". A kind of " + " and ".join([*over, *builtins]) + "."
    else:
        lines[-1] += "."
    return "\n".join(
        [*lines, "", f"**Cause.** {_plain(kind.__doc__)}", "", f"**Next.** {ADVICE[kind.code]}", *_attributes(kind)]
    )


def _attributes(kind: type[Any]) -> list[str]:
    doc = kind.__doc__ or ""
    if "Attributes:" not in doc:
        return []
    rows = re.findall(r"^ {8}(\w+): (.+)$", doc.split("Attributes:")[1], re.MULTILINE)
    return ["", "**Has also**", "", *(f"- `{name}`: {about}" for name, about in rows)]


# --- Measures ----------------------------------------------------------------------------------------------------

_SUBJECTS = {
    "orders": "an order",
    "actions": "an order",
    "promises": "a delivery promise",
    "incidents": "an incident",
    "answers": "a survey answer",
    "contacts": "a contact that a customer began, and no machine",
    "needs": "a customer's need, and none that was joined into another",
    "commitments": "what one person committed themselves to",
    "calls": "a delivery on a morning's list of verification calls",
}
_BEGINS = {
    "placed_at": "it belongs to the window in which it was placed",
    "actions.at": "it belongs to every window in which somebody acted, once in each",
    "contacts.at": "it belongs to the window in which it was",
    "commitments.due": "it belongs to the window in which it was due, and counts from then on",
    "due": "it belongs to the window in which it was due, and counts from then on; one that a later promise replaced stays "
    "due at its own time",
    "detected_at": "it belongs to the window in which it was detected",
    "answered_at": "it belongs to the window in which it was given",
    "opened_at": "it belongs to the window in which its first contact was",
    "listed_at": "it belongs to the window in which it was listed",
}
_KINDS = {
    "count": "a count: `value` is n",
    "duration": "a duration: `value` is the mean, in seconds; median and p90 beside it",
    "score": "a score: `value` is the mean; median and p90 beside it",
    "share": "a share from 0 to 1",
    "nps": "points from -100 to 100",
    "amount": "an amount in the shop's currency: `value` is the mean; median and p90 beside it",
}


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}"


def _measures() -> str:
    return _page(
        "# Measures",
        "Each measure is defined once, in `src/incidentkit/measures/definitions/`. The desk, the command line and this page "
        "read that definition. [Read a figure](../how-to/read-a-figure.md) explains n, windows and completeness.",
        "A lead measure is what people can do something about this week, and what moves results later; a lag measure is a "
        "result. A shop adds measures of its own, over numbers that its people enter, and plugins bring theirs: "
        "[Count what matters to you](../how-to/own-measures.md).",
        "Withdrawn and merged incidents are counted nowhere. Quantiles are exact, with linear interpolation between "
        "neighbours.",
        "Every measure can be cut by a window of time (day, week, month or quarter), by one of its segments, or by both. A "
        "subject with several values of a segment, such as an order of three products, counts in each. Subjects without one, "
        "such as a case that no agent has, are in the segment with the empty name. A case has its type, severity, cause, team "
        "and agent as they are now, an answer those of its case when it was given; a case's channels are those on which its "
        "customer was told or spoken with, its products those of the lines that it names, or all of its orders.",
        "An action is what a person or a rule of the shop does about an order, one of its cases or one of its surveys. That an "
        "order comes in, an answer, a channel's receipt and what an import says are none.",
        "| measure | unit | better | role |\n|---|---|---|---|\n"
        + "\n".join(f"| [{m.name}](#{m.name}) | {m.unit} | {m.better} | {m.role} |" for m in MEASURES.values()),
        *(_measure(m) for m in MEASURES.values()),
    )


_WAITS = {
    "judged_at": "It counts once it is finished or 30 days old.",
    "promised_at": "Without a delivery it counts once its promise has passed.",
    "clocks_due": "It counts once all its clocks are ended or due.",
}


def _begins(m: Measure) -> str:
    return _BEGINS.get(f"{m.facts}.{m.when}") or _BEGINS[m.when]


def _measure(m: Measure) -> str:
    lines = [
        f"- It is {_KINDS[m.kind]}.",
        f"- A subject is {_SUBJECTS[m.facts]}; {_begins(m)}."
        if m.at_end is None
        else f"- A subject is {_SUBJECTS[m.facts]}; it belongs to every window at whose last instant it is open.",
        *([f"- {_WAITS[m.passed]}"] if m.passed in _WAITS else []),
        f"- Formula: {m.formula}.",
        f"- Good is {m.better}; it is a {m.role} measure.",
        f"- It can be cut by {_listed(segments_of(m))}.",
    ]
    if m.kind == "duration" and m.at_end is None:
        lines.append(
            "- A subject that has not ended yet counts in `open`; one that ends before it begins counts in `invalid` only."
        )
    if m.kind == "amount":
        lines.append("- A subject whose amount is not known in full, in the shop's currency, is not in n and counts in `open`.")
    if m.working:
        lines.append('- With `clock="working"` it counts the open hours of the team that has the subject.')
    if m.claimed:
        lines.append("- `claimed` says how many of n rest on a source's word alone.")
    if m.maturity > timedelta(0):
        lines.append(f"- A window is complete {m.maturity.days} days after its end.")
    lines.append(f"- Version {m.version} of the definition.")
    return "\n".join([f"## {m.name}", "", f"{m.definition[0].upper()}{m.definition[1:]}.", "", *lines])


# --- Events ------------------------------------------------------------------------------------------------------


def _events() -> str:
    groups: dict[str, list[type[Happening]]] = {}
    for kind in EVENT_TYPES.values():
        groups.setdefault(_GROUPS[kind.type.partition(".")[0]], []).append(kind)
    return _page(
        "# Events",
        "Everything that happens is one of these. An event is never changed or deleted. `src/incidentkit/domain/events/` "
        "defines them; plugins get them through the hook `incidentkit_on_events`, and `desk.orders.timeline` returns them.",
        "## The envelope\n\n" + _envelope(),
        "Fields of the type `Text` hold a reference; the words themselves lie in the vault and can be forgotten. A customer is "
        "an id that says nothing.",
        *(f"## {title}\n\n" + "\n\n".join(_event(kind) for kind in kinds) for title, kinds in groups.items()),
    )


_GROUPS = {
    "order": "Orders",
    "promise": "Orders",
    "source": "Orders",
    "message": "Messages",
    "incident": "Incidents",
    "survey": "Surveys",
    "task": "Tasks",
    "account": "Accounts",
    "need": "Needs",
    "contact": "Needs",
    "person": "People",
    "analysis": "Causes and corrective actions",
    "corrective_action": "Causes and corrective actions",
    "objective": "Objectives",
    "commitment": "Check-ins",
    "checkin": "Check-ins",
    "reading": "Readings",
    "mass": "Mass incidents",
    "call": "Verification calls",
    "call_list": "Verification calls",
}


def _envelope() -> str:
    about = (Event.__doc__ or "").split("Args:\n")[1]
    lines = [" ".join(entry.split()) for entry in re.split(r"\n(?= {8}\S)", about.rstrip())]
    return "Beside its own data, each event has:\n\n" + "\n".join(f"- `{name}`: {said}" for name, said in _named(lines))


def _named(lines: list[str]) -> Iterator[tuple[str, str]]:
    """``a: one; b: another`` in an Args section are two entries."""
    for line in lines:
        for entry in re.split(r"; (?=\w+: )", line):
            name, _, said = entry.partition(": ")
            yield name.replace(", ", "`, `"), said.rstrip(".") + "."


def _event(kind: type[Happening]) -> str:
    fields = _fields(kind) or "It has no fields."
    return f"### `{kind.type}`\n\nVersion {kind.version}. {_plain(kind.__doc__)}\n\n{fields}"


def _fields(kind: type[Any]) -> str:
    # As written: what attrs holds of a type changes once somebody resolves it.
    written = {name: text for cls in reversed(kind.__mro__) for name, text in inspect.get_annotations(cls).items()}
    rows = [f"| `{a.name}` | `{written[a.name]}`".replace(" | None`", "`, or none") + " |" for a in attrs.fields(kind)]
    return "| field | type |\n|---|---|\n" + "\n".join(rows) if rows else ""


# --- Command line ------------------------------------------------------------------------------------------------


def _cli() -> str:
    from typer.main import get_command

    from incidentkit.cli.app import app

    shown = _shown(get_command(app()))
    return _page(
        "# Command line",
        "`incidentkit` comes with the extra `cli`: `pip install 'incidentkit[cli]'`. It speaks English and Spanish. It ends "
        "with 0 when it is done, 1 when it was refused or failed, with the reason on stderr, and 2 when it was used wrongly.",
        _help(),
        *(f"## {' '.join(command)}\n\n{_help(*command)}" for command in shown),
    )


def _shown(group: Any, *path: str) -> Iterator[tuple[str, ...]]:
    """The commands of a group, those of its own groups after their group."""
    for name, command in group.commands.items():
        if not command.hidden:
            yield (*path, name)
            if hasattr(command, "commands"):
                yield from _shown(command, *path, name)


def _help(*command: str) -> str:
    """What ``--help`` prints."""
    from incidentkit.cli import main

    with mock.patch.dict(os.environ, COLUMNS="100"), contextlib.redirect_stdout(io.StringIO()) as printed:
        main([*command, "--help", "--lang", "en"])
    return "```text\n" + "\n".join(line.rstrip() for line in printed.getvalue().strip().splitlines()) + "\n```"


# --- Lifecycles --------------------------------------------------------------------------------------------------


def _mermaid(life: Lifecycle) -> str:
    return f"```mermaid\n{life.mermaid()}\n```"


def _lifecycle(life: Lifecycle) -> str:
    rows = [f"| `{m.name}` | {', '.join(m.sources)} | {_target(m)} | {', '.join(m.needs) or '–'} |" for m in life.moves]
    undone = any(m.undoes for m in life.moves)
    must = [f"- every way to `{state}` passes: {', '.join(marks)}" for state, marks in life.must_pass.items()]
    return "\n".join(
        [
            _mermaid(life),
            "",
            "| step | from | to | needs |",
            "|---|---|---|---|",
            *rows,
            "",
            f"- begins at `{life.initial}`",
            f"- may rest at: {', '.join(life.resting)}",
            f"- nothing leaves: {', '.join(life.final) or 'none'}" + (", but by taking back what led there" if undone else ""),
            *must,
            *([f"- every state but the final ones gets on to: {', '.join(life.goals)}"] if life.goals else []),
        ]
    )


def _target(move: Move) -> str:
    return f"where `{move.undoes}` started" if move.undoes else move.target


# --- What is generated where -------------------------------------------------------------------------------------

PAGES: Mapping[str, Callable[[], str]] = {
    "docs/reference/errors.md": _errors,
    "docs/reference/measures.md": _measures,
    "docs/reference/events.md": _events,
    "docs/reference/cli.md": _cli,
    "docs/reference/names.md": lambda: _page(*names_page()),
}
"""Pages that are generated as a whole."""

PARTS: Mapping[str, Mapping[str, Callable[[], str]]] = {
    "README.md": {"lifecycle": lambda: _mermaid(INCIDENT)},
    "docs/explanation/lifecycles.md": {
        "incident": lambda: _lifecycle(INCIDENT),
        "offer": lambda: _lifecycle(OFFER),
        "intent": lambda: _lifecycle(INTENT),
        "task": lambda: _lifecycle(TASK),
        "commitment": lambda: _lifecycle(COMMITMENT),
        "objective": lambda: _lifecycle(OBJECTIVE),
        "analysis": lambda: _lifecycle(ANALYSIS),
        "corrective action": lambda: _lifecycle(CORRECTIVE_ACTION),
    },
    "docs/explanation/protocols.md": {"done by": steps_part, "protocols": protocols_part},
}
"""Parts of other pages, by their names."""


def generated() -> Iterator[tuple[Path, str]]:
    """Each page with a generated part, and its text as it should be."""
    for name, made in PAGES.items():
        yield REPO / name, made()
    for name, parts in PARTS.items():
        text = (REPO / name).read_text("utf-8")
        for part, made in parts.items():
            text = _replaced(text, part, made())
        yield REPO / name, text


def _replaced(text: str, part: str, body: str) -> str:
    begin, end = f"<!-- generated: {part} -->", f"<!-- end of {part} -->"
    if text.count(begin) != 1 or text.count(end) != 1:
        raise ValueError(f"the page must hold {begin} and {end} once each")
    head, _, rest = text.partition(begin)
    return f"{head}{begin}\n{body}\n{end}{rest.partition(end)[2]}"


def main(arguments: list[str]) -> int:
    """Write the pages, or name those that differ; 1 where ``--check`` found one."""
    stale = [(path, text) for path, text in generated() if not path.exists() or path.read_text("utf-8") != text]
    for path, text in stale:
        sys.stdout.write(f"{path.relative_to(REPO)}\n")
        if "--check" not in arguments:
            path.write_text(text, "utf-8")
    if "--outputs" in arguments:
        for path in RUN:
            path.write_text(Page(path).refreshed(), "utf-8")
    return int("--check" in arguments and bool(stale))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
