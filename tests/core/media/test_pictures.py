"""The one picture of a page, and what the templates take of a picture."""

from io import BytesIO

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import ExifTags, Image

from calls.models import CallPage
from core.media.models import PortalImage
from core.media.pictures import picture_context
from core.picture_pages import PicturePage
from events.models import EventPage
from home.models import NewsPage
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

PAGES = {CallPage: factories.call_page, EventPage: factories.event, NewsPage: factories.news}


@pytest.fixture(autouse=True)
def tree():
    return factories.tree()


def test_these_are_all_page_types_with_a_picture():
    assert set(PAGES) == {model for model in apps.get_models() if issubclass(model, PicturePage)}


@pytest.mark.parametrize("model", PAGES)
def test_a_picture_needs_an_alternative_text(model):
    page = PAGES[model](picture=factories.image(), picture_alternative_text="A market")
    page.full_clean()
    page.picture_alternative_text = ""
    with pytest.raises(ValidationError) as refusal:
        page.full_clean()
    assert list(refusal.value.message_dict) == ["picture_alternative_text"]
    page.picture = None
    page.full_clean()


def test_a_page_without_a_picture_shows_its_drawn_cover():
    cover = factories.event().picture_or_cover("event", "0123456789")
    assert (cover["src"], cover["is_drawn"]) == ("/covers/event/0123456789/cover", True)


def test_a_page_with_a_picture_shows_it_with_its_credit():
    image = factories.image(credit="City of Cork", licence="cc-by-4.0")
    shown = factories.event(picture=image, picture_alternative_text="A full hall").picture_or_cover("event", "0123")
    assert (shown["alt"], shown["credit"], shown["licence"]) == ("A full hall", "City of Cork", "CC BY 4.0")
    assert "is_drawn" not in shown


def test_several_renditions_are_offered_from_the_smallest_on():
    one = picture_context(factories.image(), "", "width-2|format-webp")
    two = picture_context(factories.image(), "", "width-2|format-webp", "width-4|format-webp", sizes="100vw")
    assert (one["srcset"], one["width"]) == ("", 2)
    assert [source.split()[1] for source in two["srcset"].split(", ")] == ["2w", "4w"]
    assert (two["src"], two["sizes"]) == (two["srcset"].split()[0], "100vw")


# --- What editors upload ------------------------------------------------------------------

GREEN = (0, 128, 0)


def stored(picture: Image.Image, kind: str, **options) -> PortalImage:
    content = BytesIO()
    picture.save(content, kind, **options)
    return factories.image(file=ContentFile(content.getvalue(), f"picture.{kind.lower()}"))


def sideways() -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    return exif


def in_colours_for_printing(**options) -> PortalImage:
    return stored(Image.new("CMYK", (40, 20), (255, 0, 255, 127)), "JPEG", quality=100, **options)


def two_frames(kind: str) -> PortalImage:
    return stored(Image.new("RGB", (40, 20), GREEN), kind, save_all=True, append_images=[Image.new("RGB", (40, 20))])


UPLOADS: dict[str, tuple] = {
    "sixteen bits": (lambda: stored(Image.new("I;16", (40, 20), 128 * 256), "PNG"), (128, 128, 128, 255)),
    "grey with transparency": (lambda: stored(Image.new("LA", (40, 20), (128, 0)), "PNG"), (None, None, None, 0)),
    "one bit": (lambda: stored(Image.new("1", (40, 20), 1), "PNG"), (255, 255, 255, 255)),
    "palette": (lambda: stored(Image.new("RGB", (40, 20), GREEN).quantize(), "PNG"), (*GREEN, 255)),
    "palette with transparency": (
        lambda: stored(Image.new("RGB", (40, 20), GREEN).quantize(), "GIF", transparency=0),
        (None, None, None, 0),
    ),
    "one colour is transparent": (
        lambda: stored(Image.new("RGB", (40, 20), GREEN), "PNG", transparency=GREEN),
        (None, None, None, 0),
    ),
    "colours for printing": (in_colours_for_printing, (*GREEN, 255)),
    "colours for printing with a broken profile": (lambda: in_colours_for_printing(icc_profile=b"x"), (*GREEN, 255)),
    "animated GIF": (lambda: two_frames("GIF"), (*GREEN, 255)),
    "animated WebP": (lambda: two_frames("WEBP"), (*GREEN, 255)),
    "animated PNG": (lambda: two_frames("PNG"), (*GREEN, 255)),
    "AVIF": (lambda: stored(Image.new("RGB", (40, 20), GREEN), "AVIF"), (*GREEN, 255)),
}


@pytest.mark.parametrize("kind", UPLOADS)
@pytest.mark.parametrize("spec", ["fill-16x12|format-webp", "max-20x20"])
def test_a_picture_of_any_kind_keeps_its_colours(kind, spec):
    make, expected = UPLOADS[kind]
    rendition = make().get_rendition(spec)
    assert not rendition.is_placeholder
    with Image.open(rendition.file.path) as picture:
        found = picture.convert("RGBA").getpixel((8, 6))
    assert all(abs(value - wanted) <= 6 for value, wanted in zip(found, expected, strict=True) if wanted is not None), (
        found
    )


def test_a_photograph_that_was_taken_sideways_is_shown_upright():
    rendition = stored(Image.new("RGB", (40, 20), GREEN), "JPEG", exif=sideways()).get_rendition("max-20x20")
    assert (rendition.width, rendition.height) == (10, 20)
