"""What the tests of search share."""

from dataclasses import replace

import pytest
from django.utils import timezone

from search import outbox
from search.criteria import Criteria
from search.current_engine import current_engine
from search.group_documents import all_documents
from search.models import IndexTask
from search.rebuild import rebuild_index
from search.results import plain
from tests import factories


@pytest.fixture
def network(tmp_path, settings, db):
    """The trees of three languages, and an index of the test's own; `rebuild_index()` fills it."""
    settings.SEARCH_DIRECTORY = tmp_path / "search"
    factories.tree("fr", "ar")
    rebuild_index()


@pytest.fixture
def index(network):
    """The same with an empty outbox: what waits afterwards, the test has queued."""
    IndexTask.objects.all().delete()


@pytest.fixture
def drain():
    """Index everything that is due, as the worker does."""

    def work():
        while outbox.drain():
            pass

    return work


@pytest.fixture
def titles():
    """Return the titles that a search finds."""

    def found(words: str, language: str = "en") -> list[str]:
        results = current_engine().search(Criteria(language=language, instant=timezone.now(), words=words))
        return [plain(hit.title) for hit in results.hits]

    return found


@pytest.fixture
def tampered():
    """An index in which one document is missing, one is another, and one is too much."""
    pages = [factories.practice(title=f"Lighthouse {number}") for number in range(3)]
    rebuild_index()
    IndexTask.objects.all().delete()
    documents = {document.id: document for document in all_documents()}
    missing, different, kept = (documents[f"page:{page.pk}"] for page in pages)
    engine = current_engine()
    engine.delete([missing.id])
    engine.index([replace(different, title="Casinos"), replace(kept, id="page:999999", group="page:ghost")])
    return {("missing", missing.id), ("different", different.id), ("ghost", "page:999999")}
