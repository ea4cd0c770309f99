"""URLs of the facts of a city and of its own words, below `/xx/desk/`."""

from django.urls import path

from desk.city import views

CITY = "cities/<slug:city>/"

urlpatterns = [
    path(f"{CITY}facts/", views.facts, name="desk-facts"),
    path(f"{CITY}profile/<slug:language>/", views.profile, name="desk-profile"),
    path(f"{CITY}profile/<slug:language>/preview/", views.preview, name="desk-profile-preview"),
]
