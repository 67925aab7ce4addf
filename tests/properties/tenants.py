"""Tenants side by side: what each may be asked, what each may do, and everything that can be seen of one."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from email.message import EmailMessage
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from attrs import evolve, frozen

from incidentkit.desk.desk import Desk
from incidentkit.domain.authority import Authority
from incidentkit.domain.call_policy import CallPolicy
from incidentkit.domain.mass import OrderRule
from incidentkit.domain.people import Customer
from incidentkit.domain.remedies import Offer
from incidentkit.errors import IncidentkitError
from incidentkit.goals.objectives import KeyResultDraft
from tests.desk.goals_world import draft
from tests.desk.world import LINES, SHOP

__all__ = [
    "ACTIONS",
    "ELSEWHERE",
    "MANY",
    "READS",
    "Known",
    "known_of",
    "methods",
    "outcome",
    "seen",
    "some_of_everything",
    "uuids",
]

MANY = evolve(
    SHOP,
    pages_url="https://shop.example/p",
    verification_calls=CallPolicy(share=1.0),
    authority={"agent": Authority(per_incident=1)},
)
PEOPLE = [
    Customer("c-0", name="Marta Vidal", email="marta@example.com", phone="+34600000001"),
    Customer("c-1", name="Joan Ros", email="joan@example.com"),
]
CONFIRMED = "order_confirmation_time"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(32)


def uuids() -> Callable[[], str]:
    """The same ids for every desk: what one tenant calls an order another calls a task."""
    numbers = count(1)
    return lambda: f"01900000-0000-7000-8000-{next(numbers):012x}"


def outcome(call: Callable[..., Any], *given: Any) -> Any:
    """What a call comes to: its answer, or its refusal."""
    try:
        return call(*given)
    except IncidentkitError as error:
        return type(error).__name__, str(error)


# --- What is done ------------------------------------------------------------------------------------------------


def letter(number: int) -> bytes:
    """A mail with a file."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = PEOPLE[number % 2].email, "shop@example.com", "Where is it?"
    mail["Message-ID"] = f"<{number}@example.com>"
    mail.set_content("Where is my parcel?")
    mail.add_attachment(PNG + bytes([number]), maintype="image", subtype="png", filename="box.png")
    mail.set_boundary("a-part")  # else another one each time
    return mail.as_bytes()


def take_in(desk: Desk, number: int) -> object:
    """A mail comes in, and is made a contact."""
    return desk.inbox.put("mail", f"<{number}@example.com>", letter(number)), desk.inbox.process()


def of(found: Any, number: int) -> str:
    """The id of one of these; one that there is not, where there is none."""
    return found[number % len(found)].id if found else "nobody"


def place(desk: Desk, number: int) -> object:
    """An order with a number, a key and a customer that every tenant has too."""
    due = desk.clock() + timedelta(days=2)
    return desk.orders.place(customer=PEOPLE[number % 2], lines=LINES, promised=due, number=f"n-{number}", key=f"k-{number}")


def report(desk: Desk, number: int) -> object:
    """A case on an order."""
    return desk.incidents.report(of(desk.orders.find(), number), type="damaged", description="crushed", key=f"r-{number}")


def offer(desk: Desk, number: int) -> object:
    """A refund is offered, and agreed to."""
    case = of(desk.incidents.find(open=True), number)
    desk.incidents.log_conversation(case, channel="phone", summary="told", by="ana")
    offered = desk.incidents.offer(case, [Offer("refund", desk.clock() + timedelta(days=3), "1.00")])
    return desk.incidents.accept(case, offered.offers[-1].id, by="customer")


def blocked(desk: Desk, number: int) -> object:
    """A rule stands in the way."""
    return desk.incidents.blocked(of(desk.incidents.find(open=True), number), rule="returns", wanted="a refund")


def sell_out(desk: Desk, number: int) -> object:
    """One product of many orders has run out; everybody is told."""
    opened = desk.mass.open("damaged", "crushed", rule=OrderRule(product=LINES[number % 2].product, undelivered=False))
    return desk.mass.notify(opened.id).cases


def ask(desk: Desk, number: int) -> object:
    """More is wanted than an agent may grant."""
    case = of(desk.incidents.find(open=True), number)
    return desk.incidents.offer(case, [Offer("refund", desk.clock() + timedelta(days=3), "2.00")], by="ana")


