"""Fixtures of accounts."""

from tests.portal.conftest import own_database

__all__ = ["own_database"]
