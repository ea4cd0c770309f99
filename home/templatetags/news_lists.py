"""News on the pages of cities, which lie below them and cannot import them.

Composed in the templates: `{% news_of city as news %}`.
"""

from django import template
from django.utils.translation import get_language

from cities.models import City
from core.querysets.versions import best_versions
from home.models import NewsPage
from home.presentation import news_item

register = template.Library()

NEWEST = 5


@register.simple_tag
def news_of(city: City) -> list[dict]:
    """The newest news about a city, as templates/components/news_item.html takes them."""
    reader = get_language()
    pages = best_versions(NewsPage.objects.filter(news_cities__city=city), reader).order_by("-date", "-pk")
    return [news_item(page, reader) for page in pages[:NEWEST]]
