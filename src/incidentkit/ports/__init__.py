"""What adapters implement, and the values that pass between them and the desk."""

from __future__ import annotations

from incidentkit.ports.blobs import BlobStore
from incidentkit.ports.channels import AddressKind, Attachment, Channel, ChannelFeatures, Closing, LookUp, Message
from incidentkit.ports.clocks import Clock
from incidentkit.ports.inbound import (
    Fetched,
    InboundAdapter,
    InboundMessage,
    Mailbox,
    RawInbound,
    ReceiptNews,
)
from incidentkit.ports.keys import Key, KeyStore
from incidentkit.ports.payers import (
    FoundRefund,
    Payer,
    PayerFeatures,
    PayerLookUp,
    PayerRefunds,
    Payment,
    PaymentLine,
    PaymentReceipt,
)
from incidentkit.ports.tombstones import Tombstone, TombstoneLedger
from incidentkit.ports.webhooks import StandardWebhooks, TwilioSignature, WebhookAdapter, WebhookRequest

__all__ = [
    "AddressKind",
    "Attachment",
    "BlobStore",
    "Channel",
    "ChannelFeatures",
    "Clock",
    "Closing",
    "Fetched",
    "FoundRefund",
    "InboundAdapter",
    "InboundMessage",
    "Key",
    "KeyStore",
    "LookUp",
    "Mailbox",
    "Message",
    "Payer",
    "PayerFeatures",
    "PayerLookUp",
    "PayerRefunds",
    "Payment",
    "PaymentLine",
    "PaymentReceipt",
    "RawInbound",
    "ReceiptNews",
    "StandardWebhooks",
    "Tombstone",
    "TombstoneLedger",
    "TwilioSignature",
    "WebhookAdapter",
    "WebhookRequest",
]
