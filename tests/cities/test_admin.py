"""Cities in the admin, and who may record a membership status."""

from datetime import date

import pytest
from django.urls import reverse
from wagtail.search.index import insert_or_update_object

from cities.models import City, CityName, MembershipRound
from cities.services import record_status
from tests import factories
from tests.admin_forms import edit_url, form_of, shown_messages

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def status_url(city) -> str:
    return reverse(city.snippet_viewset.get_url_name("record_status"), args=[city.pk])


def status(city) -> str:
    return City.objects.get(pk=city.pk).status


@pytest.fixture
def editor(sign_in):
    factories.tree()
    return sign_in(factories.user("Editors"))


def test_an_editor_opens_the_form_from_the_city_and_records_a_status(editor):
    city = factories.city(own_name="Cork")
    assert status_url(city) in editor.get(edit_url(city)).content.decode()
    form = {"status": "reporting-due", "on": "2024-05-04", "year": "", "round": "", "source": "Reports"}
    answer = editor.post(status_url(city), form, follow=True)
    assert "Cork: Member, progress report due." in shown_messages(answer)
    assert status(city) == "reporting-due"
    step = city.membership_events.get()
    assert (step.on, step.source, step.recorded_by_id) == (date(2024, 5, 4), "Reports", editor_of(editor))
    page = editor.get(status_url(city)).content.decode()
    assert "4 May 2024" in page
    assert "Reports" in page


def editor_of(browser) -> int:
    return int(browser.session["_auth_user_id"])


def test_clicking_twice_records_once(editor):
    city = factories.city()
    for _click in range(2):
        editor.post(status_url(city), {"status": "inactive", "year": "2024"})
    assert city.membership_events.count() == 1


def test_an_editor_makes_a_round_and_admits_a_city_in_it(editor):
    add = reverse(MembershipRound.snippet_viewset.get_url_name("add"))
    round_of_2026 = {"code": "membership-2026", "year": "2025", "announced_on": "2026-02-03", "source": "Press release"}
    assert "The year does not match the date." in editor.post(add, round_of_2026).content.decode()
    editor.post(add, round_of_2026 | {"year": "2026"})
    row = MembershipRound.objects.get()
    city = factories.city(status="not-a-member")
    editor.post(status_url(city), {"status": "admitted", "round": row.pk})
    step = city.membership_events.get()
    assert (status(city), step.round, step.on, step.year) == ("admitted", row, None, None)
    page = editor.get(status_url(city)).content.decode()
    assert "3 February 2026" in page
    assert "Press release" in page


def test_an_error_is_shown_at_its_field_and_nothing_is_written(editor):
    city = factories.city()
    answer = editor.post(status_url(city), {"status": "left", "on": "2020-01-01", "year": "2021"})
    assert answer.status_code == 200
    assert "The year does not match the date." in answer.content.decode()
    assert (status(city), city.membership_events.count()) == ("admitted", 0)


def test_translators_and_visitors_can_record_nothing(sign_in, client):
    factories.tree()
    city = factories.city()
    translator = sign_in(factories.user("Translators"))
    for browser in (translator, client):
        assert browser.get(status_url(city)).status_code == 302
        assert browser.post(status_url(city), {"status": "left"}).status_code == 302
    assert (status(city), city.membership_events.count()) == ("admitted", 0)


def test_the_form_of_a_city_has_no_status_and_cannot_change_the_code(editor):
    city = factories.city(code="ie-cork", own_name="Cork", country="IE")
    form = form_of(editor, city) | {"code": "ie-other", "status": "left", "own_name": "Corcaigh"}
    editor.post(edit_url(city), form, follow=True)
    city = City.objects.get(pk=city.pk)
    assert (city.own_name, city.code, city.status) == ("Corcaigh", "ie-cork", "admitted")


def test_languages_are_entered_as_codes_separated_by_commas(editor):
    city = factories.city(answers_in=["da"])
    assert form_of(editor, city)["answers_in"] == ["da"]
    editor.post(edit_url(city), form_of(editor, city) | {"answers_in": "da, EN ,de, en"})
    assert City.objects.get(pk=city.pk).answers_in == ["da", "en", "de"]
    answer = editor.post(edit_url(city), form_of(editor, city) | {"answers_in": "da, klingon"})
    assert "No language has the code “klingon”." in answer.content.decode()
    assert City.objects.get(pk=city.pk).answers_in == ["da", "en", "de"]


def test_the_list_shows_the_status_of_each_city_and_filters_by_it(editor):
    factories.city(own_name="Cork", country="IE")
    factories.city(own_name="Osan", country="KR", status="left")
    listed = reverse(City.snippet_viewset.get_url_name("list"))
    page = editor.get(listed).content.decode()
    assert "Former member" in page
    assert "Ireland" in page
    found = editor.get(listed, {"status": "left"}).content.decode()
    assert "Osan" in found
    assert "Cork" not in found


def test_the_list_is_in_the_order_of_the_names_that_it_shows(editor):
    mexico_city = factories.city(own_name="Ciudad de México")
    mexico_city.names = [CityName(language="en", name="Mexico City")]
    mexico_city.save()
    for name in ("Lund", "Osan"):
        factories.city(own_name=name)
    page = editor.get(reverse(City.snippet_viewset.get_url_name("list"))).content.decode()
    places = [page.index(name) for name in ("Lund", "Mexico City", "Osan")]
    assert places == sorted(places)


def test_the_list_finds_a_city_by_its_name_in_any_language(editor):
    city = factories.city(own_name="København")
    city.names = [CityName(language="en", name="Copenhagen")]
    city.save()
    other = factories.city(own_name="Odense")
    for row in (city, other):
        insert_or_update_object(row)  # the worker does this after each save
    listed = reverse(City.snippet_viewset.get_url_name("list"))
    for words in ("Copenhagen", "københavn"):
        found = editor.get(listed, {"q": words}).content.decode()
        assert city.code in found
        assert other.code not in found


def test_profiles_are_listed_with_their_city_and_language_and_previewed(editor):
    profile = factories.profile(factories.city(own_name="Cork"), headline="A city that reads")
    page = editor.get(reverse(profile.snippet_viewset.get_url_name("list"))).content.decode()
    assert "A city that reads" in page
    assert "Cork" in page
    preview = profile.make_preview_request(preview_mode="").content.decode()
    assert "A city that reads" in preview
    assert "In the city’s own words" in preview


def test_a_city_with_a_history_cannot_be_deleted_alone_or_in_bulk(sign_in):
    factories.tree()
    moderator = sign_in(factories.user("Moderators"))
    kept, other = factories.city(own_name="Cork"), factories.city(own_name="Osan")
    record_status(kept, status="inactive", year=2020, by=factories.user())
    alone = reverse(City.snippet_viewset.get_url_name("delete"), args=[kept.pk])
    bulk = reverse("wagtail_bulk_action", args=["cities", "city", "delete"])
    for answer in (
        moderator.get(alone, follow=True),
        moderator.post(alone, follow=True),
        moderator.post(f"{bulk}?id={kept.pk}&id={other.pk}", follow=True),
    ):
        assert "cannot be deleted, because other items depend on it: change of membership status." in shown_messages(
            answer
        )
    assert set(City.objects.all()) == {kept, other}
    moderator.post(reverse(City.snippet_viewset.get_url_name("delete"), args=[other.pk]))
    assert set(City.objects.all()) == {kept}
