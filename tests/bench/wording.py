"""Prints how long it takes to word one message, as text and HTML, and to load the texts; as ratios to Jinja2 alone.

Run it as ``python tests/bench/wording.py [MESSAGES]``. The yardstick renders a message of the same length with Jinja2 twice, as
text and, with its values escaped, as HTML. It judges nothing.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from time import perf_counter

from jinja2 import Environment

from incidentkit.delivery.catalogue import load_catalogue
from incidentkit.delivery.templates.samples import SAMPLE_LINKS, sample_values
from incidentkit.domain.shop import Shop

STEPS = ("order.shipped", "incident.detected", "incident.offered", "bundle.orders")
ROUNDS = 15

FIRST = """
from time import perf_counter
from incidentkit.domain.shop import Shop
begun = perf_counter()
from incidentkit.delivery.catalogue import load_catalogue
catalogue = load_catalogue(Shop(language="es"))
loaded = perf_counter()
catalogue.label("phases", "closed")
labelled = perf_counter()
catalogue.render("order.placed", "es", {"order": "S-1", "name": "Ana"})
first = perf_counter()
for step in ("order.confirmed", "order.shipped", "order.delivered", "incident.detected"):
    catalogue.render(step, "es", {"order": "S-1", "name": "Ana", "type": "late"})
print(loaded - begun, labelled - loaded, first - labelled, (perf_counter() - first) / 4)
"""


def seconds(call: Callable[[], object], times: int) -> float:
    """The best of several rounds, for one call."""
    best = float("inf")
    for _ in range(ROUNDS):
        begun = perf_counter()
        for _ in range(times):
            call()
        best = min(best, perf_counter() - begun)
    return best / times


def yardstick() -> Callable[[], object]:
    """Jinja2 by itself: a text and a page with ten values each."""
    body = "Hello {{ a }},\n\n" + "".join(f"Some words about it: {{{{ {name} }}}}.\n" for name in "bcdefghij")
    text, page = Environment().from_string(body), Environment(autoescape=True).from_string("<p>" + body + "</p>" + "x" * 1500)
    values = dict.fromkeys("abcdefghij", "a value")
    return lambda: (text.render(values), page.render(values))


def main(messages: int) -> None:
    catalogue = load_catalogue(Shop(name="La tienda", language="es", zone="Europe/Madrid"))
    alone = seconds(yardstick(), messages)
    print(f"{'Jinja2 alone, text and page':34}{alone * 1e6:8.1f} us")
    for step in STEPS:
        values = sample_values(step)
        catalogue.render(step, "es", values, SAMPLE_LINKS)
        took = seconds(lambda step=step, values=values: catalogue.render(step, "es", values, SAMPLE_LINKS), messages)  # type: ignore[misc]
        print(f"{step:34}{took * 1e6:8.1f} us  ratio {took / alone:5.2f}")
    runs = [subprocess.run([sys.executable, "-c", FIRST], check=True, capture_output=True, text=True) for _ in range(ROUNDS)]
    spans = zip(*([float(word) for word in run.stdout.split()] for run in runs), strict=True)
    whats = ("loading the catalogue", "its first label", "its first message", "each further text")
    for what, span in zip(whats, spans, strict=True):
        print(f"{what:34}{min(span) * 1e3:8.1f} ms")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
