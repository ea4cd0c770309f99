"""URLs of the open data."""

from django.urls import path, re_path

from open_data import views
from open_data.api import api

urlpatterns = [
    path("api/v1/", api.urls),
    path("data/", views.to_overview, name="open-data-start"),
    path("data/dumps/<str:name>", views.dump_file, name="open-data-dump"),
    re_path(r"^data/(?P<dataset>[a-z]+)\.(?P<file_format>csv|json|geojson)$", views.download, name="open-data-file"),
]

# Addresses inside the language trees.
language_urlpatterns = [
    path("data/", views.overview, name="open-data"),
    path("data/<slug:dataset>/", views.dataset_page, name="open-data-set"),
]
