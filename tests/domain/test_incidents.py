"""An incident has one phase, always an owner, and finds its parts by their ids."""

from __future__ import annotations

import pytest
from hypothesis import given

from incidentkit.domain.incidents import (
    OPEN_PHASES,
    Incident,
    Owner,
    Phase,
    next_conversation,
    next_notice,
    next_offer,
    next_remedy,
)
from incidentkit.testing.strategies import incidents, owners


@given(incidents())
def test_an_incident_is_open_until_it_ends(incident: Incident) -> None:
    """Detected, communicated and resolved are open; closed, lapsed, withdrawn and merged are not."""
    ended = {Phase.CLOSED, Phase.LAPSED, Phase.WITHDRAWN, Phase.MERGED}

    assert set(Phase) == OPEN_PHASES | ended
    assert (incident.phase not in ended) == incident.open


@given(incidents())
def test_there_always_is_an_owner(incident: Incident) -> None:
    """A team is accountable at least, since some instant."""
    assert incident.owner.team
    assert incident.owner.since is not None


@given(owners())
def test_an_owner_is_called_by_the_agent_else_the_team(owner: Owner) -> None:
    """The most particular name that there is."""
    assert (owner.agent or owner.team) == owner.label


@given(incidents())
def test_parts_are_found_by_their_ids(incident: Incident) -> None:
    """Each notice, conversation, offer and remedy by its own, and none by another."""
    assert incident.notices == tuple(incident.notice(n.id) for n in incident.notices)
    assert incident.conversations == tuple(incident.conversation(c.id) for c in incident.conversations)
    assert incident.offers == tuple(incident.offer(o.id) for o in incident.offers)
    assert incident.remedies == tuple(incident.remedy(r.id) for r in incident.remedies)
    assert [None] * 4 == [find("x") for find in (incident.notice, incident.conversation, incident.offer, incident.remedy)]


@given(incidents())
def test_new_parts_get_ids_of_their_own(incident: Incident) -> None:
    """The next id of each kind is not taken yet."""
    spoken = [notice.id for notice in incident.notices] + [spoken.id for spoken in incident.conversations]
    taken = {*spoken, *(offer.id for offer in incident.offers), *(remedy.id for remedy in incident.remedies)}
    coming = [next_notice(incident), next_conversation(incident), next_offer(incident), next_offer(incident, 1)]

    assert set() == taken & {*coming, next_remedy(incident)}


@given(incidents())
def test_a_customer_is_told_by_a_conversation_or_what_arrived(incident: Incident) -> None:
    """Nothing else counts."""
    assert (incident.conversations != () or any(n.effective for n in incident.notices)) == incident.told


@given(incidents())
def test_times_agree_with_the_phase(incident: Incident) -> None:
    """Resolved and closed cases have the times of it; closed ones were communicated and have evidence."""
    if incident.phase in (Phase.RESOLVED, Phase.CLOSED, Phase.LAPSED):
        assert incident.resolved_at is not None
        assert incident.first_resolved_at is not None
    if incident.phase is Phase.CLOSED:
        assert None not in (incident.closed_at, incident.communicated_at, incident.evidence)


@pytest.mark.parametrize("phase", list(Phase))
def test_a_phase_is_its_word(phase: Phase) -> None:
    """What is stored and shown is the same lower-case word."""
    assert phase.name.lower() == str(phase)
