"""A life of one customer with a token in every field that takes something personal, and where tokens can be found."""

from __future__ import annotations

import base64
import contextlib
import inspect
import re
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

from attrs import evolve, fields

from incidentkit.codec.profile import parse_profile
from incidentkit.desk.desk import Desk
from incidentkit.desk.incidents import Incidents
from incidentkit.domain.authority import Authority
from incidentkit.domain.effects import Receipt
from incidentkit.domain.messages import LostReason, ReceiptKind
from incidentkit.domain.orders import Line, Order
from incidentkit.domain.people import Customer
from incidentkit.domain.remedies import Offer
from incidentkit.domain.shop import Agent, Team
from incidentkit.errors import AuthorityExceeded
from incidentkit.testing.clocks import ManualClock
from tests.desk.importing import PROFILE, order, write
from tests.web.customers import SHOP as WITH_PAGES
from tests.web.customers import links, token

__all__ = [
    "ABOUT_THE_SHOP",
    "CODES",
    "NOT_PERSONAL",
    "SEEDED",
    "SHOP",
    "Tokens",
    "customer_fields",
    "forms",
    "given_to_commands",
    "live",
]

SHOP = evolve(
    WITH_PAGES,
    teams=(Team("after-sales"),),
    default_team="after-sales",
    agents=(Agent("ana", "after-sales"), Agent("eva", "after-sales", "supervisor")),
    authority={"agent": Authority(per_incident=1)},
)

SEEDED = frozenset(
    {
        *(f"Customer.{name}" for name in ("key", "name", "email", "phone")),
        *(f"orders.{what}" for what in ("amend.reason", "cancel.reason", "take_back.reason", "publish_status.text")),
        *(f"incidents.report.{what}" for what in ("description",)),
        *(f"incidents.amend.{what}" for what in ("reason", "description")),
        *(
            f"incidents.{command}.reason"
            for command in (
                "complain",
                "drop",
                "escalate",
                "move_protocol",
                "reopen",
                "resolve",
                "wait",
                "waive",
                "withdraw",
                "unmerge",
            )
        ),
        "orders.delivery_failed.reason",
        *(f"incidents.{what}" for what in ("blocked.wanted", "work_around.how", "leave_blocked.reason")),
        "incidents.log_conversation.summary",
        "incidents.refuse_approval.reason",
        "contacts.log.summary",
        *(f"verification_calls.record.{what}" for what in ("note", "told")),
        "needs.reopen.reason",
        *(f"tasks.{what}" for what in ("open.what", "open.why", "done.outcome", "cancel.reason")),
        *(f"messages.{what}" for what in ("resend.reason", "repair.email", "repair.phone", "receipt.address")),
        "Receipt.raw",
        *(f"people.{command}.address" for command in ("address_failed", "address_restored", "opt_in", "opt_out")),
        "surveys.answer.comment",
        "pages.rate.comment",
        "analyses.hear.words",
        "inbox.put.raw",
        "inbox.put.headers",
        "mail.subject",
        "mail.text",
        "mail.file name",
        "mail.file",
        "import.customer name",
        "import.comment",
    }
)
"""Every field that takes something personal of a customer: each gets a token of its own."""

ABOUT_THE_SHOP = frozenset(
    {
        "accounts.describe.name",
        "mass.open.description",
        "mass.resolve.reason",
        "blocks.analyse.problem",
        "what_if.shop",
        *(f"analyses.{what}" for what in ("begin.problem", "why.because", "why.evidence")),
        *(f"analyses.{command}.reason" for command in ("drop", "reopen", "retract")),
        *(f"checkins.{what}" for what in ("commit.what", "hold.notes", "note.notes", "report.evidence", "report.reason")),
        *(f"corrective_actions.{what}" for what in ("plan.what", "done.outcome", "cancel.reason", "reopen.reason")),
        *(f"objectives.{what}" for what in ("set.reason", "end.outcome", "end_initiative.outcome", "add_initiative.title")),
        *(f"readings.{what}" for what in ("enter.note", "correct.reason", "withdraw.reason")),
        *(f"people.{command}.reason" for command in ("forget", "hold", "release")),
        "checkins.hold.obstacles",
        "checkins.hold.went_well",
    }
)
"""Words about the shop's own work: they belong to no customer, and the documentation says to name none in them."""

