"""Fixtures of the tests of writing."""

from tests.portal.conftest import own_database

__all__ = ["own_database"]
