"""The one picture of a page, and what the templates take of a picture."""

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError

from calls.models import CallPage
from core.media.pictures import picture_context
from core.picture_pages import PicturePage
from events.models import EventPage
from home.models import NewsPage
from tests import factories

pytestmark = pytest.mark.django_db

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