NOT_PERSONAL = frozenset(
    re.split(
        r"\s+",
        """
    account after agent allowed_by amount analysis approval ask asked_by asked_of at by carrier cause channel choice code
    contacts cost customer doer event_id file folder follows format incident incidents initiative into key key_result kind
    lag language lead lead_measure limit lines lost made manager master measure need number objective offers order owner
    paid paths payer present product progress purpose ref reference rejects replaces reported reported_by rule rules seal
    segment severity shipment signature source sponsor state status step stream substate survey task team ticket to token
    tracking type units wanted worker
    """.strip(),
    )
)
"""Names of parameters that take ids, codes, handles of staff, references and keys of machines.

``customer`` takes a `Customer`, whose fields are seeded. Whatever ends with ``_id`` is an id too.
"""

CODES = frozenset(
    {
        *(f"orders.find.{by}" for by in ("person", "phone", "email")),
        *(f"checkins.{what}.person" for what in ("commit", "commitments", "kept")),
        "objectives.monday.person",
        "incidents.promise.what",
        *(f"mass.{what}" for what in ("add.orders", "carry_out.remedy", "open.orders", "open.products")),
        "inbox.find.outcome",
        "verification_calls.record.outcome",
        "explain_diff.what",
        "measure.name",
        "measure_rows.name",
        "messages.receipt.receipt",
    }
)
"""Places whose name says little: codes, handles of staff, and words that something is only looked up by."""


def given_to_commands(desk: Desk) -> Iterator[tuple[str, str]]:
    """Each parameter of a public method of the desk that can take text: its place, and its type as it is written."""
    parts = {"": desk, **{f"{name}.": part for name, part in vars(desk).items() if not name.startswith("_")}}
    for prefix, part in parts.items():
        for name, method in inspect.getmembers(type(part), inspect.isfunction):
            if name.startswith("_"):
                continue
            for parameter in list(inspect.signature(method).parameters.values())[1:]:
                kind = str(parameter.annotation)
                if any(word in kind for word in ("str", "bytes", "Customer", "Sequence", "Mapping", "Receipt")):
                    yield f"{prefix}{name}.{parameter.name}", kind


def customer_fields() -> set[str]:
    """The fields of a customer, as places."""
    return {f"Customer.{field.name}" for field in fields(Customer)}


def forms(word: str) -> tuple[bytes, ...]:
    """How a token may look in bytes: as it is, or in the midst of something in Base64."""
    found = [word.encode()]
    for before in range(3):
        packed = base64.b64encode(b"\0" * before + word.encode()).decode().rstrip("=")
        # What stands at its ends depends on what stands beside it.
        found.append(packed[2 * (before > 0) + (before == 2) + 2 : -2].encode())
    return tuple(found)


class Tokens:
    """Tokens by the place that each was put in."""

    def __init__(self, mark: str) -> None:
        self.mark = mark
        self.by_place: dict[str, str] = {}

    def say(self, place: str, form: str = "{}") -> str:
        """A text with a token in it, the same each time for one place."""
        number = len(self.by_place)
        return form.format(self.by_place.setdefault(place, f"qzxq{self.mark}{number:03}{self.mark}qxzq"))

    def phone(self, place: str, start: str) -> str:
        """A number that is a token."""
        return "+34" + self.by_place.setdefault(place, f"{start}{ord(self.mark)}{len(self.by_place):02}")


def customer(said: Tokens) -> Customer:
    """Somebody with a token in every field."""
    return Customer(
        said.say("Customer.key"),
        name=said.say("Customer.name", "Marta {}"),
        email=said.say("Customer.email", "{}@example.com"),
        phone=said.phone("Customer.phone", "6129"),
        language="es",
    )


def live(desk: Desk, clock: ManualClock, said: Tokens, folder: Path) -> None:
    """Everything that can be said by and about a customer is said."""
    who = customer(said)
    _buy(desk, said, who)
    _complain(desk, clock, said, who)
    _speak(desk, said, who)
    _write(desk, said, who)
    _wish(desk, said, who)
    _ring(desk, clock, said)
    _import(desk, said, folder)
    desk.send_due()
    clock.advance(hours=5)
    desk.tick()


def _order(desk: Desk, who: Customer) -> Order:
    return desk.orders.place(customer=who, lines=[Line("mug", 3, "9.90")])


