"""Addresses of calls outside the language trees."""

from django.urls import path, re_path

from calls.views import calendar_file, cover, data_file

urlpatterns = [
    re_path(r"^covers/call/(?P<code>[a-z0-9-]{1,60})/(?P<size>cover|thumb|share)$", cover, name="call_cover"),
    path("calls/<slug:code>.ics", calendar_file, name="call_calendar"),
    path("calls/<slug:code>.json", data_file, name="call_data"),
]
