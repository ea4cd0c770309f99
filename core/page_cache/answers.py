"""An answer as it is kept, and the headers with which it is sent."""

import gzip
import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import floor

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers

# What a browser keeps, and what a proxy in front keeps: a publication cannot take it back from them.
BROWSER_SECONDS = 60
PROXY_SECONDS = 5
# Smaller bodies do not get smaller.
LEAST_TO_COMPRESS = 500
COMPRESSIBLE = re.compile(r"text/|application/(?:[\w.]+\+)?(?:json|xml)|application/(?:javascript|schema)|image/svg")
ACCEPTS_GZIP = re.compile(r"\b(?:gzip|\*)\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))")


@dataclass(frozen=True)
class KeptAnswer:
    """An answer of status 200. Only plain values: other processes read it."""

    headers: tuple[tuple[str, str], ...]
    """Without those that depend on the request or the time."""
    body: bytes
    is_compressed: bool
    etag: str
    browser_seconds: int
    """For how long a browser may keep it at most."""
    made_at: datetime
    expires_at: datetime


def max_age(response: HttpResponseBase) -> int | None:
    """The `max-age` that a view has set; None without one."""
    found = re.search(r"\bmax-age=(\d+)", response.get("Cache-Control", ""))
    return int(found[1]) if found else None


def kept_answer(response: HttpResponse, made_at: datetime, expires_at: datetime) -> KeptAnswer:
    """Take an answer apart, and compress its body. made_at, expires_at: aware datetimes."""
    body = response.content
    etag = response.get("ETag") or f'W/"{hashlib.sha256(body).hexdigest()[:24]}"'
    patch_vary_headers(response, ["Accept-Encoding"])
    left_out = {"etag", "cache-control", "expires", "content-length", "date"}
    headers = tuple((name, value) for name, value in response.items() if name.lower() not in left_out)
    compressed = compressible(response)
    own = max_age(response)
    return KeptAnswer(
        headers=headers,
        body=gzip.compress(body, 6, mtime=0) if compressed else body,
        is_compressed=compressed,
        etag=etag,
        browser_seconds=BROWSER_SECONDS if own is None else own,
        made_at=made_at,
        expires_at=expires_at,
    )


def compressible(response: HttpResponseBase) -> bool:
    """Whether the body of an answer gets smaller by compression."""
    return (
        isinstance(response, HttpResponse)
        and not response.has_header("Content-Encoding")
        and len(response.content) >= LEAST_TO_COMPRESS
        and COMPRESSIBLE.match(response.get("Content-Type", "")) is not None
    )


def accepts_gzip(request: HttpRequest) -> bool:
    """Whether the reader's program reads compressed answers."""
    return ACCEPTS_GZIP.search(request.headers.get("Accept-Encoding", "").lower()) is not None


def compress(request: HttpRequest, response: HttpResponse) -> None:
    """Compress an answer that is not kept."""
    if compressible(response):
        patch_vary_headers(response, ["Accept-Encoding"])
        if accepts_gzip(request):
            response.content = gzip.compress(response.content, 6, mtime=0)
            response["Content-Encoding"] = "gzip"
            response["Content-Length"] = str(len(response.content))


def sent(kept: KeptAnswer, request: HttpRequest, now: datetime) -> HttpResponse:
    """Return the kept answer as this request gets it, or 304 if the reader has it already. now: an aware datetime."""
    body = kept.body
    as_kept = kept.is_compressed and accepts_gzip(request)
    if kept.is_compressed and not as_kept:
        body = gzip.decompress(body)
    response = HttpResponse(body, headers=dict(kept.headers))
    if as_kept:
        response["Content-Encoding"] = "gzip"
    response["Content-Length"] = str(len(body))
    response["ETag"] = kept.etag
    response["Cache-Control"] = cache_control(kept, now)
    return get_conditional_response(request, etag=kept.etag, response=response) or response


def cache_control(kept: KeptAnswer, now: datetime) -> str:
    """How long others may keep the answer: together they end before it does, because a proxy sends no `Age`."""
    left = max(0, floor((kept.expires_at - now) / timedelta(seconds=1)))
    proxy = min(PROXY_SECONDS, left)
    return f"public, max-age={min(kept.browser_seconds, left - proxy)}, s-maxage={proxy}"


def forbids_keeping(response: HttpResponseBase) -> bool:
    """Whether the view has said that the answer is for this reader only, or not to be kept."""
    words = {word.partition("=")[0].strip().lower() for word in response.get("Cache-Control", "").split(",")}
    return not words.isdisjoint({"private", "no-store", "no-cache"})