def _buy(desk: Desk, said: Tokens, who: Customer) -> None:
    bought = _order(desk, who)
    desk.orders.amend(bought.id, reason=said.say("orders.amend.reason"), number=f"1001-{said.mark}")
    desk.orders.publish_status(bought.id, said.say("orders.publish_status.text"))
    desk.orders.cancel(bought.id, {bought.lines[0].id: 1}, reason=said.say("orders.cancel.reason"))
    desk.orders.ship(bought.id)
    desk.orders.delivery_failed(bought.id, reason=said.say("orders.delivery_failed.reason"))
    desk.orders.deliver(bought.id)
    desk.orders.take_back(bought.id, {bought.lines[0].id: 1}, reason=said.say("orders.take_back.reason"))


def _complain(desk: Desk, clock: ManualClock, said: Tokens, who: Customer) -> None:
    def case() -> str:
        return desk.incidents.report(_order(desk, who).id, "damaged", said.say("incidents.report.description")).id

    first, second = case(), case()
    desk.incidents.amend(first, reason=said.say("incidents.amend.reason"), description=said.say("incidents.amend.description"))
    desk.incidents.escalate(first, reason=said.say("incidents.escalate.reason"))
    changed = evolve(desk.shop, protocols=tuple(evolve(each, version=each.version + 1) for each in desk.shop.protocols))
    later = Incidents(evolve(desk._runtime, shop=changed))
    later.move_protocol(first, reason=said.say("incidents.move_protocol.reason"))
    desk.incidents.log_conversation(first, channel="phone", summary=said.say("incidents.log_conversation.summary"), by="ana")
    for _ in range(2):
        desk.incidents.blocked(first, rule="returns_30_days", wanted=said.say("incidents.blocked.wanted"))
    desk.incidents.work_around(first, "block-1", how=said.say("incidents.work_around.how"), allowed_by="eva")
    desk.incidents.leave_blocked(first, "block-2", reason=said.say("incidents.leave_blocked.reason"))
    desk.incidents.wait(first, reason=said.say("incidents.wait.reason"), by="ana")
    _ask_too_much(desk, clock, said, first)
    desk.incidents.offer(first, [Offer("refund", clock.now + timedelta(days=3), "5.00")])
    desk.incidents.accept(first, "offer-1", by="customer")
    desk.incidents.carry_out(first, "remedy-1", reference="RF-1")
    desk.incidents.offer(first, [Offer("restock", clock.now + timedelta(days=3))])
    desk.incidents.accept(first, "offer-2", by="customer")
    desk.incidents.drop(first, "remedy-2", reason=said.say("incidents.drop.reason"))
    desk.incidents.resolve(first)
    desk.incidents.reopen(first, reason=said.say("incidents.reopen.reason"))
    desk.incidents.withdraw(case(), reason=said.say("incidents.withdraw.reason"))
    desk.incidents.merge(second, into=first)
    desk.incidents.unmerge(second, reason=said.say("incidents.unmerge.reason"))
    _settle(desk, said, second)
    analysis = desk.analyses.begin(problem="Boxes are crushed", incidents=first)
    desk.analyses.hear(analysis.id, words=said.say("analyses.hear.words"), incident=first)
    ask = desk.surveys.ask("csat", incident=first)
    desk.pages.rate(token(links(desk, ask)["survey_url"]), 2, said.say("pages.rate.comment"))
    other = desk.surveys.ask("csat", incident=second)
    desk.surveys.answer(other.id, score=1, comment=said.say("surveys.answer.comment"))


def _ask_too_much(desk: Desk, clock: ManualClock, said: Tokens, case: str) -> None:
    with contextlib.suppress(AuthorityExceeded):
        desk.incidents.offer(case, [Offer("refund", clock.now + timedelta(days=3), "6.00")], by="ana")
    desk.incidents.refuse_approval(case, "approval-1", reason=said.say("incidents.refuse_approval.reason"), by="eva")


def _settle(desk: Desk, said: Tokens, case: str) -> None:
    desk.incidents.log_conversation(case, channel="phone", summary="told", by="ana")
    desk.incidents.resolve(case, reason=said.say("incidents.resolve.reason"))
    desk.incidents.waive(case, reason=said.say("incidents.waive.reason"), by="eva")
    desk.incidents.close(case)
    desk.incidents.complain(case, reason=said.say("incidents.complain.reason"))


