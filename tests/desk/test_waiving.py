"""Waivers at the desk: by a supervisor who is not the owner, shown apart everywhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from attrs import evolve

from incidentkit.desk.desk import Desk
from incidentkit.domain.evidence import Evidence
from incidentkit.domain.incidents import Phase
from incidentkit.domain.shop import Agent
from incidentkit.errors import RuleViolation, TransitionRefused
from incidentkit.testing._audit import Copy
from tests.desk.conftest import Opened
from tests.desk.world import SHOP, closed, resolved, told

Record = Callable[[], Copy]


def test_a_supervisor_does_without_the_customers_word(desk: Desk) -> None:
    """The waiver is evidence of a kind of its own, and closing stays a step of its own."""
    case = desk.incidents.waive(resolved(desk).id, reason="moved away", by="eva")

    assert (Phase.RESOLVED, "waiver", "agent:eva", True) == (
        case.phase,
        case.evidence and case.evidence.kind,
        case.evidence and case.evidence.by,
        case.waived,
    )
    assert Phase.CLOSED is desk.incidents.close(case.id).phase


@pytest.mark.parametrize("by", ["ana", "leo", "customer", None, "somebody"])
def test_nobody_else_does(desk: Desk, by: str | None) -> None:
    """Neither agents, nor the customer, nor a host that names nobody; the error says who may."""
    with pytest.raises(RuleViolation, match=r"by a supervisor.*Ask eva\.$"):
        desk.incidents.waive(resolved(desk).id, reason="moved away", by=by)


def test_the_owner_does_not_waive_their_own_case(opened: Opened) -> None:
    """A supervisor who has taken the case asks another one."""
    two = evolve(SHOP, agents=(*SHOP.agents, Agent("zoe", "warehouse", "supervisor")))
    desk = opened(shop=two)
    case = desk.incidents.accept_handover(resolved(desk).id, by="eva")
    with pytest.raises(RuleViolation, match=r"does not own the case; got its owner eva\. Ask zoe\.$"):
        desk.incidents.waive(case.id, reason="moved away", by="eva")

    assert desk.incidents.waive(case.id, reason="moved away", by="zoe").waived


def test_a_waiver_needs_words(desk: Desk) -> None:
    """Why the customer is not asked stands in the record."""
    with pytest.raises(RuleViolation, match="reason in words"):
        desk.incidents.waive(resolved(desk).id, reason=" ", by="eva")


def test_only_what_is_resolved_is_waived(desk: Desk) -> None:
    """Before the resolution there is nothing to be satisfied with."""
    with pytest.raises(TransitionRefused, match="must be resolved or lapsed"):
        desk.incidents.waive(told(desk).id, reason="moved away", by="eva")


def test_a_waiver_takes_no_word_away(desk: Desk) -> None:
    """Where the customer's own word is there, nothing is waived; a second waiver changes nothing."""
    case = resolved(desk)
    again = desk.incidents.waive(desk.incidents.waive(case.id, reason="moved", by="eva").id, reason="moved", by="eva")
    spoken = desk.incidents.log_conversation(case.id, channel="phone", summary="fine", by="ana").conversations[-1]
    shown = desk.incidents.confirm_satisfaction(case.id, Evidence.conversation(spoken.id), by="ana")
    with pytest.raises(RuleViolation, match="a case that has it"):
        desk.incidents.waive(case.id, reason="moved", by="eva")

    assert (True, False) == (again.waived, shown.waived)


def test_waived_closings_are_shown_apart(desk: Desk, record: Record) -> None:
    """In the facts and in the figures: not among those that the customer's word closed."""
    waived = desk.incidents.close(desk.incidents.waive(resolved(desk).id, reason="moved", by="eva").id)
    satisfied = closed(desk)
    rows = {row["incident_id"]: (row["evidence"], row["waived"], row["settled"]) for row in record().tables["facts_incidents"]}

    assert {waived.id: ("waiver", 1, 0), satisfied.id: ("conversation", 0, 1)} == rows
    assert (1, 1) == (desk.measure("waived_closings").rows[0].value, desk.measure("lapsed_rate").rows[0].n)


def test_a_waived_customer_is_not_told_what_they_never_said(desk: Desk) -> None:
    """The message does not claim their word."""
    case = desk.incidents.close(desk.incidents.waive(resolved(desk).id, reason="moved", by="eva").id)

    assert "incident.waived" == case.notices[-1].step
