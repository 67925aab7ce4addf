"""Whose: people found by what callers say of themselves, by keyed hashes alone."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import field, frozen

from incidentkit.desk.runtime import Runtime
from incidentkit.desk.work import keyed_hash
from incidentkit.domain.people import Customer
from incidentkit.domain.phones import Phone, read_phone
from incidentkit.errors import InvalidInput
from incidentkit.store.inbox import customers_at
from incidentkit.store.reading import people
from incidentkit.store.unit import Unit

__all__ = ["Whose"]


def _checked(phone: str | None) -> Phone | None:
    if phone is None:
        return None
    number = read_phone(phone) if isinstance(phone, str) else None
    if number is None:
        raise InvalidInput("phone", "must be a telephone number", got="something else", next="Write +34 600 000 000.")
    return number


@frozen
class Whose:
    """What is known of a person who is looked for; None for what is not said.

    Raises:
        InvalidInput: what should be a telephone number is none.
    """

    person: Customer | str | None = field(default=None, repr=False)
    phone: Phone | None = field(default=None, repr=False, converter=_checked)
    email: str | None = field(default=None, repr=False)

    def customers(self, runtime: Runtime, unit: Unit) -> tuple[str, ...] | None:
        """The ids of all whom it fits, mostly one; None where nothing is said."""
        fits = list(self._fits(runtime, unit))
        return tuple(sorted(set.intersection(*fits))) if fits else None

    def _fits(self, runtime: Runtime, unit: Unit) -> Iterator[set[str]]:
        if self.person is not None:
            found = runtime.person(unit, self.person)
            yield set() if found is None else {found}
        if self.email is not None:
            yield self._at(runtime, unit, "address", self.email)
        if self.phone is not None:
            # Found by its last digits, however the rest was written; then told from others by all of them.
            known = people(unit, sorted(self._at(runtime, unit, "phone", self.phone.tail)))
            yield {customer for customer, person in known.items() if self._is_theirs(person)}

    def _at(self, runtime: Runtime, unit: Unit, kind: str, said: str) -> set[str]:
        return set(customers_at(unit, keyed_hash(runtime.store.secret, runtime.tenant, kind, said)))

    def _is_theirs(self, person: Customer) -> bool:
        number = read_phone(person.phone)
        return number is not None and self.phone is not None and self.phone.may_be(number)
