"""One thing that came in, from its bytes to what the record says of it."""

from __future__ import annotations

import hashlib
import logging
import traceback
from collections.abc import Iterable, Sequence

from attrs import evolve, frozen

from incidentkit.delivery.inbound.files import file_type, safe_name
from incidentkit.delivery.retry import next_try
from incidentkit.delivery.tokens import Tokens
from incidentkit.desk.calls import Call
from incidentkit.desk.file_refs import file_ref
from incidentkit.desk.linking import reading_tokens
from incidentkit.desk.placing_contacts import contact_of
from incidentkit.desk.receiving import receive_outside
from incidentkit.desk.runtime import Runtime
from incidentkit.desk.work import Work
from incidentkit.domain.actors import RULE, Actor
from incidentkit.domain.effects import Receipt
from incidentkit.domain.inbound import Arrival, InboxOutcome, InboxState, ReceivedFile
from incidentkit.domain.messages import LostReason
from incidentkit.domain.needs import Need
from incidentkit.errors import ConflictError, IncidentkitError, MissingExtra, StoreError, UnknownIdError
from incidentkit.mail import of_envelope_id
from incidentkit.ports import Attachment, BlobStore, InboundMessage, RawInbound, ReceiptNews
from incidentkit.rules.placing import Clues, answered, place
from incidentkit.store.files import seal_file
from incidentkit.store.inbox import (
    customers_at,
    file_under,
    find_arrival,
    gone_on,
    heard_from,
    keep_file,
    open_cases,
    raw_of,
    replied_to,
    streams_called,
)
from incidentkit.store.unit import Unit

__all__ = ["Processing"]

_log = logging.getLogger("incidentkit.inbox")

_READER = "mail"
_MOST_NAMES = 50
"""Names of earlier messages that are looked for: the nearest ones."""

Item = InboundMessage | ReceiptNews


@frozen
class _Kept:
    """A file of a message, and its bytes where they are kept."""

    file: ReceivedFile
    content: bytes | None


