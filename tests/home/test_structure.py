"""A language's tree is made by one command, in words from its catalogue."""

import pytest
from wagtail.models import Page

from home.structure import add_language
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_language_that_is_added_leaves_the_tree_whole():
    factories.tree()
    with factories.commit():
        assert add_language("ar") == []
    home = Page.objects.get(depth=2, locale__language_code="ar")
    assert home.live
    assert home.numchild == home.get_children().count() == 6
    assert Page.find_problems() == ([], [], [], [], [])
