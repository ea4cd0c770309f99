"""URLs of the whole portal, outside the trees of the languages."""

from django.urls import path, re_path

from home.brand import admin_brand_css, brand_css, share_card
from home.citation_views import citation_file, lasting_address
from home.help_views import help_index, help_topic
from home.sitemaps import robots_txt, sitemap_xml

urlpatterns = [
    path("brand.css", brand_css, name="brand"),
    path("brand-admin.css", admin_brand_css, name="admin-brand"),
    path("covers/network/share", share_card, name="network_share_card"),
    path("sitemap.xml", sitemap_xml, name="sitemap"),
    path("robots.txt", robots_txt),
    re_path(r"^c/(?P<code>[0-9a-fA-F]{10})$", lasting_address, name="lasting-address"),
    re_path(r"^c/(?P<code>[0-9a-fA-F]{10})\.(?P<ending>bib|ris|json)$", citation_file, name="citation-file"),
]

# Addresses inside the language trees.
language_urlpatterns = [
    path("help/", help_index, name="help"),
    path("help/<slug:topic>/", help_topic, name="help-topic"),
]
