"""What other settings would have done, as shown at a terminal: the difference in a few lines, then each thing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby

from attrs import frozen

from incidentkit.cli.screen import Screen
from incidentkit.cli.table import Column, show_table
from incidentkit.cli.values import Values
from incidentkit.learning.what_if.values import Sending, WhatIf

__all__ = ["show"]

_MOST = 10
"""Rows of one table; JSON has all of them."""

_KINDS = ("deadline", "message", "grant", "escalation", "ask", "lapse", "owner")
"""In which order they are told."""

Row = tuple[str, ...]


def show(screen: Screen, values: Values, found: WhatIf, name: str) -> None:
    """The difference that settings would have made; those of the file ``name``."""
    page = _Page(values, found)
    screen.line((values.words.say("what_if.title", name=name, span=page.span()), "bold"))
    for line in page.head():
        screen.hanging("→ ", line)
    for title, columns, rows, in_all in page.tables():
        screen.line()
        screen.line((values.words.say(f"what_if.tables.{title}"), "bold"))
        heads = [Column(values.words.say(f"what_if.columns.{head}")) for head in columns]
        show_table(screen, heads, rows[:_MOST], indent="  ")
        if in_all > _MOST:
            screen.line(("  " + values.words.say("what_if.more", count=values.number(in_all - _MOST)), "dim"))
    screen.line()
    screen.line((values.words.say("what_if.as_of", moment=values.moment(found.as_of)), "dim"))


@frozen
class _Page:
    values: Values
    found: WhatIf

    def span(self) -> str:
        return f"{self.values.moment(self.found.since)}–{self.values.moment(self.found.until)}"

    # --- The first lines -----------------------------------------------------------------------------------------

    def head(self) -> Iterator[str]:
        """What there is to say in five seconds: a line for each kind of thing of which anything would be otherwise."""
        say, number = self.values.words.say, self.values.number
        looked = {name: number(getattr(self.found, name)) for name in ("cases", "messages", "offers")}
        yield say("what_if.looked", **looked) if not self.found.empty else say("what_if.empty", **looked)
        for kind in _KINDS:
            codes = [code for code in self.found.counts if _kind(code) == kind]
            parts = [say(f"what_if.counts.{code}", count=number(self.found.counts[code])) for code in codes]
            if parts:
                yield f"{say(f'what_if.kinds.{kind}')}: {', '.join(parts)}."
        if self.found.gained or self.found.lost:
            money = self.values.money
            yield say("what_if.money", gained=money(self.found.gained), lost=money(self.found.lost))
        if self.found.apart_in_all:
            yield say("what_if.apart", count=number(self.found.apart_in_all))

    # --- Each thing ----------------------------------------------------------------------------------------------

    def tables(self) -> Iterator[tuple[str, Sequence[str], Sequence[Row], int]]:
        """A title, its columns, rows, and how many there are; without those that have none."""
        found, counts = self.found, self.found.counts
        in_all = {kind: sum(counts[code] for code in codes) for kind, codes in groupby(counts, key=_kind)}
        for title, columns, rows, count in (
            ("deadlines", ("case", "clock", "was", "would"), self._deadlines(), in_all.get("deadline", 0)),
            ("sendings", ("step", "was", "would", "about"), self._sendings(), in_all.get("message", 0)),
            ("grants", ("case", "what", "was", "would"), self._grants(), in_all.get("grant", 0)),
            ("asks", ("case", "was", "would"), self._asks(), len(found.asks)),
            ("escalations", ("case", "was", "would"), self._escalations(), in_all.get("escalation", 0)),
            ("owners", ("case", "was", "would"), self._owners(), in_all.get("owner", 0)),
            ("apart", ("about", "why"), self._apart(), found.apart_in_all),
        ):
            if rows:
                yield title, columns, rows, count

    def _deadlines(self) -> Sequence[Row]:
        return [
            (
                each.case,
                self._clock(each.clock),
                self._due(each.was, each.due_was),
                self._due(each.would, each.due_would),
            )
            for each in sorted(self.found.deadlines, key=lambda each: each.was == each.would)
        ]

    def _clock(self, clock: str) -> str:
        kind, _, step = clock.partition(":")
        words = self.values.words
        return words.say("what_if.step", step=words.named("protocol_steps", step)) if step else words.named("clocks", kind)

    def _due(self, verdict: str, due: datetime | None) -> str:
        said = self.values.words.say(f"what_if.verdicts.{verdict}")
        return said if due is None else f"{said} ({self.values.moment(due)})"

    def _sendings(self) -> Sequence[Row]:
        named = self.values.words.named
        return [
            (named("steps", each.step), self._sending(each.was), self._sending(each.would), each.stream)
            for each in self.found.sendings
        ]

    def _sending(self, sending: Sending) -> str:
        words = self.values.words
        at = "" if sending.at is None else self.values.moment(sending.at)
        if sending.outcome == "suppressed":
            return words.say("what_if.sending.suppressed", reason=words.named("undelivered", sending.reason))
        channel = words.named("channels", sending.channel) if sending.channel else ""
        return words.say(f"what_if.sending.{sending.outcome}", moment=at, channel=channel)

    def _grants(self) -> Sequence[Row]:
        say = self.values.words.say
        return [
            (
                each.case,
                " ".join(filter(None, (each.kind, "" if each.amount is None else self.values.money(each.amount)))),
                say(f"what_if.grant.{each.was}"),
                say(f"what_if.grant.{each.would}"),
            )
            for each in self.found.grants
        ]

    def _asks(self) -> Sequence[Row]:
        return [
            (
                each.case,
                self._asked(len(each.asked_was), each.lapsed_was),
                self._asked(len(each.asked_would), each.lapsed_would),
            )
            for each in self.found.asks
        ]

    def _asked(self, times: int, lapsed: datetime | None) -> str:
        words, count = self.values.words, self.values.number(times)
        if lapsed is None:
            return words.say("what_if.asked", count=count)
        return words.say("what_if.asked_lapsed", count=count, moment=self.values.moment(lapsed))

    def _escalations(self) -> Sequence[Row]:
        number = self.values.number
        return [(each.case, number(each.was), number(each.would)) for each in self.found.escalations]

    def _owners(self) -> Sequence[Row]:
        return [(each.case, each.was, each.would) for each in self.found.owners]

    def _apart(self) -> Sequence[Row]:
        words = self.values.words
        return [(each.id, f"{words.say(f'what_if.kinds.{each.what}')}: {each.reason}") for each in self.found.apart]


def _kind(code: str) -> str:
    return code.partition(".")[0]
