"""The report of the audit log in the admin."""

import pytest
from django.test import RequestFactory
from django.urls import reverse

from audit import log
from audit.actions import Action
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def report(sign_in):
    """A function that returns the words of the report, as a moderator sees it with these filters."""
    factories.tree()
    moderator = sign_in(factories.user("Moderators"))

    def read(**filters) -> str:
        answer = moderator.get(reverse("audit-log-results"), filters)
        assert answer.status_code == 200
        return answer.content.decode()

    return read


def test_a_moderator_reads_who_did_what_with_a_link_to_the_thing(report):
    person, page = factories.user(first_name="Ana", last_name="Sá"), factories.practice(title="Books in the market")
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.7")
    log.record(Action.SUBMITTED, page, by=person, version=31, request=request, language="pt")
    words = report()
    details = ("Version 31", "Language: Portuguese", "192.0.2.7")
    for told in ("Ana Sá", "Submitted a practice", "Books in the market", *details):
        assert told in words
    assert reverse("wagtailadmin_pages:edit", args=[page.pk]) in words


def test_what_a_moderator_may_not_open_is_named_by_its_key_only(report):
    person = factories.user(first_name="Zyxcanary")
    log.record(Action.DEACTIVATED, person)
    words = report()
    assert "Deactivated a person" in words
    assert "The portal" in words
    assert "Zyxcanary" not in words


def test_what_no_longer_exists_does_not_break_the_report(report):
    city = factories.city(code="dk-gone")
    log.record(Action.CITY_CHANGED, city)
    city.delete()
    assert "dk-gone" in report()


@pytest.mark.parametrize(
    "filters",
    [
        {"action": "practice.submitted"},
        {"recorded_by": "person"},
        {"object_type": "practices.practicepage"},
        {"object_key": "key"},
    ],
    ids=lambda filters: next(iter(filters)),
)
def test_the_report_is_filtered(report, filters):
    person, page, city = factories.user(), factories.practice(title="Wanted"), factories.city(own_name="Unwanted")
    log.record(Action.SUBMITTED, page, by=person)
    log.record(Action.CITY_CHANGED, city)
    values = {"person": person.pk, "key": page.translation_key}
    words = report(**{name: values.get(value, value) for name, value in filters.items()})
    assert "Wanted" in words
    assert "Unwanted" not in words


def test_the_report_is_filtered_by_date(report):
    log.record(Action.CITY_CHANGED, factories.city(own_name="Of today"))
    assert "Of today" in report(recorded_at_from="2020-01-01")
    assert "Of today" not in report(recorded_at_to="2020-01-01")


@pytest.mark.parametrize(
    "filters",
    [
        {"recorded_by": "abc"},
        {"recorded_at_from": "never"},
        {"object_key": "\0"},
        {"object_type": "no.model"},
        {"p": "x"},
    ],
)
def test_a_wrong_filter_is_no_error_of_the_server(sign_in, filters):
    factories.tree()
    moderator = sign_in(factories.user("Moderators"))
    for name in ("audit-log", "audit-log-results"):
        assert moderator.get(reverse(name), filters).status_code in {200, 400, 404}


def test_the_report_is_exported_with_codes_only(sign_in):
    factories.tree()
    person = factories.user(first_name="=cmd")
    log.record(Action.SIGNED_IN, person, by=person)
    answer = sign_in(factories.user("Moderators")).get(reverse("audit-log"), {"export": "csv"})
    words = b"".join(answer.streaming_content).decode()
    assert "person.signed-in" in words
    assert "=cmd" not in words


def test_the_report_makes_as_many_queries_for_ten_entries_as_for_one(sign_in, django_assert_max_num_queries):
    factories.tree()
    moderator = sign_in(factories.user("Moderators"))

    def queries() -> int:
        with django_assert_max_num_queries(100) as captured:
            moderator.get(reverse("audit-log-results"))
        return len(captured)

    city = factories.city()
    log.record(Action.CITY_CHANGED, city, by=factories.user())
    queries()
    one = queries()
    for _number in range(9):
        log.record(Action.CITY_CHANGED, city, by=factories.user())
    assert queries() == one
