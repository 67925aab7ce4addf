"""Prints how long naming ``incidentkit.open_desk`` takes, as a ratio to importing the core dependencies alone.

Run it as ``python tests/bench/import_time.py [ROUNDS]``. The two sides take turns in fresh interpreters, so that a busy
machine slows both alike. It judges nothing.
"""

from __future__ import annotations

import subprocess
import sys
from statistics import median
from time import perf_counter

OURS = "import incidentkit; incidentkit.open_desk"
THEIRS = "import attrs, cattrs, pluggy, tenacity"
NOTHING = "pass"


def seconds(code: str) -> float:
    start = perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return perf_counter() - start


def main(rounds: int) -> None:
    for code in (OURS, THEIRS, NOTHING):
        seconds(code)  # writes the byte code
    ours, theirs, nothing = zip(*((seconds(OURS), seconds(THEIRS), seconds(NOTHING)) for _ in range(rounds)), strict=True)
    print(f"incidentkit.open_desk  {median(ours) * 1000:7.1f} ms")
    print(f"its core dependencies  {median(theirs) * 1000:7.1f} ms")
    print(f"a bare interpreter     {median(nothing) * 1000:7.1f} ms")
    print(f"ratio of wall times    {median(ours) / median(theirs):7.3f}  (median of {rounds} rounds)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 21)
