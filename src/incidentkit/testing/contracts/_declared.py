"""What is declared, before anything is sent."""

from __future__ import annotations

from typing import get_args

from incidentkit.ports import AddressKind, Channel, ChannelFeatures, LookUp
from incidentkit.testing.contracts._messages import sample
from incidentkit.testing.contracts._promises import Stage, promise

__all__ = [
    "importing_and_registering_leave_the_world_alone",
    "registering_brings_the_channel",
    "what_is_declared_stays",
    "what_it_can_do_is_declared",
]


@promise((1, 0))
def what_it_can_do_is_declared(stage: Stage) -> None:
    """A channel says its name, its address and its features, and has what the features need."""
    channel = stage.channel()

    assert isinstance(channel, Channel)
    assert channel.address in get_args(AddressKind)
    assert isinstance(channel.features, ChannelFeatures)
    assert isinstance(channel, LookUp) or not channel.features.lookup


@promise((1, 0))
def registering_brings_the_channel(stage: Stage) -> None:
    """The plugin loads, has no hook that does not exist, and brings the channel under its name."""
    found = stage.registered()

    assert stage.channel().name in found["channels"], found


@promise((1, 0))
def importing_and_registering_leave_the_world_alone(stage: Stage) -> None:
    """Nothing is connected to, written or started before the first message."""
    found = stage.registered()

    assert found["touched"] == []


@promise((1, 1))
def what_is_declared_stays(stage: Stage) -> None:
    """Name, address and features are the same after a message, and in the channel made again."""
    channel = stage.channel()
    before = (channel.name, channel.address, channel.features)
    channel.send(sample(channel.address))
    again = stage.channel()

    assert (channel.name, channel.address, channel.features) == before
    assert (again.name, again.address, again.features) == before
