"""A channel that keeps every promise of the kit, and one for each way to break one."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from incidentkit.domain.effects import Receipt
from incidentkit.domain.messages import ReceiptKind
from incidentkit.errors import PermanentChannelError, TransientChannelError, UnsupportedFeature
from incidentkit.ports import AddressKind, ChannelFeatures, Message, ReceiptNews
from incidentkit.testing.contracts import Fault

SECRET = "t0ken-of-the-shop"

_log = logging.getLogger("saboteur")


class Honest:
    """A channel that keeps every promise: the far side is a file of keys."""

    name = "honest"
    features = ChannelFeatures(confirms=False, idempotent=True, lookup=True)
    address: AddressKind = "email"

    def __init__(self, directory: Path, fault: Fault | None = None) -> None:
        self.far_side = directory / "far-side.json"
        self.fault = fault

    def sent(self) -> list[str]:
        """The keys on the far side."""
        return list(json.loads(self.far_side.read_text())) if self.far_side.exists() else []

    def keep(self, key: str) -> None:
        """One more message on the far side."""
        self.far_side.write_text(json.dumps([*self.sent(), key]))

    def send(self, message: Message) -> Receipt:
        """As promised."""
        if any(end in text for text in (message.to, message.subject, message.name) for end in "\r\n"):
            raise PermanentChannelError("A header", "must be one line")
        if message.attachments:
            raise UnsupportedFeature("A file", "must be carried by another channel")
        self.meet(message)
        if message.key not in self.sent():
            self.keep(message.key)
        if self.fault is Fault.UNANSWERED:
            raise self.lost()
        return Receipt(ReceiptKind.ACCEPTED, message.key)

    def meet(self, message: Message) -> None:
        """What the far side's fault comes to."""
        match self.fault:
            case Fault.BUSY:
                raise TransientChannelError("The far side", "must take the message")
            case Fault.GONE:
                raise TransientChannelError("The far side", "must be there")
            case Fault.HANGING:
                raise TimeoutError
            case Fault.REFUSING:
                raise PermanentChannelError("The far side", "must know the address")
            case Fault.LIMITED:
                raise UnsupportedFeature("The far side", "must be able to carry it")

    def lost(self) -> Exception:
        """What is raised where no answer comes."""
        return ConnectionError("no answer")

    def look_up(self, key: str) -> Receipt | None:
        """As promised."""
        return Receipt(ReceiptKind.ACCEPTED, key) if key in self.sent() else None

    def reports(self) -> Iterable[ReceiptNews]:
        """What came back."""
        return [ReceiptNews(kind=ReceiptKind.BOUNCED, references=(key,)) for key in self.sent()]


# --- What is declared --------------------------------------------------------------------------------------------


class Mute(Honest):
    features = {"confirms": False}  # type: ignore[assignment]  # noqa: RUF012


class WithoutLookUp:
    """Declares to look up, and can't."""

    name = "honest"
    features = ChannelFeatures(confirms=False, idempotent=True, lookup=True)
    address: AddressKind = "email"

    def __init__(self, directory: Path, fault: Fault | None = None) -> None:
        pass

    def send(self, message: Message) -> Receipt:
        return Receipt(ReceiptKind.ACCEPTED)


class Changing(Honest):
    """Finds out what it can do with the first message."""

    def send(self, message: Message) -> Receipt:
        self.features = ChannelFeatures(confirms=True, idempotent=True, lookup=True)
        return super().send(message)


# --- What is sent ------------------------------------------------------------------------------------------------


class Boasting(Honest):
    def look_up(self, key: str) -> Receipt | None:
        return Receipt(ReceiptKind.ACCEPTED)


class Forgetful(Honest):
    def look_up(self, key: str) -> Receipt | None:
        return None


class Dropping(Honest):
    def keep(self, key: str) -> None:
        pass


class SendingTwice(Honest):
    def send(self, message: Message) -> Receipt:
        receipt = super().send(message)
        self.keep(message.key)
        return receipt


class Truthless(Honest):
    def send(self, message: Message) -> bool:  # type: ignore[override]
        super().send(message)
        return True


class Deferring(Honest):
    def send(self, message: Message) -> Receipt:
        super().send(message)
        return Receipt(ReceiptKind.DEFERRED)


class Optimist(Honest):
    def send(self, message: Message) -> Receipt:
        super().send(message)
        return Receipt(ReceiptKind.DELIVERED)


class HalfDone(Honest):
    """Sends the text, then finds that it can't carry the file."""

    def send(self, message: Message) -> Receipt:
        if message.attachments:
            self.keep(message.key)
        return super().send(message)


class Swallowing(Honest):
    """Says that a message with a file went out, and drops it."""

    def send(self, message: Message) -> Receipt:
        return Receipt(ReceiptKind.ACCEPTED) if message.attachments else super().send(message)


class Repeating(Honest):
    def send(self, message: Message) -> Receipt:
        if message.key in self.sent():
            self.keep(message.key)
        return super().send(message)


