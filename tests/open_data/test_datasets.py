"""The datasets: one definition of the columns, public rows only, and a constant number of queries."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from calls.models import CallPage
from cities.models import City
from core.i18n.languages import LANGUAGE_CODES
from events.models import EventPage, EventPractice, EventSession
from open_data.columns import Column, Type
from open_data.datasets import DATASETS, base
from practices.models import PracticePage
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def languages():
    factories.tree("fr", "ar")


def all_columns() -> list[Column]:
    columns = [column for dataset in DATASETS.values() for column in dataset.columns]
    return columns + [part for column in columns for part in column.parts]


def rows(dataset: str, language: str = "") -> list[dict]:
    return list(DATASETS[dataset].public_values(language))


def one_of_each(*languages: str):
    """A practice, its city, an event and a call that name each other, in English and translated into `languages`."""
    cluster = factories.public_cluster()
    practice = factories.practice(clusters=[cluster])
    event = factories.event(
        host_city=practice.city,
        event_practices=[EventPractice(practice=practice)],
        sessions=[
            EventSession(title="Opening", starts_at=timezone.now(), ends_at=timezone.now() + timedelta(hours=1)),
        ],
    )
    call_row = factories.call()
    call_row.clusters = [cluster]
    call_row.save()
    call = factories.call_page(call_row)
    factories.profile(practice.city)
    for language in languages:
        for page in (practice, event, call):
            factories.translated(page, language)
    return practice, event, call


def test_every_column_has_a_stable_code_of_its_own_a_label_and_a_type():
    for dataset in DATASETS.values():
        codes = [column.code for column in dataset.columns]
        assert len(codes) == len(set(codes))
        assert codes[0] == "code"
        assert "language" in codes
    for column in all_columns():
        assert column.code.replace("_", "a").isalnum(), column.code
        assert column.code.isascii(), column.code
        assert column.code == column.code.lower(), column.code
        assert str(column.label), column.code
        assert (column.type == Type.RECORDS) == bool(column.parts), column.code


def test_no_column_of_a_vocabulary_is_without_its_labels():
    for column in all_columns():
        for code, label in (column.vocabulary or {}).items():
            assert str(label), (column.code, code)


def test_every_value_is_of_the_type_of_its_column():
    one_of_each()
    types = {
        Type.TEXT: str,
        Type.CODE: str,
        Type.URL: str,
        Type.INTEGER: int,
        Type.BOOLEAN: bool,
        Type.DATE: date,
        Type.PARTIAL_DATE: str,
        Type.INSTANT: datetime,
        Type.CODES: list,
        Type.TEXTS: list,
        Type.RECORDS: list,
    }
    for dataset in DATASETS.values():
        values = rows(dataset.code)
        assert values, dataset.code
        for row in values:
            assert list(row) == [column.code for column in dataset.columns]
            for column in dataset.columns:
                value = row[column.code]
                assert value is None or column.type not in types or isinstance(value, types[column.type]), column.code
                assert not isinstance(value, datetime) or value.utcoffset() is not None, column.code


def test_a_file_in_one_language_has_each_thing_once_and_one_in_all_languages_each_version():
    practice, event, call = one_of_each("fr")
    for dataset, page in (("practices", practice), ("events", event), ("calls", call)):
        (row,) = rows(dataset, "fr")
        assert row["title"] == f"fr: {page.title}"
        assert row["url"].endswith(f"/fr/{page.get_parent().slug}/{page.slug}/")
        assert (row["available_languages"], row["original_language"]) == (["en", "fr"], "en")
        assert (row["language"], row["translation"]) == ("fr", "human")
        assert [row["language"] for row in rows(dataset)] == ["en", "fr"], dataset
        (row,) = rows(dataset, "ar")
        assert (row["language"], row["translation"]) == ("en", "original")
    assert [row["language"] for row in rows("cities")] == ["en", "fr", "ar"]


def test_rows_name_each_other_by_their_codes():
    practice, _event, _call = one_of_each()
    cluster = practice.practice_clusters.first().cluster.code
    (row,) = rows("practices", "en")
    assert (row["code"], row["city"], row["clusters"]) == (practice.code, practice.city.code, [cluster])
    (row,) = rows("events", "en")
    assert (row["host_city"], row["practices"]) == (practice.city.code, [practice.code])
    (row,) = rows("cities", "en")
    assert (row["code"], row["practices"], row["profile_language"]) == (practice.city.code, 1, "en")
    assert rows("calls", "en")[0]["clusters"] == [cluster]


def test_nothing_names_a_practice_that_is_not_public():
    practice, _event, _call = one_of_each()
    adapted = factories.practice(adapted_from=practice)
    found = {row["code"]: row for row in rows("practices", "en")}
    assert found[adapted.code]["adapted_from"] == practice.code
    with factories.commit():
        practice.unpublish()
    (row,) = rows("practices", "en")
    assert row["adapted_from"] is None
    assert rows("events", "en")[0]["practices"] == []


def test_a_page_that_is_taken_down_is_in_no_dataset():
    one_of_each()
    for dataset, model in (("practices", PracticePage), ("events", EventPage), ("calls", CallPage)):
        assert rows(dataset)
        model.objects.update(expire_at=timezone.now())
        assert rows(dataset) == rows(dataset, "fr") == []


def test_what_is_taken_down_while_a_file_is_written_is_not_in_its_later_rows(monkeypatch):
    monkeypatch.setattr(base.chunks, "__defaults__", (1,))
    for _number in range(3):
        factories.practice()
    written = DATASETS["practices"].public_values("en")
    next(written)
    PracticePage.objects.update(expire_at=timezone.now())
    assert list(written) == []


def test_a_city_that_left_and_one_that_never_was_a_member_are_in_the_data_with_their_status():
    factories.city(code="dk-left", status="left")
    factories.city(code="dk-none", status="not-a-member")
    assert {row["code"]: row["status"] for row in rows("cities", "en")} == {
        "dk-left": "left",
        "dk-none": "not-a-member",
    }


def test_a_population_without_its_year_or_source_is_not_given():
    factories.city(code="dk-a", population=5000)
    factories.city(code="dk-b", population=5000)
    City.objects.filter(code="dk-b").update(population_source="")
    found = {row["code"]: (row["population"], row["population_year"]) for row in rows("cities", "en")}
    assert found == {"dk-a": (5000, 2020), "dk-b": (None, None)}


def test_the_texts_of_a_practice_with_all_rights_reserved_are_left_out_and_its_facts_are_not():
    practice = factories.practice(licence="all-rights-reserved", problem="Nobody could read.")
    (row,) = rows("practices")
    assert (row["problem"], row["steps"]) == (None, None)
    assert (row["title"], row["city"]) == (practice.title, practice.city.code)


def test_dates_are_as_exact_as_they_are_known():
    factories.practice(period_start=date(2016, 4, 1), period_start_precision="month", period_end=date(2019, 1, 1))
    (row,) = rows("practices")
    assert (row["period_start"], row["period_end"]) == ("2016-04", "2019")


def test_instants_have_the_offset_of_the_place_where_they_count():
    start = datetime(2026, 7, 1, 8, 0, tzinfo=UTC)
    factories.event(
        starts_at=start,
        ends_at=start + timedelta(hours=1),
        first_day=None,
        last_day=None,
        time_zone="America/Bogota",
    )
    (row,) = rows("events")
    assert row["starts_at"].isoformat() == "2026-07-01T03:00:00-05:00"
    assert row["time_zone"] == "America/Bogota"
    factories.call_page(factories.call(time_zone="Europe/Berlin:hamburg"))
    (row,) = rows("calls")
    assert row["deadline"].tzinfo == ZoneInfo("Europe/Berlin")
    assert row["time_zone"] == "Europe/Berlin"


def queries() -> dict[str, tuple[int, int]]:
    """The numbers of rows and of queries of each dataset."""
    found = {}
    for dataset in DATASETS:
        with CaptureQueriesContext(connection) as captured:
            number = len(rows(dataset, "fr"))
        found[dataset] = (number, len(captured))
    return found


def test_three_rows_cost_as_many_queries_as_one():
    one_of_each()
    first = queries()
    one_of_each()
    one_of_each()
    assert first == {"practices": (1, 7), "cities": (1, 8), "events": (1, 8), "calls": (1, 7)}
    assert queries() == {dataset: (3, number) for dataset, (_rows, number) in first.items()}


def test_every_language_of_the_portal_can_be_asked_for():
    one_of_each()
    for dataset in DATASETS:
        for language in LANGUAGE_CODES:
            assert len(rows(dataset, language)) == 1, (dataset, language)
