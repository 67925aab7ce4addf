"""The record on a database: the only floor that knows SQLAlchemy."""
