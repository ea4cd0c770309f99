"""An index that is ahead of its database, because the database was restored from a backup."""

import logging
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from elasticsearch import Elasticsearch

from portal.periodic_tasks import repair_index
from search import outbox, reconciliation
from search.current_engine import current_engine
from search.group_documents import documents_of, page_key
from search.models import IndexTask
from search.rebuild import rebuild_index, rebuild_reason
from search.versions import latest_version, next_version
from tests import factories
from tests.search_engines.conftest import make_document

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["on_embedded", "on_elasticsearch"])
def restored(request):
    """A page that the index has in a newer version than the database will give for a long time."""
    request.getfixturevalue(request.param)
    factories.tree("fr")
    page = factories.practice(title="Lighthouse")
    rebuild_index()
    IndexTask.objects.all().delete()
    (document,) = documents_of(page_key(page))
    later = make_document(document.id, "Written after the backup", group=document.group)
    current_engine().replace(
        {document.group: [later], "page:gone": [make_document("page:9", "Made after the backup", group="page:gone")]},
        version=latest_version() + 1_000,
    )
    return page


def differences():
    return {(difference.kind, difference.id) for difference in reconciliation.differences()}


def test_versions_rise_and_the_latest_is_known(db):
    first = next_version()
    assert latest_version() == first
    IndexTask.objects.create(key="city:x").delete()
    assert latest_version() > first
    assert next_version() > latest_version() - 1


def test_an_index_as_old_as_its_database_needs_no_rebuild(restored):
    rebuild_index()
    for _change in range(3):
        outbox.enqueue([page_key(restored)])
        assert outbox.drain() == 1
    assert rebuild_reason() == ""


def test_the_check_names_it(restored):
    with pytest.raises(CommandError, match=r"ahead of its database .* restored from a backup"):
        call_command("search", "check")


def test_the_worker_rebuilds_it(restored, titles, caplog):
    with caplog.at_level(logging.WARNING):
        repair_index()
    assert "ahead of its database" in caplog.text
    assert rebuild_reason() == ""
    assert differences() == set()
    restored.title = "Beacon"
    restored.save_revision().publish()
    outbox.drain()
    assert titles("beacon") == ["Beacon"]


def test_the_check_repairs_it_where_no_worker_runs(restored):
    out = StringIO()
    call_command("search", "check", "--repair", stdout=out)
    assert "The index agrees with the database." in out.getvalue()
    assert differences() == set()


def test_a_change_that_the_index_takes_for_old_is_never_lost(restored, titles):
    """On Elasticsearch every write to it is refused as older, which once counted as done."""
    restored.title = "Beacon"
    restored.save_revision().publish()
    outbox.drain()
    if IndexTask.objects.exists():
        assert rebuild_reason() != ""
        IndexTask.objects.update(due_at=timezone.now())
    repair_index()
    outbox.drain()
    assert titles("beacon") == ["Beacon"]
    assert not IndexTask.objects.exists()
    assert not IndexTask.objects.parked().exists()


def test_one_document_with_a_version_that_was_never_given_condemns_the_index(on_elasticsearch, elasticsearch_url):
    """Planted, for example: the last write is no newer than the database, so only a write can notice it."""
    factories.tree()
    page = factories.practice(title="Lighthouse")
    rebuild_index()
    engine = current_engine()
    source = {"id": "x", "group": "x"}
    client = Elasticsearch(elasticsearch_url, request_timeout=30)
    client.index(
        index=f"{engine.prefix}.live",
        id=f"{page_key(page)}:en",
        document=source,
        version=10**9,
        version_type="external",
        refresh=True,
    )
    assert rebuild_reason() == ""
    outbox.enqueue([page_key(page)])
    assert outbox.drain() == 0
    assert "newer versions" in rebuild_reason()
    repair_index()
    IndexTask.objects.update(due_at=timezone.now())
    assert outbox.drain() >= 1
    assert differences() == set()
