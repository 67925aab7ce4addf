"""A protocol in events and documents: one text, whole, and the very same value each time that it is read."""

from __future__ import annotations

import json

from attrs import evolve
from hypothesis import given

from incidentkit.codec.record import decode_event, encode_event, encode_protocol
from incidentkit.domain import events as ev
from incidentkit.domain.default_protocols import DEFAULT_PROTOCOLS
from incidentkit.domain.ids import IncidentId
from incidentkit.domain.incidents import Owner
from incidentkit.domain.protocols import Protocol
from incidentkit.domain.texts import Text
from incidentkit.testing.strategies import protocols

DAMAGED = DEFAULT_PROTOCOLS[1]


def reported(protocol: Protocol | None) -> ev.IncidentReported:
    return ev.IncidentReported(IncidentId("i-1"), "damaged", "minor", Text("text:1"), Owner("after-sales"), protocol=protocol)


def read(text: str) -> Protocol | None:
    event = decode_event("incident.reported", 1, text)
    assert isinstance(event, ev.IncidentReported)
    return event.protocol


@given(protocols())
def test_a_protocol_comes_back_as_it_was(protocol: Protocol) -> None:
    """Every field of it, the steps too."""
    assert protocol == read(encode_event(reported(protocol)))


def test_a_protocol_is_one_text() -> None:
    """So that it is read as a whole, or not at all."""
    data = json.loads(encode_event(reported(DAMAGED)))

    assert encode_protocol(DAMAGED) == data["protocol"]


def test_what_is_the_default_today_is_written() -> None:
    """A later version's other default changes no case that began by this one."""
    kept = json.loads(encode_protocol(Protocol("damaged")))

    assert {"reopenings": 2, "attempts": 3, "threshold": 4} == {
        name: kept[name] for name in ("reopenings", "attempts", "threshold")
    }


def test_the_same_text_is_read_once() -> None:
    """Cases share the few protocols of their shop."""
    text = encode_event(reported(evolve(DAMAGED, version=7)))
    first, second = read(text), read(text)

    assert first is second


def test_what_was_read_is_written_as_it_was() -> None:
    """Also a text of an earlier version, which leaves out what came later."""
    text = encode_event(reported(evolve(DAMAGED, attempts=9)))
    earlier = json.loads(text)
    kept = {name: value for name, value in json.loads(earlier["protocol"]).items() if name != "messages"}
    earlier["protocol"] = json.dumps(kept, separators=(",", ":"))
    found = decode_event("incident.reported", 1, json.dumps(earlier))

    assert earlier == json.loads(encode_event(found))


def test_an_event_from_before_has_none() -> None:
    """And says nothing of one."""
    assert "protocol" not in json.loads(encode_event(reported(None)))
    assert read(encode_event(reported(None))) is None


def test_more_protocols_than_are_remembered_are_written_rightly() -> None:
    """What is remembered is bounded, and forgetting it changes nothing."""
    many = [evolve(DAMAGED, version=version) for version in range(1, 600)]
    texts = [encode_protocol(protocol) for protocol in many]

    assert texts == [encode_protocol(evolve(protocol)) for protocol in many]
    assert 599 == len(set(texts))
