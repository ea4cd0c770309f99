"""Addresses of calls that are no pages."""

from django.urls import path, re_path

from calls.views import calendar_file, calendar_of_all, cover, data_file
from core.i18n.languages import LANGUAGE_CODES

urlpatterns = [
    re_path(r"^covers/call/(?P<code>[a-z0-9-]{1,60})/(?P<size>cover|thumb|share)$", cover, name="call_cover"),
    path("calls/<slug:code>.ics", calendar_file, name="call_calendar"),
    re_path(rf"^(?P<language>{'|'.join(LANGUAGE_CODES)})/calls/calendar\.ics$", calendar_of_all, name="calls_calendar"),
    path("calls/<slug:code>.json", data_file, name="call_data"),
]
