"""What the shop keeps itself."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

__all__ = ["Base", "Purchase", "opened"]


class Base(DeclarativeBase):
    """What the shop's own classes derive from."""


class Purchase(Base):
    """One purchase; what becomes of it is in the record, under the same number."""

    __tablename__ = "purchases"
    number: Mapped[str] = mapped_column(primary_key=True)
    total: Mapped[Decimal]
    order: Mapped[str]


def opened(url: str) -> Engine:
    """The shop's engine. On SQLite its transactions begin as writers, so that they need not become ones halfway."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        return create_engine(parsed.set(drivername="postgresql+psycopg"))
    engine = create_engine(parsed)
    event.listen(engine, "connect", _leave_begin_to_us)
    event.listen(engine, "begin", _begin)
    return engine


def _leave_begin_to_us(connection: Any, _: object) -> None:
    connection.isolation_level = None


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
