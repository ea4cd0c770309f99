"""What the tests of search share."""

import secrets
from dataclasses import replace

import pytest
from django.utils import timezone

from practices.models import PracticePage
from search import outbox
from search.current_engine import current_engine
from search.group_documents import all_documents
from search.models import IndexTask
from search.rebuild import rebuild_index
from search_engines.criteria import Criteria
from search_engines.results import plain
from tests import factories
from tests.elasticsearch.fault_proxy import fault_proxy
from tests.search_engines.conftest import elasticsearch_engine


@pytest.fixture
def network(on_embedded, db):
    """The trees of three languages, and an index of the test's own; `rebuild_index()` fills it."""
    factories.tree("fr", "ar")
    rebuild_index()


@pytest.fixture
def index(network):
    """The same with an empty outbox: what waits afterwards, the test has queued."""
    IndexTask.objects.all().delete()


@pytest.fixture
def on_elasticsearch(elasticsearch_url, settings):
    """Let the portal use a real Elasticsearch, behind a proxy that can fail; nothing is built yet."""
    prefix = f"test-{secrets.token_hex(6)}"
    with fault_proxy(elasticsearch_url) as proxy, elasticsearch_engine(elasticsearch_url, prefix=prefix):
        settings.SEARCH_ENGINE = "elasticsearch"
        settings.ELASTICSEARCH_URLS = (proxy.url,)
        settings.SEARCH_INDEX_PREFIX = prefix
        yield proxy


@pytest.fixture
def on_embedded(tmp_path, settings):
    """Let the portal use the embedded engine; nothing is built yet."""
    settings.SEARCH_DIRECTORY = tmp_path / "search"


@pytest.fixture
def drain():
    """Index everything that is due, as the worker does."""

    def work():
        while outbox.drain():
            pass

    return work


@pytest.fixture
def unreadable():
    """Make the documents of a page's group impossible to read: a year that no index takes, past every form."""

    def spoil(key: str):
        pages = PracticePage.objects.filter(translation_key=key.removeprefix("page:"))
        assert pages.update(period_start="9999-01-01", period_end="9999-01-01")

    return spoil


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
