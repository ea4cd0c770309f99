"""Remarks at their section with a place for the answer, and pictures with their words."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from desk.files.checking import check as check_file
from desk.models import DeskFile, WorkingCopy
from desk.writing import services
from moderation.models import Remark
from practices.models import PracticePage
from tests import factories
from tests.desk.writing.test_views import address, complete, fields, fill
from tests.moderation.submissions import Case

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def returned(sign_in):
    """A practice that was returned with a remark on the problem: its working copy, and a browser of its owner."""
    case = Case()
    case.comment("Which year?", "problem")
    case.send_back(sentence="Almost.")
    copy = services.revise(case.page, by=case.owner)
    copy.city = case.city
    return case, copy, sign_in(case.owner)


def test_a_remark_stands_at_its_section_and_is_answered_with_it(returned):
    _case, copy, browser = returned
    assert "1 remark to answer" in browser.get(address(copy)).content.decode()
    assert "Almost." in browser.get(address(copy)).content.decode()
    path = address(copy, "what-was-done")
    page = browser.get(path).content.decode()
    assert "Which year?" in page
    assert "Which year?" not in browser.get(address(copy, "results")).content.decode()
    name = re.search(r'name="(reply-\d+)"', page)[1]
    for _time in "twice":
        fill(browser, path, **{name: "In 2019."}, problem="In 2019 they could not read.")
    (reply,) = Remark.objects.filter(kind="reply")
    assert (reply.text, reply.section) == ("In 2019.", "problem")
    assert "1 remark to answer" not in browser.get(address(copy)).content.decode()
    assert "In 2019." in browser.get(path).content.decode()


def test_the_script_does_not_send_answers_to_remarks(returned):
    _case, copy, browser = returned
    path = address(copy, "what-was-done")
    name = re.search(r'name="(reply-\d+)"', browser.get(path).content.decode())[1]
    sent = fields(browser, path) | {name: ["Half a sent"]}
    assert browser.post(path, sent, headers={"Accept": "application/json"}).status_code == 200
    assert not Remark.objects.filter(kind="reply").exists()


@pytest.mark.parametrize("number", ["abc", "0", "9" * 30, "²"])
def test_a_remark_of_nobody_is_not_answered(returned, number):
    _case, copy, browser = returned
    answer = fill(browser, address(copy, "what-was-done"), **{f"reply-{number}": "Text."})
    assert answer.status_code == 302
    assert "Your reply was: Text." in browser.get(answer.headers["Location"]).content.decode()


def upload(browser, copy, name: str = "praia.png") -> DeskFile:
    path = address(copy, "pictures-and-documents")
    content = factories.image().file.read()
    sent = fields(browser, path) | {"new-pictures": SimpleUploadedFile(name, content, "image/png"), "then": "next"}
    assert browser.post(path, sent).headers["Location"] == path
    return DeskFile.objects.get(name=name)


def test_a_picture_needs_its_words_and_is_published_with_them(sign_in):
    factories.tree("pt")
    city = factories.city()
    browser, copy = sign_in(factories.person(city)), factories.working_copy(city, "pt")
    complete(browser, copy)
    file = upload(browser, copy)
    assert "is still being checked" in browser.get(address(copy, "check")).content.decode()
    check_file(file)
    problems = browser.get(address(copy, "check")).content.decode()
    assert "Credit: This is needed to publish." in problems
    assert "What the picture shows: This is needed to publish." in problems
    words = {"alternative_text": "Mulheres leem", "credit": "Cidade", "consent": "yes"}
    words = {f"photos-{file.key}-{name}": text for name, text in words.items()}
    fill(browser, address(copy, "pictures-and-documents"), **words)
    sent = fields(browser, address(copy, "pictures-and-documents"))
    del sent[f"photos-{file.key}-consent"]
    browser.post(address(copy, "pictures-and-documents"), sent)
    copy.refresh_from_db()
    assert copy.answers["photos"][0]["consent"] == ""
    fill(browser, address(copy, "pictures-and-documents"), **words)
    assert browser.get(address(copy, "preview")).status_code == 200
    browser.post(address(copy, "submit"))
    newest = PracticePage.objects.get().get_latest_revision_as_object()
    (photo,) = newest.photos.all()
    assert (photo.alternative_text, photo.image.credit, photo.image.consent) == ("Mulheres leem", "Cidade", True)
    assert photo.image.withheld
    assert str(photo.translation_key) == str(file.key)


def test_removing_a_picture_removes_its_file(sign_in):
    factories.tree("pt")
    city = factories.city()
    browser, copy = sign_in(factories.person(city)), factories.working_copy(city, "pt")
    file = upload(browser, copy)
    fill(browser, address(copy, "pictures-and-documents"), then=f"remove:photos:{file.key}")
    copy.refresh_from_db()
    assert copy.answers["photos"] == []
    assert not DeskFile.objects.exists()


def test_a_picture_of_an_editor_is_kept_in_a_revision(sign_in):
    factories.tree("pt")
    city = factories.city()
    page = factories.practice("pt", [factories.public_cluster()], city=city, **factories.BY_CITY)
    newest = page.get_latest_revision_as_object()
    newest.photos = [PracticePage.photos.rel.related_model(image=factories.image(), alternative_text="Feira")]
    newest.save_revision().publish()
    before = [(photo.pk, photo.image_id) for photo in PracticePage.objects.get(pk=page.pk).photos.all()]
    browser = sign_in(factories.person(city))
    browser.post(f"/en/desk/cities/{city.code}/published/{page.code}/revise/")
    copy = WorkingCopy.objects.get()
    fill(browser, address(copy, "start"), title="Outro")
    browser.post(address(copy, "submit"))
    PracticePage.objects.get(pk=page.pk).get_latest_revision().publish()
    assert [(photo.pk, photo.image_id) for photo in PracticePage.objects.get(pk=page.pk).photos.all()] == before
