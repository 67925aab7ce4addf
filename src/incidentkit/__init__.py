"""incidentkit: what a shop does when an order goes wrong, as a library.

Everything that a host needs is here, and is imported when it is first used.
"""

from __future__ import annotations

import logging
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from incidentkit.codec.goals import load_objective as load_objective
    from incidentkit.codec.profile import load_profile as load_profile
    from incidentkit.codec.settings import load_shop as load_shop
    from incidentkit.desk.adopting import Adoption as Adoption
    from incidentkit.desk.as_of import AsOf as AsOf
    from incidentkit.desk.context import Context as Context
    from incidentkit.desk.desk import Desk as Desk
    from incidentkit.desk.differences import Difference as Difference
    from incidentkit.desk.feed import FeedPage as FeedPage
    from incidentkit.desk.fetching import FetchReport as FetchReport
    from incidentkit.desk.forgetting import Forgotten as Forgotten
    from incidentkit.desk.importing import ImportReport as ImportReport
    from incidentkit.desk.inbox import InboxReport as InboxReport
    from incidentkit.desk.mass import MassProgress as MassProgress
    from incidentkit.desk.mass_working import MassRefusal as MassRefusal
    from incidentkit.desk.mass_working import MassReport as MassReport
    from incidentkit.desk.opening import open_desk as open_desk
    from incidentkit.desk.people import SendExplanation as SendExplanation
    from incidentkit.desk.queue import QueueItem as QueueItem
    from incidentkit.desk.queue import SeverityShare as SeverityShare
    from incidentkit.desk.retaining import RetentionReport as RetentionReport
    from incidentkit.desk.sending import SendReport as SendReport
    from incidentkit.desk.ticking import TickReport as TickReport
    from incidentkit.desk.timeline import TimelineEntry as TimelineEntry
    from incidentkit.domain.accounts import Account as Account
    from incidentkit.domain.actors import Actor as Actor
    from incidentkit.domain.analyses import Analysis as Analysis
    from incidentkit.domain.analyses import AnalysisState as AnalysisState
    from incidentkit.domain.approvals import Approval as Approval
    from incidentkit.domain.approvals import ApprovalState as ApprovalState
    from incidentkit.domain.authority import Authority as Authority
    from incidentkit.domain.authority import Budget as Budget
    from incidentkit.domain.blocks import ProcessRule as ProcessRule
    from incidentkit.domain.calendars import Calendar as Calendar
    from incidentkit.domain.calendars import CalendarChange as CalendarChange
    from incidentkit.domain.calendars import Hours as Hours
    from incidentkit.domain.calendars import PublicHolidays as PublicHolidays
    from incidentkit.domain.calendars import Schedule as Schedule
    from incidentkit.domain.call_policy import CallOutcome as CallOutcome
    from incidentkit.domain.call_policy import CallPolicy as CallPolicy
    from incidentkit.domain.calls import CallList as CallList
    from incidentkit.domain.calls import CallState as CallState
    from incidentkit.domain.calls import VerificationCall as VerificationCall
    from incidentkit.domain.causes import Cause as Cause
    from incidentkit.domain.checkins import CheckIn as CheckIn
    from incidentkit.domain.checkins import CheckInTime as CheckInTime
    from incidentkit.domain.clocks import Clock as Clock
    from incidentkit.domain.commitments import Commitment as Commitment
    from incidentkit.domain.commitments import CommitmentState as CommitmentState
    from incidentkit.domain.contacts import Contact as Contact
    from incidentkit.domain.corrective_actions import ActionState as ActionState
    from incidentkit.domain.corrective_actions import CorrectiveAction as CorrectiveAction
    from incidentkit.domain.corrective_actions import Effect as Effect
    from incidentkit.domain.corrective_actions import Effectiveness as Effectiveness
    from incidentkit.domain.effects import Intent as Intent
    from incidentkit.domain.effects import IntentState as IntentState
    from incidentkit.domain.evidence import Evidence as Evidence
    from incidentkit.domain.goals import Baseline as Baseline
    from incidentkit.domain.goals import Initiative as Initiative
    from incidentkit.domain.goals import KeyResult as KeyResult
    from incidentkit.domain.goals import Objective as Objective
    from incidentkit.domain.goals import Segment as Segment
    from incidentkit.domain.inbound import Arrival as Arrival
    from incidentkit.domain.inbound import InboundPolicy as InboundPolicy
    from incidentkit.domain.inbound import InboxOutcome as InboxOutcome
    from incidentkit.domain.inbound import InboxState as InboxState
    from incidentkit.domain.inbound import ReceivedFile as ReceivedFile
    from incidentkit.domain.incidents import Incident as Incident
    from incidentkit.domain.incidents import Phase as Phase
    from incidentkit.domain.journeys import Journey as Journey
    from incidentkit.domain.legal_holds import PersonHold as PersonHold
    from incidentkit.domain.mass import MassIncident as MassIncident
    from incidentkit.domain.mass import OrderRule as OrderRule
    from incidentkit.domain.money import Money as Money
    from incidentkit.domain.needs import Need as Need
    from incidentkit.domain.orders import Line as Line
    from incidentkit.domain.orders import Order as Order
    from incidentkit.domain.orders import OrderStatus as OrderStatus
    from incidentkit.domain.pages import Page as Page
    from incidentkit.domain.people import Customer as Customer
    from incidentkit.domain.preferences import Preferences as Preferences
    from incidentkit.domain.priority import PriorityWeights as PriorityWeights
    from incidentkit.domain.profile import Profile as Profile
    from incidentkit.domain.protocols import Protocol as Protocol
    from incidentkit.domain.protocols import ProtocolStep as ProtocolStep
    from incidentkit.domain.rates import Rate as Rate
    from incidentkit.domain.readings import OwnMeasure as OwnMeasure
    from incidentkit.domain.readings import Reading as Reading
    from incidentkit.domain.recurrence import RecurrencePolicy as RecurrencePolicy
    from incidentkit.domain.remedies import Offer as Offer
    from incidentkit.domain.remedy_kinds import RemedyKind as RemedyKind
    from incidentkit.domain.retention import PersonalKind as PersonalKind
    from incidentkit.domain.retention import Retention as Retention
    from incidentkit.domain.retrying import BreakerPolicy as BreakerPolicy
    from incidentkit.domain.retrying import RateLimit as RateLimit
    from incidentkit.domain.retrying import RetryPolicy as RetryPolicy
    from incidentkit.domain.rotas import Absence as Absence
    from incidentkit.domain.rotas import Rota as Rota
    from incidentkit.domain.rotas import Swap as Swap
    from incidentkit.domain.sending import FrequencyCap as FrequencyCap
    from incidentkit.domain.sending import QuietHours as QuietHours
    from incidentkit.domain.sending import SendPolicy as SendPolicy
    from incidentkit.domain.shop import Agent as Agent
    from incidentkit.domain.shop import ChannelSettings as ChannelSettings
    from incidentkit.domain.shop import ScoreboardLine as ScoreboardLine
    from incidentkit.domain.shop import Shop as Shop
    from incidentkit.domain.shop import Survey as Survey
    from incidentkit.domain.shop import Team as Team
    from incidentkit.domain.steps import ProcessStep as ProcessStep
    from incidentkit.domain.substates import Substate as Substate
    from incidentkit.domain.surveys import Ask as Ask
    from incidentkit.domain.surveys import Asking as Asking
    from incidentkit.domain.surveys import Scale as Scale
    from incidentkit.domain.targets import Targets as Targets
    from incidentkit.domain.tasks import Task as Task
    from incidentkit.domain.tasks import TaskState as TaskState
    from incidentkit.domain.verification import Damage as Damage
    from incidentkit.domain.verification import VerifyReport as VerifyReport
    from incidentkit.errors import AuthorityExceeded as AuthorityExceeded
    from incidentkit.errors import ChannelError as ChannelError
    from incidentkit.errors import ConfigurationError as ConfigurationError
    from incidentkit.errors import ConflictError as ConflictError
    from incidentkit.errors import ImportRefused as ImportRefused
    from incidentkit.errors import IncidentkitError as IncidentkitError
    from incidentkit.errors import InvalidInput as InvalidInput
    from incidentkit.errors import KeyReusedError as KeyReusedError
    from incidentkit.errors import LegalHold as LegalHold
    from incidentkit.errors import LifecycleError as LifecycleError
    from incidentkit.errors import MissingExtra as MissingExtra
    from incidentkit.errors import MoneyError as MoneyError
    from incidentkit.errors import OutcomeUnknown as OutcomeUnknown
    from incidentkit.errors import PluginError as PluginError
    from incidentkit.errors import QuantityError as QuantityError
    from incidentkit.errors import RuleViolation as RuleViolation
    from incidentkit.errors import SetupError as SetupError
    from incidentkit.errors import StoreBusy as StoreBusy
    from incidentkit.errors import StoreError as StoreError
    from incidentkit.errors import TimeError as TimeError
    from incidentkit.errors import TransitionRefused as TransitionRefused
    from incidentkit.errors import UnknownIdError as UnknownIdError
    from incidentkit.goals.agenda import Agenda as Agenda
    from incidentkit.goals.checks import Lack as Lack
    from incidentkit.goals.initiatives import Monday as Monday
    from incidentkit.goals.objectives import InitiativeDraft as InitiativeDraft
    from incidentkit.goals.objectives import KeyResultDraft as KeyResultDraft
    from incidentkit.goals.objectives import ObjectiveDraft as ObjectiveDraft
    from incidentkit.goals.ready import READY as READY
    from incidentkit.goals.ready import ready_key_result as ready_key_result
    from incidentkit.goals.scoring import ForecastRecord as ForecastRecord
    from incidentkit.goals.verdicts import KeyResultProgress as KeyResultProgress
    from incidentkit.goals.verdicts import ObjectiveProgress as ObjectiveProgress
    from incidentkit.learning.costs import IncidentCost as IncidentCost
    from incidentkit.learning.journey_costs import JourneyCost as JourneyCost
    from incidentkit.learning.reviews import Review as Review
    from incidentkit.learning.went_well import Credit as Credit
    from incidentkit.learning.what_if.values import WhatIf as WhatIf
    from incidentkit.measures.charting import MeasureChart as MeasureChart
    from incidentkit.measures.leading import LeadEvidence as LeadEvidence
    from incidentkit.measures.subjects import MeasureRows as MeasureRows
    from incidentkit.measures.subjects import SubjectRow as SubjectRow
    from incidentkit.rules.clock_readings import ClockReading as ClockReading
    from incidentkit.rules.priority import Priority as Priority
    from incidentkit.rules.protocols import StepReading as StepReading
    from incidentkit.rules.rotas import Duty as Duty
    from incidentkit.rules.signatures import Signature as Signature
    from incidentkit.rules.tenures import Tenure as Tenure
    from incidentkit.store.loading import Loaded as Loaded
    from incidentkit.store.ocel import EventLog as EventLog
    from incidentkit.version import __version__ as __version__
    from incidentkit.worktime.explanation import Explanation as Explanation
    from incidentkit.worktime.working_time import WorkingTime as WorkingTime

