"""Commands and questions about needs, and how the desk finds the one that something belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from incidentkit.desk.calls import By, given
from incidentkit.desk.commands import Changes
from incidentkit.desk.paging import wanted
from incidentkit.desk.work import Work
from incidentkit.domain.ids import NeedId
from incidentkit.domain.incidents import Incident
from incidentkit.domain.needs import Need
from incidentkit.domain.pages import Page
from incidentkit.domain.people import Customer
from incidentkit.rules import needs as rules
from incidentkit.store.finding import find_needs
from incidentkit.store.matching import needs_had
from incidentkit.store.unit import Held

__all__ = ["Needs", "named_once"]


class Needs(Changes[Need]):
    """Needs of one desk: what customers want, on however many channels they say it.

    A need begins with its first contact, see `Contacts.log`. Every command takes ``by=`` (who; the host vouches for it),
    ``at=`` (when it happened, with a zone; default: the desk's clock; never in the future) and ``key=`` (idempotency: the
    same key and arguments return the first result), and returns the need as it stands then.

    Raises, from any command:
        UnknownIdError: no such need or contact.
        RuleViolation: a rule forbids it. The record is as it was.
    """

    _noun = Need
    _kind = "need"

    def _gather(self, work: Work, id: str) -> Need:
        return work.need(id)

    def resolve(self, need_id: str, *, by: By = None, at: datetime | None = None, key: str | None = None) -> Need:
        """Nothing is owed any more. A need with an incident is resolved with that one, and can't be before."""
        return self._change("needs.resolve", need_id, lambda n, w: rules.resolve(n, cases_of(w, n)), {}, by, at, key)

    def reopen(self, need_id: str, *, reason: str, by: By = None, at: datetime | None = None, key: str | None = None) -> Need:
        """It was not resolved after all."""
        return self._change(
            "needs.reopen", need_id, lambda n, w: rules.reopen(n, w.words(reason)), given(reason=reason), by, at, key
        )

    def join(self, need_id: str, *, into: str, by: By = None, at: datetime | None = None, key: str | None = None) -> Need:
        """Two needs were one. All of it belongs to ``into`` from now on, which is returned."""

        def body(work: Work) -> Held:
            work.apply(need_id, rules.join(work.need(need_id), work.need(into)))
            return work.unit.load("need", into)

        return self._run("needs.join", given(need=need_id, into=into), body, by, at, key)

    def split(
        self,
        need_id: str,
        contacts: str | Sequence[str],
        *,
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Need:
        """Some contacts are about another need. They make a new one, which is returned.

        Args:
            contacts: the id of a contact, or several of them; at least one must stay.
        """
        moved = (contacts,) if isinstance(contacts, str) else tuple(contacts)

        def body(work: Work) -> Held:
            fresh, need = NeedId(work.new_id()), work.need(need_id)
            decision = rules.split(need, moved, fresh)
            named_once(work, fresh, need.customer, (), needs_had(work.unit, need.customer, ()))
            work.apply(need_id, decision)
            return work.unit.load("need", fresh)

        return self._run("needs.split", given(need=need_id, contacts=moved), body, by, at, key)

    def get(self, need_id: str) -> Need:
        """The need with that id.

        Raises:
            UnknownIdError: there is none.
        """
        return self._get(need_id)

    def find(
        self,
        *,
        customer: Customer | str | None = None,
        order: str | None = None,
        open: bool | None = None,
        limit: int = 100,
        after: str | None = None,
    ) -> Page[Need]:
        """Needs, the latest first; those that were joined into others are left out.

        Args:
            customer: whose they are.
            order: what they are about.
            open: whether something is still owed.
            limit: how many at the most, 1 to 10,000.
            after: where the page before ended, as its `Page.next`.
        """
        page = wanted(self._runtime, "needs.find", {"customer": customer, "order": order, "open": open}, limit, after)
        with self._runtime.store.reading() as unit:
            person = None if customer is None else self._runtime.person(unit, customer)
            if customer is not None and person is None:
                return Page()
            return self._seen_all(unit, find_needs(unit, page, customer=person, order=order, open_=open))


def cases_of(work: Work, need: Need) -> list[Incident]:
    """The incidents of a need; in place of a merged one, the one that goes on for it."""
    return list({case.id: case for case in map(work.survivor, need.incidents)}.values())


def named_once(work: Work, need: NeedId, customer: str | None, subjects: Sequence[str], had: int) -> None:
    """Give a new need the next number of its customer, or of what it is about where nobody is known.

    Two that begin at once would have the same number: the second decides again, and sees the first.

    Args:
        had: how many there were before it.
    """
    whose = customer or next(iter(subjects), None)
    if whose is not None:
        work.unit.name("need", f"{whose}#{had + 1}", need, free=True)