class Forgetting(Honest):
    """Remembers keys, but not beyond a restart."""

    def __init__(self, directory: Path, fault: Fault | None = None) -> None:
        super().__init__(directory, fault)
        self.seen: set[str] = set()

    def send(self, message: Message) -> Receipt:
        if message.key in self.sent() and message.key not in self.seen:
            self.keep(message.key)
        self.seen.add(message.key)
        return super().send(message)


class SameWords(Honest):
    """Takes two messages with the same words for one."""

    def send(self, message: Message) -> Receipt:
        receipt = super().send(message)
        if len(self.sent()) > 1:
            self.far_side.write_text(json.dumps(self.sent()[:1]))
        return receipt


class Unkeepable(Honest):
    """Hands over what its library gave it."""

    def send(self, message: Message) -> Receipt:
        super().send(message)
        return Receipt(ReceiptKind.ACCEPTED, message.key, raw={"id": message.key})  # type: ignore[arg-type]


class Endless(Honest):
    def send(self, message: Message) -> Receipt:
        super().send(message)
        return Receipt(ReceiptKind.ACCEPTED, message.key * 200)


class OneForAll(Honest):
    """Gives every message the same reference."""

    def send(self, message: Message) -> Receipt:
        super().send(message)
        return Receipt(ReceiptKind.ACCEPTED, "the-shop")


# --- What is refused ---------------------------------------------------------------------------------------------


class Trusting(Honest):
    def send(self, message: Message) -> Receipt:
        self.meet(message)
        if message.attachments:
            return super().send(message)
        if message.key not in self.sent():
            self.keep(message.key)
        return Receipt(ReceiptKind.ACCEPTED, message.key)


class TooLate(Honest):
    """Refuses a bad header after the message is out."""

    def send(self, message: Message) -> Receipt:
        if "\n" in message.subject:
            self.keep(message.key)
        return super().send(message)


# --- What fails --------------------------------------------------------------------------------------------------


class GivingUp(Honest):
    """Takes a pause for the end."""

    def meet(self, message: Message) -> None:
        if self.fault is Fault.BUSY:
            raise PermanentChannelError("The far side", "must take the message")
        super().meet(message)


class BusyTwice(Honest):
    """Says: not now, and sends it all the same."""

    def meet(self, message: Message) -> None:
        if self.fault is Fault.BUSY:
            self.keep(message.key)
        super().meet(message)


class Unreachable(Honest):
    """Lets the error of its library out."""

    def meet(self, message: Message) -> None:
        if self.fault is Fault.GONE:
            raise ConnectionRefusedError
        super().meet(message)


class Stubborn(Honest):
    """Would try for ever what is refused."""

    def meet(self, message: Message) -> None:
        if self.fault is Fault.REFUSING:
            raise TransientChannelError("The far side", "must know the address")
        super().meet(message)


class Crude(Honest):
    """Knows one kind of refusal."""

    def meet(self, message: Message) -> None:
        if self.fault is Fault.LIMITED:
            raise PermanentChannelError("The far side", "must be able to carry it")
        super().meet(message)


class Patient(Honest):
    """Waits for as long as it takes."""

    def meet(self, message: Message) -> None:
        if self.fault is Fault.HANGING:
            threading.Event().wait(5)
        super().meet(message)


class Assuming(Honest):
    """Takes silence for a yes."""

    def meet(self, message: Message) -> None:
        if self.fault is not Fault.HANGING:
            super().meet(message)


class Guessing(Honest):
    """Says that it did not go out, where nobody knows."""

    def lost(self) -> Exception:
        return TransientChannelError("The far side", "must answer")


class Hopeful(Honest):
    """Says that it went out, where nobody knows."""

    def send(self, message: Message) -> Receipt:
        try:
            return super().send(message)
        except ConnectionError:
            return Receipt(ReceiptKind.ACCEPTED, message.key)


class NotingAfterwards(Honest):
    """Notes the key once the answer is there, so a lost one makes a second message."""

    def send(self, message: Message) -> Receipt:
        if "unanswered" in self.sent() and message.key in self.sent():
            self.far_side.write_text(json.dumps([*self.sent(), message.key]))
        return super().send(message)

    def lost(self) -> Exception:
        self.far_side.write_text(json.dumps([*self.sent(), "unanswered"]))
        return super().lost()


class Nameless(Honest):
    """Gives no reference, so that no report can name it."""

    def send(self, message: Message) -> Receipt:
        super().send(message)
        return Receipt(ReceiptKind.ACCEPTED)


class Renaming(Honest):
    """Reports call the message otherwise than the receipt did."""

    def reports(self) -> Iterable[ReceiptNews]:
        return [ReceiptNews(kind=ReceiptKind.BOUNCED, references=(f"queue/{key}",)) for key in self.sent()]


class Cheerful(Honest):
    """Takes the report of a failure for one of success."""

    def reports(self) -> Iterable[ReceiptNews]:
        return [ReceiptNews(kind=ReceiptKind.DELIVERED, references=(key,)) for key in self.sent()]


# --- What is shown -----------------------------------------------------------------------------------------------


