"""The desk of the demonstration: somebody for every role, a practice in every state, links that work."""

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from accounts.models import User
from cities.models import City, CityProfile
from cities.vocabularies import CityRole
from desk.demonstration import links, loading
from desk.models import WorkingCopy
from desk.overview import practices_of
from moderation.remarks import remarks_for
from practices.models import PracticePage
from tests import factories
from tests.reading import by_class, main, read, words

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def network():
    """What the other parts of the demonstration load before."""
    factories.tree("pt", "ar")
    for code in {person["city"] for person in loading.people()}:
        factories.city(code=code, is_example=True)
    for code in ("literacy", "health-wellbeing", "entrepreneurship", "global-citizenship", "equity-inclusion"):
        factories.public_cluster(code=code)
    moderator = User.objects.create_user(loading.MODERATOR, "a password for tests")
    moderator.groups.add(Group.objects.get(name="Moderators"))
    factories.practice("pt", slug="street-traders-keep-accounts-by-radio", city=vale_do_sol(), **factories.BY_CITY)
    loading.load_people()
    loading.load_profile()
    loading.load_practices()


def vale_do_sol() -> City:
    return City.objects.get(code="ex-vale-do-sol")


def test_the_city_has_a_practice_in_every_state(network):
    found = practices_of([vale_do_sol()])
    assert [practice.is_returned for practice in found].count(True) == 1
    assert [practice.is_submitted for practice in found].count(True) == 1
    in_progress = [practice.is_public for practice in found if practice.is_in_progress]
    assert sorted(in_progress) == [False, True], "one is new, one is published and being revised"


def test_the_moderator_has_three_submissions_of_three_cities_and_remarked_on_another(network):
    waiting = PracticePage.objects.filter(live=False)
    submitted = [page for page in waiting if page.workflow_in_progress]
    assert {page.city.code for page in submitted} == {"ex-vale-do-sol", "ex-kirkhaven", "ex-bahari"}
    returned = next(page for page in waiting if not page.workflow_in_progress)
    assert set(remarks_for(returned)) == {"results", "not_again"}


def test_what_was_typed_is_kept_also_where_it_cannot_be_read(network):
    draft = WorkingCopy.objects.get(page=None)
    assert draft.answers["period_start"] == "por volta de 2023"
    assert (timezone.now() - draft.updated_at).days >= 40


def test_the_profile_is_published_in_one_language_and_a_draft_in_another(network):
    live = dict(CityProfile.objects.values_list("locale__language_code", "live"))
    assert live == {"pt": True, "en": False}


def test_there_is_an_owner_and_an_editor_of_one_city_and_owners_of_others(network):
    roles = [(person["city"], person["role"]) for person in loading.people()]
    assert ("ex-vale-do-sol", CityRole.OWNER) in roles
    assert ("ex-vale-do-sol", CityRole.EDITOR) in roles
    assert len({city for city, _role in roles}) >= 2
    assert set(City.objects.filter(people__isnull=False).values_list("is_example", flat=True)) == {True}


def test_a_second_run_adds_nothing_and_changes_nothing(network):
    before = list(WorkingCopy.objects.order_by("pk").values("pk", "version", "answers"))
    assert (loading.load_people(), loading.load_profile(), loading.load_practices()) == (0, False, 0)
    assert list(WorkingCopy.objects.order_by("pk").values("pk", "version", "answers")) == before


def test_the_links_sign_in_once_each_and_every_start_makes_new_ones(network, client):
    def written() -> dict[str, str]:
        assert links.write_links() == len(loading.people())
        assert links.links_file().stat().st_mode & 0o077 == 0
        return dict(line.split() for line in links.links_file().read_text().splitlines())

    first, second = written(), written()
    assert set(first) == {person["email"] for person in loading.people()}
    assert not set(first.values()) & set(second.values())
    for path in (first["city-owner@example.org"], second["city-owner@example.org"]):
        page = read(client.get(path))
        form = next(form for form in page.forms if form.get("action", "").endswith("/sign-in/use/"))
        answer = client.post(form.get("action"), dict(form.form_values()), follow=True)
        assert "Vale do Sol" in words(read(answer)) or "City" in main(read(answer))
        assert by_class(read(answer), "wait")
        client.logout()
    assert read(client.get(first["city-owner@example.org"])).xpath("//form[contains(@action, '/sign-in/use/')]") == []


def test_nobody_who_has_left_gets_a_link(network):
    User.objects.filter(email="city-owner@example.org").update(is_active=False)
    links.write_links()
    assert "city-owner@example.org" not in links.links_file().read_text()
