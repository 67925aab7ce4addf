"""The documentation as a site: ``nox -s docs`` builds it with Sphinx.

The pages are plain Markdown, which any code host shows as it is, with working links. What only the site needs is added while it
reads them, by `docs.site`.
"""

from __future__ import annotations

import sys
from pathlib import Path

REPO = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPO))

from incidentkit.version import __version__  # noqa: E402 - the path comes first

project = "incidentkit"
author = "the authors of incidentkit"
version = release = __version__
language = "en"

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "docs.site"]
exclude_patterns = ["_build"]
source_suffix = {".md": "markdown"}

# --- Markdown ----------------------------------------------------------------------------------------------------

# A code host makes the same anchors.
myst_heading_anchors = 4
myst_fence_as_directive = ["mermaid"]

# --- Reference ---------------------------------------------------------------------------------------------------

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
napoleon_numpy_docstring = False
napoleon_use_ivar = True
# Names in docstrings stand in single backticks.
default_role = "literal"

# --- The site ----------------------------------------------------------------------------------------------------

html_theme = "furo"
html_title = f"incidentkit {version}"
html_copy_source = False
html_show_sphinx = False
html_theme_options = {"navigation_with_keys": True}