def approve(desk: Desk, number: int) -> object:
    """Somebody who may grants it."""
    waiting = desk.approvals.find()
    return desk.incidents.approve(waiting[0].incident if waiting else "nobody", "approval-1", by="eva")


def contact(desk: Desk, number: int) -> object:
    """Somebody calls."""
    return desk.contacts.log(channel="phone", customer=PEOPLE[number % 2], summary="well?")


def ring(desk: Desk, number: int) -> object:
    """What arrived yesterday is asked about."""
    day = timedelta(days=1)
    order = desk.orders.place(customer=PEOPLE[0], lines=LINES, at=desk.clock() - 2 * day)
    desk.orders.ship(order.id, at=desk.clock() - 2 * day)
    desk.orders.deliver(order.id, at=desk.clock() - day)
    desk.verification_calls.list()
    call = of(desk.verification_calls.find(), number)
    return desk.verification_calls.record(call, "no_answer" if number < 2 else "damaged", note="well", by="ana")


def close_down(desk: Desk, number: int) -> object:
    """Somebody is forgotten."""
    return desk.people.forget(PEOPLE[number % 2], reason="asked to")


ACTIONS: dict[str, Callable[[Desk, int], object]] = {
    "place": place,
    "confirm": lambda d, n: d.orders.confirm(of(d.orders.find(), n)),
    "ship": lambda d, n: d.orders.ship(of(d.orders.find(), n), carrier="correos", tracking=f"t-{n}"),
    "deliver": lambda d, n: d.orders.deliver(of(d.orders.find(), n)),
    "amend": lambda d, n: d.orders.amend(of(d.orders.find(), n), reason="typo", number=f"n-{n + 1}"),
    "report": report,
    "offer": offer,
    "ask": ask,
    "approve": approve,
    "withdraw": lambda d, n: d.incidents.withdraw(of(d.incidents.find(), n), reason="no"),
    "blocked": blocked,
    "contact": contact,
    "ring": ring,
    "sell_out": sell_out,
    "mail": take_in,
    "task": lambda d, n: d.tasks.open(kind="call", what="call", order=of(d.orders.find(), n)),
    "done": lambda d, n: d.tasks.done(of(d.tasks.find(), n), outcome="reached", by="ana"),
    "answer": lambda d, n: d.surveys.answer(order=of(d.orders.find(), n), score=1 + n % 5, comment="hm"),
    "account": lambda d, n: d.accounts.describe(f"a-{n % 2}", manager="eva", name=f"Company {n}"),
    "consent": lambda d, n: d.people.consent(PEOPLE[n % 2], purpose="marketing"),
    "forget": close_down,
    "send": lambda d, n: d.send_due().total,
    "tick": lambda d, n: d.tick().total,
    "rebuild": lambda d, n: d.rebuild(),
}
"""Commands, each by a small number that chooses what it is about."""


def look_into(desk: Desk) -> object:
    """Somebody begins to ask why, and lets it be."""
    begun = desk.analyses.begin(problem="why?", incidents=of(desk.incidents.find(), 0))
    return desk.analyses.drop(begun.id, reason="enough")


def meet(desk: Desk) -> None:
    """A goal, a commitment, and a check-in that is held."""
    day = desk.clock().date()
    sooner = KeyResultDraft(
        measure="order_confirmation_time", id="c", start=7200.0, target=3600.0, owner="leo", team="warehouse"
    )
    desk.objectives.set(draft(sooner, since=day, until=day + timedelta(days=83)))
    desk.checkins.commit("ana", "call more", measure=CONFIRMED, asked_by="eva")
    desk.checkins.hold("after-sales", present=["ana"])


def some_of_everything(desk: Desk, times: int) -> None:
    """So that there is something to be seen of each kind; the more often, the more."""
    names = (
        "place",
        "confirm",
        "ship",
        "report",
        "ask",
        "approve",
        "ask",
        "offer",
        "sell_out",
        "contact",
        "ring",
        "mail",
        "task",
        "answer",
        "account",
        "consent",
    )
    for number in range(times):
        for name in names:
            outcome(ACTIONS[name], desk, number)
        outcome(look_into, desk)
    outcome(meet, desk)
    desk.send_due()


# --- What can be seen --------------------------------------------------------------------------------------------


@frozen
class Known:
    """Everything that somebody may ask a desk by, whichever tenant it is of."""

    ids: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()
    arrivals: tuple[tuple[str, str], ...] = ()
    files: tuple[str, ...] = ()


