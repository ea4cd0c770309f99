"""URLs that do not depend on the language."""

from django.urls import re_path

from practices.views import cover

urlpatterns = [
    re_path(r"^covers/practice/(?P<code>[0-9a-f]{10})/(?P<size>cover|thumb|share)$", cover, name="practice_cover"),
]
