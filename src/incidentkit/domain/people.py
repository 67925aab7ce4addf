"""Customers: personal data through and through."""

from __future__ import annotations

import re

from attrs import field, frozen

from incidentkit.errors import InvalidInput

__all__ = ["Customer"]


def _key(customer: Customer, attribute: object, value: str) -> None:
    if not isinstance(value, str) or not value.strip():
        raise InvalidInput("A customer's key", "must be the shop's own, non-empty name for the person", got="nothing")


def _one_line(customer: Customer, attribute: object, value: str) -> None:
    if not isinstance(value, str) or len(value) > 320 or any(c in value for c in "\r\n\0"):
        raise InvalidInput(f"A customer's {getattr(attribute, 'name', 'field')}", "must be one line of at most 320 characters")


_ZONE = re.compile(r"(?:[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+){0,2})?", re.ASCII)


def _zone(customer: Customer, attribute: object, value: str) -> None:
    # Only its form: which zones there are depends on the machine, and what the vault holds must be readable on every one.
    if not isinstance(value, str) or len(value) > 64 or not _ZONE.fullmatch(value):
        raise InvalidInput("A customer's zone", "must be the name of a time zone such as Europe/Madrid", got="another text")


@frozen
class Customer:
    """A person who buys.

    Args:
        key: the shop's own name for the person; the same key is the same person. May be an address: it is kept in the
            vault only.
        name: how to greet them.
        email: where mail goes; empty when unknown.
        phone: E.164, e.g. ``+34600000000``; empty when unknown.
        language: BCP 47, e.g. ``es``; empty for the shop's default.
        account: the key of the company that they buy for; empty for none.

        zone: IANA name of the time zone that they live in, which quiet hours are read in; empty for the shop's.

    The repr shows nothing of it.
    """

    key: str = field(repr=False, validator=_key)
    name: str = field(default="", repr=False, validator=_one_line)
    email: str = field(default="", repr=False, validator=_one_line)
    phone: str = field(default="", repr=False, validator=_one_line)
    language: str = field(default="", repr=False, validator=_one_line)
    account: str = field(default="", repr=False, validator=_one_line)
    zone: str = field(default="", repr=False, validator=_zone)
