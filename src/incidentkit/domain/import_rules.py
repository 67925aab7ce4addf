"""The parts of an import profile: its tables, and the rules that make orders, incidents and answers of their rows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from attrs import field, frozen

from incidentkit.domain.numbers import Grouping, Writing
from incidentkit.domain.picks import Condition, Pick, texts
from incidentkit.domain.surveys import Scale
from incidentkit.errors import InvalidInput

__all__ = [
    "INCIDENT_EVENTS",
    "ORDER_EVENTS",
    "AnswerRule",
    "CustomerRule",
    "IncidentEventRule",
    "IncidentRule",
    "LineRule",
    "OrderEventRule",
    "OrderRule",
    "Source",
    "named",
    "some",
]

OrderEventName = Literal["confirmed", "shipped", "delivered", "cancelled", "returned"]
IncidentEventName = Literal["resolved", "reopened"]
Rows = Literal["one", "many"]

ORDER_EVENTS: tuple[OrderEventName, ...] = ("confirmed", "shipped", "delivered", "cancelled", "returned")
"""What can happen to an order after it was placed, in the order in which it is recorded, whatever the times say.

A time before one that it should follow is kept as given, and the rules for orders mark the order with the anomaly
``LATER_before_EARLIER``, e.g. ``shipped_before_confirmed``.
"""

INCIDENT_EVENTS: tuple[IncidentEventName, ...] = ("resolved", "reopened")
"""What a source can claim about an incident. There is no ``closed``: a source's word is no evidence."""


