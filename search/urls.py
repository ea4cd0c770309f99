"""Addresses inside the language trees."""

from django.urls import path

from search.views import search_page, suggestions

urlpatterns = [
    path("search/", search_page, name="search"),
    path("search/suggest/", suggestions, name="search-suggestions"),
]
