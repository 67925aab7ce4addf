"""What Alembic runs: the scripts, on the connection that it was given."""

from __future__ import annotations

from alembic import context

from incidentkit.store import facts  # noqa: F401 - its tables belong to the schema
from incidentkit.store.tables import metadata

_given = context.config.attributes
context.configure(connection=_given["connection"], version_table=_given["versions"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
