"""A stateful machine that drives a whole desk through random histories, and looks the record over after every step.

::

    from incidentkit.testing.machines import DeskMachine

    class MyShop(DeskMachine):
        shop = ik.load_shop("shop.toml")

    TestMyShop = MyShop.TestCase
"""

from __future__ import annotations

from incidentkit.errors import MissingExtra

try:
    import hypothesis  # noqa: F401 - said here, in one place, what is missing
except ImportError as error:
    raise MissingExtra(
        "incidentkit.testing.machines", "needs hypothesis", next="Install incidentkit[testing].", extra="testing"
    ) from error

from incidentkit.testing.machines._again import AgainRules
from incidentkit.testing.machines._approving import ApprovingRules
from incidentkit.testing.machines._batches import BatchRules
from incidentkit.testing.machines._calls import CallRules
from incidentkit.testing.machines._cases import CaseRules
from incidentkit.testing.machines._causes import CauseRules
from incidentkit.testing.machines._imports import ImportRules
from incidentkit.testing.machines._inbox import InboxRules
from incidentkit.testing.machines._judging import JudgingRules
from incidentkit.testing.machines._keys import KeyRules
from incidentkit.testing.machines._mass import MassRules
from incidentkit.testing.machines._messages import MessageRules
from incidentkit.testing.machines._needs import NeedRules
from incidentkit.testing.machines._orders import OrderRules
from incidentkit.testing.machines._protocols import ProtocolRules
from incidentkit.testing.machines._reached import Reached
from incidentkit.testing.machines._surveys import SurveyRules
from incidentkit.testing.machines._tasks import TaskRules
from incidentkit.testing.machines._time import TimeRules
from incidentkit.testing.machines._what_if import OtherWorlds
from incidentkit.testing.machines._wishes import WishRules

__all__ = ["DeskMachine", "Reached"]


class DeskMachine(
    OrderRules,
    CaseRules,
    JudgingRules,
    MassRules,
    NeedRules,
    TaskRules,
    CauseRules,
    AgainRules,
    ProtocolRules,
    ApprovingRules,
    CallRules,
    SurveyRules,
    MessageRules,
    WishRules,
    InboxRules,
    TimeRules,
    ImportRules,
    KeyRules,
    BatchRules,
    OtherWorlds,
):
    """Places orders, lets them go wrong, and puts them right, at random, with refusals among it.

    Subclass it to drive a desk with settings or plugins of your own; ``DeskMachine.TestCase`` is a test as it is.
    After each step the store's file is read past the desk and looked over: units and money are conserved, every document
    is what its events add up to, hash chains hold, facts and queue say what the states say, nothing personal lies outside
    the vault. At every instant one owner is accountable; timers wait for what is awaited and for nothing else, and act once.
    A refusal is an expected outcome, and must leave every table as it was. In the end few commands bring everything to an
    end: nothing is stuck.

    Attributes:
        shop: the settings; must have the agents ana, leo and eva, a supervisor, and the channel ``post``. The only host
            guard that they may name is ``photo received``.
        plugins: further plugins.
        reached: give it a `Reached`, and it notes which events and moves the histories came by.
    """
