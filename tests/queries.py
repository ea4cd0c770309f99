"""Counting the queries of a page: they must be few, and the same however many rows there are."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def queries_of(address: str, status: int = 200) -> int:
    """How many queries the page at `address` takes once everything that is cached is warm."""
    reader = Client()
    assert reader.get(address).status_code == status, address
    with CaptureQueriesContext(connection) as captured:
        reader.get(address)
    return len(captured)
