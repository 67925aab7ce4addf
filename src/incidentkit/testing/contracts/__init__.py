"""The conformance kits: what every channel, store of keys and payer promises, as tests that its author gets by a few lines.

::

    class TestSms(ChannelContract):
        api = (1, 1)
        plugin = "incidentkit_sms"
        secrets = ("t0ken",)

        def make(self, directory, fault=None):
            return SmsChannel(token="t0ken", post=Recorder(directory, fault))

        def delivered_to(self, channel):
            return channel.post.count()

Each promise is a plain function over a channel under test, and is shown to be able to fail by a saboteur among this
project's own tests. A new promise comes with a new `since`; it stays off until the author raises ``api``.
"""

from __future__ import annotations

from incidentkit.errors import MissingExtra

try:
    import hypothesis  # noqa: F401 - looked for here, so that the error names the extra
    import pytest  # noqa: F401
except ImportError as error:
    raise MissingExtra(
        "incidentkit.testing.contracts", "needs pytest and hypothesis", next="Install incidentkit[testing].", extra="testing"
    ) from error

# In the order in which the promises are checked: what is declared, what is sent, what is refused, what fails, what is shown.
from incidentkit.testing.contracts import _declared, _sent, _refused, _failing, _shown  # noqa: F401, I001 - see above
from incidentkit.testing.contracts._contract import ChannelContract
from incidentkit.testing.contracts._keys import KEY_PROMISES, KeyStoreContract
from incidentkit.testing.contracts._messages import messages
from incidentkit.testing.contracts._payers import PAYER_PROMISES, PayerContract, PayerFault
from incidentkit.testing.contracts._promises import PROMISES, Fault, Promise

__all__ = [
    "KEY_PROMISES",
    "PAYER_PROMISES",
    "PROMISES",
    "ChannelContract",
    "Fault",
    "KeyStoreContract",
    "PayerContract",
    "PayerFault",
    "Promise",
    "messages",
]
