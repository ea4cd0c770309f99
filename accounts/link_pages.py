"""The pages that e-mailed links lead to. Their address holds a token, so nothing may keep or pass it on.

Such a page sends no Referer, and so its form has no origin either (`Origin: null`), which Django's CSRF check refuses.
Here a cookie and a field of the form have the same random value instead. Without it nobody can be signed in to a
stranger's account by a form on another site.
"""

import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import constant_time_compare

COOKIE = FIELD = "link_page"


def link_page(request: HttpRequest, template: str, context: dict, status: int = 200) -> HttpResponse:
    """Render a page with a form for a token: its context gets `nonce`, which the form sends as `link_page`."""
    nonce = request.COOKIES.get(COOKIE) or secrets.token_urlsafe()
    response = render(request, template, {**context, "nonce": nonce}, status=status)
    response.set_cookie(COOKIE, nonce, httponly=True, secure=settings.SESSION_COOKIE_SECURE, samesite="Strict")
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def was_sent_by_its_page(request: HttpRequest) -> bool:
    """Whether the form that was sent stood in a page of this portal, in this browser."""
    nonce = request.COOKIES.get(COOKIE, "")
    return bool(nonce) and constant_time_compare(nonce, request.POST.get(FIELD, ""))
