"""Names for the ids, so that a type checker tells an order's id from an incident's."""

from __future__ import annotations

from typing import NewType

__all__ = [
    "AccountId",
    "AskId",
    "ContactId",
    "ConversationId",
    "CustomerId",
    "IncidentId",
    "LineId",
    "NeedId",
    "NoticeId",
    "OfferId",
    "OrderId",
    "RemedyId",
    "TaskId",
]

OrderId = NewType("OrderId", str)
IncidentId = NewType("IncidentId", str)
CustomerId = NewType("CustomerId", str)
AskId = NewType("AskId", str)
ContactId = NewType("ContactId", str)
NeedId = NewType("NeedId", str)
TaskId = NewType("TaskId", str)
AccountId = NewType("AccountId", str)

# Unique inside their order or incident only; counted, never drawn.
LineId = NewType("LineId", str)
OfferId = NewType("OfferId", str)
RemedyId = NewType("RemedyId", str)
NoticeId = NewType("NoticeId", str)
ConversationId = NewType("ConversationId", str)
