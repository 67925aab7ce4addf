"""Secrets: values that are used, and never shown."""

from __future__ import annotations

from attrs import field, frozen

__all__ = ["Secret"]


@frozen(repr=False, str=False)
class Secret:
    """A password, token or key. Neither ``repr()`` nor ``str()`` nor an error shows it; `reveal` gives it to its one user."""

    _value: str = field()

    def reveal(self) -> str:
        """The secret itself."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(***)"
