"""Names for the ids, so that a type checker tells an order's id from an incident's."""

from __future__ import annotations

from typing import NewType

__all__ = [
    "AccountId",
    "AnalysisId",
    "AskId",
    "CheckInId",
    "CommitmentId",
    "ContactId",
    "ConversationId",
    "CorrectiveActionId",
    "CustomerId",
    "IncidentId",
    "InitiativeId",
    "LineId",
    "NeedId",
    "NoticeId",
    "ObjectiveId",
    "OfferId",
    "OrderId",
    "ReadingId",
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
ReadingId = NewType("ReadingId", str)
AccountId = NewType("AccountId", str)
CheckInId = NewType("CheckInId", str)
CommitmentId = NewType("CommitmentId", str)
ObjectiveId = NewType("ObjectiveId", str)
InitiativeId = NewType("InitiativeId", str)
AnalysisId = NewType("AnalysisId", str)
CorrectiveActionId = NewType("CorrectiveActionId", str)

# Unique inside their order or incident only; counted, never drawn.
LineId = NewType("LineId", str)
OfferId = NewType("OfferId", str)
RemedyId = NewType("RemedyId", str)
NoticeId = NewType("NoticeId", str)
ConversationId = NewType("ConversationId", str)