def named(owner: object, attribute: Any, value: str) -> None:
    """A validator: a short name that can be part of a key."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}", value):
        raise InvalidInput(attribute.name, "1 to 40 letters, digits, and . _ -", got=repr(value)[:40])


def some(owner: object, attribute: Any, value: tuple[str, ...]) -> None:
    """A validator: at least one, none empty, none twice."""
    if not value or not all(value) or len(set(value)) < len(value):
        raise InvalidInput(attribute.name, "at least one name, each once", got=repr(list(value))[:40])


# --- Sources -----------------------------------------------------------------------------------------------------


def _encoding(source: Source, attribute: object, value: str) -> None:
    try:
        "a".encode(value)
    except (LookupError, ValueError):
        raise InvalidInput("encoding", "an encoding of text, such as utf-8 or cp1252", got=repr(value)[:40]) from None


def _one_character(source: Source, attribute: object, value: str) -> None:
    if len(value) != 1 or value in '"\r\n\0':
        raise InvalidInput("delimiter", "one character, such as , or ;", got=repr(value)[:20])


@frozen
class Source:
    """One table.

    Args:
        files: patterns of file names (``*`` and ``?``; case counts), matched against the name alone. Several files that fit
            are read one after the other, by name, as one table; a name that ends in ``.gz`` is unpacked.
        kind: ``csv``: a header line, then rows; quoted values may hold line breaks. ``jsonl``: a JSON object on each line; a
            column is a key, which may be absent from some; numbers are read as they are written, a list or object as its JSON.
            ``xlsx``: a sheet of a workbook, a header row first; a formula counts as the value that was last reckoned for it,
            a number as it is shown with fifteen digits, a time as ISO text. It needs the extra ``import``. A number that is
            one for JSON or the workbook is never mistaken: it reads as one that was written with the source's point.
        sheet: of a workbook; empty for its first.
        encoding: of the text; a byte-order mark at its start is not part of it.
        delimiter: between values.
        decimal, grouping: how this table writes numbers, as in `Profile`; where ``decimal`` is empty, as the profile's others.
        links: to other sources: their name → own column → their column. Rows belong together when all of the columns are
            equal and not missing.
        optional: whether the files may be absent; then the table has no rows. An absent file otherwise refuses the import.
    """

    files: tuple[str, ...] = field(converter=texts, validator=some)
    kind: Literal["csv", "jsonl", "xlsx"] = "csv"
    sheet: str = ""
    encoding: str = field(default="utf-8", validator=_encoding)
    delimiter: str = field(default=",", validator=_one_character)
    decimal: Literal["", ".", ","] = ""
    grouping: Grouping = ""
    links: Mapping[str, Mapping[str, str]] = field(factory=dict)
    optional: bool = False

    def __attrs_post_init__(self) -> None:
        if self.sheet and self.kind != "xlsx":
            raise InvalidInput("sheet", 'stands beside kind = "xlsx" alone', got=f"kind = {self.kind!r}")
        if self.grouping and not self.decimal:
            raise InvalidInput("grouping", "a decimal beside its grouping", got="none")
        _ = self.writing

    @property
    def writing(self) -> Writing | None:
        """How its numbers are written, where it has a way of its own."""
        return Writing(self.decimal, self.grouping) if self.decimal else None


# --- Orders ------------------------------------------------------------------------------------------------------


@frozen
class CustomerRule:
    """The person: ``key`` is who they are, the same wherever they stand; without it there is no customer.

    ``account`` is the key of the company that they buy for, which an order that names none takes over.
    """

    key: Pick
    name: Pick | None = None
    email: Pick | None = None
    phone: Pick | None = None
    language: Pick | None = None
    account: Pick | None = None


@frozen
class LineRule:
    """The order's lines: one for each row of ``source`` that belongs to the order and for which all of ``when`` hold.

    Rows with the same product and price become one line with their quantities added, at the first one's place. A row
    without a usable product is dropped as unusable; one without a usable price costs nothing, and is marked.

    Args:
        source: where the rows stand: a source that the order's source has a link to, or the order's own.
        product: the shop's code.
        price: per unit.
        quantity: units in that row; one where none is given.
    """

    source: str
    product: Pick
    price: Pick
    quantity: Pick | None = None
    when: tuple[Condition, ...] = ()


@frozen
class OrderEventRule:
    """Something that happened to the order as a whole, at most once.

    ``shipped``, ``delivered``, ``cancelled`` and ``returned`` concern all units that can still be; what is delivered and was
    not shipped is shipped first, at the same time, and, where the rule has ``shipped`` at all, the order is marked with the
    anomaly ``shipped_missing``. An order without lines goes as a whole. What the rules for orders forbid is dropped: counted,
    and marked with the anomaly ``EVENT_dropped``.

    Args:
        event: what happened.
        at: when. Missing or unusable: it did not happen. Not given at all: it happened where ``when`` holds, at the order's
            last known time.
        when: all must hold.
        drops: events that are not made for an order that this one is made for, though the source has times for them. Each is
            counted, and marks the order with the anomaly ``EVENT_dropped``, e.g. ``delivered_dropped``.
    """

    event: OrderEventName
    at: Pick | None = None
    when: tuple[Condition, ...] = ()
    drops: tuple[OrderEventName, ...] = ()

    def __attrs_post_init__(self) -> None:
        if self.at is None and not self.when:
            raise InvalidInput("An event", "at, when, or both", got="neither")
        if self.event in self.drops:
            raise InvalidInput("An event", "drops others, never itself", got=self.event)


@frozen
class OrderRule:
    """Orders, one for each key.

    Args:
        source, key, when, rows: which rows make one, see `incidentkit.domain.profile`.
        placed: when the order was placed; a record without is rejected.
        number: the shop's number of it.
        customer: who ordered.
        account: the key of the company they buy for.
        paid: what was paid; where it is not given, or missing, the sum of the lines.
        promised: the delivery promise given with the order.
        promised_as: ``instant``: it ends at that instant. ``day``: it lasts to the end of that day in the profile's zone.
        status: what the source calls its state; noted with the order's last known time, never acted on.
        lines: what was ordered; an order without rows there has no lines.
        events: what happened then, each at most once.
    """

    source: str
    key: tuple[str, ...] = field(converter=texts, validator=some)
    placed: Pick
    number: Pick | None = None
    customer: CustomerRule | None = None
    account: Pick | None = None
    paid: Pick | None = None
    promised: Pick | None = None
    promised_as: Literal["instant", "day"] = "instant"
    status: Pick | None = None
    lines: LineRule | None = None
    events: tuple[OrderEventRule, ...] = ()
    rows: Rows = "one"
    when: tuple[Condition, ...] = ()


# --- Incidents ---------------------------------------------------------------------------------------------------


@frozen
class IncidentEventRule:
    """A row by which the source says that an incident was resolved, or not after all.

    ``resolved`` is a claim of the source; it does nothing while the incident is resolved. ``reopened`` does nothing unless the
    incident is resolved.

    Args:
        event: what happened.
        when: all must hold for the row.
        at: the time; where it is not given, the rule's ``at``, else the order's last known time.
    """

    event: IncidentEventName
    when: tuple[Condition, ...] = ()
    at: Pick | None = None


@frozen
class IncidentRule:
    """Incidents, one for each key. All are passive.

    With ``rows = "one"`` a row is a case. With ``rows = "many"`` a row is an event of a case: the fields are the first row's
    unless their picks take others, and ``status`` and ``events`` are looked at row by row, by when these were written, wherever
    they stand in the file.

    Args:
        source, key, when, rows: which rows make one, see `incidentkit.domain.profile`.
        name: distinguishes the rule from the others; part of its incidents' source keys.
        type: a type of the shop's; one that it does not have counts as unusable, and becomes ``other``.
        order: columns with the values of the order's key; empty for incidents without an order. Where all are missing the
            incident has no order; where they name an order that is not known the record is rejected.
        detected: when the shop learned of it. Not given, missing or unusable: the order's last known time; without an order,
            the rule's ``at`` in the first row; without both the record is rejected.
        description: in words; where there are none, the type.
        severity, cause: of the shop's; where they are missing, the protocol's severity, and no cause.
        team: the shop's team that is accountable; where it is missing, the protocol's.
        reported_by: ``shop`` or ``customer``; where it is missing, ``shop``.
        status: what the source calls its state; noted with the row's ``at``, never acted on.
        at: when a row was written.
        as_they_stand: the rows of a case come in the order of the file, whatever their times say.
        events: tried in the order given; the first that holds for a row is made.
    """

    source: str
    name: str = field(validator=named)
    key: tuple[str, ...] = field(converter=texts, validator=some)
    type: Pick
    order: tuple[str, ...] = field(default=(), converter=texts)
    detected: Pick | None = None
    description: Pick | None = None
    severity: Pick | None = None
    cause: Pick | None = None
    team: Pick | None = None
    reported_by: Pick | None = None
    status: Pick | None = None
    at: Pick | None = None
    as_they_stand: bool = False
    events: tuple[IncidentEventRule, ...] = ()
    rows: Rows = "one"
    when: tuple[Condition, ...] = ()


# --- Answers -----------------------------------------------------------------------------------------------------


@frozen
class AnswerRule:
    """Survey answers, one for each key; each is an ask of its own, and passive.

    Args:
        source, key, when, rows: which rows make one, see `incidentkit.domain.profile`.
        name: distinguishes the rule from the others; part of its answers' source keys.
        score: a whole number from ``low`` to ``high``; a record without is rejected.
        answered: when; a record without is rejected.
        asked: when it was asked; where it is missing or after ``answered``, that time.
        survey: the survey's name; ``low`` and ``high`` are its scale.
        order: columns with the values of the order's key, as in `IncidentRule`.
        comment: in the customer's words.
    """

    source: str
    name: str = field(validator=named)
    key: tuple[str, ...] = field(converter=texts, validator=some)
    score: Pick
    answered: Pick
    asked: Pick | None = None
    survey: str = "csat"
    low: int = 1
    high: int = 5
    order: tuple[str, ...] = field(default=(), converter=texts)
    comment: Pick | None = None
    rows: Rows = "one"
    when: tuple[Condition, ...] = ()

    def __attrs_post_init__(self) -> None:
        Scale(self.low, self.high)

    @property
    def scale(self) -> Scale:
        """The survey's scale."""
        return Scale(self.low, self.high)
