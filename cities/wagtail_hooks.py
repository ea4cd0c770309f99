"""Registers the cities in the admin, and the link to them in the bar for staff."""

from wagtail import hooks
from wagtail.snippets.models import register_snippet

from cities.userbar import lead_to_the_city
from cities.viewsets import CityViewSetGroup

register_snippet(CityViewSetGroup)
hooks.register("construct_wagtail_userbar", lead_to_the_city)
