"""Registers the cities in the admin."""

from wagtail.snippets.models import register_snippet

from cities.viewsets import CityViewSetGroup

register_snippet(CityViewSetGroup)
