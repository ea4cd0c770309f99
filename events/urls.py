"""Addresses of events that are no pages."""

from django.urls import re_path

from core.i18n.languages import LANGUAGE_CODES
from events.views import calendar_feed, calendar_file, cover

urlpatterns = [
    re_path(r"^covers/event/(?P<code>[0-9a-f]{10})/(?P<size>cover|thumb|share)$", cover, name="event_cover"),
    re_path(r"^events/(?P<code>[0-9a-f]{10})\.ics$", calendar_file, name="event_calendar"),
    re_path(rf"^(?P<language>{'|'.join(LANGUAGE_CODES)})/events/calendar\.ics$", calendar_feed, name="event_feed"),
]
