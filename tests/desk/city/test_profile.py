"""The city's own words: drafts per language, a preview as the real page, and publication."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from wagtail.models import GroupApprovalTask, PageViewRestriction, Workflow, WorkflowContentType, WorkflowTask

from audit.models import AuditEntry
from cities.models import CityIndexPage, CityProfile
from tests import factories
from tests.reading import read

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

FRENCH = {
    "headline": "Une ville qui apprend",
    "vision": "Tout le monde apprend.\n\nPartout.",
    "challenges": "",
    "plan": "Une école.",
}


@pytest.fixture
def city():
    factories.tree("fr", "ar")
    return factories.city()


@pytest.fixture
def desk(sign_in, city):
    return sign_in(factories.person(city))


def address(city, language="fr", more="") -> str:
    return f"/en/desk/cities/{city.code}/profile/{language}/{more}"


def shown_by(page) -> dict:
    return {
        field.get("name"): field.get("value") or "" for field in page.xpath("//input[starts-with(@name, 'shown-')]")
    }


def write(desk, city, texts, button="save", language="fr"):
    shown = shown_by(read(desk.get(address(city, language))))
    return desk.post(address(city, language), {**shown, **texts, button: ""})


def public_page(client, city, language="fr") -> str:
    return client.get(f"/{language}/cities/{city.code}/").content.decode()


def test_a_draft_is_kept_and_readers_do_not_see_it(desk, client, city):
    assert write(desk, city, FRENCH).status_code == 302
    page = read(desk.get(address(city)))
    assert page.xpath("//textarea[@name='vision']")[0].text.strip() == "Tout le monde apprend.\n\nPartout."
    assert "Une ville qui apprend" not in public_page(client, city)
    assert AuditEntry.objects.filter(action="profile.saved", details__language="fr").count() == 1


def test_published_words_stand_on_the_page_of_the_city(desk, client, city):
    write(desk, city, FRENCH, "publish")
    assert "Une ville qui apprend" in public_page(client, city)
    recorded_by = AuditEntry.objects.get(action="profile.published").recorded_by_id
    assert recorded_by == int(desk.session["_auth_user_id"])
    write(desk, city, {**FRENCH, "headline": "Une ville qui lit"})
    assert "Une ville qui lit" not in public_page(client, city), "a later draft waits"
    write(desk, city, {**FRENCH, "headline": "Une ville qui lit"}, "publish")
    assert "Une ville qui lit" in public_page(client, city)


def test_the_preview_is_the_real_page_and_only_for_the_city(desk, client, city, sign_in):
    write(desk, city, FRENCH)
    answer = desk.get(address(city, "fr", "preview/"))
    assert "Une ville qui apprend" in answer.content.decode()
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert read(answer).get("lang") == "fr"
    stranger = sign_in(factories.person())
    assert stranger.get(address(city, "fr", "preview/")).status_code == 404


def test_the_city_writes_another_language_beside_the_first(desk, client, city):
    write(desk, city, FRENCH, "publish")
    page = read(desk.get(address(city, "ar")))
    assert "Une ville qui apprend" in page.text_content()
    assert not page.xpath("//textarea[@name='challenges']"), "what the first language lacks is not translated"
    arabic = {"headline": "مدينة تتعلم", "vision": "الجميع يتعلم.\n\nفي كل مكان.", "plan": ""}
    write(desk, city, arabic, language="ar")
    assert read(desk.get(address(city, "ar"))).xpath("//textarea[@name='vision']")[0].text.strip() == arabic["vision"]
    assert read(desk.get(address(city, "ar"))).xpath("//textarea[@name='plan']")[0].text.strip() == ""
    refused = write(desk, city, arabic, "publish", language="ar")
    assert refused.status_code == 422, "a part is missing"
    assert write(desk, city, arabic | {"plan": "مدرسة."}, "publish", language="ar").status_code == 302
    assert "مدينة تتعلم" in public_page(client, city, "ar")
    assert "الجميع يتعلم" in public_page(client, city, "ar")


def test_a_text_that_was_emptied_is_no_longer_there(desk, city):
    write(desk, city, FRENCH, "publish")
    write(desk, city, {"headline": "مدينة", "vision": "نص", "plan": "خطة"}, language="ar")
    write(desk, city, {"headline": "مدينة", "vision": "", "plan": "خطة"}, language="ar")
    assert read(desk.get(address(city, "ar"))).xpath("//textarea[@name='vision']")[0].text.strip() == ""


def test_a_translation_waits_for_its_original(desk, city):
    write(desk, city, FRENCH)
    arabic = {"headline": "مدينة", "vision": "نص", "plan": "خطة"}
    assert write(desk, city, arabic, "publish", language="ar").status_code == 422
    assert not CityProfile.objects.filter(live=True).exists()


def test_two_people_lose_nothing(desk, city):
    write(desk, city, FRENCH)
    shown = shown_by(read(desk.get(address(city))))
    write(desk, city, {**FRENCH, "vision": "Autre vision", "plan": "Autre plan"})
    mine = {**FRENCH, "vision": "Ma vision", "challenges": "Un défi"}
    answer = desk.post(address(city), {**shown, **mine, "save": ""})
    assert answer.status_code == 409
    page = read(answer)
    assert page.xpath("//*[contains(@class, 'two-texts__text')]/text()") == ["Ma vision", "Autre vision"]
    desk.post(address(city), {**shown_by(page), **mine, "choose-vision": "other", "save": ""})
    newest = CityProfile.objects.get(city=city).get_latest_revision_as_object()
    assert newest.vision == "Autre vision"


def test_with_a_workflow_the_secretariat_reads_first_and_its_list_says_what_waits_as_the_desk_does(
    desk, client, city, sign_in
):
    editor, other = sign_in(factories.user("Editors")), factories.city()
    write(sign_in(factories.person(other)), other, FRENCH | {"headline": "Une autre"}, "publish")

    def state() -> str:
        page = read(editor.get(reverse(CityProfile.snippet_viewset.get_url_name("list"))))
        cells = {
            place: [
                " ".join(cell.split()) for cell in page.xpath("//tr[contains(., $city)]/td/text()", city=str(place))
            ]
            for place in (other, city)
        }
        assert "Published" in cells[other]
        (at_the_desk,) = read(desk.get(f"/en/desk/cities/{city.code}/")).xpath(
            "//*[@lang='fr']/ancestor::*[self::li or self::tr][1]//*[contains(@class, 'state')]/span/text()"
        )
        assert at_the_desk in cells[city]
        return at_the_desk

    write(desk, city, FRENCH)
    assert state() == "Draft"
    workflow = Workflow.objects.create(name="Profiles")
    task = GroupApprovalTask.objects.create(name="Read")
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    kind = ContentType.objects.get_for_model(CityProfile)
    WorkflowContentType.objects.create(workflow=workflow, content_type=kind)
    write(desk, city, FRENCH, "publish")
    assert "Une ville qui apprend" not in public_page(client, city)
    waiting = CityProfile.objects.get(city=city)
    assert waiting.workflow_in_progress
    assert state() == "Submitted, not published yet"
    assert write(desk, city, {**FRENCH, "headline": "Plus tard"}, "publish").status_code == 422
    waiting.latest_revision.publish()
    assert state() == "Published, with a newer draft"
    write(desk, city, {**FRENCH, "headline": "Plus tard"}, "publish")
    assert state() == "Published, with a newer version that is submitted"


@pytest.mark.parametrize("language", ["xx", "en-us"])
def test_an_unknown_language_is_not_there(desk, city, language):
    assert desk.get(address(city, language)).status_code == 404
    assert desk.get(address(city, language, "preview/")).status_code == 404


def test_a_headline_that_is_too_long_is_shown_again(desk, city):
    long = "a" * 201
    answer = write(desk, city, {**FRENCH, "headline": long})
    assert answer.status_code == 422
    assert long in answer.content.decode()


def test_nothing_at_the_desk_says_that_readers_see_what_a_restriction_hides(desk, client, city):
    assert (
        "Published. Readers see it now." in desk.get(write(desk, city, FRENCH, "publish")["Location"]).content.decode()
    )
    english = CityIndexPage.objects.get(locale__language_code="en")
    PageViewRestriction.objects.bulk_create([PageViewRestriction(page=english, restriction_type="login")])
    assert client.get(f"/fr/cities/{city.code}/").status_code == 404
    answers = [
        desk.get(address(city)),
        desk.get(f"/en/desk/cities/{city.code}/"),
        desk.get(write(desk, city, FRENCH | {"headline": "Autre"}, "publish")["Location"]),
        desk.post(f"/en/desk/cities/{city.code}/facts/", {"website": "https://city.example/"}, follow=True),
    ]
    said = (
        "they see what you publish as soon as the secretariat opens the page",
        "Published, not open to the public now",
        "they see the text as soon as the secretariat opens the page",
        "they see the new facts as soon as the secretariat opens the page",
    )
    for answer, words in zip(answers, said, strict=True):
        text = " ".join(answer.content.decode().split())
        assert words in text
        assert "see it at once" not in text
        assert "see it now" not in text
