"""Reading a shop's files into the record, by a declarative profile."""

from __future__ import annotations

from incidentkit.desk.importing.imports import Imports
from incidentkit.desk.importing.report import ImportReport
from incidentkit.desk.importing.shops import shop_for

__all__ = ["ImportReport", "Imports", "shop_for"]
