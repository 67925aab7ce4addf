"""How a corrective action is planned: with a sponsor, a doer, a date, and what it must lower."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from attrs import field, frozen

from incidentkit.domain import events as ev
from incidentkit.domain.analyses import Analysis
from incidentkit.domain.corrective_actions import Counted, Verification
from incidentkit.domain.ids import CorrectiveActionId
from incidentkit.domain.incidents import Incident, Owner
from incidentkit.domain.shop import Shop
from incidentkit.domain.texts import Text
from incidentkit.errors import InvalidInput, TimeError
from incidentkit.rules.analyses import check_signature
from incidentkit.rules.cases import in_words
from incidentkit.rules.decision import Circumstances, Decision

__all__ = ["LONGEST_WINDOW", "NewAction", "plan_action", "signature_found"]

LONGEST_WINDOW = timedelta(days=3660)
"""For how long an action can be watched at the most."""

_DAY = timedelta(days=1)


@frozen
class NewAction:
    """What is to be done against a kind of incident.

    Args:
        action: a fresh id, which the shell gives.
        signature: the key of the signature that it must lower; empty for that of the analysis.
        sponsor: a supervisor.
        doer: a team or an agent.
        due: by when, in UTC.
        before: how often it has happened lately; only looked at where a limit is given.
    """

    action: CorrectiveActionId
    what: Text
    signature: str
    sponsor: str
    doer: str
    due: datetime
    verification: Verification = field(factory=Verification)
    analysis: Analysis | None = None
    incidents: Sequence[Incident] = ()
    before: Counted = field(factory=Counted)


def plan_action(new: NewAction, now: Circumstances) -> Decision:
    """A new corrective action, with somebody in management who answers for it and somebody who does it.

    Raises:
        InvalidInput: no words; a sponsor who is no supervisor; a doer whom the shop does not have; a signature of one order's
            line, which nothing can happen to again; a limit that is met already; a due date that is over.
    """
    in_words(new.what, "A corrective action", "what is to be done")
    signature = _signature(new, now.shop)
    _check_sponsor(new, now.shop)
    owner = _doer(new, now.shop)
    _check_verification(new.verification, new.before)
    if new.due <= now.at:
        raise TimeError("A corrective action's due date", "lies ahead", got=new.due.isoformat())
    planned = ev.ActionPlanned(
        action=new.action,
        what=new.what,
        signature=signature,
        sponsor=new.sponsor,
        owner=owner,
        asked=new.doer,
        due=new.due,
        verification=new.verification,
        analysis=new.analysis.id if new.analysis else None,
        incidents=tuple(dict.fromkeys(incident.id for incident in new.incidents)),
    )
    return Decision((planned,))


def _signature(new: NewAction, shop: Shop) -> str:
    key = new.signature or signature_found(new.analysis)
    if check_signature(key, shop).subject_kind == "line":
        raise InvalidInput(
            "A corrective action",
            "lowers what can happen again: a cause with a product, a carrier or a step",
            got="a line of one order",
            next="Name the step of the process instead.",
        )
    return key


def signature_found(analysis: Analysis | None) -> str:
    """The key of what an analysis is about, or else of its cause in its step; empty for none."""
    if analysis is None:
        return ""
    concluded = f"{analysis.cause}/step/{analysis.step}" if analysis.cause else ""
    return analysis.signature or concluded


def _check_sponsor(new: NewAction, shop: Shop) -> None:
    agent = shop.agent(new.sponsor)
    supervisors = [agent.name for agent in shop.supervisors]
    if agent is None or not shop.supervises(agent):
        raise InvalidInput(
            "A corrective action's sponsor",
            "is a supervisor, who can have it done across teams",
            got=repr(new.sponsor)[:40],
            next=f"Supervisors: {', '.join(supervisors)}." if supervisors else "Name a supervisor in shop.toml.",
        )
    if new.doer == new.sponsor:
        raise InvalidInput("A corrective action", "is done by somebody else than its sponsor", got=repr(new.doer)[:40])


def _doer(new: NewAction, shop: Shop) -> Owner:
    agent = shop.agent(new.doer)
    if agent is None and shop.team(new.doer) is None:
        known = ", ".join([t.name for t in shop.teams] + [a.name for a in shop.agents])
        raise InvalidInput(
            "A corrective action", "is done by a team or an agent of the shop", got=repr(new.doer)[:40], next=f"Known: {known}."
        )
    return Owner(agent.team if agent else new.doer)


def _check_verification(how: Verification, before: Counted) -> None:
    for name, span, least in (
        ("window", how.window, _DAY),
        ("settle", how.settle, timedelta(0)),
        ("baseline", how.baseline, _DAY),
    ):
        if not least <= span <= LONGEST_WINDOW:
            raise InvalidInput(f"A corrective action's {name}", "is at least a day and at most ten years", got=span)
    if how.limit is None:
        return
    if not 0 <= how.limit < 1:
        raise InvalidInput("A corrective action's limit", "is a share of orders, from 0 to below 1", got=how.limit)
    if before.rate is not None and how.limit >= before.rate:
        raise InvalidInput(
            "A corrective action's limit",
            "lies below the rate before, or it would be met with nothing done",
            got=f"{how.limit:.4g}, and {before.hits} of {before.exposed} orders before",
            next="Give a lower one, or none for half the rate before.",
        )
