"""The channel: mails handed in at one server, over a connection that is kept."""

from __future__ import annotations

import os
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING

from incidentkit.hooks import AddressKind, ChannelFeatures, Message, Receipt, ReceiptKind
from incidentkit.mail import mail, message_id
from incidentkit_email.addresses import needs_utf8, with_ascii_domains
from incidentkit_email.answers import Answer, refusal
from incidentkit_email.errors import AnswerLost, no_line
from incidentkit_email.settings import EmailSettings

if TYPE_CHECKING:
    from incidentkit_email.dialogue import Dialogue
    from incidentkit_email.envelope import Envelope

__all__ = ["EmailChannel"]

# A connection that was still for longer may be gone without anybody saying so.
_KEPT = 60.0
_GOODBYE = 2.0
_LONGEST_RAW = 500


class EmailChannel:
    """Sends mails over SMTP. Neither a repr nor an error shows the password, an address or a word of a message.

    ``accepted`` is the server's word that it has the mail, not that the mail arrived. A key that is sent twice is two mails
    with one Message-ID. Threads take turns at one connection; a process of its own gets one of its own.
    """

    name = "email"
    features = ChannelFeatures(confirms=False, idempotent=False)
    address: AddressKind = "email"

    def __init__(self, settings: EmailSettings) -> None:
        self.settings = settings
        self._lock = Lock()
        self._line: Dialogue | None = None
        self._used = 0.0
        self._process = 0

    def __repr__(self) -> str:
        return f"EmailChannel('{self.settings.host}:{self.settings.server_port}')"

    def send(self, message: Message) -> Receipt:
        """Hand the mail in.

        Raises:
            TransientChannelError: no connection, or the server says: not now. Nothing went out.
            PermanentChannelError: the server refuses the message or its address, or no mail can be made of it.
            UnsupportedFeature: the server can't carry it as it is.
            AnswerLost: it was handed in and no word came back, so it may have gone out.
        """
        message = with_ascii_domains(message)
        content = mail(message, wide=needs_utf8(message))  # what can't be a mail needs no connection
        with self._lock:
            line, ready = self._ready(message, content)
            answer = self._handed_in(line, ready)
        if not answer.ok:
            raise refusal(answer, "the mail")
        return Receipt(ReceiptKind.ACCEPTED, message_id(message), raw=f"{answer.code} {answer.text}"[:_LONGEST_RAW])

    def close(self) -> None:
        """Say goodbye to the server, if there is a connection."""
        with self._lock:
            line = self._kept()
            if line is None:
                return
            self._line = None
            line.allow(_GOODBYE)
            try:
                line.say("QUIT")
            except OSError:
                pass  # gone already
            finally:
                line.close()

    # --- One mail --------------------------------------------------------------------------------------------------

    def _ready(self, message: Message, content: bytes) -> tuple[Dialogue, Envelope]:
        """A connection whose server waits for the mail. One that was kept and is gone is made anew, once."""
        kept = self._kept()
        if kept is not None:
            try:
                return self._announced(kept, message, content)
            except _Gone:
                self._drop()
        try:
            return self._announced(self._connected(message), message, content)
        except _Gone as gone:
            self._drop()
            raise refusal(gone.answer, "MAIL") if gone.answer else no_line(gone.error or ConnectionError()) from None

    def _announced(self, line: Dialogue, message: Message, content: bytes) -> tuple[Dialogue, Envelope]:
        from incidentkit_email.envelope import envelope

        ready = envelope(message, content, self.settings, line)
        self._used = monotonic()
        line.allow(self.settings.timeout.total_seconds())
        try:
            answers = line.say_all(ready.commands)
            refused = next(((answer, step) for answer, step in zip(answers, _STEPS, strict=False) if not answer.ok), None)
            if refused is None:
                return line, ready
            _forget(line, answers)
        except OSError as error:
            raise _Gone(error) from None
        if refused[0].code == 421:
            raise _Gone(None, refused[0])
        raise refusal(*refused)

    def _handed_in(self, line: Dialogue, ready: Envelope) -> Answer:
        line.allow(self.settings.patience.total_seconds())
        try:
            answer = line.hand_in(ready.content)
        except OSError as error:
            self._drop()
            # Not chained: what it says is the system's, and may hold anything.
            raise AnswerLost(f"The mail server did not say whether it has the mail ({type(error).__name__}).") from None
        except BaseException:
            self._drop()
            raise
        if answer.code == 421:
            self._drop()
        return answer

    # --- The connection --------------------------------------------------------------------------------------------

    def _kept(self) -> Dialogue | None:
        if self._line is not None and (os.getpid() != self._process or monotonic() - self._used > _KEPT):
            # A child must not speak on its parent's connection.
            self._drop()
        return self._line

    def _connected(self, message: Message) -> Dialogue:
        from incidentkit_email.line import connect

        try:
            line = connect(self.settings, self.settings.hello or message.sender.rpartition("@")[2])
        except OSError as error:
            raise no_line(error) from None
        line.command_encoding = "utf-8" if line.has_extn("smtputf8") else "ascii"
        self._line, self._process, self._used = line, os.getpid(), monotonic()
        return line

    def _drop(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None


_STEPS = ("MAIL", "RCPT", "DATA")


class _Gone(Exception):
    """The connection broke, or the server ended it, before the mail was handed in."""

    def __init__(self, error: OSError | None, answer: Answer | None = None) -> None:
        super().__init__()
        self.error = error
        self.answer = answer


def _forget(line: Dialogue, answers: list[Answer]) -> None:
    """Make the server ready for another mail, after it refused this one's envelope."""
    if len(answers) == len(_STEPS) and answers[-1].ok:
        line.hand_in(b"")  # it waits for a mail all the same, which goes to nobody
    if all(answer.code != 421 for answer in answers):
        line.say("RSET")
