"""Everything that the author of a plugin needs: the mark for hooks, what they are given, and what they return.

A plugin is a module (or an object) with functions named like those of `incidentkit.hooks.specs`, marked with
`hookimpl`, and found under the entry point group ``incidentkit`` or given to ``open_desk(plugins=[...])``.
"""

from __future__ import annotations

from incidentkit.domain.effects import Receipt
from incidentkit.domain.events import Event
from incidentkit.domain.health import CommandSeen, Health, MessageSeen, Problem, Waiting
from incidentkit.domain.messages import LostReason, ReceiptKind
from incidentkit.domain.remedy_kinds import RemedyKind
from incidentkit.domain.secrets import Secret
from incidentkit.hooks.context import PluginContext
from incidentkit.hooks.markers import hookimpl
from incidentkit.measures.measure import Measure
from incidentkit.measures.readings import reading_measure
from incidentkit.ports import (
    AddressKind,
    Attachment,
    BlobStore,
    Channel,
    ChannelFeatures,
    Closing,
    Fetched,
    FoundRefund,
    InboundAdapter,
    InboundMessage,
    Key,
    KeyStore,
    LookUp,
    Mailbox,
    Message,
    Payer,
    PayerFeatures,
    PayerLookUp,
    PayerRefunds,
    Payment,
    PaymentLine,
    PaymentReceipt,
    RawInbound,
    ReceiptNews,
    StandardWebhooks,
    Tombstone,
    TombstoneLedger,
    TwilioSignature,
    WebhookAdapter,
    WebhookRequest,
)

__all__ = [
    "AddressKind",
    "Attachment",
    "BlobStore",
    "Channel",
    "ChannelFeatures",
    "Closing",
    "CommandSeen",
    "Event",
    "Fetched",
    "FoundRefund",
    "Health",
    "InboundAdapter",
    "InboundMessage",
    "Key",
    "KeyStore",
    "LookUp",
    "LostReason",
    "Mailbox",
    "Measure",
    "Message",
    "MessageSeen",
    "Payer",
    "PayerFeatures",
    "PayerLookUp",
    "PayerRefunds",
    "Payment",
    "PaymentLine",
    "PaymentReceipt",
    "PluginContext",
    "Problem",
    "RawInbound",
    "Receipt",
    "ReceiptKind",
    "ReceiptNews",
    "RemedyKind",
    "Secret",
    "StandardWebhooks",
    "Tombstone",
    "TombstoneLedger",
    "TwilioSignature",
    "Waiting",
    "WebhookAdapter",
    "WebhookRequest",
    "hookimpl",
    "reading_measure",
]
