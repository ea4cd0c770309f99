"""What somebody put into the index past the portal: no page breaks, and `search check --repair` removes it."""

from io import StringIO

import pytest
from bs4 import BeautifulSoup
from django.core.management import CommandError, call_command
from django.test import Client
from elasticsearch import Elasticsearch

from search import reconciliation
from search.models import IndexTask
from search.rebuild import rebuild_index
from tests import factories
from tests.search_engines.elasticsearch.test_foreign import SPOILT, WHOLE

pytestmark = pytest.mark.django_db

STRANGE_IDS = [
    "strange",
    "page",
    "page:",
    "page:seven",
    "page:7:8",
    "page:99999999999999999999",
    "page:2147483648",
    "page:-1",
    "page:٧",
    "city:de-koeln",
    "document:x",
    "user:1",
    "\n",
]


@pytest.fixture
def page(on_elasticsearch):
    """A page that is found, in an index that holds the database."""
    factories.tree("fr")
    page = factories.practice(title="Our libraries")
    rebuild_index()
    IndexTask.objects.all().delete()
    return page


@pytest.fixture
def plant(elasticsearch_url, settings):
    """Put documents into the live index with Elasticsearch's own API."""
    client = Elasticsearch(elasticsearch_url, request_timeout=30)

    def put(*sources):
        for number, source in enumerate(sources):
            fields = {name: value for name, value in source.items() if value is not None}
            client.index(index=f"{settings.SEARCH_INDEX_PREFIX}.live", id=f"planted-{number}", document=fields)
        client.indices.refresh(index=f"{settings.SEARCH_INDEX_PREFIX}.live")

    return put


def planted_documents():
    """Malformed ones, and whole ones whose id, kind or place of birth is none of the portal's."""
    yield from (WHOLE | changes for changes in SPOILT.values())
    for kind in ("practice", "event", "call", "city", "document", "page", "rumour"):
        for strange in STRANGE_IDS:
            yield WHOLE | {"id": strange, "type": [kind]}
    yield WHOLE | {"origin": "the moon", "url": "javascript:alert(1)"}


def searched(words):
    """The text of the page that somebody gets who searches for `words`."""
    answer = Client().get("/en/search/", {"q": words})
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "lxml").get_text()


def test_no_page_breaks_and_the_check_names_and_removes_them_all(page, plant):
    sources = list(planted_documents())
    plant(*sources)
    for query in ("libraries", ""):
        for number in range(1, 13):
            answer = Client().get("/en/search/", {"q": query, "page": number})
            assert answer.status_code == 200
    text = searched("our libraries")
    assert page.title in text
    assert "not working properly" not in text
    suggested = Client().get("/en/search/suggest/", {"q": "our librar"})
    assert suggested.status_code == 200
    assert page.title in ["".join(text for text, _matched in item["title"]) for item in suggested.json()["items"]]

    out = StringIO()
    with pytest.raises(CommandError, match=f"Documents that differ: {len(sources)}"):
        call_command("search", "check", stdout=out)
    assert {f"foreign: planted-{number}" for number in range(len(sources))} <= set(out.getvalue().splitlines())
    call_command("search", "check", "--repair", stdout=StringIO())
    assert list(reconciliation.differences()) == []
    assert page.title in searched("libraries")


def test_the_name_of_a_foreign_document_cannot_write_lines_into_a_log(page, elasticsearch_url, settings):
    client = Elasticsearch(elasticsearch_url, request_timeout=30)
    client.index(index=f"{settings.SEARCH_INDEX_PREFIX}.live", id="x\nERROR all is lost", document={}, refresh=True)
    (difference,) = reconciliation.differences()
    assert "\n" not in str(difference)
    assert difference.id == "x\nERROR all is lost"
