"""URLs of the files of a practice, below `/xx/desk/`."""

from django.urls import path

from desk.files import views

urlpatterns = [
    path("cities/<slug:city>/practices/<uuid:key>/files/<uuid:file>/", views.file, name="desk-file"),
]
