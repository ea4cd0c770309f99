"""Values that are counted from all public content, and take longer in a larger network: counted once per version.

A value is right for as long as a page is: until the content version changes, or the clock changes anything that the
public can see. So it is as new as one that is counted for each page.
"""

from collections.abc import Callable
from datetime import datetime
from functools import cache as once
from typing import TypeVar

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from core.once_per_request import OncePerRequest
from core.page_cache import content_version
from core.page_cache.code_version import code_version
from core.page_cache.content_version import ContentVersion
from core.page_cache.instants import next_instant

Value = TypeVar("Value")

_of_request: OncePerRequest[ContentVersion] = OncePerRequest()


def kept(name: str, make: Callable[[], Value]) -> Value:
    """Return what `make` returns: a plain value that depends on public content and the time only, and is never None.

    name: tells the value from others; it has everything that `make` depends on besides, such as a language.
    Where pages are not kept, neither are values.
    """
    if not settings.PAGE_CACHE_SECONDS:
        return make()
    version, now = _version(), timezone.now()
    key = f"value.{name}.{version.code}.{_code()}"
    known = cache.get(key)
    if not isinstance(known, tuple) or not known[0] <= now < known[1]:
        known = (now, changes_at(version, now), make())
        cache.set(key, known, timeout=settings.PAGE_CACHE_SECONDS)
    return known[2]


def changes_at(version: ContentVersion, now: datetime) -> datetime:
    """The first instant after `now` at which anything may change by the clock: read once for a version."""
    key = f"next-instant.{version.code}"
    known = cache.get(key)
    if not isinstance(known, tuple) or not known[0] <= now < known[1]:
        known = (now, next_instant(now))
        cache.set(key, known, timeout=settings.PAGE_CACHE_SECONDS)
    return known[1]


def _version() -> ContentVersion:
    version = _of_request.get()
    if version is None:
        version = content_version.current()
        _of_request.set(version)
    return version


@once
def _code() -> str:
    return code_version()