def _speak(desk: Desk, said: Tokens, who: Customer) -> None:
    contact = desk.contacts.log(channel="phone", customer=who, summary=said.say("contacts.log.summary"))
    assert contact.need is not None
    desk.needs.resolve(contact.need)
    desk.needs.reopen(contact.need, reason=said.say("needs.reopen.reason"))
    what, why = said.say("tasks.open.what"), said.say("tasks.open.why")
    task = desk.tasks.open(kind="call", customer=who, what=what, why=why)
    desk.tasks.take(task.id, by="ana")
    desk.tasks.done(task.id, outcome=said.say("tasks.done.outcome"), by="ana")
    dropped = desk.tasks.open(kind="call", what="call", order=_order(desk, who).id)
    desk.tasks.cancel(dropped.id, reason=said.say("tasks.cancel.reason"))


def _ring(desk: Desk, clock: ManualClock, said: Tokens) -> None:
    clock.advance(days=1)
    (call,) = desk.verification_calls.list().calls
    note, told = said.say("verification_calls.record.note"), said.say("verification_calls.record.told")
    desk.verification_calls.record(call, "damaged", note=note, told=told, by="ana")


def _write(desk: Desk, said: Tokens, who: Customer) -> None:
    bought = _order(desk, who)
    desk.orders.confirm(bought.id)
    desk.send_due()
    message = desk.messages.find(stream=bought.id)[-1]
    bounced = Receipt(ReceiptKind.BOUNCED, message.reference, raw=said.say("Receipt.raw"), reason=LostReason.UNKNOWN_ADDRESS)
    address = said.say("messages.receipt.address", "{}@example.com")
    desk.messages.receipt(channel="post", reference=message.reference, receipt=bounced, address=address)
    desk.messages.repair(
        message.key,
        email=said.say("messages.repair.email", "{}@example.com"),
        phone=said.phone("messages.repair.phone", "6981"),
    )
    desk.messages.resend(message.key, by="ana", reason=said.say("messages.resend.reason"))
    headers = [("X-From", said.say("inbox.put.headers"))]
    desk.inbox.put("mail", f"m-{said.mark}", _mail(said), headers=headers)
    desk.inbox.process()


def _mail(said: Tokens) -> bytes:
    made = EmailMessage()
    made["From"] = said.say("messages.repair.email", "{}@example.com")
    made["To"], made["Message-ID"] = "hola@casa.example", said.say("inbox.put.raw", "<{}@mail.example>")
    made["Subject"] = said.say("mail.subject")
    made.set_content(said.say("mail.text", "Where is it? {}\n"))
    photo = b"\x89PNG\r\n\x1a\n" + said.say("mail.file").encode() * 3
    name = said.say("mail.file name", "{}.png")
    made.add_attachment(photo, maintype="image", subtype="png", filename=name)
    return made.as_bytes()


def _wish(desk: Desk, said: Tokens, who: Customer) -> None:
    def address(command: str) -> str:
        return said.say(f"people.{command}.address", "{}@example.com")

    for command in ("opt_out", "opt_in"):
        desk.people.opt_out(who.key, purpose="marketing", channel="post", address=address(command))
    desk.people.opt_in(who.key, purpose="marketing", channel="post", address=address("opt_in"))
    for command in ("address_failed", "address_restored"):
        desk.people.address_failed(who.key, kind="email", address=address(command))
    desk.people.address_restored(who.key, kind="email", address=address("address_restored"))


def _import(desk: Desk, said: Tokens, folder: Path) -> None:
    profile = parse_profile(PROFILE.replace("BRL", "EUR"))
    person = {"person": "p", "key": said.say("Customer.key"), "name": said.say("import.customer name")}
    review = {"review": said.mark, "order": said.mark, "score": "2", "asked": "2024-01-05", "answered": "2024-01-06"}
    files = write(
        folder,
        orders=[order(id=said.mark, person="p", promised="2024-01-02", delivered="2024-01-04")],
        people=[person],
        reviews=[{**review, "comment": said.say("import.comment")}],
    )
    report = desk.imports.run(profile, [files])
    assert not report.rejected, report