_HOMES = {
    "codec.goals": ("load_objective",),
    "desk.forgetting": ("Forgotten",),
    "desk.retaining": ("RetentionReport",),
    "domain.goals": ("Baseline", "Initiative", "KeyResult", "Objective", "Segment"),
    "domain.legal_holds": ("PersonHold",),
    "domain.retention": ("PersonalKind", "Retention"),
    "goals.checks": ("Lack",),
    "goals.initiatives": ("Monday",),
    "goals.objectives": ("InitiativeDraft", "KeyResultDraft", "ObjectiveDraft"),
    "goals.ready": ("READY", "ready_key_result"),
    "goals.scoring": ("ForecastRecord",),
    "goals.verdicts": ("KeyResultProgress", "ObjectiveProgress"),
    "codec.profile": ("load_profile",),
    "codec.settings": ("load_shop",),
    "desk.adopting": ("Adoption",),
    "desk.context": ("Context",),
    "desk.desk": ("Desk",),
    "desk.importing": ("ImportReport",),
    "store.ocel": ("EventLog",),
    "desk.as_of": ("AsOf",),
    "desk.differences": ("Difference",),
    "desk.feed": ("FeedPage",),
    "desk.fetching": ("FetchReport",),
    "desk.inbox": ("InboxReport",),
    "desk.opening": ("open_desk",),
    "desk.people": ("SendExplanation",),
    "desk.queue": ("QueueItem", "SeverityShare"),
    "desk.sending": ("SendReport",),
    "desk.ticking": ("TickReport",),
    "domain.call_policy": ("CallOutcome", "CallPolicy"),
    "domain.calls": ("CallList", "CallState", "VerificationCall"),
    "domain.checkins": ("CheckIn", "CheckInTime"),
    "domain.clocks": ("Clock",),
    "domain.commitments": ("Commitment", "CommitmentState"),
    "goals.agenda": ("Agenda",),
    "learning.went_well": ("Credit",),
    "domain.targets": ("Targets",),
    "learning.costs": ("IncidentCost",),
    "learning.journey_costs": ("JourneyCost",),
    "learning.what_if.values": ("WhatIf",),
    "learning.reviews": ("Review",),
    "domain.readings": ("OwnMeasure", "Reading"),
    "measures.charting": ("MeasureChart",),
    "measures.subjects": ("MeasureRows", "SubjectRow"),
    "measures.leading": ("LeadEvidence",),
    "rules.clock_readings": ("ClockReading",),
    "rules.protocols": ("StepReading",),
    "desk.mass": ("MassProgress",),
    "desk.mass_working": ("MassRefusal", "MassReport"),
    "desk.timeline": ("TimelineEntry",),
    "domain.accounts": ("Account",),
    "domain.actors": ("Actor",),
    "domain.analyses": ("Analysis", "AnalysisState"),
    "domain.approvals": ("Approval", "ApprovalState"),
    "domain.authority": ("Authority", "Budget"),
    "domain.blocks": ("ProcessRule",),
    "domain.calendars": ("Calendar", "CalendarChange", "Hours", "PublicHolidays", "Schedule"),
    "domain.causes": ("Cause",),
    "domain.contacts": ("Contact",),
    "domain.corrective_actions": ("ActionState", "CorrectiveAction", "Effect", "Effectiveness"),
    "domain.effects": ("Intent", "IntentState"),
    "domain.evidence": ("Evidence",),
    "domain.inbound": ("Arrival", "InboundPolicy", "InboxOutcome", "InboxState", "ReceivedFile"),
    "domain.incidents": ("Incident", "Phase"),
    "domain.journeys": ("Journey",),
    "domain.mass": ("MassIncident", "OrderRule"),
    "domain.money": ("Money",),
    "domain.needs": ("Need",),
    "domain.orders": ("Line", "Order", "OrderStatus"),
    "domain.pages": ("Page",),
    "domain.people": ("Customer",),
    "domain.preferences": ("Preferences",),
    "domain.priority": ("PriorityWeights",),
    "domain.profile": ("Profile",),
    "domain.protocols": ("Protocol", "ProtocolStep"),
    "domain.rates": ("Rate",),
    "domain.recurrence": ("RecurrencePolicy",),
    "domain.remedies": ("Offer",),
    "domain.remedy_kinds": ("RemedyKind",),
    "domain.retrying": ("BreakerPolicy", "RateLimit", "RetryPolicy"),
    "domain.rotas": ("Absence", "Rota", "Swap"),
    "domain.sending": ("FrequencyCap", "QuietHours", "SendPolicy"),
    "domain.shop": ("Agent", "ChannelSettings", "ScoreboardLine", "Shop", "Survey", "Team"),
    "domain.steps": ("ProcessStep",),
    "domain.substates": ("Substate",),
    "domain.surveys": ("Ask", "Asking", "Scale"),
    "domain.tasks": ("Task", "TaskState"),
    "domain.verification": ("Damage", "VerifyReport"),
    "errors": (
        "AuthorityExceeded",
        "ChannelError",
        "ConfigurationError",
        "ConflictError",
        "ImportRefused",
        "IncidentkitError",
        "InvalidInput",
        "KeyReusedError",
        "LegalHold",
        "LifecycleError",
        "MissingExtra",
        "MoneyError",
        "OutcomeUnknown",
        "PluginError",
        "QuantityError",
        "RuleViolation",
        "SetupError",
        "StoreBusy",
        "StoreError",
        "TimeError",
        "TransitionRefused",
        "UnknownIdError",
    ),
    "rules.priority": ("Priority",),
    "rules.rotas": ("Duty",),
    "rules.signatures": ("Signature",),
    "rules.tenures": ("Tenure",),
    "store.loading": ("Loaded",),
    "version": ("__version__",),
    "worktime.explanation": ("Explanation",),
    "worktime.working_time": ("WorkingTime",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "READY",
    "Absence",
    "Account",
    "ActionState",
    "Actor",
    "Adoption",
    "Agenda",
    "Agent",
    "Analysis",
    "AnalysisState",
    "Approval",
    "ApprovalState",
    "Arrival",
    "AsOf",
    "Ask",
    "Asking",
    "Authority",
    "AuthorityExceeded",
    "Baseline",
    "BreakerPolicy",
    "Budget",
    "Calendar",
    "CalendarChange",
    "CallList",
    "CallOutcome",
    "CallPolicy",
    "CallState",
    "Cause",
    "ChannelError",
    "ChannelSettings",
    "CheckIn",
    "CheckInTime",
    "Clock",
    "ClockReading",
    "Commitment",
    "CommitmentState",
    "ConfigurationError",
    "ConflictError",
    "Contact",
    "Context",
    "CorrectiveAction",
    "Credit",
    "Customer",
    "Damage",
    "Desk",
    "Difference",
    "Duty",
    "Effect",
    "Effectiveness",
    "EventLog",
    "Evidence",
    "Explanation",
    "FeedPage",
    "FetchReport",
    "ForecastRecord",
    "Forgotten",
    "FrequencyCap",
    "Hours",
    "ImportRefused",
    "ImportReport",
    "InboundPolicy",
    "InboxOutcome",
    "InboxReport",
    "InboxState",
    "Incident",
    "IncidentCost",
    "IncidentkitError",
    "Initiative",
    "InitiativeDraft",
    "Intent",
    "IntentState",
    "InvalidInput",
    "Journey",
    "JourneyCost",
    "KeyResult",
    "KeyResultDraft",
    "KeyResultProgress",
    "KeyReusedError",
    "Lack",
    "LeadEvidence",
    "LegalHold",
    "LifecycleError",
    "Line",
    "Loaded",
    "MassIncident",
    "MassProgress",
    "MassRefusal",
    "MassReport",
    "MeasureChart",
    "MeasureRows",
    "MissingExtra",
    "Monday",
    "Money",
    "MoneyError",
    "Need",
    "Objective",
    "ObjectiveDraft",
    "ObjectiveProgress",
    "Offer",
    "Order",
    "OrderRule",
    "OrderStatus",
    "OutcomeUnknown",
    "OwnMeasure",
    "Page",
    "PersonHold",
    "PersonalKind",
    "Phase",
    "PluginError",
    "Preferences",
    "Priority",
    "PriorityWeights",
    "ProcessRule",
    "ProcessStep",
    "Profile",
    "Protocol",
    "ProtocolStep",
    "PublicHolidays",
    "QuantityError",
    "QueueItem",
    "QuietHours",
    "Rate",
    "RateLimit",
    "Reading",
    "ReceivedFile",
    "RecurrencePolicy",
    "RemedyKind",
    "Retention",
    "RetentionReport",
    "RetryPolicy",
    "Review",
    "Rota",
    "RuleViolation",
    "Scale",
    "Schedule",
    "ScoreboardLine",
    "Segment",
    "SendExplanation",
    "SendPolicy",
    "SendReport",
    "SetupError",
    "SeverityShare",
    "Shop",
    "Signature",
    "StepReading",
    "StoreBusy",
    "StoreError",
    "SubjectRow",
    "Substate",
    "Survey",
    "Swap",
    "Targets",
    "Task",
    "TaskState",
    "Team",
    "Tenure",
    "TickReport",
    "TimeError",
    "TimelineEntry",
    "TransitionRefused",
    "UnknownIdError",
    "VerificationCall",
    "VerifyReport",
    "WhatIf",
    "WorkingTime",
    "__version__",
    "load_objective",
    "load_profile",
    "load_shop",
    "open_desk",
    "ready_key_result",
]


# Silent unless the host listens.
logging.getLogger("incidentkit").addHandler(logging.NullHandler())


def __getattr__(name: str) -> Any:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
