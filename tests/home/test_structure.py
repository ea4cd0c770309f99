"""One command makes the tree of a language, with text from its catalogue."""

import uuid

import pytest
from wagtail.models import Page

from home.models import NewsIndexPage
from home.structure import add_language
from tests import factories

pytestmark = pytest.mark.django_db


def test_adding_a_language_keeps_the_page_tree_consistent():
    factories.tree()
    with factories.commit():
        assert add_language("ar") == []
    home = Page.objects.get(depth=2, locale__language_code="ar")
    assert home.live
    assert home.numchild == home.get_children().count() == 7
    assert Page.find_problems() == ([], [], [], [], [])


def test_a_list_that_was_first_written_in_a_language_is_not_made_a_second_time():
    factories.tree("ar")
    own = {"translation_key": uuid.uuid4(), "original_language": "ar", "slug": "own-news"}
    NewsIndexPage.objects.filter(locale__language_code="ar").update(**own)
    assert add_language("ar") == []
    assert [page.slug for page in NewsIndexPage.objects.filter(locale__language_code="ar")] == ["own-news"]


def test_a_list_that_was_renamed_is_not_made_a_second_time():
    factories.tree("ar")
    for page in NewsIndexPage.objects.all():
        factories.rename(page, f"what-happens-{page.language}")
    add_language("ar")
    assert NewsIndexPage.objects.count() == 2
