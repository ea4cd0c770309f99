"""The database as one file, at one moment, while people go on writing; and back again."""

from django.db import connection

from operations.databases.base import Database, Snapshot
from operations.databases.postgresql import PostgreSQL
from operations.databases.sqlite import SQLite

__all__ = ["Database", "Snapshot", "current_database", "database_of"]

KINDS: dict[str, type[Database]] = {"sqlite": SQLite, "postgresql": PostgreSQL}


def current_database() -> Database:
    """The database of this installation."""
    return database_of(connection.vendor)


def database_of(vendor: str) -> Database:
    """What handles a database, by Django's name of it."""
    return KINDS[vendor]()