def known_of(desk: Desk) -> Known:
    """What there is to ask one desk by."""
    listed: Any = (desk.orders.find(), desk.incidents.find(), desk.needs.find(), desk.tasks.find(open=None))
    more: Any = (desk.analyses.find(), desk.objectives.find(running=None), desk.checkins.find(), desk.checkins.commitments())
    ids: set[str] = {thing.id for found in (*listed, *more) for thing in found}
    ids |= {m.stream for m in desk.messages.find()} | {order.customer or "" for order in desk.orders.find()}
    arrivals = tuple((a.source, a.event_id) for a in desk.inbox.find())
    files = tuple(file.ref for arrival in arrivals for file in desk.inbox.files(*arrival))
    ids |= {call.id for call in desk.verification_calls.find(open=None)}
    return Known(tuple(sorted(ids)), tuple(m.key for m in desk.messages.find()), arrivals, files)


Read = Callable[[Desk, Known], Any]


def each(read: Callable[[Desk], Callable[[str], Any]]) -> Read:
    """What is asked by an id, for every one that there is anywhere."""
    return lambda desk, known: [outcome(read(desk), id_) for id_ in known.ids]


def written(write: Callable[[Desk, Path], Any]) -> Read:
    """What is written into files, by what they hold."""

    def read(desk: Desk, known: Known) -> Any:
        with TemporaryDirectory() as name:
            said = write(desk, Path(name) / "out")
            return said, {str(p.relative_to(name)): p.read_bytes() for p in sorted(Path(name).rglob("*")) if p.is_file()}

    return read


def events_of(desk: Desk, known: Known) -> Any:
    """The events of an export; the rest of its lines is about keys of the store."""
    with TemporaryDirectory() as name:
        desk.export_events(Path(name) / "out", personal=True)
        lines = [json.loads(line) for line in (Path(name) / "out").read_text("utf-8").splitlines()]
    return [line["event"] for line in lines if "event" in line]


def as_it_was(desk: Desk, known: Known) -> Any:
    """What was known a little while ago."""
    with desk.as_of(desk.clock()) as then:
        return then.orders.find(), then.queue(), then.measure("orders_received")


def by_link(desk: Desk, known: Known) -> Any:
    """What the link to each order shows."""
    return [outcome(_page, desk, id_) for id_ in known.ids]


def _page(desk: Desk, order: str) -> Any:
    return desk.pages.status(desk.pages.status_link(order).rsplit("/", 1)[-1])


def checked(desk: Desk, known: Known) -> Any:
    """Whether the record is sound."""
    report = desk.verify()
    return report.events, report.streams, report.damages


