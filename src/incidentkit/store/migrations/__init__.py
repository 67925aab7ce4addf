"""How the schema came to be: Alembic's environment, loaded only where a store is made or brought up to date."""
