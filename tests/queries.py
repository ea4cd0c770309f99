"""Count the queries of a page: they must be few, and must not depend on the number of rows."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def queries_of(address: str, status: int = 200, *, reader: Client | None = None) -> int:
    """Return how many queries the page at `address` takes with warm caches.

    reader: a client that has signed in; an anonymous one when left out.
    """
    reader = reader or Client()
    assert reader.get(address).status_code == status, address
    with CaptureQueriesContext(connection) as captured:
        reader.get(address)
    return len(captured)
