"""Contacts and needs: what customers say, on which channel, and how people put right what was joined wrongly."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import MultipleResults, multiple, rule

from incidentkit.domain.contacts import Direction
from incidentkit.domain.needs import Need
from incidentkit.domain.people import Customer
from incidentkit.testing.machines._base import INCIDENTS, NEEDS, ORDERS, Driven
from incidentkit.testing.machines._drawn import PERSONAL, customers, hours_ago, person, who, words

__all__ = ["NeedRules"]


class NeedRules(Driven):
    """What happens to needs."""

    @rule(
        target=NEEDS,
        channel=st.sampled_from(("phone", "phone", "email", "counter", "no channel")),
        direction=st.sampled_from(("in", "in", "out")),
        order=st.none() | ORDERS,
        incident=st.none() | INCIDENTS,
        need=st.none() | st.none() | NEEDS,
        customer=customers(),
        kind=st.sampled_from(("asks", "asks", "live", "thanks", "automatic", "both")),
        summary=st.none() | words(),
        hours_ago=hours_ago(),
        by=who(),
    )
    def log(
        self,
        channel: str,
        direction: Direction,
        order: str | None,
        incident: str | None,
        need: str | None,
        customer: Customer | None,
        kind: str,
        summary: str | None,
        hours_ago: int,
        by: str | None,
    ) -> MultipleResults[str]:
        """A contact, about something or nothing in particular, perhaps written down late."""
        contact = self._try(
            lambda: self.desk.contacts.log(
                channel=channel,
                direction=direction,
                order=order,
                incident=incident,
                need=need,
                customer=customer,
                summary=summary,
                automatic=kind in ("automatic", "both"),
                live=kind in ("live", "both"),
                expects_answer=False if kind == "thanks" else None,
                at=self.clock.now - timedelta(hours=hours_ago),
                by=by,
            )
        )
        return multiple() if contact is None else multiple(contact.need)

    @rule(
        target=NEEDS,
        ways=st.lists(st.sampled_from(("phone", "email", "counter")), min_size=1, max_size=3),
        order=st.none() | ORDERS,
        days=st.integers(0, 2),
        then=st.sampled_from(("nothing", "split", "and join")),
    )
    def keep_asking(self, ways: list[str], order: str | None, days: int, then: str) -> MultipleResults[str]:
        """A customer asks again and again, on one channel after the other; perhaps they wanted two things."""
        found: list[str] = []
        for channel in ways:
            self.clock.advance(days=days)
            customer = person(2, mail=True) if order is None else None
            found.append(self.desk.contacts.log(channel=channel, order=order, customer=customer, summary=PERSONAL).need)
        need = self.desk.needs.get(found[-1])
        if then != "nothing" and len(need.contacts) > 1:
            found.append(self.desk.needs.split(need.id, need.contacts[0].id, by="ana").id)
        if then == "and join":
            self._then(lambda: self.desk.needs.join(found[-1], into=found[0], by="ana"))
        return multiple(*dict.fromkeys(found))

    @rule(target=NEEDS, need=NEEDS, other=NEEDS, what=st.sampled_from(("join", "split", "resolve", "reopen")), words=words())
    def correct(self, need: str, other: str, what: str, words: str) -> MultipleResults[str]:
        """Two needs were one, one was two; or one is done with, or not after all."""
        desk = self.desk.needs
        some: list[str] = [contact.id for contact in desk.get(need).contacts[::2]] or ["nothing"]
        commands: dict[str, Callable[[], Need]] = {
            "join": lambda: desk.join(need, into=other, by="ana"),
            "split": lambda: desk.split(need, some, by="ana"),
            "resolve": lambda: desk.resolve(need, by="ana"),
            "reopen": lambda: desk.reopen(need, reason=words, by="ana"),
        }
        found = self._try(commands[what])
        return multiple() if found is None or what != "split" else multiple(found.id)
