"""URLs of practices that are not pages."""

from django.urls import path, re_path

from practices.views import cover, evidence_levels

urlpatterns = [
    re_path(r"^covers/practice/(?P<code>[0-9a-f]{10})/(?P<size>cover|thumb|share)$", cover, name="practice_cover"),
]

# Addresses inside the language trees.
language_urlpatterns = [
    path("help/evidence/", evidence_levels, name="evidence-levels"),
]
