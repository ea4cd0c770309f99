"""Every statement that changes what the public reads gives the content another version."""

import pytest
from django.apps import apps
from django.db import connection, transaction

from cities.models import City
from core.page_cache import content_version
from core.page_cache.models import ContentChange
from core.page_cache.statements import changes_content, is_read
from tests import factories


def version() -> str:
    return content_version.current().code


def test_a_write_to_any_table_counts_unless_no_page_reads_it():
    """Against the registry of models: a new one counts."""
    wrong = []
    for model in apps.get_models(include_auto_created=True):
        if not model._meta.managed or model is ContentChange:
            continue
        column = model._meta.pk.column
        for change in ('DELETE FROM "{0}"', 'UPDATE "{0}" SET "{1}" = "{1}"', "UPDATE {0} SET {1} = {1}"):
            if changes_content(f"{change.format(model._meta.db_table, column)} WHERE 1 = 0") != is_read(model):
                wrong.append(model._meta.label)
    assert wrong == []


@pytest.mark.django_db
def test_what_sends_no_signal_is_noticed():
    city = factories.city()
    for change in (
        lambda: City.objects.filter(pk=city.pk).update(population=5),
        lambda: City.objects.bulk_create([City(code="dk-new", own_name="New", country="DK")]),
        lambda: City.objects.filter(code="dk-new").delete(),
        lambda: connection.cursor().execute("UPDATE cities_city SET population = 6"),
    ):
        before = version()
        change()
        assert version() != before


@pytest.mark.django_db
def test_what_is_rolled_back_does_not_count_as_noted():
    city = factories.city()
    before = version()
    with transaction.atomic():
        with transaction.atomic():
            city.save()
            transaction.set_rollback(True)
        assert version() == before
        city.save()
    assert version() != before


@pytest.mark.django_db
def test_saving_a_draft_changes_nothing_that_is_public():
    factories.tree()
    page = factories.practice()
    before = version()
    page.title = "Another"
    page.save_revision()
    assert version() == before
    page.save_revision().publish()
    assert version() != before


@pytest.mark.django_db
def test_old_rows_are_deleted_and_no_version_comes_back():
    city, seen = factories.city(), set()
    for population in range(250):
        City.objects.filter(pk=city.pk).update(population=population)
        seen.add(version())
    assert len(seen) == 250
    assert ContentChange.objects.count() <= 100


@pytest.mark.django_db(transaction=True)
def test_old_rows_are_deleted_while_an_insert_outside_of_a_transaction_is_read():
    """SQLite cannot end a transaction in between: every hundredth such change failed."""
    for number in range(content_version.KEPT_ROWS + 1):
        City.objects.create(code=f"dk-{number}", own_name="New", country="DK")
    assert ContentChange.objects.count() <= content_version.KEPT_ROWS


@pytest.mark.django_db(transaction=True)
def test_a_change_and_its_row_are_one_transaction():
    """Also where Django opens none: for the row of a model without parents, and for `update()`."""
    city = factories.city()
    with pytest.raises(RuntimeError), connection.execute_wrapper(_fail_to_note):
        City.objects.filter(pk=city.pk).update(population=77)
    assert City.objects.get(pk=city.pk).population != 77


def _fail_to_note(execute, sql, params, many, context):
    if "core_contentchange" in sql:
        raise RuntimeError
    return execute(sql, params, many, context)


@pytest.mark.parametrize(
    ("sql", "counts"),
    [
        ('SELECT "a" FROM "cities_city"', False),
        ('UPDATE "wagtailcore_page" SET "draft_title" = %s, "latest_revision_id" = %s WHERE "id" = %s', False),
        ('UPDATE "wagtailcore_page" SET "draft_title" = %s, "title" = %s WHERE "id" = %s', True),
        ('UPDATE "wagtailcore_page" SET "draft_title" = (SELECT 1 WHERE "id" = 1), "title" = %s WHERE "id" = 1', True),
        ("UPDATE wagtailcore_page SET path = %s", True),
        ('UPDATE "wagtailcore_page" SET "draft_title" = %s', True),
        ("WITH x AS (SELECT 1) SELECT * FROM x", False),
        ('WITH x AS (DELETE FROM "cities_city" RETURNING *) SELECT * FROM x', True),
        ('TRUNCATE "django_session"', True),
        ('INSERT INTO "django_session" ("a") VALUES (%s)', False),
    ],
)
def test_how_statements_are_read(sql, counts):
    assert changes_content(sql) is counts
