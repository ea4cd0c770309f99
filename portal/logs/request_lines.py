"""One line for each request: method, path, status, duration, and the cause of a failure."""

import logging
import re
import time
from contextlib import suppress
from urllib.parse import quote
from uuid import uuid4

from django.db import DatabaseError
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from portal.logs.context import logged_with

logger = logging.getLogger("portal.requests")

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
# What Django logs about a request is a part of the request's line.
OF_DJANGO = ("django.request", "django.security.")


class RequestLogMiddleware:
    """Gives each request an id, which its answer has in `X-Request-ID`, and logs it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if getattr(request, "is_dummy", False):
            # A part of another request: Wagtail makes it for a preview.
            return self.get_response(request)
        started = time.monotonic()
        sent = request.headers.get("X-Request-ID", "")
        request.log_id = sent if REQUEST_ID.fullmatch(sent) else uuid4().hex
        with logged_with(request_id=request.log_id):
            response = self.get_response(request)
            _log(request, response, round((time.monotonic() - started) * 1000, 1))
        response.headers["X-Request-ID"] = request.log_id
        return response


class InLineOfRequest(logging.Filter):
    """A filter of handlers: keeps what Django says about a request, such as an exception, for the request's line."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether the record is a line of its own."""
        request = getattr(record, "request", None)
        if not record.name.startswith(OF_DJANGO) or request is None or not hasattr(request, "log_id"):
            return True
        request.log_cause = record
        return False


def _log(request: HttpRequest, response: HttpResponseBase, milliseconds: float) -> None:
    # Line feeds and what else could forge a line are quoted.
    path = quote(request.path, safe="/:@&+$,;=~*'()!", errors="replace")
    fields = {
        "method": request.method,
        "path": path,
        "status_code": response.status_code,
        "duration_ms": milliseconds,
    }
    if (staff := _staff(request)) is not None:
        fields["user_id"] = staff
    level = logging.INFO if response.status_code < 400 else logging.WARNING
    if response.status_code >= 500:
        level = logging.ERROR
    cause, said = getattr(request, "log_cause", None), ""
    if cause is not None:
        level = max(level, cause.levelno)
        if cause.name != "django.request":
            said = f": {cause.getMessage()}"
    logger.log(
        level,
        "%s %s %d in %s ms%s",
        request.method,
        path,
        response.status_code,
        milliseconds,
        said,
        extra=fields,
        exc_info=cause.exc_info if cause is not None else None,
    )


def _staff(request: HttpRequest) -> int | None:
    """The person who is signed in to the admin. `accounts.middleware` lets nobody else be signed in there."""
    with suppress(DatabaseError):
        user = getattr(request, "user", None)
        if user is not None and request.path_info.startswith("/admin/") and user.is_authenticated:
            return user.pk
    return None
