"""Taking down contacts: which need each belongs to, and which incidents hear of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from incidentkit.desk.calls import By, given, ids
from incidentkit.desk.commands import Commands
from incidentkit.desk.needs import cases_of, named_once
from incidentkit.desk.work import Work
from incidentkit.domain.contacts import Contact, Direction
from incidentkit.domain.ids import ContactId, CustomerId, NeedId, OrderId
from incidentkit.domain.incidents import Incident
from incidentkit.domain.needs import Need
from incidentkit.domain.people import Customer
from incidentkit.domain.texts import Text
from incidentkit.rules import needs as rules
from incidentkit.rules.cases import WORKABLE
from incidentkit.rules.decision import Decision
from incidentkit.store.matching import Matching, needs_about
from incidentkit.store.unit import Held

__all__ = ["Contacts", "contact_of_conversation", "customer_of", "decided"]


class Contacts(Commands[Need]):
    """Contacts of one desk: every time that a customer and the shop touched, on any channel."""

    _noun = Need
    _kind = "need"

    def log(
        self,
        *,
        channel: str,
        direction: Direction = "in",
        order: str | Sequence[str] | None = None,
        incident: str | Sequence[str] | None = None,
        customer: Customer | str | None = None,
        summary: str | None = None,
        automatic: bool = False,
        live: bool = False,
        expects_answer: bool | None = None,
        need: str | None = None,
        ticket: str | None = None,
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Contact:
        """Take down a contact. Its ``need`` names the need that it belongs to, ``because`` the reason.

        It joins the customer's open need about the same incident or order; with neither named, their one open need; within a
        week after a need was resolved, that one, which is reopened if an answer is expected. Else it opens a need. The
        incidents that it names hear of it, and where it names none, the unresolved ones of its need.

        Args:
            channel: ``phone``, ``email``, ``counter``, ``sms``, ``social``, ``self_service``, ``delivery_note``, ... In
                shop.toml, ``[[rates]]`` says what each costs.
            direction: ``in`` where the customer began it, else ``out``.
            order, incident: what it is about: an id, several, or nothing.
            customer: who it is; default: the customer of the incident or order.
            summary: what was said; kept in the vault.
            automatic: no person wrote it: it answers nothing, and starts no clock.
            live: both were there at once: a call that was taken is answered as it happens.
            expects_answer: False for a "thanks". Default: True for what the customer began.
            need: the need that it is about, where that is known.
            ticket: the number of its case in another ticket desk of the shop's.
            by: who of the shop had it, or ``customer``.

        Raises:
            UnknownIdError: no such order, incident or need.
            InvalidInput: a channel or direction that is none.
            RuleViolation: a need of somebody else.
        """
        orders, incidents = ids("order", order), ids("incident", incident)

        def body(work: Work) -> Held:
            cases = list({case.id: case for case in map(work.survivor, incidents)}.values())
            about = tuple(dict.fromkeys((*(work.order(o).id for o in orders), *(o for case in cases for o in case.orders))))
            new = rules.NewContact(
                contact=ContactId(work.new_id()),
                fresh=NeedId(work.new_id()),
                channel=channel,
                direction=direction,
                incidents=cases,
                orders=about,
                customer=work.customer(customer) or customer_of(work, cases, about),
                named=None if need is None else work.need(need),
                automatic=automatic,
                live=live,
                expects_answer=direction == "in" if expects_answer is None else expects_answer,
                summary=work.text(summary),
                ticket=ticket or "",
            )
            need_id, decision = decided(work, new)
            return work.apply(need_id, decision)

        arguments = given(
            channel=channel,
            direction=direction,
            orders=orders,
            incidents=incidents,
            customer=customer,
            summary=summary,
            automatic=automatic,
            live=live,
            expects_answer=expects_answer,
            need=need,
            ticket=ticket,
        )
        return self._run("contacts.log", arguments, body, by, at, key).contacts[-1]


def contact_of_conversation(
    work: Work, incident: Incident, channel: str, direction: Direction, summary: Text
) -> tuple[NeedId, Decision]:
    """A conversation as a contact of the incident's need: that need, and what follows for it."""
    new = rules.NewContact(
        contact=ContactId(work.new_id()),
        fresh=NeedId(work.new_id()),
        channel=channel,
        direction=direction,
        incidents=(incident,),
        orders=incident.orders,
        customer=incident.customer,
        live=True,
        expects_answer=direction == "in",
        summary=summary,
        noted=False,
    )
    return decided(work, new)


def _owed(case: Incident) -> bool:
    return case.phase in WORKABLE


def decided(work: Work, new: rules.NewContact, owed: Callable[[Incident], bool] = _owed) -> tuple[NeedId, Decision]:
    """What follows from a contact, and for which need; importing shares it.

    Args:
        owed: whether something was still owed of an incident when the contact happened.
    """
    subjects = (*(case.id for case in new.incidents), *new.orders)
    since = work.now.at - rules.REPEAT_WITHIN
    about = Matching() if new.named else needs_about(work.unit, new.customer, subjects, since)
    needs = [work.need(need) for need in about.needs]

    def unresolved(need: Need) -> list[Incident]:
        return [case for case in cases_of(work, need) if owed(case)]

    need_id, decision = rules.log(new, needs, unresolved, work.now)
    if need_id == new.fresh:
        named_once(work, need_id, new.customer, subjects, about.had)
    return need_id, decision


def customer_of(work: Work, cases: Sequence[Incident], orders: Sequence[OrderId]) -> CustomerId | None:
    """The customer of what a contact is about."""
    of_cases = (case.customer for case in cases)
    return next((c for c in of_cases if c), None) or next((c for c in (work.order(o).customer for o in orders) if c), None)
