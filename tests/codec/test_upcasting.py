"""Events of every type and version that was ever written are read, and those of a later version are refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from incidentkit.codec.record import decode_event, encode_event
from incidentkit.codec.upcasting import UPCASTS, upcast, upcasted
from incidentkit.domain.events import EVENT_TYPES, OrderPlaced
from incidentkit.errors import StoreTooNew

LINES = (Path(__file__).parent / "samples" / "events.jsonl").read_text("utf-8").splitlines()
SAMPLES: list[dict[str, Any]] = [json.loads(line) for line in LINES]


def named(sample: dict[str, Any]) -> str:
    return f"{sample['type']}-{sample['version']}"


def test_there_is_a_sample_of_every_type_and_version() -> None:
    """Of each as it was written first; none may be taken away."""
    written = {(name, version) for name, cls in EVENT_TYPES.items() for version in range(1, cls.version + 1)}

    assert written == {(sample["type"], sample["version"]) for sample in SAMPLES}


@pytest.mark.parametrize("sample", SAMPLES, ids=named)
def test_every_sample_is_read_and_says_what_it_said(sample: dict[str, Any]) -> None:
    """An event of today's version is written again as it was; an older one as today's says it."""
    cls, data = upcasted(sample["type"], sample["version"], sample["data"])
    found = decode_event(sample["type"], sample["version"], json.dumps(sample["data"]))

    assert (cls, data) == (type(found), json.loads(encode_event(found)))


def test_a_later_version_is_refused() -> None:
    """With what to install."""
    with pytest.raises(StoreTooNew, match=r"order\.placed.*up to version 1.*got version 2.*Install a newer incidentkit"):
        decode_event("order.placed", 2, "{}")


def test_an_unknown_type_is_refused() -> None:
    """A later version has made it up."""
    with pytest.raises(StoreTooNew, match=r"order\.enchanted.*Install a newer incidentkit"):
        decode_event("order.enchanted", 1, "{}")


def test_an_upcast_is_registered_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """For one version of one event, and it is what brings that version up to date."""
    monkeypatch.setattr(OrderPlaced, "version", 2)
    monkeypatch.setattr("incidentkit.codec.upcasting.UPCASTS", {})

    @upcast("order.placed", 1)
    def louder(data: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**data, "loud": True}

    assert (OrderPlaced, {"order": "o-1", "loud": True}) == upcasted("order.placed", 1, {"order": "o-1"})
    with pytest.raises(AssertionError):
        upcast("order.placed", 1)(louder)
    assert ("order.placed", 1) not in UPCASTS
