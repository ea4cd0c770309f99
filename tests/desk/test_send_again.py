"""Forms of the desk that somebody sends after the session has ended, or after a sign-in in another tab."""

import pytest
from django.test import Client
from lxml import html

from cities.models import CityProfile
from desk.models import WorkingCopy
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
OURS, OTHERS = {"Origin": "http://testserver"}, {"Origin": "https://elsewhere.example"}
HEADLINE = "A city of evening schools"


@pytest.fixture
def city():
    factories.tree("ar")
    return factories.city(code="br-contagem", own_name="Contagem")


@pytest.fixture
def person(city):
    return factories.person(city, role="owner")


def form_again(response) -> dict[str, str]:
    """What the form of the page sends when its button is pressed."""
    assert response.status_code == 403
    (form,) = html.fromstring(response.content.decode()).xpath("//main//form[@class='desk__form']")
    return {field.get("name"): field.get("value") for field in form.xpath(".//input")}


def test_what_was_sent_without_a_session_is_shown_and_saved_after_the_sign_in(city, person):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(person)
    path = f"/en/desk/cities/{city.code}/profile/en/"
    page = html.fromstring(browser.get(path).content.decode())
    typed = {field.get("name"): field.get("value") or "" for field in page.xpath("//main//form//input[@name]")}
    typed |= {field.get("name"): "" for field in page.xpath("//main//form//textarea")} | {"headline": HEADLINE}
    del browser.cookies["sessionid"]  # the session has ended
    response = browser.post(path, typed, headers=OURS)
    assert HEADLINE in html.fromstring(response.content.decode()).text_content()
    assert "Your session has ended." in response.content.decode()
    assert not CityProfile.objects.exists()
    browser.force_login(person)  # in another tab, which renews the secret of the token
    again = browser.post(path, form_again(response), headers=OURS)
    if again.status_code == 403:
        again = browser.post(path, form_again(again), headers=OURS)
    assert again.status_code == 302
    assert CityProfile.objects.get().get_latest_revision_as_object().headline == HEADLINE


@pytest.mark.parametrize("end", ["submit", "withdraw", "discard"])
def test_a_button_that_is_pressed_without_a_session_can_be_pressed_again(city, person, end):
    copy = factories.working_copy(city)
    path = f"/ar/desk/cities/{city.code}/practices/{copy.key}/{end}/"
    response = Client().post(path, {"then": "there"}, headers=OURS)
    assert form_again(response)["then"] == "there"
    assert WorkingCopy.objects.filter(pk=copy.pk).exists()


def test_a_form_of_another_site_does_not_become_one_of_ours(city, person):
    path = f"/en/desk/cities/{city.code}/people/leave/"
    stranger = Client(enforce_csrf_checks=True)
    for headers in (OTHERS, {"Origin": "null"}, {}):
        response = stranger.post(path, {"trick": "one press"}, headers=headers)
        assert "one press" not in response.content.decode()
        stranger.force_login(person)
        response = stranger.post(path, {"trick": "one press"}, headers=headers)
        assert response.status_code == 403
        assert "one press" not in response.content.decode()
        stranger.logout()
