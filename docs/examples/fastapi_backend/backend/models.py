"""What the shop keeps itself."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

__all__ = ["Purchase", "made", "opened"]


class Base(DeclarativeBase):
    """What the shop's own classes derive from."""


class Purchase(Base):
    """One purchase; what becomes of it is in the record, under the same number."""

    __tablename__ = "purchases"
    number: Mapped[str] = mapped_column(primary_key=True)
    total: Mapped[Decimal]
    order: Mapped[str]


def opened(url: str) -> AsyncEngine:
    """The shop's engine. On SQLite its transactions begin as writers, so that they need not become ones halfway."""
    engine = create_async_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine.sync_engine, "connect", _leave_begin_to_us)
        event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _leave_begin_to_us(connection: Any, _: object) -> None:
    connection.isolation_level = None


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


async def made(engine: AsyncEngine) -> None:
    """Have the shop's tables."""
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
