"""A review in words: the same sections for the terminal and for Markdown, the most important first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from attrs import frozen

from incidentkit.cli.block_views import HEADS, block_line, rule_row
from incidentkit.cli.values import Values
from incidentkit.measures.intervals import Interval
from incidentkit.phrases.measures import measure_name

if TYPE_CHECKING:
    from incidentkit.desk.desk import Desk
    from incidentkit.learning.diagnosis import Cell, Place
    from incidentkit.learning.patterns import Pattern
    from incidentkit.learning.reviews import MeasureAlarm, Review

__all__ = ["ReviewPage", "Section", "markdown_of"]

_PER = 1000
_MOST_PARTS = 8
_MOST_ROWS = 8


@frozen
class Section:
    """A part of a page.

    Args:
        lines: what is said first.
        columns, rows: a table below it; none without columns. ``right``: how many columns, from the last, are numbers.
    """

    title: str
    lines: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    right: int = 0


@frozen
class ReviewPage:
    """A review, said in one language."""

    desk: Desk
    review: Review
    values: Values

    def _say(self, key: str, **values: object) -> str:
        return self.values.words.say(f"review.{key}", **values)

    # --- The first five seconds ----------------------------------------------------------------------------------

    @property
    def title(self) -> str:
        """Whose review, and of when."""
        span = self.values.window(self.review.since, self.review.until, self.review.by)
        parts = [self.desk.shop.name, self._say("title"), span]
        return " · ".join(filter(None, [*parts, self.review.team, "" if self.review.complete else self._say("unfinished")]))

    def head(self) -> Iterator[str]:
        """What a reader takes away in five seconds."""
        r, values = self.review, self.values
        yield self._say("size", incidents=values.subjects(r.incidents, "incidents"), orders=values.subjects(r.orders, "orders"))
        if r.incidents_before is not None and r.orders_before is not None:
            incidents, orders = (self._number(n, 1) for n in (r.incidents_before, r.orders_before))
            yield self._say("before", incidents=incidents, orders=orders, spans=values.number(r.spans))
        yield self._where_in_short()
        yield self._new_in_short()
        if r.answers:
            yield self._say("unhappy", unhappy=values.number(r.unhappy), answers=values.subjects(r.answers, "answers"))
        yield self._say("spent", total=values.money(r.costs.total))
        owed = (("false_in_short", r.false_resolutions.count), ("actions_in_short", r.actions_in_all))
        yield from (self._say(key, count=values.number(count)) for key, count in owed if count)

    def _where_in_short(self) -> str:
        worst, r = self.review.worst, self.review
        if not r.incidents:
            return self._say("none")
        if worst is None:
            return self._say("where_unclear")
        share = self._between(worst.interval, "share")
        count, of = self.values.number(worst.whole.incidents), self.values.number(r.incidents)
        return self._say("where", step=self._step(worst.whole.step), count=count, of=of, share=share)

    def _new_in_short(self) -> str:
        patterns = self.review.patterns
        if patterns.verdict == "cannot_say":
            return self._say("patterns_cannot_say", spans=self.values.number(patterns.spans))
        if not patterns.found:
            return self._say("patterns_none", tried=self.values.number(patterns.tried))
        return self._say("patterns_first", what=self._pattern(patterns.found[0]), count=self.values.number(len(patterns.found)))

    # --- Sections ------------------------------------------------------------------------------------------------

    def sections(self) -> Iterator[Section]:
        """The details, each with how sure it is."""
        yield self._places()
        yield from self._segments()
        yield self._patterns()
        yield from self._alarms()
        yield self._recurrences()
        yield self._false_resolutions()
        yield from self._actions()
        yield from self._blocks()
        yield self._costs()
        yield self._avoided()

    def _places(self) -> Section:
        names = ("step", "incidents", "share", "rate", "earlier", "unhappy_column", "cost")
        rows = tuple(self._place(place) for place in self.review.places)
        few = any(place.whole.few for place in self.review.places)
        return self._section("places", (self._say("few"),) if few else (), names, rows, right=6)

    def _place(self, place: Place) -> tuple[str, ...]:
        cell = place.whole
        return (
            self._step(cell.step),
            self.values.number(cell.incidents),
            self._between(place.interval, "share"),
            self._rate(place.rate),
            "" if place.before is None else self._number(place.before, 1),
            f"{self.values.number(cell.unhappy)}/{self.values.number(cell.answers)}" if cell.answers else "",
            self.values.money(cell.cost),
        )

    def _segments(self) -> Iterator[Section]:
        cells = [cell for place in self.review.places for cell in (*place.causes, *place.segments) if cell.incidents]
        cells.sort(key=lambda cell: -cell.incidents)
        rows = tuple(self._cell(cell) for cell in cells if cell.kind != "type" and (cell.cause or cell.kind))[:_MOST_ROWS]
        if rows:
            yield self._section("segments", (), ("step", "cause", "segment", "incidents", "customers", "cost"), rows, right=3)

    def _cell(self, cell: Cell) -> tuple[str, ...]:
        segment = "" if cell.kind is None else f"{self._say(f'kinds.{cell.kind}')} {cell.segment}"
        counts = (self.values.number(cell.incidents), self.values.number(cell.customers))
        return (self._step(cell.step), self._cause(cell.cause), segment, *counts, self.values.money(cell.cost))

    def _patterns(self) -> Section:
        found = self.review.patterns
        lines = [self._new_in_short()] if not found.found else [self._say("patterns_tried", tried=self._number(found.tried))]
        rows = tuple(self._pattern_row(pattern) for pattern in found.found)
        names = ("pattern", "now", "expected", "at_least", "chance", "example")
        return self._section("patterns", tuple(lines), names, rows, right=4)

    def _pattern_row(self, pattern: Pattern) -> tuple[str, ...]:
        return (
            self._pattern(pattern),
            self.values.number(pattern.seen.count),
            self._number(pattern.expected, 1),
            self._say("new") if pattern.new else self._say("times", times=self._number(pattern.at_least, 1)),
            self._say("chance_below") if pattern.p < 0.001 else self._number(pattern.p, 3),
            pattern.incidents[0][-8:] if pattern.incidents else "",
        )

    def _pattern(self, pattern: Pattern) -> str:
        seen = pattern.seen
        parts = [self._step(seen.step)] if seen.kind != "type" else [self._type(seen.segment)]
        if seen.kind == "cause":
            parts.append(self._cause(seen.cause))
        elif seen.kind not in ("type", "step"):
            parts.append(f"{self._say(f'kinds.{seen.kind}')} {seen.segment}")
        return " · ".join(parts)

    def _alarms(self) -> Iterator[Section]:
        if self.review.alarms:
            names = ("measure", "window", "value", "limits", "direction")
            rows = tuple(self._alarm(alarm) for alarm in self.review.alarms)
            yield self._section("alarms", (), names, rows, right=0)

    def _alarm(self, found: MeasureAlarm) -> tuple[str, ...]:
        alarm, values = found.alarm, self.values
        lower, upper = (values.figure(limit, found.unit) for limit in (alarm.lower, alarm.upper))
        direction = self._say("worse" if alarm.worse else "better")
        return (
            measure_name(values.words, found.measure, brief=True),
            values.window(alarm.from_, alarm.until, found.by),
            values.figure(alarm.value, found.unit),
            self._say("between", low=lower, high=upper),
            f"{direction} ({self._say('provisional')})" if found.provisional else direction,
        )

    def _recurrences(self) -> Section:
        found = self.review.recurrences
        if not found.known:
            return self._section("recurrences", (self._say("recurrences_unknown"),))
        counts = {"count": self._number(found.incidents), "known": self._number(found.known)}
        line = self._say("recurrences_line", share=self._between(found.interval, "share"), **counts)
        rows = tuple((self._signature(w.signature), self._number(w.incidents), self._number(w.customers)) for w in found.worst)
        return self._section("recurrences", (line,), ("trouble", "incidents", "customers"), rows, right=2)

    def _false_resolutions(self) -> Section:
        found = self.review.false_resolutions
        if not found.of:
            return self._section("false", (self._say("false_nothing"),))
        counts = {"count": self._number(found.count), "of": self._number(found.of)}
        line = self._say("false_line", share=self._between(found.interval, "share"), **counts)
        ids = self._say("cases", ids=", ".join(case[-8:] for case in found.incidents))
        return self._section("false", (line, ids) if found.incidents else (line,))

    def _actions(self) -> Iterator[Section]:
        if not self.review.actions:
            return
        rows = tuple(
            (
                self._signature(a.signature),
                self._say(f"states.{a.state}"),
                a.owner,
                self.values.due(a.due),
                self._number(a.recurrences),
            )
            for a in self.review.actions
        )
        more = self.review.actions_in_all - len(rows)
        lines = (self._say("more", count=self._number(more)),) if more > 0 else ()
        yield self._section("actions", lines, ("trouble", "state", "owner", "due", "again"), rows, right=1)

    def _blocks(self) -> Iterator[Section]:
        found = self.review.blocks
        if found.count:
            heads = tuple(self.values.words.say(f"blocks.columns.{head}") for head in HEADS)
            rows = tuple(rule_row(rule, self.values) for rule in found.rules[:_MOST_ROWS])
            yield Section(self._say("sections.blocks"), (block_line(found, self.values),), heads, rows, right=5)

    def _costs(self) -> Section:
        costs, money = self.review.costs, self.values.money
        kinds = ("contacts", "remedies", "calls", "workarounds")
        spent = {kind: money(getattr(costs, kind)) for kind in kinds}
        lines = [self._say("costs_total", total=money(costs.total), **spent)]
        lines.append(
            self._say("costs_of", incidents=money(costs.incidents), none=money(costs.none), left=money(costs.left_out))
        )
        if costs.unpriced:
            unknown = {kind: self._number(getattr(costs, f"unpriced_{kind}")) for kind in kinds}
            lines.append(self._say("costs_unknown", **unknown))
        rows = tuple(
            (self._step(p.step), self._cause(p.cause), self._number(p.incidents), self._number(p.contacts), money(p.amount))
            for p in costs.parts[:_MOST_PARTS]
        )
        return self._section("costs", tuple(lines), ("step", "cause", "incidents", "contacts", "cost"), rows, right=3)

    def _avoided(self) -> Section:
        found = self.review.avoided
        counts = {"told": self._number(found.told), "untold": self._number(found.untold)}
        if found.interval is None or found.per_incident is None or found.contacts is None:
            return self._section("avoided", (self._say("avoided_cannot_say", **counts, alone=self._number(found.alone)),))
        each = self._number(abs(found.per_incident), 2)
        low, high = (self._number(edge, 2) for edge in (found.interval.low, found.interval.high))
        line = self._say(
            f"avoided_{found.verdict}", each=each, low=low, high=high, all=self._number(abs(found.contacts)), **counts
        )
        return self._section("avoided", (line, self._say("avoided_caution")))

    # --- Words ---------------------------------------------------------------------------------------------------

    def _section(
        self,
        name: str,
        lines: Sequence[str] = (),
        columns: Sequence[str] = (),
        rows: tuple[tuple[str, ...], ...] = (),
        right: int = 0,
    ) -> Section:
        heads = tuple(self._say(f"columns.{column}") for column in columns)
        return Section(self._say(f"sections.{name}"), tuple(lines), heads if rows else (), rows, right)

    def _step(self, code: str) -> str:
        if not code:
            return self._say("no_step")
        return self.desk.shop.step_title(code) or self.values.words.named("steps", code)

    def _cause(self, code: str | None) -> str:
        return self.desk.catalogue.label("causes", code, self.values.words.language) if code else self._say("no_cause")

    def _type(self, code: str) -> str:
        return self.values.words.named("types", code)

    def _signature(self, key: str) -> str:
        from incidentkit.rules.signatures import Signature

        found = Signature.of_key(key)
        if found.subject_kind == "step":
            return f"{self._cause(found.cause)} · {self._step(found.subject)}"
        return f"{self._cause(found.cause)} · {self._say(f'kinds.{found.subject_kind}')} {found.subject}"

    def _number(self, value: float, digits: int = 0) -> str:
        return self.values.number(value, digits)

    def _between(self, interval: Interval | None, unit: str) -> str:
        if interval is None:
            return ""
        low, high = (self.values.amount(round(edge, 2), unit) for edge in (interval.low, interval.high))
        return self._say("between", low=low.number, high=str(high))

    def _rate(self, interval: Interval | None) -> str:
        if interval is None:
            return ""
        low, high = (self.values.number(_PER * edge, 1, closing=True) for edge in (interval.low, interval.high))
        return self._say("between", low=low, high=high)


def markdown_of(page: ReviewPage) -> str:
    """The whole page as Markdown, ending in a line feed."""
    lines = [f"# {_plain(page.title)}", "", *(f"- {_plain(line)}" for line in page.head())]
    for section in page.sections():
        lines += ["", f"## {_plain(section.title)}"]
        for line in section.lines:
            lines += ["", _plain(line)]
        if section.columns:
            marks = [
                "---:" if place >= len(section.columns) - section.right else "---" for place in range(len(section.columns))
            ]
            lines += ["", _row(section.columns), _row(marks), *map(_row, section.rows)]
    return "\n".join(lines) + "\n"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(map(_plain, cells))} |"


def _plain(text: str) -> str:
    """Text that Markdown shows as it is, on one line."""
    for sign in "\\`*_[]<>|":
        text = text.replace(sign, "\\" + sign)
    return " ".join(text.split())
