"""A prepared query returns the same rows as an ordinary queryset."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.db.models import CharField
from django.utils import timezone
from wagtail.models import Page

from calls.models import Call
from clusters.models import Cluster
from core.querysets.prepared import (
    LANGUAGE,
    NOW,
    Parameter,
    PreparedQuery,
    instant,
    numbered_parameters,
    pad_to_power_of_two,
    parameter_values,
)
from core.querysets.visibility import public
from events.models import EventPage
from tests import factories

pytestmark = pytest.mark.django_db


@PreparedQuery
def public_pages():
    return public(Page.objects.filter(locale__language_code=LANGUAGE), NOW).only("title", "path").order_by("path")


def titles(language: str, at: datetime) -> list[str]:
    return [page.title for page in public_pages(language=language, now=at)]


def test_every_execution_uses_its_own_values():
    factories.tree("fr")
    now = timezone.now()
    factories.standard_page(title="Ends tomorrow", expire_at=now + timedelta(days=1))
    assert "Ends tomorrow" in titles("en", now)
    assert "Ends tomorrow" not in titles("en", now + timedelta(days=2))
    assert "Ends tomorrow" not in titles("fr", now)
    assert titles("fr", now) == [page.title for page in public(Page.objects.filter(locale__language_code="fr"))]


def test_rows_are_instances_with_fields_and_annotations():
    factories.cluster(code="literacy")
    labelled = PreparedQuery(lambda: Cluster.objects.annotate(label=Parameter("label", CharField())))
    (cluster,) = labelled(label="' OR 1=1 --")
    assert (cluster.code, cluster.label) == ("literacy", "' OR 1=1 --")


def test_rows_have_related_rows_and_python_dates():
    factories.tree()
    at = timezone.now()
    factories.call_page(factories.call(code="award"))
    ask = PreparedQuery(lambda: Call.objects.with_dates(NOW).prefetch_related("pages__locale"))
    made_anew = Call.objects.with_dates(at).get()
    for _again in range(2):
        (call,) = ask(now=at)
        assert (call.as_of, call.deadline, call.opening) == (at, made_anew.deadline, made_anew.opening)
        assert [page.locale.language_code for page in call.pages.all()] == ["en"]


def test_several_values_keep_their_places():
    factories.cluster(code="literacy")
    factories.cluster(code="health")
    factories.cluster(code="equity")
    ask = PreparedQuery(
        lambda: Cluster.objects.filter(code__in=numbered_parameters(2, CharField())).values_list("code", flat=True)
    )
    assert set(ask(**parameter_values(["health", "equity"]))) == {"health", "equity"}
    assert set(ask(**parameter_values(["literacy", "none"]))) == {"literacy"}


@pytest.mark.parametrize(("number", "filled"), [(0, 0), (1, 1), (2, 2), (3, 4), (4, 4), (5, 8), (17, 32), (400, 512)])
def test_lists_of_many_lengths_share_few_queries(number, filled):
    values = pad_to_power_of_two(range(number))
    assert (len(values), set(values)) == (filled, set(range(number)))


def test_a_thread_uses_its_own_connection():
    factories.tree()
    factories.standard_page(title="Not committed")
    with ThreadPoolExecutor(1) as pool:
        assert "Not committed" not in pool.submit(_titles_and_close).result()
    assert "Not committed" in titles("en", timezone.now())


def _titles_and_close() -> list[str]:
    try:
        return titles("en", timezone.now())
    finally:
        connection.close()


def test_each_execution_is_one_query(django_assert_num_queries):
    factories.tree()
    with django_assert_num_queries(2):
        titles("en", timezone.now())
        titles("fr", timezone.now())


def test_a_missing_value_is_an_error():
    with pytest.raises(KeyError, match="now"):
        list(public_pages(language="en"))


def test_an_instant_can_be_a_value_or_a_parameter():
    at = timezone.now()
    assert instant(at).value == at
    assert instant(NOW) is NOW


@pytest.mark.parametrize(
    "make",
    [
        lambda: public(Page.objects.all()),
        lambda: public(Page.objects.all(), timezone.now()),
        lambda: Page.objects.annotate(at=instant(timezone.now())),
        lambda: EventPage.objects.filter(first_day__gte=timezone.localdate()),
        lambda: EventPage.objects.filter(first_day__year=2026),
        lambda: Call.objects.with_dates(timezone.now()),
    ],
    ids=["left out", "in a condition", "in a column", "a day", "a year", "in a subquery"],
)
def test_a_fixed_instant_is_an_error_when_the_query_is_prepared(make):
    ask = PreparedQuery(make)
    for _again in range(2):
        with pytest.raises(ValueError, match=r"<lambda> contains the fixed instant \d{4}-.*Use the parameter NOW"):
            ask()


def test_text_that_only_contains_a_date_is_no_fixed_instant():
    ask = PreparedQuery(lambda: Page.objects.filter(title="Report of 2026-01-01").values_list("pk"))
    assert ask() == []
