"""What a message about a case of a mass incident says when it goes out: how the case stands then, about all of its orders."""

from __future__ import annotations

from datetime import datetime

from attrs import evolve

from incidentkit.delivery.templates.steps import STEPS
from incidentkit.desk.sending.facts import Load
from incidentkit.domain.actors import RULE
from incidentkit.domain.evolve import State
from incidentkit.domain.incidents import Incident
from incidentkit.domain.shop import Shop
from incidentkit.rules.decision import Circumstances
from incidentkit.rules.messages import incident_message

__all__ = ["reworded"]


def reworded(load: Load, state: State | None, shop: Shop, at: datetime) -> Load:
    """The same message with what it says now; any other one as it is.

    Args:
        state: what it is about, as it stands.
    """
    intent = load.intent
    if load.step or not isinstance(state, Incident) or state.mass is None:
        return load
    now = Circumstances(shop, at, RULE)
    message = incident_message(state, intent.step, intent.channel, now, "")
    if message is None:
        return load
    several = intent.step.replace("incident.", "mass.", 1)
    step = several if "orders" in dict(message.values) and several in STEPS else intent.step
    return evolve(load, step=step, values=message.values)
