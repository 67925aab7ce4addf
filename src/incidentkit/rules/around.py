"""What a rule about a timer may look at beside the thing itself."""

from __future__ import annotations

from attrs import frozen

from incidentkit.domain.corrective_actions import Observed
from incidentkit.domain.goals import KeptForecast
from incidentkit.domain.incidents import Incident
from incidentkit.domain.orders import Order
from incidentkit.domain.surveys import Ask, Respondent
from incidentkit.domain.texts import Text

__all__ = ["Around"]


@frozen
class Around:
    """What the shell has gathered.

    Args:
        orders: of a case, the orders that it is about, in their order; of an order, that order.
        cases: of an order, the incidents on it that are open.
        asks: of a case, the asks by which its silent customer was asked again.
        ids: fresh ones, for what the decision starts; as many as any rule needs.
        words: of an order, the description of the case that a broken promise opens.
        respondent: of an order, its customer as somebody who may be asked.
        observed: of a corrective action that is watched, what the record shows.
        forecasts: of an Objective, what is foreseen of its Key Results now.
    """

    orders: tuple[Order, ...] = ()
    cases: tuple[Incident, ...] = ()
    ids: tuple[str, ...] = ()
    words: Text | None = None
    asks: tuple[Ask, ...] = ()
    respondent: Respondent | None = None
    observed: Observed | None = None
    forecasts: tuple[KeptForecast, ...] = ()

    @property
    def order(self) -> Order | None:
        """The order that a case's lines and money belong to."""
        return self.orders[0] if self.orders else None
