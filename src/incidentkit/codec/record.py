"""Events and documents as JSON text, and back; old versions are brought up to date on reading."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from cattrs import Converter

from incidentkit.codec.protocols import register_protocols
from incidentkit.codec.upcasting import upcasted
from incidentkit.domain.accounts import Account
from incidentkit.domain.analyses import Analysis
from incidentkit.domain.calls import CallList, VerificationCall
from incidentkit.domain.checkins import CheckIn
from incidentkit.domain.commitments import Commitment
from incidentkit.domain.corrective_actions import CorrectiveAction
from incidentkit.domain.events import EVENT_TYPES, Happening
from incidentkit.domain.evolve import State
from incidentkit.domain.goals import Objective
from incidentkit.domain.incidents import Incident
from incidentkit.domain.mass import MassIncident
from incidentkit.domain.money import Money
from incidentkit.domain.needs import Need
from incidentkit.domain.orders import Order
from incidentkit.domain.preferences import Preferences
from incidentkit.domain.protocols import Protocol
from incidentkit.domain.readings import Reading
from incidentkit.domain.surveys import Ask
from incidentkit.domain.tasks import Task
from incidentkit.domain.texts import Text

__all__ = [
    "KINDS",
    "WORDS",
    "canonical",
    "decode_document",
    "decode_event",
    "encode_document",
    "encode_event",
    "encode_protocol",
    "kind_of",
    "text_refs",
]

KINDS: Mapping[str, type[State]] = {
    "order": Order,
    "incident": Incident,
    "ask": Ask,
    "task": Task,
    "need": Need,
    "account": Account,
    "analysis": Analysis,
    "objective": Objective,
    "corrective_action": CorrectiveAction,
    "person": Preferences,
    "commitment": Commitment,
    "checkin": CheckIn,
    "reading": Reading,
    "mass": MassIncident,
    "call": VerificationCall,
    "call_list": CallList,
}
"""The kinds of streams, each with the class of its state."""

WORDS = '"text:'
"""How a reference into the vault begins, in a document that has one."""

_TEXT_REF = re.compile(r'"(text:[0-9a-f-]{36})"')
_KIND_OF = {cls: name for name, cls in KINDS.items()}


def _due(value: str, _: Any = None) -> date | datetime:
    return date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)


_WORDS: ContextVar[Mapping[str, str]] = ContextVar("words", default={})  # noqa: B039 - nobody changes it
"""The vault's words while something is decoded: they go where a Text stands and nowhere else, whatever another field says."""


def _text(ref: str, _: Any = None) -> Text:
    return Text(ref, _WORDS.get().get(ref))


# The same amounts come again and again, and reading one takes as long as a line of an order.
_money = lru_cache(maxsize=10_000)(Money.parse)


