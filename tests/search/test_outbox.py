"""The outbox: nothing is lost while the engine does not answer, and no group blocks another."""

import pytest
from django.utils import timezone

from search import outbox
from search.models import IndexTask
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("index")]


def test_a_worker_that_dies_before_the_engine_answered_loses_nothing(settings, tmp_path, drain):
    factories.practice(title="Lighthouse lessons")
    waiting = IndexTask.objects.count()
    settings.SEARCH_DIRECTORY = tmp_path / "a-file"
    settings.SEARCH_DIRECTORY.write_text("no folder: the engine cannot answer")
    assert outbox.drain() == 0
    assert IndexTask.objects.count() == waiting
    assert IndexTask.objects.filter(attempts=1, due_at__gt=timezone.now()).count() == waiting


def test_a_group_whose_documents_cannot_be_made_holds_up_no_other(drain, titles):
    broken = factories.practice(title="Broken lessons")
    factories.practice(title="Lighthouse lessons")
    # A year that no index takes, past every form.
    type(broken).objects.filter(pk=broken.pk).update(period_start="9999-01-01", period_end="9999-01-01")
    drain()
    assert titles("lighthouse") == ["Lighthouse lessons"]
    assert set(IndexTask.objects.values_list("key", flat=True)) == {f"page:{broken.translation_key}"}
