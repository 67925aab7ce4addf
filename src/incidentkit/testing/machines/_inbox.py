"""Mail that comes in from outside: from customers, strangers and machines, once or again, about something or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage

from hypothesis import strategies as st
from hypothesis.stateful import rule

from incidentkit.testing._audit import Copy
from incidentkit.testing.machines._base import Driven
from incidentkit.testing.machines._drawn import PERSONAL, words

__all__ = ["InboxRules"]

_MACHINES = ("auto-replied", "auto-generated")
_SENDERS = (f"{PERSONAL}0@example.com", f"{PERSONAL}1@example.com", f"{PERSONAL}2@example.com", f"{PERSONAL}9@example.org")


class InboxRules(Driven):
    """What comes in."""

    def __init__(self) -> None:
        super().__init__()
        self._mails = 0
        self._of_machines: set[str] = set()

    @rule(
        sender=st.sampled_from(_SENDERS),
        text=words(),
        place=st.none() | st.integers(0, 3),
        automatic=st.sampled_from((None, None, *_MACHINES)),
        times=st.integers(1, 2),
        limit=st.sampled_from((None, None, 1)),
    )
    def get_mail(self, sender: str, text: str, place: int | None, automatic: str | None, times: int, limit: int | None) -> None:
        """A mail, perhaps an answer to one of the latest messages, perhaps of a machine, perhaps given to us twice."""
        self._mails += 1
        name = f"mail-{self._mails}"
        if automatic is not None:
            self._of_machines.add(name)
        raw = _mail(sender, text, self._answered(place), automatic)
        kept = [self.desk.inbox.put("mail", name, raw) for _ in range(times)]
        assert kept == [True, False][:times], "a mail was taken in twice"
        self.the_record_holds()
        self._process(limit)

    @rule()
    def read_mail(self) -> None:
        """What is there is processed; then nothing is left that could be."""
        self._process(None)
        assert not self.desk.inbox.process().total, "there was more to process"
        self._nothing_changed("an empty inbox", but=("inbox",))

    def _process(self, limit: int | None) -> None:
        before = self._standings()
        waiting = {arrival.event_id for arrival in self.desk.inbox.find(state="waiting", limit=10_000)}
        report = self.desk.inbox.process(limit=limit)
        assert limit is None or report.total <= limit
        assert (report.again, report.dead) == (0, 0), "a mail that is one could not be read"
        left = {arrival.event_id for arrival in self.desk.inbox.find(state="waiting", limit=10_000)}
        if waiting - left <= self._of_machines:
            assert before == self._standings(), "what a machine wrote moved a case"
        self.the_record_holds()

    def _standings(self) -> list[tuple[object, ...]]:
        """How each case stands, as far as a customer's word could move it."""
        return [(case.id, case.phase, case.evidence, case.holds) for case in self.desk.incidents.find(limit=10_000)]

    def _answered(self, place: int | None) -> str | None:
        """What one of the latest messages was called, where it has a name."""
        rows = Copy(self._url).of("intents", "default")
        names = [row["reference"] for row in rows if row["reference"]]
        return None if place is None or not names else names[-1 - place % len(names)]


def _mail(sender: str, text: str, answers: str | None, automatic: str | None) -> bytes:
    mail = EmailMessage()
    for name, value in _headers(sender, answers, automatic):
        mail[name] = value
    mail.set_content(text)
    return mail.as_bytes()


def _headers(sender: str, answers: str | None, automatic: str | None) -> Iterator[tuple[str, str]]:
    yield "From", f"{PERSONAL} <{sender}>"
    yield "To", "shop@example.com"
    yield "Subject", f"Re: {PERSONAL}"
    if answers is not None:
        yield "In-Reply-To", answers
    if automatic is not None:
        yield "Auto-Submitted", automatic
