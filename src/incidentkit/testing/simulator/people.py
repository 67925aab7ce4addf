"""The demo's customers: made-up names, addresses at example.com."""

from __future__ import annotations

import unicodedata

from incidentkit.domain.people import Customer
from incidentkit.testing.simulator.chance import chance

__all__ = ["customer"]

_FIRST = (
    "Eva", "Lucía", "Mateo", "Íñigo", "Carmen", "Begoña", "Hugo", "Noa", "Álvaro", "Marta",
    "Emily", "Oliver", "Grace", "Tom", "Chloé", "Jürgen", "Aisha", "Wei", "Sofía", "Martín",
)  # fmt: skip
_LAST = (
    "García", "Núñez", "López", "Ibáñez", "Serra", "Etxeberria", "Castro", "Vidal", "Peña", "Rojas",
    "Smith", "Brown", "O'Neill", "Walker", "Dubois", "Müller", "Khan", "Chen", "Rossi", "Silva",
)  # fmt: skip
_ACCOUNTS = ("hotel-sol", "estudio-norte", "cafe-lima", "oficinas-13", "colegio-mar")
_OTHER = {"en": "es", "es": "en"}


def customer(seed: int, index: int, language: str) -> Customer:
    """The customer of that index, always the same for a seed. One in fifty has no e-mail address."""
    rng = chance(seed, f"customer/{index}")
    first, last = rng.choice(_FIRST), rng.choice(_LAST)
    mail = f"{_plain(first)}.{_plain(last)}.{index}@example.com"
    return Customer(
        key=f"C-{index:05}",
        name=f"{first} {last}",
        email="" if rng.random() < 0.02 else mail,
        phone=f"+346000{index % 100_000:05}" if rng.random() < 0.8 else "",
        language=rng.choices((language, _OTHER[language], ""), (70, 20, 10))[0],
        account=rng.choice(_ACCOUNTS) if rng.random() < 0.1 else "",
    )


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    return "".join(c for c in letters if c.isalnum())
