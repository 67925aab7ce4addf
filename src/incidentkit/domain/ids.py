"""Names for the ids, so that a type checker tells an order's id from an incident's."""

from __future__ import annotations

from typing import NewType

__all__ = [
    "AccountId",
    "AnalysisId",
    "ApprovalId",
    "AskId",
    "BlockId",
    "CallId",
    "CallListId",
    "CheckInId",
    "CommitmentId",
    "ContactId",
    "ConversationId",
    "CorrectiveActionId",
    "CustomerId",
    "IncidentId",
    "InitiativeId",
    "LineId",
    "MassId",
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
MassId = NewType("MassId", str)
TaskId = NewType("TaskId", str)
ReadingId = NewType("ReadingId", str)
AccountId = NewType("AccountId", str)
CheckInId = NewType("CheckInId", str)
CallId = NewType("CallId", str)
CallListId = NewType("CallListId", str)
CommitmentId = NewType("CommitmentId", str)
ObjectiveId = NewType("ObjectiveId", str)
InitiativeId = NewType("InitiativeId", str)
AnalysisId = NewType("AnalysisId", str)
CorrectiveActionId = NewType("CorrectiveActionId", str)

# Unique inside their order or incident only; counted, never drawn.
LineId = NewType("LineId", str)
BlockId = NewType("BlockId", str)
ApprovalId = NewType("ApprovalId", str)
OfferId = NewType("OfferId", str)
RemedyId = NewType("RemedyId", str)
NoticeId = NewType("NoticeId", str)
ConversationId = NewType("ConversationId", str)
