"""What the contract suite of the engines shares. Every engine must pass every test that uses `engine`."""

import secrets
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from core.search_document import SearchDocument
from search_engines import get_engine
from search_engines.criteria import Criteria, parse_words

LANGUAGES = ("en", "fr", "es", "pt", "ar", "ru", "zh-hans")
NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def now():
    """The moment at which all searches of the suite are made."""
    return NOW


@pytest.fixture(scope="session")
def document():
    """Make a document of which nothing needs saying but what a test is about; shown to every reader."""
    return make_document


def make_document(id, title="", body="", **fields):
    fields.setdefault("group", f"page:{id}")
    fields.setdefault("language", "en")
    fields.setdefault("shown_in", LANGUAGES)
    fields.setdefault("type", "practice")
    fields.setdefault("url", f"/{id}/")
    return SearchDocument(id=str(id), title=title, body=body, **fields)


@pytest.fixture(params=["embedded", "elasticsearch"])
def engine(request):
    """An engine with an empty, usable index."""
    return request.getfixturevalue(f"empty_{request.param}")


@pytest.fixture
def empty_embedded(tmp_path):
    """The embedded engine."""
    engine = get_engine("embedded", path=tmp_path / "index")
    engine.rebuild([], lambda groups: [])
    return engine


@pytest.fixture
def empty_elasticsearch(shared_elasticsearch):
    """The engine on a real server. A new index each time: deleted documents would go on to count in scores."""
    shared_elasticsearch.rebuild([], lambda groups: [])
    return shared_elasticsearch


@pytest.fixture(scope="session")
def shared_elasticsearch(elasticsearch_url):
    """An engine on the real server, for all tests of one process."""
    with elasticsearch_engine(elasticsearch_url) as engine:
        yield engine


@contextmanager
def elasticsearch_engine(url, **options):
    """An engine on the server at `url`, not built yet; what it makes there is removed."""
    prefix = options.pop("prefix", f"test-{secrets.token_hex(6)}")
    # Patient: the deadlines of readers are the business of other tests.
    options = {"urls": [url], "prefix": prefix, "timeout": 20, "deadline": 30} | options
    engine = get_engine("elasticsearch", **options)
    yield engine
    engine.destroy()


@pytest.fixture(scope="module")
def kept_documents():
    """The documents of a module whose tests only read: it has a fixture of this name."""
    return []


@pytest.fixture(scope="module")
def kept_embedded(kept_documents, tmp_path_factory):
    """The embedded engine with the documents of the module."""
    engine = get_engine("embedded", path=tmp_path_factory.mktemp("index"))
    engine.rebuild([], lambda groups: [])
    engine.index(kept_documents)
    return engine


@pytest.fixture(scope="module")
def kept_elasticsearch(kept_documents, elasticsearch_url):
    """The engine on a real server with the documents of the module, in an index of its own."""
    with elasticsearch_engine(elasticsearch_url) as engine:
        engine.rebuild([], lambda groups: [])
        engine.index(kept_documents)
        yield engine


@pytest.fixture(params=["embedded", "elasticsearch"])
def kept_engine(request):
    """An engine that has been filled once for all tests of the module. Tests that write use `engine`."""
    return request.getfixturevalue(f"kept_{request.param}")


def searching(engine):
    """Search as a reader does: what was typed, the reader's language, and criteria by name."""

    def ask(text="", language="en", **criteria):
        words, phrases = parse_words(text)
        criteria.setdefault("instant", NOW)
        return engine.search(Criteria(language=language, words=words, phrases=phrases, **criteria))

    return ask


@pytest.fixture
def search(engine):
    """Search in `engine`; see `searching`."""
    return searching(engine)


@pytest.fixture
def find(search):
    """Ids of the hits of the first page, in order."""

    def ids(text="", language="en", **criteria):
        return [hit.id for hit in search(text, language, **criteria).hits]

    return ids
