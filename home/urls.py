"""Addresses of the portal as a whole, outside the language trees."""

from django.contrib.sitemaps.views import sitemap
from django.urls import path
from django.views.generic import TemplateView

from home.brand import brand_css
from home.sitemaps import SITEMAPS

urlpatterns = [
    path("brand.css", brand_css, name="brand"),
    path("sitemap.xml", sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
    path(
        "robots.txt",
        TemplateView.as_view(template_name="robots.txt", content_type="text/plain; charset=utf-8"),
    ),
]
