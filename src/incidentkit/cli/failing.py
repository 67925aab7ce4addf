"""What is said of an error."""

from __future__ import annotations

from collections.abc import Sequence

from incidentkit.errors import ConfigurationError

__all__ = ["told"]


def told(error: Exception) -> str:
    """An error in plain words: several mistakes one to a line, a file's trouble with the file's name."""
    if isinstance(error, ConfigurationError):
        return _mistakes(error)
    if isinstance(error, OSError) and not str(error).startswith(type(error).__name__) and error.strerror:
        name = f"{error.filename}: " if error.filename is not None else ""
        return f"{name}{error.strerror}."
    return str(error).replace("Give by=", "Give --as")


def _mistakes(error: ConfigurationError) -> str:
    problems: Sequence[object] = error.context.get("problems", ())
    if len(problems) < 2:
        return str(error)
    return "\n".join([f"{error.subject}: {error.rule}.", *(f"  {problem}" for problem in problems), error.next]).rstrip()