def _converter() -> Converter:
    # Defaults are left out: a document is mostly defaults.
    made = Converter(omit_if_default=True, detailed_validation=False)
    made.register_unstructure_hook(datetime, datetime.isoformat)
    made.register_structure_hook(datetime, lambda value, _: datetime.fromisoformat(value))
    made.register_unstructure_hook(date, date.isoformat)
    made.register_structure_hook(date, lambda value, _: date.fromisoformat(value))
    made.register_unstructure_hook(date | datetime, lambda value: value.isoformat())
    made.register_structure_hook(date | datetime, _due)
    made.register_unstructure_hook(date | datetime | None, lambda value: None if value is None else value.isoformat())
    made.register_structure_hook(date | datetime | None, lambda value, _: None if value is None else _due(value))
    # In whole microseconds, which is what a timedelta holds.
    made.register_unstructure_hook(timedelta, lambda value: value // timedelta(microseconds=1))
    made.register_structure_hook(timedelta, lambda value, _: timedelta(microseconds=value))
    made.register_unstructure_hook(Money, str)
    made.register_structure_hook(Money, lambda value, _: _money(value))
    made.register_unstructure_hook(Text, lambda text: text.ref)
    made.register_structure_hook(Text, _text)
    made.register_structure_hook_factory(_is_optional, _optional)
    made.register_structure_hook_factory(_is_series, _series)
    register_protocols(made)
    return made


# cattrs looks up what becomes of the part each time that it meets one; here it is looked up once for each type.


def _is_optional(type_: Any) -> bool:
    parts = get_args(type_)
    return get_origin(type_) in (Union, UnionType) and len(parts) == 2 and NoneType in parts


def _optional(type_: Any, converter: Converter) -> Callable[[Any, Any], Any]:
    (part,) = (part for part in get_args(type_) if part is not NoneType)
    read = converter.get_structure_hook(part)
    return lambda value, _: None if value is None else read(value, part)


def _is_series(type_: Any) -> bool:
    return get_origin(type_) is tuple and get_args(type_)[1:] == (...,)


def _series(type_: Any, converter: Converter) -> Callable[[Any, Any], tuple[Any, ...]]:
    part = get_args(type_)[0]
    read = converter.get_structure_hook(part)
    return lambda value, _: tuple([read(item, part) for item in value])


_CONVERTER = _converter()
_reading: Callable[[Any], Callable[[Any, Any], Any]] = cache(_CONVERTER.get_structure_hook)
_writing: Callable[[Any], Callable[[Any], Any]] = cache(_CONVERTER.get_unstructure_hook)


_dump = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode
# What we have written begins with its first character and ends with its last: nothing is to be skipped or looked for.
_scan = json.JSONDecoder().raw_decode


def _load(text: str) -> Any:
    return _scan(text)[0]


def encode_event(data: Happening) -> str:
    """An event's data as JSON text: what the record keeps and hashes."""
    return _dump(_writing(type(data))(data))


def decode_event(type_: str, version: int, text: str, texts: Mapping[str, str] | None = None) -> Happening:
    """The inverse of `encode_event`, for any version that was ever written.

    Args:
        texts: the vault's words by reference; a missing one is a forgotten one.

    Raises:
        StoreTooNew: a later incidentkit wrote it.
    """
    cls, data = EVENT_TYPES.get(type_), _load(text)
    if cls is None or cls.version != version:
        cls, data = upcasted(type_, version, data)
    event: Happening = _structured(data, cls, texts)
    return event


def encode_document(state: State) -> str:
    """A state as JSON text. What is derived is left out."""
    document = _writing(type(state))(state)
    document.pop("in_incident", None)
    return _dump(document)


def decode_document(kind: str, text: str, texts: Mapping[str, str] | None = None) -> State:
    """The inverse of `encode_document`."""
    state: State = _structured(_load(text), KINDS[kind], texts)
    return state


def encode_protocol(protocol: Protocol) -> str:
    """A protocol as the one text that it is in events and documents."""
    text: str = _writing(Protocol)(protocol)
    return text


def kind_of(state: State) -> str:
    """The kind of stream that holds such a state."""
    return _KIND_OF[type(state)]


def text_refs(text: str) -> tuple[str, ...]:
    """References into the vault that stand in an encoded event or document."""
    return tuple(_TEXT_REF.findall(text))


def _structured(data: Any, cls: type[Any], texts: Mapping[str, str] | None) -> Any:
    if not texts:
        return _reading(cls)(data, cls)
    token = _WORDS.set(texts)
    try:
        return _reading(cls)(data, cls)
    finally:
        _WORDS.reset(token)


_sorted = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def canonical(arguments: Mapping[str, Any]) -> bytes:
    """Arguments as bytes that are equal exactly when the arguments are, for fingerprints.

    Raises:
        UnicodeEncodeError: one holds half a surrogate pair.
    """
    return _sorted(_plain(arguments)).encode()


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    fields = getattr(type(value), "__attrs_attrs__", None)
    if fields is not None:
        return [type(value).__name__, *(_plain(getattr(value, a.name)) for a in fields)]
    if isinstance(value, datetime) and value.tzinfo is not None:
        value = value.astimezone(UTC)  # the same instant is the same argument
    return [type(value).__name__, str(value)]
