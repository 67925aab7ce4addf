"""``incidentkit context``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from incidentkit.cli.deals import deal
from incidentkit.cli.faces import words_of
from incidentkit.cli.options import AsJson, AsOf, Lang, Now, ShopFile, Store
from incidentkit.cli.orders import found_order
from incidentkit.cli.plain import plain
from incidentkit.cli.screen import Screen, show_json
from incidentkit.cli.stores import DEFAULT_STORE
from incidentkit.cli.views import desk_as_known
from incidentkit.domain.step_words import step_words

if TYPE_CHECKING:
    from incidentkit.cli.values import Values
    from incidentkit.delivery.templates.language import Language
    from incidentkit.desk.context import CaseInContext, Context, Owed, Said
    from incidentkit.domain.promises import Promise
    from incidentkit.rules.promises import Expectation
    from incidentkit.rules.protocols import StepReading

__all__ = ["context"]

_LAST_WORDS = 8
"""So many of the last words are shown; the timeline has them all."""

_OUTCOMES = {"kept": "green", "broken": "red"}


def context(
    ctx: typer.Context,
    order: Annotated[str, typer.Argument(metavar="ORDER")],
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    now: Now = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Show all that whoever answers the customer of an order must know."""
    from incidentkit.cli.values import Values

    words = words_of(ctx)
    with desk_as_known(words, store, shop, now, as_of, quiet=as_json) as desk:
        found = desk.context(found_order(desk, order).id)
        if as_json:
            show_json(plain(found))
            return
        labels = desk.catalogue.language(words.language)
        _Page(Screen.of(words), Values(words, desk.shop.tzinfo), labels).show(found)


