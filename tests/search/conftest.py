"""What the tests of search share."""

import pytest

from search import sync
from tests import factories


@pytest.fixture
def network(tmp_path, settings, db):
    """The trees of three languages, and an index of the test's own; `sync.rebuild()` fills it."""
    settings.SEARCH_DIRECTORY = tmp_path / "search"
    factories.tree("fr", "ar")
    sync.rebuild()
