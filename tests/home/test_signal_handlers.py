"""Cached addresses of the home pages are right when a change of the site is committed."""

import pytest
from django.core.cache import cache
from wagtail.models import Site
from wagtail.models.sites import SITE_ROOT_PATHS_CACHE_KEY, SITE_ROOT_PATHS_CACHE_VERSION

from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("change", ["a language is added", "a home page is renamed", "the site is edited"])
def test_what_another_process_caches_before_the_commit_is_forgotten_after_it(change):
    home = factories.tree()
    before = [tuple(root) for root in Site.get_site_root_paths()]
    with factories.commit():
        if change == "a language is added":
            factories.tree("fr")
        elif change == "a home page is renamed":
            home.slug = "start"
            home.save()
        else:
            site = Site.objects.get()
            site.hostname = "cities.example.org"
            site.save()
        # The other process sees the database as it was.
        cache.set(SITE_ROOT_PATHS_CACHE_KEY, before, 3600, version=SITE_ROOT_PATHS_CACHE_VERSION)
    after = [tuple(root) for root in Site.get_site_root_paths()]
    assert after != before