class Processing:
    """Processes what came in. Each thing is a transaction of its own, and what fails leaves nothing behind but a note."""

    def __init__(self, runtime: Runtime, blobs: BlobStore) -> None:
        self._runtime = runtime
        self._blobs = blobs

    def take(self, arrival: Arrival) -> Arrival | None:
        """How it stands afterwards; None where somebody else was quicker."""
        try:
            items = self._read(arrival)
            # Read beforehand: a store in memory has one transaction at a time.
            tokens = self._tokens(items)
            return self._runtime.transaction(lambda unit: self._once(unit, arrival, items, tokens))
        except (StoreError, ConflictError):
            raise  # about the store, not about what came in
        except Exception as error:  # noqa: BLE001 - whatever one of them does, the others go on
            # The text of the error may hold what was read.
            _log.warning("%s could not be processed: %s at %s", arrival.source, type(error).__name__, _place(error))
            code = error.code if isinstance(error, IncidentkitError) else type(error).__name__
            return self._runtime.transaction(lambda unit: self._failed(unit, arrival, code))

    def _read(self, arrival: Arrival) -> tuple[Item, ...]:
        with self._runtime.store.reading() as unit:
            raw = raw_of(unit, arrival)
        if raw is None:
            return ()
        adapters = self._runtime.plugins.inbound
        adapter = adapters.get(_READER if arrival.source in self._runtime.plugins.mailboxes else arrival.source)
        if adapter is None:
            step = "Install the plugin that reads this source, then release it."
            raise UnknownIdError("An inbound adapter", "must be loaded", got=arrival.source, next=step)
        return tuple(adapter.read(RawInbound(raw.content, raw.headers)))

    def _failed(self, unit: Unit, arrival: Arrival, code: str) -> Arrival | None:
        unit.wait_turn()
        found = find_arrival(unit, arrival.source, arrival.event_id)
        if found is None or found.state is not InboxState.WAITING:
            return None
        attempts = found.attempts + 1
        due = next_try(self._runtime.shop.inbound.retry, attempts, self._runtime.clock(), None, found.raw)
        state = InboxState.DEAD if due is None else InboxState.WAITING
        after = evolve(found, attempts=attempts, state=state, due=due or found.due, outcome=InboxOutcome.FAILED, reason=code)
        gone_on(unit, after)
        return after

    def _once(self, unit: Unit, arrival: Arrival, items: Sequence[Item], tokens: Tokens | None) -> Arrival | None:
        # Alone from here on: nobody else can take it up before this is written.
        unit.wait_turn()
        found = find_arrival(unit, arrival.source, arrival.event_id)
        if found is None or found.state is not InboxState.WAITING:
            return None
        after = evolve(found, state=InboxState.DONE, outcome=InboxOutcome.EMPTY)
        for number, item in enumerate(items):
            if isinstance(item, ReceiptNews):
                self._receive(unit, found, number, item)
                after = evolve(after, outcome=InboxOutcome.RECEIPT)
            else:
                after = self._message(unit, found, after, item, tokens)
        gone_on(unit, after)
        return after

    # --- News of messages of ours --------------------------------------------------------------------------------

    def _receive(self, unit: Unit, arrival: Arrival, number: int, news: ReceiptNews) -> None:
        channel, reference = self._meant(unit, news)
        if not reference:
            return  # about no message of ours
        work = self._runtime.work(unit, Call("inbox", {}, by=RULE))
        reason = LostReason(news.reason) if news.reason in set(LostReason) else None
        key = hashlib.sha256(f"{arrival.source}\0{arrival.event_id}\0{number}".encode()).hexdigest()
        receipt = Receipt(news.kind, reference, raw=news.status, reason=reason)
        receive_outside(work, channel, reference, receipt, news.at or arrival.received_at, key, news.recipient)
        for stream in streams_called(unit, (channel,), (reference,), staff=True).get(reference, ())[:1]:
            held = unit.any(stream)
            file_under(unit, (arrival.raw,), getattr(held.state, "customer", None) if held else None, stream)

    def _meant(self, unit: Unit, news: ReceiptNews) -> tuple[str, str]:
        """The channel and the reference of the message that news are about; no reference where it is none of ours."""
        references = news.references[:_MOST_NAMES]
        if news.channel:
            return news.channel, next(iter(references), "")
        channels = self._mail_channels()
        for reference in references:
            for channel in channels:
                if streams_called(unit, (channel,), (reference,), staff=True):
                    return channel, reference
        # Of our own form, and not known yet: the report was quicker than the note of its sending.
        ours = [name for name in references if of_envelope_id(name[1:-1]) == name and name.endswith(f"@{self._domain}>")]
        return (channels[0], ours[0]) if len(channels) == 1 and ours else ("", "")

    def _mail_channels(self) -> list[str]:
        return [name for name, channel in self._runtime.plugins.channels.items() if channel.address == "email"]

    @property
    def _domain(self) -> str:
        return self._runtime.shop.sender.rpartition("@")[2]

    # --- Messages ------------------------------------------------------------------------------------------------

    def _message(self, unit: Unit, found: Arrival, after: Arrival, message: InboundMessage, tokens: Tokens | None) -> Arrival:
        work = self._runtime.work(unit, Call("inbox", {}, by=Actor("customer", "customer"), at=found.received_at))
        sender = work.keyed("address", message.sender) if message.sender else None
        name = work.keyed("message", message.message_id) if message.message_id else None
        after = evolve(after, sender=sender, message=name)
        aside = self._aside(unit, found, after, message)
        if aside is not None:
            # A report is a message too; what it reported stands.
            return after if after.outcome is InboxOutcome.RECEIPT else aside
        placement = place(self._clues(work, message, sender, tokens))
        need = contact_of(work, message, placement)
        self._keep_files(unit, found, need, message.attachments)
        unit.flush()  # the words are there before they get an owner
        file_under(unit, (found.raw,), need.customer, need.id)
        return evolve(after, outcome=InboxOutcome(placement.because), need=need.id)

    def _aside(self, unit: Unit, found: Arrival, after: Arrival, message: InboundMessage) -> Arrival | None:
        """Where it becomes no contact: nothing answers a machine, nor ourselves, nor a flood."""
        shop = self._runtime.shop
        sender = message.sender.lower()
        ours = sender != "" and sender in (shop.sender.lower(), shop.reply_to.lower())
        if ours or self._is_ours(unit, message):
            return evolve(after, outcome=InboxOutcome.OWN)
        if message.automatic:
            return evolve(after, outcome=InboxOutcome.AUTOMATIC)
        if after.sender is None or found.outcome is InboxOutcome.RELEASED:
            return None
        if sender in {agent.email.lower() for agent in shop.agents if agent.email} and not customers_at(unit, after.sender):
            return evolve(after, outcome=InboxOutcome.STAFF)
        limit, at = shop.inbound.per_sender, found.received_at
        if heard_from(unit, after.sender, at - shop.inbound.per, at) >= limit:
            return evolve(after, state=InboxState.HELD, outcome=InboxOutcome.TOO_MANY)
        return None

    def _is_ours(self, unit: Unit, message: InboundMessage) -> bool:
        name = message.message_id
        return bool(name) and bool(streams_called(unit, self._mail_channels(), (name,), staff=True))

    def _clues(self, work: Work, message: InboundMessage, sender: str | None, tokens: Tokens | None) -> Clues:
        unit = work.unit
        names = answered(message.in_reply_to, message.references)[:_MOST_NAMES]
        hashes = {work.keyed("message", name): name for name in names}
        customers = tuple(customers_at(unit, sender)) if sender else ()
        return Clues(
            answers=names,
            sent=streams_called(unit, self._mail_channels(), names),
            received={hashes[found]: need for found, need in replied_to(unit, list(hashes)).items()},
            token=_token(unit, message.recipients, tokens),
            customers=customers,
            cases=tuple(open_cases(unit, customers)),
        )

    def _tokens(self, items: Iterable[Item]) -> Tokens | None:
        """What reads the addresses that we gave to messages; None where none of these was sent to one."""
        recipients = [to for item in items if isinstance(item, InboundMessage) for to in item.recipients]
        if not any("+" in address for address in recipients):
            return None
        try:
            return reading_tokens(self._runtime)
        except MissingExtra:
            return None  # then nothing was ever sent with such an address

    # --- Files ---------------------------------------------------------------------------------------------------

    def _keep_files(self, unit: Unit, arrival: Arrival, need: Need, attachments: Sequence[Attachment]) -> None:
        for number, attachment in enumerate(attachments, 1):
            kept = self._looked_over(arrival, number, attachment)
            if kept.content is not None:
                # Before the commit, under a name that a further attempt would give it again.
                self._blobs.put(kept.file.ref, seal_file(unit, kept.file.ref, kept.content, need.customer, need.id))
            keep_file(unit, arrival, number, kept.file, need.customer, need.id)

    def _looked_over(self, arrival: Arrival, number: int, attachment: Attachment) -> _Kept:
        policy, content = self._runtime.shop.inbound, attachment.content
        kind, size = file_type(content), len(content)
        ref = file_ref(self._runtime.store.secret, self._runtime.tenant, arrival.raw, number)
        file = ReceivedFile(ref, safe_name(attachment.name, number), kind, size)
        if size > policy.attachment_bytes:
            return _Kept(evolve(file, left_out="size"), None)
        if kind not in policy.attachment_types:
            return _Kept(evolve(file, left_out="type"), None)
        return _Kept(file, content)


def _token(unit: Unit, recipients: Iterable[str], tokens: Tokens | None) -> str | None:
    """The stream that one of the addresses stands for."""
    found = (tokens.read_address(address) for address in recipients) if tokens is not None else ()
    return next((stream for stream in found if stream is not None and unit.any(stream) is not None), None)


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "an unknown place"