class Chatty(Honest):
    def send(self, message: Message) -> Receipt:
        try:
            return super().send(message)
        except PermanentChannelError:
            raise PermanentChannelError("A header", "must be one line", got=repr(message.to)) from None


class Telling(Honest):
    """Calls a message by whom it goes to."""

    last = ""

    def send(self, message: Message) -> Receipt:
        super().send(message)
        self.last = f"{message.key} to {message.to}"
        return Receipt(ReceiptKind.ACCEPTED, self.last)

    def reports(self) -> Iterable[ReceiptNews]:
        return [ReceiptNews(kind=ReceiptKind.BOUNCED, references=(self.last,))]


class Open(Honest):
    def __repr__(self) -> str:
        return f"Open(token={SECRET!r})"


class Logging(Honest):
    """Logs what it sends, for the developer."""

    def send(self, message: Message) -> Receipt:
        _log.debug("sending to %s", message.to)
        return super().send(message)


class Chaining(Honest):
    """Its error is clean; the one behind it is not."""

    def meet(self, message: Message) -> None:
        try:
            super().meet(message)
        except PermanentChannelError as error:
            raise error from ValueError(f"550 <{message.to}>: unknown")


class Blurting(Honest):
    """Logs the token when it can't connect."""

    def meet(self, message: Message) -> None:
        if self.fault is Fault.GONE:
            _log.warning("could not connect with %s", SECRET)
        super().meet(message)


SABOTEURS: list[tuple[str, type[Any]]] = [
    ("what_it_can_do_is_declared", Mute),
    ("what_it_can_do_is_declared", WithoutLookUp),
    ("what_is_declared_stays", Changing),
    ("a_message_arrives_once", Dropping),
    ("a_message_arrives_once", SendingTwice),
    ("a_message_arrives_once", Truthless),
    ("a_message_arrives_once", Deferring),
    ("delivered_is_said_only_where_it_can_be_known", Optimist),
    ("all_of_a_message_is_carried_or_refused", HalfDone),
    ("all_of_a_message_is_carried_or_refused", Swallowing),
    ("the_same_key_arrives_once", Repeating),
    ("the_same_key_arrives_once", Forgetting),
    ("another_key_is_another_message", SameWords),
    ("looking_up_tells_what_was_sent", Boasting),
    ("looking_up_tells_what_was_sent", Forgetful),
    ("a_receipt_can_be_kept", Unkeepable),
    ("a_receipt_can_be_kept", Endless),
    ("a_reference_names_one_message", OneForAll),
    ("a_line_break_in_a_header_is_refused", Trusting),
    ("a_line_break_in_a_header_is_refused", TooLate),
    ("not_now_is_transient", GivingUp),
    ("not_now_is_transient", BusyTwice),
    ("nobody_there_is_transient", Unreachable),
    ("never_is_permanent", Stubborn),
    ("what_can_not_be_carried_is_unsupported", Crude),
    ("waiting_has_an_end", Patient),
    ("waiting_has_an_end", Assuming),
    ("a_lost_answer_is_unknown", Guessing),
    ("a_lost_answer_is_unknown", Hopeful),
    ("a_lost_answer_can_be_made_good", NotingAfterwards),
    ("a_report_leads_back_to_its_message", Nameless),
    ("a_report_leads_back_to_its_message", Renaming),
    ("a_report_leads_back_to_its_message", Cheerful),
    ("nothing_private_is_shown", Chatty),
    ("nothing_private_is_shown", Telling),
    ("nothing_private_is_shown", Open),
    ("nothing_private_is_logged", Logging),
    ("no_failure_shows_what_is_private", Chaining),
    ("no_failure_shows_what_is_private", Blurting),
]
"""Each with the promise that it breaks first."""

GOOD_PLUGIN = """
from incidentkit.hooks import hookimpl
from tests.saboteurs.channels import Honest

@hookimpl
def incidentkit_register_channels(context):
    return [Honest(context.directory)]
"""

_REGISTERING, _ALONE = "registering_brings_the_channel", "importing_and_registering_leave_the_world_alone"
BAD_PLUGINS: list[tuple[str, str, str]] = [
    (_REGISTERING, "an unknown hook", GOOD_PLUGIN.replace("register_channels", "register_channel")),
    (_REGISTERING, "an unknown argument", GOOD_PLUGIN.replace("(context)", "(context, desk)")),
    (_REGISTERING, "no channel", GOOD_PLUGIN.replace("[Honest(context.directory)]", "[]")),
    (_ALONE, "a file written on import", GOOD_PLUGIN + "open('saboteur.log', 'w').close()\n"),
    (
        _ALONE,
        "a connection when registering",
        GOOD_PLUGIN.replace("    return", "    import socket\n    socket.getaddrinfo('127.0.0.1', 9)\n    return"),
    ),
    (
        _ALONE,
        "a folder made when registering",
        GOOD_PLUGIN.replace("    return", "    (context.directory / 'mails').mkdir()\n    return"),
    ),
]
"""Each with the promise that it breaks first, and how."""
