"""A picture whose file is broken: every place in which a picture can be × every way in which a file can be broken."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.core.cache import cache
from django.core.files.storage import FileSystemStorage
from django.db.models import ForeignKey
from django.test import Client
from django.urls import get_resolver
from PIL import Image
from wagtail import blocks
from wagtail.fields import StreamField
from wagtail.images.blocks import ImageChooserBlock

from calls.models import CallPage
from clusters.models import ClusterPage
from core.blocks import PictureBlock
from core.media.models import PLACEHOLDER, PortalImage, PortalRendition
from desk.models import DeskFile
from events.models import EventPage
from home.models import NewsPage, StandardPage
from practices.models import PracticePage, PracticePhoto
from tests import factories
from tests.bad_input.test_small_addresses import address, patterns

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

ALTERNATIVE_TEXT = "A class at the market"


# --- Where a picture can be ---------------------------------------------------------------


def in_field(model: Callable) -> Callable:
    return lambda image: model(picture=image, picture_alternative_text=ALTERNATIVE_TEXT)


def in_text(model: Callable) -> Callable:
    block = {"image": None, "alternative_text": ALTERNATIVE_TEXT, "caption": "In May"}
    return lambda image: model(body=[("picture", block | {"image": image})])


def as_photograph(image) -> PracticePage:
    return factories.practice(photos=[PracticePhoto(image=image, alternative_text=ALTERNATIVE_TEXT)])


def as_mark(image) -> None:
    factories.network(mark=image)


PLACES: dict[str, Callable] = {
    "CallPage.picture": in_field(factories.call_page),
    "EventPage.picture": in_field(factories.event),
    "NewsPage.picture": in_field(factories.news),
    "PracticePhoto.image": as_photograph,
    "NetworkSettings.mark": as_mark,
    "CallPage.body": in_text(factories.call_page),
    "ClusterPage.body": in_text(factories.cluster_page),
    "EventPage.body": in_text(factories.event),
    "NewsPage.body": in_text(factories.news),
    "PracticePage.body": in_text(factories.practice),
    "StandardPage.body": in_text(factories.standard_page),
}
# The desk shows an uploaded picture to its city alone: tests/desk/files.
NO_PLACES = {PortalRendition, DeskFile}
PAGE_TYPES = {CallPage, ClusterPage, EventPage, NewsPage, PracticePage, StandardPage}


def nested(block: blocks.Block) -> Iterator[blocks.Block]:
    yield block
    for child in getattr(block, "child_blocks", {}).values():
        yield from nested(child)
    if isinstance(block, blocks.ListBlock):
        yield from nested(block.child_block)


def test_these_are_all_places_in_which_a_picture_can_be():
    found = set()
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if isinstance(field, ForeignKey) and field.related_model is PortalImage and model not in NO_PLACES:
                found.add(f"{model.__name__}.{field.name}")
            if isinstance(field, StreamField):
                inside = list(nested(field.stream_block))
                if any(isinstance(block, ImageChooserBlock) for block in inside):
                    found.add(f"{model.__name__}.{field.name}")
                    assert any(isinstance(block, PictureBlock) for block in inside)
    assert found == set(PLACES)


# --- How a file can be broken -------------------------------------------------------------


def original(image) -> Path:
    return Path(image.file.path)


def missing(image) -> None:
    original(image).unlink()


def unreadable(image) -> None:
    """As if permission were denied, which root, who may run the tests, never is."""
    original(image).unlink()
    original(image).mkdir()


def truncated(image) -> None:
    original(image).write_bytes(original(image).read_bytes()[:45])


def without_content(image) -> None:
    original(image).write_bytes(b"")


def no_picture(image) -> None:
    original(image).write_bytes(b"%PDF-1.7 and nothing that draws")


def too_tall(image) -> None:
    drawn(image, 1000, 21_500)


def too_many_pixels(image) -> None:
    drawn(image, 6_000, 6_000)


def drawn(image, width: int, height: int) -> None:
    Image.new("1", (width, height)).save(original(image), "PNG")
    PortalImage.objects.filter(pk=image.pk).update(width=width, height=height)


def rendition_is_lost(image) -> None:
    shutil.rmtree(original(image).parent.parent / "images", ignore_errors=True)


def both_are_lost(image) -> None:
    rendition_is_lost(image)
    missing(image)


def no_folder_for_renditions(image) -> None:
    rendition_is_lost(image)
    (original(image).parent.parent / "images").write_text("A file where the folder should be.")


KINDS = [
    missing, unreadable, truncated, without_content, no_picture, too_tall, too_many_pixels,
    rendition_is_lost, both_are_lost, no_folder_for_renditions,
]  # fmt: skip
# The others lead to no picture at all.
STILL_SHOWN = {rendition_is_lost, too_tall}


class DeniedStorage(FileSystemStorage):
    """A storage that refuses everything, as one on another machine can."""

    def _open(self, name, mode="rb"):
        raise PermissionError(13, "Permission denied", name)

    def path(self, name):
        raise NotImplementedError

    def size(self, name):
        raise PermissionError(13, "Permission denied", name)


# --- Pages --------------------------------------------------------------------------------


@pytest.fixture
def media(tmp_path, settings) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


def everywhere(image) -> list:
    """Put the picture into every place and return the pages."""
    factories.tree()
    return [page for page in (make(image) for make in PLACES.values()) if page is not None]


def addresses(pages: list) -> list[str]:
    lists = {page.get_parent().url for page in pages}
    return ["/en/", "/en/search/", "/en/no-such-page/", *sorted(lists), *(page.url for page in pages)]


def read(client, pages: list) -> dict[str, str]:
    """The text of each page by its address."""
    answers = {path: client.get(path) for path in addresses(pages)}
    assert {path for path, answer in answers.items() if answer.status_code != 200} == {"/en/no-such-page/"}
    return {path: answer.content.decode() for path, answer in answers.items()}


def not_there(client, media: Path, text: str) -> list[str]:
    """The pictures of a page that a browser could not show."""
    images = BeautifulSoup(text, "lxml").select("img")
    sources = {str(image["src"]) for image in images}
    sources |= {part.split()[0] for image in images for part in str(image.get("srcset", "")).split(",") if part}
    return [source for source in sorted(sources) if not is_there(client, media, source)]


def is_there(client, media: Path, source: str) -> bool:
    if source.startswith("/media/"):
        file = media / source.removeprefix("/media/")
        return file.is_file() and file.stat().st_size > 0
    return source.startswith("/covers/") and client.get(source).status_code == 200


def log_of(caplog) -> list[str]:
    return [record.getMessage() for record in caplog.records if "cannot be shown" in record.getMessage()]


def test_every_page_answers_and_the_log_says_once_what_is_wrong(media, client, caplog):
    image = factories.image(credit="City of Cork")
    pages = everywhere(image)
    kept = original(image).read_bytes()
    with_picture = {path for path, text in read(client, pages).items() if "City of Cork" in text}
    assert with_picture == {page.url for page in pages}
    for kind in KINDS:
        restore(image, kept)
        if kind in {rendition_is_lost, both_are_lost}:
            read(client, pages)
        kind(image)
        caplog.clear()
        texts = read(client, pages)
        broken = {path: found for path, text in texts.items() if (found := not_there(client, media, text))}
        assert (kind.__name__, broken) == (kind.__name__, {})
        logged = log_of(caplog)
        assert (kind.__name__, len(logged)) == (kind.__name__, 0 if kind is rendition_is_lost else 1), logged
        shown = {path for path, text in texts.items() if "City of Cork" in text}
        if kind is rendition_is_lost:
            assert shown == with_picture
        elif kind not in STILL_SHOWN:
            assert not shown
            assert sum(f"<p>{ALTERNATIVE_TEXT}</p>" in text for text in texts.values()) == 6


def restore(image, content: bytes) -> None:
    """Bring the picture back as it was, and its renditions into no database or cache."""
    shutil.rmtree(original(image).parent.parent)
    original(image).parent.mkdir(parents=True)
    original(image).write_bytes(content)
    PortalImage.objects.filter(pk=image.pk).update(width=16, height=9)
    forget_renditions()


def forget_renditions() -> None:
    PortalRendition.objects.all().delete()
    cache.clear()


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_every_page_answers_while_the_storage_refuses_everything(settings, client, caplog):
    image = factories.image()
    pages = everywhere(image)
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": f"{__name__}.DeniedStorage"}}
    for path in addresses(pages):
        assert client.get(path).status_code in {200, 404}
    assert len(log_of(caplog)) == 1


def test_a_picture_is_shown_again_as_soon_as_its_file_is_back(media, client):
    image = factories.image(credit="City of Cork")
    factories.tree()
    page = as_photograph(image)
    kept = original(image).read_bytes()
    for kind in (missing, truncated, no_picture):
        kind(image)
        PortalRendition.objects.all().delete()
        assert "The photograph cannot be shown at the moment" in client.get(page.url).content.decode()
        original(image).write_bytes(kept)
        assert "© City of Cork" in client.get(page.url).content.decode()


def test_a_file_that_failed_is_not_decoded_at_each_request(media, monkeypatch):
    image = factories.image()
    truncated(image)
    opened: list[str] = []
    unwatched = PortalImage.open_file
    monkeypatch.setattr(PortalImage, "open_file", lambda self: opened.append(self.title) or unwatched(self))
    for _request in range(3):
        assert PortalImage.objects.get().get_rendition("width-8|format-webp").is_placeholder
    assert len(opened) == 1


def test_a_picture_in_rich_text_has_a_frame_in_its_place(media, client):
    image = factories.image()
    missing(image)
    factories.tree()
    embed = f'<p>Before</p><embed embedtype="image" id="{image.pk}" format="fullwidth" alt="{ALTERNATIVE_TEXT}"/>'
    page = BeautifulSoup(client.get(factories.standard_page(body=[("text", embed)]).url).content, "lxml")
    (picture,) = page.select("main img")
    assert (picture["alt"], picture["src"]) == (ALTERNATIVE_TEXT, f"/static/{PLACEHOLDER}")


# --- The admin ----------------------------------------------------------------------------


def admin_addresses(image, pages: list) -> list[str]:
    """Every address of the admin about pictures, and the forms, histories and previews of pages that have one."""
    keys = {"image_id": image.pk, "pk": image.pk, "filter_spec": "width-100"}
    routes = [route for route, name in patterns(get_resolver()) if name.startswith("wagtailimages")]
    found = {path for route in routes if (path := address(route, lambda kind, name: keys.get(name, 1)))}
    found |= {f"/admin/images/?layout={layout}" for layout in ("grid", "list")}
    found |= {f"/admin/images/chooser/{image.pk}/?select_format=true", f"/admin/images/chooser/{image.pk}/"}
    found |= {f"/admin/images/chooser/chosen-multiple/?id={image.pk}", f"/admin/images/usage/{image.pk}/"}
    found |= {f"/admin/api/main/images/{image.pk}/", "/admin/api/main/images/?fields=thumbnail,width"}
    for page in pages:
        if type(page) not in {PracticePage, StandardPage}:
            continue
        revision = page.save_revision().pk
        found |= {f"/admin/pages/{page.pk}/edit/", f"/admin/pages/{page.pk}/delete/", f"/admin/pages/{page.pk}/usage/"}
        found |= {f"/admin/pages/{page.pk}/revisions/compare/{revision}...live/"}
        found |= {f"/admin/pages/{page.pk}/revisions/{revision}/view/", f"/admin/pages/{page.pk}/view_draft/"}
    return sorted(found | {"/admin/", "/admin/settings/home/networksettings/1/"})


def test_every_address_of_the_admin_answers(media):
    image = factories.image()
    pages = everywhere(image)
    kept = original(image).read_bytes()
    browser = Client(raise_request_exception=False)
    browser.force_login(factories.user(is_superuser=True))
    paths = admin_addresses(image, pages)
    assert len(paths) > 40
    for kind in (missing, truncated):
        restore(image, kept)
        kind(image)
        failed = [f"{status}: {path}" for path in paths if (status := browser.get(path).status_code) >= 500]
        assert (kind.__name__, failed) == (kind.__name__, [])
        form = {"title": "New", "collection": 1, "licence": "cc-by-4.0", "credit": "City"}
        assert browser.post(f"/admin/images/{image.pk}/", form).status_code == 302


def test_a_picture_without_its_file_can_be_deleted(media, sign_in):
    factories.tree()
    image = factories.image()
    missing(image)
    assert sign_in(factories.user(is_superuser=True)).post(f"/admin/images/{image.pk}/delete/").status_code == 302
    assert not PortalImage.objects.exists()
