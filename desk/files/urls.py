"""URLs of the files of a practice, below `/xx/desk/`."""

from django.urls import path

from desk.files import views

_FILES = "cities/<slug:city>/practices/<uuid:key>/files/"

urlpatterns = [
    path(_FILES, views.files, name="desk-files"),
    path(f"{_FILES}<uuid:file>/", views.file, name="desk-file"),
    path(f"{_FILES}<uuid:file>/replace/", views.replace, name="desk-file-replace"),
    path(f"{_FILES}<uuid:file>/remove/", views.remove, name="desk-file-remove"),
]
