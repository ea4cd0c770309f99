"""A city uploads pictures and documents for a practice: they wait, are checked, and only it sees them."""

from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.models import ReferenceIndex

from accounts.roles import ensure_groups
from audit.models import AuditEntry
from core.media.models import PortalDocument, PortalImage
from desk.files import checking, limits, services
from desk.files.checking import FileChecks
from desk.models import DeskFile
from desk.writing.checking import check
from desk.writing.services import discard
from practices.models import PracticeDocument, PracticePage, PracticePhoto
from tests import factories
from tests.core.media.test_media import PROGRAM, SCRIPT, archive, pdf, picture
from tests.desk.writing.test_views import fields

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def media(tmp_path, settings) -> Path:
    """An empty folder for stored files."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def city():
    factories.tree()
    return factories.city()


@pytest.fixture
def copy(city, media):
    return factories.working_copy(city)


@pytest.fixture
def person(city):
    return factories.person(city)


def upload(name: str = "market.png", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content if content is not None else picture("PNG"))


@pytest.fixture
def check_all(django_capture_on_commit_callbacks):
    """A function that lets the worker check all files that wait."""

    def checked() -> None:
        checks = FileChecks()
        with django_capture_on_commit_callbacks(execute=True):
            while checks():
                pass

    return checked


def section_of(copy) -> str:
    """The section of a practice with its pictures and documents."""
    return f"/en/desk/cities/{copy.city.code}/practices/{copy.key}/pictures-and-documents/"


def address(copy, key) -> str:
    return f"/en/desk/cities/{copy.city.code}/practices/{copy.key}/files/{key}/"


def test_an_uploaded_picture_waits_and_is_then_accepted(copy, person, sign_in, media, check_all):
    browser, section = sign_in(person), section_of(copy)
    assert browser.post(section, fields(browser, section) | {"new-pictures": upload()}).status_code == 302
    (file,) = services.files_of(copy).values()
    assert file.state == DeskFile.State.WAITING
    assert file.unchecked.name.startswith("unchecked/")
    assert "market" not in file.unchecked.name
    assert "It is being checked" in browser.get(section).content.decode()
    for path in (file.unchecked.name, f"images/../{file.unchecked.name}"):
        assert browser.get(f"/media/{path}").status_code == 404
    check_all()
    (file,) = services.files_of(copy).values()
    assert file.state == DeskFile.State.ACCEPTED
    assert file.image.withheld
    assert "market" not in file.image.file.name
    assert not list((media / "unchecked").iterdir())
    actions = AuditEntry.objects.filter(object_type="desk.deskfile").order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["file.received", "file.accepted"]
    copy.refresh_from_db()
    assert copy.answers["photos"] == [{"key": str(file.key), "file": str(file.key)}]
    assert f'src="/withheld/{Path(file.image.file.name).stem[:20]}' in browser.get(section).content.decode()


def test_what_is_written_about_a_picture_is_shown_again_to_whoever_may_not_save_it(copy, person, sign_in, client):
    """Without a session, and with one of another city, which learns nothing of the picture."""
    services.receive(upload("market.jpg"), copy, DeskFile.Kind.PICTURE, by=person)
    section = section_of(copy)
    sent = fields(sign_in(person), section)
    (caption,) = [name for name in sent if name.endswith("-caption")]
    for browser, status in ((client, 403), (sign_in(factories.person()), 404)):
        answer = browser.post(section, sent | {caption: ["Traders at dawn"]})
        page = answer.content.decode()
        assert (answer.status_code, "Traders at dawn" in page) == (status, True)
        assert "The file is missing" not in page
        assert "market.jpg" not in page


def test_another_city_gets_404_for_the_list_the_file_and_its_rendition(copy, person, sign_in, check_all, client):
    services.receive(upload(), copy, DeskFile.Kind.PICTURE, by=person)
    services.receive(upload("plan.pdf", pdf()), copy, DeskFile.Kind.DOCUMENT, by=person)
    check_all()
    shown, document = services.files_of(copy).values()
    rendition = shown.image.get_rendition("max-480x360|format-webp")
    addresses = [
        section_of(copy),
        address(copy, shown.key),
        address(copy, document.key),
        rendition.url,
        document.document.url,
    ]
    own, stranger = sign_in(person), sign_in(factories.person())
    for path in addresses:
        assert own.get(path).status_code in {200, 302}, path
        assert stranger.get(path).status_code == 404, path
    for path in (rendition.url, document.document.url):
        assert client.get(path).status_code == 404
        assert "no-store" in own.get(path)["Cache-Control"]


def test_a_file_that_is_no_picture_is_refused_in_words_and_nothing_is_stored(copy, person, sign_in, media):
    browser, section = sign_in(person), section_of(copy)
    sent = fields(browser, section) | {"new-pictures": upload("page.png", b"<script>alert(1)</script>")}
    answer = browser.post(section, sent, follow=True)
    assert "page.png: This picture cannot be shown here" in answer.content.decode()
    assert not DeskFile.objects.exists()
    assert not list(media.rglob("*.*"))


# --- Publication --------------------------------------------------------------------------


@pytest.fixture
def practice(copy, person, check_all):
    """A draft of the city with a picture and a document that it has uploaded."""
    services.receive(upload(), copy, DeskFile.Kind.PICTURE, by=person)
    services.receive(upload("plan.pdf", pdf()), copy, DeskFile.Kind.DOCUMENT, by=person)
    check_all()
    shown, document = services.files_of(copy).values()
    page = factories.practice(city=copy.city)
    page.unpublish()
    page = PracticePage.objects.get(pk=page.pk)
    page.photos = [PracticePhoto(image=shown.image, alternative_text="A class")]
    page.documents = [PracticeDocument(document=document.document, title="Plan")]
    page.save_revision()
    page.image, page.document = shown.image, document.document
    return page


def test_files_are_withheld_until_the_page_is_published_and_again_after_it_is_taken_down(
    practice, client, media, django_capture_on_commit_callbacks
):
    spec = "max-480x360|format-webp"
    withheld = practice.image.get_rendition(spec)
    assert withheld.url.startswith("/withheld/")
    with django_capture_on_commit_callbacks(execute=True):
        practice.save_revision().publish()
    image = PortalImage.objects.get(pk=practice.image.pk)
    document = PortalDocument.objects.get(pk=practice.document.pk)
    assert not image.withheld
    assert not document.withheld
    assert client.get(withheld.url).status_code == 404
    assert image.get_rendition(spec).url.startswith("/media/images/")
    assert client.get(document.url).status_code == 200
    page = PracticePage.objects.get(pk=practice.pk)
    ReferenceIndex.create_or_update_for_object(page)
    with django_capture_on_commit_callbacks(execute=True):
        page.unpublish()
    assert client.get(document.url).status_code == 404
    assert PortalImage.objects.get(pk=image.pk).get_rendition(spec).url.startswith("/withheld/")


def test_a_rendition_that_was_made_while_the_picture_was_published_moves_by_itself(practice, client, person, sign_in):
    spec = "max-480x360|format-webp"
    practice.image.get_rendition(spec)
    PortalImage.objects.filter(pk=practice.image.pk).update(withheld=False)  # as a request that is late would leave it
    image = PortalImage.objects.get(pk=practice.image.pk)
    assert image.get_rendition(spec).url.startswith("/media/images/")
    assert client.get("/withheld/").status_code == 404


def test_only_people_who_moderate_meet_withheld_files_in_the_admin(practice, sign_in):
    ensure_groups()
    PortalImage.objects.update(title="Quokka")
    PortalDocument.objects.update(title="Quokka")
    keys = practice.image.pk, practice.document.pk
    addresses = [
        "/admin/images/",
        "/admin/images/?q=Quokk",
        "/admin/images/chooser/",
        "/admin/images/chooser/?q=Quokk",
        f"/admin/images/chooser/{keys[0]}/",
        f"/admin/images/{keys[0]}/",
        f"/admin/images/usage/{keys[0]}/",
        "/admin/api/main/images/",
        f"/admin/api/main/images/{keys[0]}/",
        "/admin/documents/",
        "/admin/documents/chooser/",
        f"/admin/documents/chooser/{keys[1]}/",
        f"/admin/documents/edit/{keys[1]}/",
        f"/admin/documents/usage/{keys[1]}/",
        "/admin/api/main/documents/",
        f"/admin/api/main/documents/{keys[1]}/",
        practice.document.url,
        practice.image.get_rendition("width-8").url,
    ]
    moderator, *others = (sign_in(factories.user(group)) for group in ("Moderators", "Editors", "Translators"))
    seen = [path for path in addresses if moderator.get(path).status_code == 200]
    assert len(seen) >= len(addresses) - 2  # a usage without any is another answer
    for browser in others:
        for path in addresses:
            answer = browser.get(path)
            content = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert b"Quokka" not in content, path
            if str(keys[0]) in path or str(keys[1]) in path or "withheld" in path:
                assert answer.status_code in {302, 403, 404}, path


def test_too_many_files_and_files_without_a_type_are_refused_in_words(copy, person, monkeypatch):
    monkeypatch.setitem(limits.MOST_FILES, DeskFile.Kind.PICTURE, 1)
    services.receive(upload(), copy, DeskFile.Kind.PICTURE, by=person)
    refused = [
        (upload(), DeskFile.Kind.PICTURE, "at most"),
        (upload("a.pdf", b""), DeskFile.Kind.DOCUMENT, "empty"),
        (upload("a.exe", PROGRAM), DeskFile.Kind.DOCUMENT, "Files of this type"),
        (upload("a.html", SCRIPT), DeskFile.Kind.DOCUMENT, "Files of this type"),
        (upload("a.zip", archive(a=b"x")), DeskFile.Kind.DOCUMENT, "Files of this type"),
        (upload("a.txt", bytes(10 * 1024 * 1024 + 1)), DeskFile.Kind.DOCUMENT, "The limit is 10 MB."),
    ]
    for file, kind, words in refused:
        with pytest.raises(ValidationError, match=words):
            services.receive(file, copy, kind, by=person)
    assert DeskFile.objects.count() == 1


def test_a_file_that_is_removed_or_replaced_while_it_is_checked_is_not_accepted(copy, person, monkeypatch):
    file = services.receive(upload(), copy, DeskFile.Kind.PICTURE, by=person)
    checked = file.unchecked.name
    made = checking._make(DeskFile.objects.get(pk=file.pk))
    services.replace(file, upload("b.png"), by=person)
    checking._accept(file, checked, made)
    assert DeskFile.objects.get(pk=file.pk).state == DeskFile.State.WAITING
    services.remove(DeskFile.objects.get(pk=file.pk), by=person)
    copy.refresh_from_db()
    assert copy.answers["photos"] == []


def test_a_picture_without_alternative_text_credit_or_consent_or_unchecked_stands_in_the_way(copy, person, check_all):
    def missing() -> set[str]:
        return {
            problem.path.rpartition(".")[2] for problem in check(copy).problems if problem.path.startswith("photos.")
        }

    services.receive(upload(), copy, DeskFile.Kind.PICTURE, by=person)
    assert missing() == {"file", "alternative_text", "credit", "consent"}
    check_all()
    assert missing() == {"alternative_text", "credit", "consent"}
    copy.answers["photos"][0] |= {"alternative_text": "A class", "credit": "City", "consent": "yes"}
    assert missing() == set()


def test_a_discarded_practice_leaves_no_file_behind(copy, person, check_all, media, django_capture_on_commit_callbacks):
    services.receive(upload(), copy, DeskFile.Kind.PICTURE, by=person)
    check_all()
    services.receive(upload("plan.pdf", pdf()), copy, DeskFile.Kind.DOCUMENT, by=person)
    with django_capture_on_commit_callbacks(execute=True):
        discard(copy, by=person)
    assert not DeskFile.objects.exists()
    assert not PortalImage.objects.exists()
    assert not list((media / "unchecked").iterdir())