READS: dict[str, Read] = {
    "advice": each(lambda d: d.advice),
    "advice_record": lambda d, k: d.advice_record(),
    "as_of": as_it_was,
    "context": each(lambda d: d.context),
    "cost_of": each(lambda d: d.cost_of),
    "count_due": lambda d, k: d.count_due(),
    "duty": lambda d, k: d.duty(),
    "explain_diff": lambda d, k: outcome(lambda: d.explain_diff("orders_received", d.clock() - timedelta(hours=1), d.clock())),
    "export_events": events_of,
    "export_facts": written(lambda d, path: d.export_facts(path)),
    "export_ocel": written(lambda d, path: d.export_ocel(path)),
    "feed": lambda d, k: d.feed(),
    "health": lambda d, k: evolve(d.health(), database=""),
    "journey_cost": each(lambda d: lambda order: d.journey_cost(order=order)),
    "lead_evidence": each(lambda d: d.lead_evidence),
    "leads": lambda d, k: outcome(lambda: d.leads("orders_received", "incident_rate")),
    "measure": lambda d, k: [outcome(d.measure, m) for m in sorted(d.measures.names)],
    "measure_rows": lambda d, k: [d.measure_rows(name).rows for name in ("orders_received", "incident_rate")],
    "public_scoreboard": lambda d, k: d.public_scoreboard(),
    "queue": lambda d, k: d.queue(),
    "queue_size": lambda d, k: (d.queue_size(), d.queue_size("after-sales")),
    "retain": lambda d, k: d.retain(dry_run=True),
    "review": lambda d, k: d.review(d.clock() - timedelta(days=5), d.clock()),
    "scoreboard": lambda d, k: d.scoreboard(),
    "severity_share": lambda d, k: d.severity_share(),
    "shortages": lambda d, k: d.shortages(type=None),
    "signals": lambda d, k: outcome(lambda: d.signals("orders_received", by="day")),
    "survey_drivers": lambda d, k: d.survey_drivers(),
    "survey_figures": lambda d, k: d.survey_figures(),
    "verify": checked,
    "what_if": lambda d, k: d.what_if(evolve(d.shop, channel="")),
    "orders.find": lambda d, k: [d.orders.find(), *(d.orders.find(**by) for by in SAID)],
    "orders.get": each(lambda d: d.orders.get),
    "orders.timeline": each(lambda d: d.orders.timeline),
    "approvals.find": lambda d, k: [d.approvals.find(open=None), d.approvals.find(asked_of="eva")],
    "approvals.waiting": lambda d, k: d.approvals.waiting(),
    "incidents.budgets": each(lambda d: lambda case: d.incidents.budgets(case, by="ana")),
    "incidents.behind": lambda d, k: list(d.incidents.behind()),
    "incidents.clocks": each(lambda d: d.incidents.clocks),
    "incidents.steps": each(lambda d: d.incidents.steps),
    "incidents.preview": each(lambda d: lambda case: d.incidents.preview(case, [Offer("apology", d.clock())], by="ana")),
    "incidents.find": lambda d, k: [d.incidents.find(), *(d.incidents.find(order=order) for order in k.ids)],
    "incidents.get": each(lambda d: d.incidents.get),
    "incidents.owners": each(lambda d: d.incidents.owners),
    "surveys.get": each(lambda d: d.surveys.get),
    "surveys.uncoded": lambda d, k: d.surveys.uncoded(),
    "tasks.find": lambda d, k: [d.tasks.find(open=None), *(d.tasks.find(order=order) for order in k.ids)],
    "tasks.get": each(lambda d: d.tasks.get),
    "verification_calls.entry": each(lambda d: d.verification_calls.entry),
    "verification_calls.find": lambda d, k: [
        d.verification_calls.find(open=None),
        *(d.verification_calls.find(customer=person, open=None) for person in PEOPLE),
    ],
    "verification_calls.get": each(lambda d: d.verification_calls.get),
    "verification_calls.outcomes": lambda d, k: d.verification_calls.outcomes(),
    "verification_calls.waiting": lambda d, k: d.verification_calls.waiting(),
    "verification_calls.to_make": lambda d, k: d.verification_calls.to_make(),
    "payments.find": lambda d, k: d.payments.find(),
    "payments.get": each(lambda d: lambda case: d.payments.get(case, "remedy-1")),
    "needs.find": lambda d, k: [d.needs.find(), *(d.needs.find(customer=person) for person in PEOPLE)],
    "needs.get": each(lambda d: d.needs.get),
    "accounts.find": lambda d, k: d.accounts.find(),
    "accounts.get": lambda d, k: [outcome(d.accounts.get, key) for key in ("a-0", "a-1", "a-2")],
    "readings.find": lambda d, k: d.readings.find(),
    "readings.get": each(lambda d: d.readings.get),
    "mass.find": lambda d, k: d.mass.find(),
    "mass.get": each(lambda d: d.mass.get),
    "mass.progress": each(lambda d: d.mass.progress),
    "objectives.check": lambda d, k: d.objectives.check(draft()),
    "objectives.find": lambda d, k: d.objectives.find(running=None),
    "objectives.forecasts": each(lambda d: d.objectives.forecasts),
    "objectives.get": each(lambda d: d.objectives.get),
    "objectives.monday": lambda d, k: d.objectives.monday(),
    "objectives.progress": each(lambda d: d.objectives.progress),
    "checkins.agenda": lambda d, k: d.checkins.agenda("after-sales"),
    "checkins.agenda_page": lambda d, k: d.checkins.agenda_page(d.checkins.agenda("after-sales")),
    "checkins.commitment": each(lambda d: d.checkins.commitment),
    "checkins.commitments": lambda d, k: d.checkins.commitments(),
    "checkins.find": lambda d, k: d.checkins.find(),
    "checkins.get": each(lambda d: d.checkins.get),
    "checkins.kept": lambda d, k: d.checkins.kept(),
    "checkins.minutes": each(lambda d: d.checkins.minutes),
    "checkins.went_well": lambda d, k: d.checkins.went_well(),
    "analyses.find": lambda d, k: d.analyses.find(),
    "analyses.get": each(lambda d: d.analyses.get),
    "blocks.find": lambda d, k: d.blocks.find(),
    "blocks.often": lambda d, k: d.blocks.often(),
    "corrective_actions.effect": each(lambda d: d.corrective_actions.effect),
    "corrective_actions.find": lambda d, k: d.corrective_actions.find(open=None),
    "corrective_actions.get": each(lambda d: d.corrective_actions.get),
    "people.explain_send": lambda d, k: [outcome(d.people.explain_send, key) for key in k.messages],
    "people.export_person": lambda d, k: [outcome(d.people.export_person, who) for who in (*PEOPLE, *k.ids)],
    "people.preferences": lambda d, k: [outcome(d.people.preferences, who) for who in (*PEOPLE, *k.ids)],
    "messages.count_dead": lambda d, k: d.messages.count_dead(),
    "messages.dead": lambda d, k: d.messages.dead(),
    "messages.find": lambda d, k: [d.messages.find(), *(d.messages.find(customer=person) for person in PEOPLE)],
    "messages.get": lambda d, k: [outcome(d.messages.get, key) for key in k.messages],
    "messages.receipts": lambda d, k: [outcome(d.messages.receipts, key) for key in k.messages],
    "inbox.files": lambda d, k: [outcome(d.inbox.files, *a) for a in k.arrivals],
    "inbox.find": lambda d, k: d.inbox.find(),
    "inbox.raw": lambda d, k: [outcome(d.inbox.raw, *a) for a in k.arrivals],
    "inbox.read": lambda d, k: [outcome(d.inbox.read, *a) for a in k.arrivals],
    "pages.status": by_link,
    "vault.status": lambda d, k: d.vault.status(),
}
"""Everything that a desk tells, by the name of what tells it."""

