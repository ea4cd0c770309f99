"""Rows of which there can be only one: a second one is refused in words, and never overwrites the first."""

from contextlib import suppress

import pytest
from django.contrib.auth.models import Group
from django.db.models.signals import pre_save
from django.urls import NoReverseMatch, reverse
from wagtail.models import Locale, Site
from wagtail.snippets.models import get_snippet_models

from calls.viewsets import call_viewset
from cities.models import City, CityProfile
from clusters.models import Cluster
from tests import factories
from tests.admin_forms import fields_of, form_of, submit, submit_url, version_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(sign_in):
    factories.tree("fr")
    return sign_in(factories.user(is_superuser=True))


def url(name: str, *args) -> str:
    return reverse(CityProfile.snippet_viewset.get_url_name(name), args=args)


def words(profile, **fields) -> dict:
    """The form of a new profile."""
    return {"city": profile.city_id, "headline": "Another one", "vision": "", "challenges": "", "plan": "", **fields}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_second_profile_of_a_city_is_refused_and_the_first_one_named(administrator, language):
    profile = factories.profile(headline="Learning at the harbour")
    for action in ("action-publish", "action-save"):
        answer = administrator.post(f"{url('add')}?locale={language}", words(profile, **{action: "1"}))
        assert "“Learning at the harbour” (English). Edit or translate that one." in answer.content.decode()
    assert list(CityProfile.objects.all()) == [profile]


def test_a_second_profile_leads_to_the_translation_or_to_the_one_that_is_there(administrator):
    profile = factories.profile()
    offered = administrator.post(f"{url('add')}?locale=fr", words(profile)).content.decode()
    assert f'href="{submit_url(profile)}?select_locale=fr"' in offered
    french = factories.translated(profile, "fr")
    offered = administrator.post(f"{url('add')}?locale=fr", words(profile)).content.decode()
    assert f'href="{url("edit", french.pk)}"' in offered
    assert submit_url(profile) not in offered
    offered = administrator.post(f"{url('add')}?locale=en", words(profile)).content.decode()
    assert f'href="{url("edit", profile.pk)}"' in offered


def test_a_profile_is_not_moved_to_a_city_that_has_one(administrator):
    profile, other = factories.profile(), factories.profile()
    factories.translated(profile, "fr")
    form = form_of(administrator, profile) | {"city": other.city_id, "action-publish": "1"}
    answer = administrator.post(url("edit", profile.pk), form)
    assert "Edit or translate that one." in answer.content.decode()
    assert CityProfile.objects.get(pk=profile.pk).city == profile.city


def test_a_profile_is_not_copied(administrator):
    profile = factories.profile()
    with pytest.raises(NoReverseMatch):
        url("copy", profile.pk)
    address = url("edit", profile.pk).replace("/edit/", "/copy/")
    assert administrator.post(address, words(profile), follow=True).status_code == 404
    assert CityProfile.objects.get(pk=profile.pk).headline == profile.headline


def test_a_profile_is_translated_once(sign_in):
    factories.tree("fr")
    profile = factories.profile()
    translator = sign_in(factories.user("Translators"))
    for _again in range(2):
        assert submit(translator, profile, "fr").status_code == 200
    assert CityProfile.objects.count() == 2
    assert version_of(profile, "fr").city == profile.city


def test_deleting_profiles_in_bulk_names_the_translations(administrator):
    profile = factories.profile()
    factories.translated(profile, "fr")
    address = reverse("wagtail_bulk_action", args=["cities", "cityprofile", "delete"])
    assert "Français" in administrator.get(f"{address}?id={profile.pk}").content.decode()


def test_of_two_that_are_saved_at_the_same_moment_the_second_is_told(administrator):
    city = factories.city()

    def meanwhile(instance, **kwargs):
        """Somebody else saves a profile of the same city, after the form was found valid."""
        pre_save.disconnect(meanwhile, sender=CityProfile)
        factories.profile(city)

    pre_save.connect(meanwhile, sender=CityProfile)
    try:
        answer = administrator.post(url("add"), words(CityProfile(city=city), **{"action-publish": "1"}))
    finally:
        pre_save.disconnect(meanwhile, sender=CityProfile)
    assert answer.status_code == 302


# Rows with unique values, with the addresses of their forms in the admin.
def rows() -> list[tuple]:
    """A row of each kind with unique values that has forms in the admin, and the names of its addresses."""
    snippets: dict = {City: factories.city, Cluster: factories.cluster, CityProfile: factories.profile}
    made = [(make(), model.snippet_viewset.get_url_name) for model, make in snippets.items()]
    made.append((factories.call(), call_viewset.get_url_name))
    others = [(factories.user(), "wagtailusers_users"), (Group.objects.first(), "wagtailusers_groups")]
    others += [(Site.objects.first(), "wagtailsites"), (Locale.objects.get(language_code="fr"), "wagtaillocales")]
    return made + [(row, f"{namespace}:{{}}".format) for row, namespace in others]


def test_the_form_of_a_row_that_exists_makes_no_second_one(administrator):
    """Whatever a row is: its own form, sent to the address for new rows, and to that for copies."""
    for row, name in rows():
        before = type(row).objects.filter(pk=row.pk).values().get()
        form = fields_of(administrator.get(reverse(name("edit"), args=[row.pk])).content.decode())
        addresses = [reverse(name("add"))]
        with suppress(NoReverseMatch):
            addresses.append(reverse(name("copy"), args=[row.pk]))
        for address in addresses:
            number = type(row).objects.count()
            answer = administrator.post(address, form)
            assert answer.status_code in {200, 302, 400}, address
            assert type(row).objects.count() == number, address
            assert type(row).objects.filter(pk=row.pk).values().get() == before, address


def test_every_snippet_with_unique_values_is_tried():
    tried = {City, Cluster, CityProfile}
    unique = {
        model
        for model in get_snippet_models()
        if any(field.unique and not field.primary_key for field in model._meta.fields) or model._meta.constraints
    }
    assert unique <= tried | {model for model in unique if model.__name__ == "MembershipRound"}
