"""What readers must see after the steps of docs/search.md, "Add a facet"; run by test_adding_a_facet.py."""

import pytest

from search_engines.facets import FACETS
from tests import factories
from tests.search.test_search_page import chips, facets, options, search, titles

pytestmark = pytest.mark.usefixtures("network")


def test_readers_can_filter_by_it_and_remove_the_filter():
    factories.practice(title="Town lessons", governance_levels=["city"])
    factories.practice(title="Country lessons", governance_levels=["national", "city"])
    factories.practice(title="Decoy", governance_levels=["regional"])
    factories.news(title="News without a level")
    page = search()
    assert facets(page)[0] == FACETS[0].code == "level", "its place in the list is its place in the panel"
    assert options(page, "level") == {
        "city": ("City", 2, False),
        "regional": ("Region or province", 1, False),
        "national": ("Country", 1, False),
    }
    page = search("?level=city&sort=title")
    assert titles(page) == ["Country lessons", "Town lessons"]
    assert options(page, "level")["city"] == ("City", 2, True)
    assert chips(page) == ["City"]
    assert page.xpath("//a[@class='chip']/@href") == ["/en/search/?sort=title"]
    assert "level" not in facets(search("?type=news")), "news have no level"
