"""Addresses inside the language trees."""

from django.urls import path

from search.feeds import feed
from search.views import search_page, suggestions

urlpatterns = [
    path("search/", search_page, name="search"),
    path("search/feed.atom", feed, name="search-feed"),
    path("search/suggest/", suggestions, name="search-suggestions"),
]
