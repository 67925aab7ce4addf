"""The parts of an import profile that make contacts, promises and accounts of rows."""

from __future__ import annotations

from typing import Any, Literal

from attrs import field, frozen

from incidentkit.domain.import_rules import CustomerRule, Rows, named, some
from incidentkit.domain.picks import Condition, Pick, texts
from incidentkit.errors import InvalidInput

__all__ = ["AccountRule", "ContactRule", "PromiseRule"]


@frozen
class ContactRule:
    """Contacts, one for each key, or two where the row has the answer too. All are passive, and none is sent.

    They join needs by the rules for contacts that are made live, in the order of their times, whatever the order of rows and
    files: see `incidentkit.rules.needs`. A need that was about an incident is resolved and reopened with that incident, at the
    times that the source has for it.

    Args:
        source, key, when, rows: which rows make one, see `incidentkit.domain.profile`.
        name: distinguishes the rule from the others; part of its contacts' source keys.
        at: when; a record without is rejected.
        channel: ``phone``, ``email``, ... one word of letters, digits, ``_`` and ``-``; where it is missing, ``other``.
        direction: ``in`` where the customer began it, or ``out``; where it is missing, ``in``.
        customer: the person; where it is missing, that of the incident or order.
        order: columns with the values of the order's key, as in an incident's rule.
        incident: columns with the values of an incident's key; where they name one that is not known the record is rejected.
        case: the name of the rule of those incidents; it may be left out where there is one rule for incidents.
        automatic: ``yes`` for a reply that no person wrote.
        live: ``yes`` where both were there at once, as on the phone.
        expects_answer: ``no`` for a "thanks"; where it is missing, what the customer began does.
        agent: the handle of who of the shop had it, or wrote the answer.
        answered: when it was answered: an outgoing contact on the same channel, in the same need.
        summary: what was said; kept in the vault.
        ticket: the number of its case in the shop's ticket desk; what has none counts as handled beside it.

    A record that names no customer, order or incident is rejected.
    """

    source: str
    name: str = field(validator=named)
    key: tuple[str, ...] = field(converter=texts, validator=some)
    at: Pick
    channel: Pick
    direction: Pick | None = None
    customer: CustomerRule | None = None
    order: tuple[str, ...] = field(default=(), converter=texts)
    incident: tuple[str, ...] = field(default=(), converter=texts)
    case: str = ""
    automatic: Pick | None = None
    live: Pick | None = None
    expects_answer: Pick | None = None
    agent: Pick | None = None
    answered: Pick | None = None
    summary: Pick | None = None
    ticket: Pick | None = None
    rows: Rows = "one"
    when: tuple[Condition, ...] = ()


@frozen
class PromiseRule:
    """Delivery promises of orders, one for each key.

    A promise that was made later replaces an earlier one, which stays known. It does not matter which of them the files have
    first. One that says what the order's promise made at that time says is the same.

    Args:
        source, key, when, rows: which rows make one, see `incidentkit.domain.profile`.
        name: distinguishes the rule from the others; part of its promises' source keys.
        order: columns with the values of the order's key.
        promised: by when; a record without is rejected.
        promised_as: as in an order's rule.
        made: when it was made; where it is missing, with the order.
        by: the handle of the agent who made it; where it is missing, the source did.
    """

    source: str
    name: str = field(validator=named)
    key: tuple[str, ...] = field(converter=texts, validator=some)
    order: tuple[str, ...] = field(converter=texts, validator=some)
    promised: Pick
    promised_as: Literal["instant", "day"] = "instant"
    made: Pick | None = None
    by: Pick | None = None
    rows: Rows = "one"
    when: tuple[Condition, ...] = ()


def _one(rule: AccountRule, attribute: Any, value: tuple[str, ...]) -> None:
    some(rule, attribute, value)
    if len(value) != 1:
        raise InvalidInput("key", "one column, with the company's key as orders have it", got=f"{len(value)} columns")


@frozen
class AccountRule:
    """Accounts, one for each key: companies whose people buy. What a row does not say stays as it is known.

    Where somebody of the shop has said otherwise since, the source is heard again when it says something new.

    Args:
        source, when, rows: which rows make one, see `incidentkit.domain.profile`.
        key: the column with the company's key, as orders have it.
        name: what the company is called; kept in the vault.
        manager: the handle of the agent who looks after it.
        at: when the row was written: an older one takes nothing back. Where it is missing, now.
    """

    source: str
    key: tuple[str, ...] = field(converter=texts, validator=_one)
    name: Pick | None = None
    manager: Pick | None = None
    at: Pick | None = None
    rows: Rows = "one"
    when: tuple[Condition, ...] = ()