class _Page:
    """The context on a terminal: what is owed before what was."""

    def __init__(self, screen: Screen, values: Values, labels: Language) -> None:
        self._screen, self._values, self._labels = screen, values, labels
        self._words = screen.words

    def show(self, found: Context) -> None:
        """All of it; what there is nothing of is left out."""
        self._head(found)
        self._section("owed", [(self._owed(owed), "red" if owed.overdue else "") for owed in found.owed])
        for case in found.cases:
            self._case(case)
        tried = [(self._words.say("context.attempt", product=a.product, count=a.count), "red") for a in found.attempts]
        self._section("attempts", tried)
        self._section("promised", [(self._promise(e), _OUTCOMES.get(e.outcome, "")) for e in found.promised])
        self._section("said", [(self._said(said), "") for said in found.said[-_LAST_WORDS:]])

    def _head(self, found: Context) -> None:
        order, say = found.order, self._words.say
        states = [self._words.named("statuses", order.status.value)]
        states += [say("timeline.incident")] if order.in_incident else []
        self._screen.line((f"{say('timeline.order')} {order.label}", "bold"), f" · {' · '.join(states)}")
        person = found.customer
        who = [person.name, person.phone, person.email, person.language] if person else [say("context.nobody")]
        company = say("context.account", account=found.account or "-", manager=found.manager or "-") if found.account else ""
        self._screen.hanging("", " · ".join(part for part in (*who, company) if part))
        placed = say("timeline.placed", day=self._values.moment(order.placed_at))
        paid = say("timeline.paid", amount=self._values.money(order.captured))
        self._screen.hanging("", f"{placed} · {paid}", "dim")

    def _section(self, name: str, lines: list[tuple[str, str]]) -> None:
        self._screen.section(self._words.say(f"context.{name}"), lines)

    def _owed(self, owed: Owed) -> str:
        what, key = self._thing(owed), "context.late" if owed.overdue else "context.by"
        due = self._words.say(key, day=self._values.due(owed.due)) if owed.due else ""
        words = " ".join(str(owed.words).split()) if owed.words else ""
        whose = self._words.named("actors", owed.whose) if owed.whose else ""
        return " · ".join(part for part in (what, words, due, whose) if part)

    def _thing(self, owed: Owed) -> str:
        if owed.kind == "clock":
            return self._words.named("clocks", owed.what)
        if owed.kind in ("approval", "offer", "remedy"):
            return self._words.say(f"context.{owed.kind}", what=self._labels.label("offers", owed.what))
        if owed.kind == "call":
            return self._words.say("context.call", why=self._words.named("call_reasons", owed.what))
        if owed.kind == "answer":
            return self._words.say("context.answer", channel=self._words.named("channels", owed.what))
        return self._words.named("tasks", owed.what)

    def _case(self, case: CaseInContext) -> None:
        words, incident = self._words, case.incident
        kind = f"{words.named('types', incident.type)} · {words.named('severities', incident.severity)}"
        phase = self._labels.label("phases", incident.phase.value)
        self._screen.line()
        self._screen.line((kind, "bold"), f" · {phase} · ", (incident.id, "dim"))
        for line in self._case_lines(case):
            self._screen.hanging("  ", line)

    def _case_lines(self, case: CaseInContext) -> Iterator[str]:
        say = self._words.say
        yield " ".join(str(case.incident.description).split())
        had = " → ".join(f"{tenure.label} ({self._values.moment(tenure.since)})" for tenure in case.owners)
        yield say("context.owner", owner=case.owner)
        if len(case.owners) > 1:
            yield say("context.had", had=had)
        if case.above:
            yield say("context.above", above=", ".join(case.above))
        yield from self._again(case)
        yield from (self._step(reading) for reading in case.steps if reading.state in ("open", "late"))
        if case.may_offer:
            offers = ", ".join(self._labels.label("offers", kind) for kind in case.may_offer)
            yield say("context.may_offer", offers=offers)

    def _step(self, reading: StepReading) -> str:
        what, say = step_words(reading.step, self._words.language), self._words.say
        if reading.due is None:
            return say("context.step", what=what)
        key = "context.step_late" if reading.state == "late" else "context.step_by"
        return say(key, what=what, day=self._values.moment(reading.due))

    def _again(self, case: CaseInContext) -> Iterator[str]:
        """The same trouble before, and what the process did not allow."""
        say, words = self._words.say, self._words
        for earlier in case.chain:
            agreed = "; ".join(deal(remedy, self._values, self._labels) for remedy in earlier.agreed)
            phase = self._labels.label("phases", earlier.phase.value)
            kind, day = words.named("types", earlier.type), self._values.moment(earlier.detected_at)
            before = say("context.before", day=day, kind=kind, phase=phase, id=earlier.incident, agreed=agreed)
            yield before.replace("\n", " · ")
        for block in case.incident.blocks:
            state, wanted = words.named("block_states", block.state.value), " ".join(str(block.wanted).split())
            yield say("context.blocked", rule=block.rule, wanted=wanted, state=state)

    def _promise(self, expected: Expectation) -> str:
        promise, words = expected.promise, self._words
        what = words.texts.get(f"things.{promise.what}") or self._labels.label("offers", promise.what)
        by = words.texts.get(f"actors.{self._by(promise)}") or promise.made_by.partition(":")[2]
        outcome = words.named("outcomes", expected.outcome)
        return words.say("context.promise", what=what, day=self._values.due(promise.due), by=by, outcome=outcome)

    @staticmethod
    def _by(promise: Promise) -> str:
        """Who gave it; what a customer ordered was promised to them by the shop."""
        return "host:host" if promise.made_by.partition(":")[0] == "customer" else promise.made_by

    def _said(self, said: Said) -> str:
        words = self._words
        channel = words.named("channels", said.channel)
        who = words.named("actors", "customer") if said.direction == "in" else said.who or words.named("actors", "host:host")
        what = words.texts.get(f"steps.{said.step}", said.step) if said.step else " ".join(str(said.what or "").split())
        receipt = words.named("receipts", said.receipt) if said.receipt else ""
        automatic = words.named("things", "automatic") if said.automatic else ""
        quoted = words.say("things.quoted", text=what) if what else ""
        return " · ".join(part for part in (self._values.moment(said.at), who, channel, automatic, quoted, receipt) if part)
