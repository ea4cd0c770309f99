"""Fixtures of the people of a city."""

from tests.portal.conftest import own_database

__all__ = ["own_database"]
