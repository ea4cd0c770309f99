"""A page cache that is on, empty, and read like a reader's program does."""

import pytest
from django.core.cache import caches
from django.test import Client


@pytest.fixture
def page_cache(settings, tmp_path):
    """Switch the page cache on."""
    settings.DATA_DIR = tmp_path
    settings.PAGE_CACHE_SECONDS = 900
    caches["pages"].clear()


@pytest.fixture
def read(page_cache, settings):
    """A function that returns a page as readers get it, after comparing it with one that is made for the occasion."""

    def compared(address: str, **headers) -> str:
        kept = Client().get(address, headers=headers)
        settings.PAGE_CACHE_SECONDS = 0
        fresh = Client().get(address, headers=headers)
        settings.PAGE_CACHE_SECONDS = 900
        assert (kept.status_code, kept.content.decode()) == (fresh.status_code, fresh.content.decode()), address
        return kept.content.decode()

    return compared
