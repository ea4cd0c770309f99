"""News on the pages of cities, which lie below them and cannot import them.

Composed in the templates: `{% news_of city as news %}`.
"""

from functools import cache

from django import template
from django.db.models import IntegerField
from django.utils import timezone
from django.utils.translation import get_language

from cities.models import City
from core.querysets.prepared import NOW, Parameter, PreparedQuery
from core.querysets.versions import best_versions
from home.models import NewsPage
from home.presentation import news_item

register = template.Library()

NEWEST = 5


@register.simple_tag
def news_of(city: City) -> list[dict]:
    """The newest news about a city, as templates/components/news_item.html takes them."""
    reader = get_language()
    return [news_item(page, reader) for page in _news_of(reader)(now=timezone.now(), city=city.pk)]


@cache
def _news_of(reader: str) -> PreparedQuery:
    news = NewsPage.objects.filter(news_cities__city__id=Parameter("city", IntegerField()))
    return PreparedQuery(lambda: best_versions(news, reader, NOW).order_by("-date", "-pk")[:NEWEST])