SAID: tuple[dict[str, Any], ...] = (
    {"number": "n-0"},
    {"number": "n-1"},
    {"person": PEOPLE[0]},
    {"phone": "600000001"},
    {"email": "joan@example.com"},
    {"in_incident": True},
)

ELSEWHERE = {
    "batch": "opens a transaction",
    "catalogue": "texts",
    "clock": "the present",
    "close": "ends the desk",
    "load_events": "writes, into an empty tenant only",
    "measures": "definitions",
    "plugins": "what is loaded",
    "rebuild": "writes",
    "remember_forgotten": "writes",
    "run": "runs something else",
    "send_due": "writes",
    "shop": "settings",
    "tick": "writes",
    "within": "opens a transaction",
    "checkins.invitation": "the team's weekly check-in, by the settings",
    "imports.run": "writes",
    "inbox.fetch": "writes",
    "inbox.file": "files are told apart by test_files_are_each_tenants_own",
    "inbox.forget": "writes",
    "inbox.process": "writes",
    "inbox.put": "writes",
    "inbox.release": "writes",
    "mass.work": "writes",
    "messages.look_up": "writes",
    "messages.put_back": "writes",
    "messages.receipt": "writes",
    "pages.status_link": "links are told apart by test_a_link_opens_only_its_own_tenants_page",
    "pages.answer": "writes, by a link",
    "pages.choose": "writes, by a link",
    "pages.offers": "by a link",
    "pages.preferences": "by a link",
    "pages.rate": "writes, by a link",
    "pages.rotate_keys": "writes",
    "pages.survey": "by a link",
    "pages.unsubscribe": "writes, by a link",
    "pages.unsubscribing": "by a link",
    "vault.encrypt": "writes",
    "vault.rewrap": "writes keys, of the whole store",
    "vault.rotate": "writes",
}
"""What tells nothing of the record, and why."""


def methods(desk: Desk) -> Iterator[str]:
    """Everything public of a desk that is no command, by its name."""
    for owner, prefix in [(desk, ""), *((area, f"{name}.") for name, area in vars(desk).items() if not name.startswith("_"))]:
        for name in dir(type(owner)):
            made = inspect.getattr_static(type(owner), name)
            # Who asks matters to some questions too.
            if not name.startswith("_") and (f"{prefix}{name}" in READS or not _is_command(made)):
                yield f"{prefix}{name}"


def _is_command(made: Any) -> bool:
    if not callable(made):
        return False
    by = inspect.signature(made).parameters.get("by")
    return by is not None and "By" in str(by.annotation)


def seen(desk: Desk, known: Known) -> dict[str, Any]:
    """Everything that there is to be seen of a tenant."""
    return {name: outcome(read, desk, known) for name, read in READS.items()}
