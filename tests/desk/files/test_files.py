"""A city uploads pictures and documents for a practice: they wait, are checked, and only it sees them."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from desk.files import services
from desk.files.checking import FileChecks
from desk.models import DeskFile
from tests import factories
from tests.core.media.test_media import pdf, picture

pytestmark = pytest.mark.django_db


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


def address(copy, *parts: str) -> str:
    return f"/en/desk/cities/{copy.city.code}/practices/{copy.key}/files/{''.join(f'{part}/' for part in parts)}"


def test_an_uploaded_picture_waits_and_is_then_accepted(copy, person, sign_in, media, check_all):
    browser = sign_in(person)
    assert browser.post(address(copy), {"new-pictures": upload()}).status_code == 302
    (file,) = services.files_of(copy).values()
    assert file.state == DeskFile.State.WAITING
    assert file.unchecked.name.startswith("unchecked/")
    assert "market" not in file.unchecked.name
    assert "It is being checked" in browser.get(address(copy)).content.decode()
    check_all()
    (file,) = services.files_of(copy).values()
    assert file.state == DeskFile.State.ACCEPTED
    assert file.image.withheld
    assert "market" not in file.image.file.name
    assert not list((media / "unchecked").iterdir())
    copy.refresh_from_db()
    assert copy.answers["photos"] == [{"key": str(file.key), "file": str(file.key)}]
    assert f'src="/withheld/{Path(file.image.file.name).stem[:20]}' in browser.get(address(copy)).content.decode()


def test_another_city_gets_404_for_the_list_the_file_and_its_rendition(copy, person, sign_in, check_all, client):
    services.receive(upload(), copy, DeskFile.Kind.PICTURE, by=person)
    services.receive(upload("plan.pdf", pdf()), copy, DeskFile.Kind.DOCUMENT, by=person)
    check_all()
    shown, document = services.files_of(copy).values()
    rendition = shown.image.get_rendition("max-480x360|format-webp")
    addresses = [
        address(copy),
        address(copy, str(shown.key)),
        address(copy, str(shown.key), "remove"),
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
    answer = sign_in(person).post(address(copy), {"new-pictures": upload("page.png", b"<script>alert(1)</script>")})
    assert answer.status_code == 422
    assert "page.png: This is no picture that can be shown here" in answer.content.decode()
    assert not DeskFile.objects.exists()
    assert not list(media.rglob("*.*"))
