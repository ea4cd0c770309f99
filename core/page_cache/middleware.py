"""Answer readers without a cookie from the cache, as long as nothing has changed."""

import hashlib
import logging
from datetime import datetime, timedelta
from http import HTTPStatus

from django.conf import settings
from django.core.cache import caches
from django.core.exceptions import DisallowedHost
from django.db import DatabaseError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from core.i18n.languages import LANGUAGE_CODES
from core.page_cache import answers, content_version
from core.page_cache.answers import KeptAnswer
from core.page_cache.code_version import code_version
from core.page_cache.content_version import ContentVersion
from core.page_cache.keeping import Keeping, asking
from core.page_cache.kept_values import changes_at
from core.page_cache.one_at_a_time import one_at_a_time

logger = logging.getLogger(__name__)

CACHE = "pages"
# After a change, what follows it outside of its transaction is done: the engine shows what was indexed (a second), the
# addresses of home pages are read again. An answer from this time ends with it.
SETTLING = timedelta(seconds=5)
# Seconds for which a request waits for another that makes the same page.
PATIENCE = 5
LONGEST_ADDRESS = 2_000
# Locks are files, which are never deleted: so many at most.
LOCKS = 4_096
# Headers of a request without which an answer is the same for everybody.
PERSONAL = ("HTTP_COOKIE", "HTTP_AUTHORIZATION", "HTTP_RANGE")
NEVER_KEPT = ("/admin/", "/healthz", "/readyz", "/static/", "/media/", "/documents/", "/withheld/")


class PageCacheMiddleware:
    """Keeps answers to GET under host, address, language where it is negotiated, content version and code version."""

    def __init__(self, get_response):
        self.get_response = get_response
        self._code = code_version()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not settings.PAGE_CACHE_SECONDS or request.method not in {"GET", "HEAD"}:
            return self.get_response(request)
        if getattr(request, "is_dummy", False) or request.path_info.startswith(NEVER_KEPT):
            return self.get_response(request)
        if any(request.META.get(name) for name in PERSONAL):
            return _for_one_reader(self.get_response(request))
        try:
            version = content_version.current()
            key = self._key(request, version)
        except (DisallowedHost, DatabaseError):
            # Django answers 400; and with a database that does not answer, each page says so itself.
            return self.get_response(request)
        if kept := _read(key):
            return answers.sent(kept, request, timezone.now())
        lock = settings.DATA_DIR / "page-locks" / f"{int(key[-8:], 16) % LOCKS:03x}"
        with one_at_a_time(lock, PATIENCE) as has_waited:
            kept = _read(key) if has_waited else None
            if not kept and not has_waited:
                return self._make(request, key, version)
        if kept:
            return answers.sent(kept, request, timezone.now())
        # The one before made an answer that is not kept: nobody needs to wait for this one.
        return self._make(request, key, version)

    def _key(self, request: HttpRequest, version: ContentVersion) -> str:
        """The key of an answer. Raises DisallowedHost."""
        first = request.path_info.split("/", 2)[1]
        negotiated = "" if first in LANGUAGE_CODES else request.headers.get("Accept-Language", "")
        parts = (
            request.scheme,
            request.get_host(),
            request.get_port(),
            request.get_full_path(),
            negotiated,
            version.code,
            self._code,
        )
        return hashlib.sha256("\0".join(map(str, parts)).encode(errors="surrogatepass")).hexdigest()

    def _make(self, request: HttpRequest, key: str, version: ContentVersion) -> HttpResponseBase:
        now = timezone.now()
        with asking() as keeping:
            response = self.get_response(request)
        if not self._may_be_kept(request, response, keeping):
            if not response.streaming and response.status_code == HTTPStatus.OK and not response.cookies:
                answers.compress(request, response)
            return response
        expires_at = _end(response, version, now, keeping)
        kept = answers.kept_answer(response, now, expires_at)
        left = (expires_at - timezone.now()).total_seconds()
        if left >= 1 and request.method == "GET":
            caches[CACHE].set(key, kept, timeout=left)
        return answers.sent(kept, request, timezone.now())

    def _may_be_kept(self, request: HttpRequest, response: HttpResponseBase, keeping: Keeping) -> bool:
        own = answers.max_age(response)
        return (
            response.status_code == HTTPStatus.OK
            and not response.streaming
            and not response.cookies
            and keeping.is_allowed
            and not answers.forbids_keeping(response)
            # An address that never has another answer, such as that of a cover.
            and (own is None or own <= settings.PAGE_CACHE_SECONDS)
            and _varies_as_the_key(response)
            and len(request.get_full_path()) <= LONGEST_ADDRESS
        )


def _varies_as_the_key(response: HttpResponseBase) -> bool:
    varies = {name.strip().lower() for name in response.get("Vary", "").split(",") if name.strip()}
    return varies <= {"accept-encoding", "accept-language", "cookie"}


def _for_one_reader(response: HttpResponseBase) -> HttpResponseBase:
    """Whoever sends a cookie may be signed in: no proxy keeps the page, and a browser asks again."""
    response.headers.setdefault("Cache-Control", "private, no-cache")
    return response


def _read(key: str) -> KeptAnswer | None:
    """The answer that is kept under a key. Not one from the future, after the clock was set back."""
    kept = caches[CACHE].get(key)
    return kept if isinstance(kept, KeptAnswer) and kept.made_at <= timezone.now() < kept.expires_at else None


def _end(response: HttpResponseBase, version: ContentVersion, now: datetime, keeping: Keeping) -> datetime:
    """When an answer ends whose making began at `now` with this version."""
    ends = [now + timedelta(seconds=settings.PAGE_CACHE_SECONDS), changes_at(version, now)]
    if (own := answers.max_age(response)) is not None:
        ends.append(now + timedelta(seconds=own))
    if keeping.until:
        ends.append(keeping.until)
    if version.changed_at and now < version.changed_at + SETTLING:
        ends.append(version.changed_at + SETTLING)
    return min(ends)
