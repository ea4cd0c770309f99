"""A cookie with which a browser proves that an account has signed in with it before.

Wrong passwords from elsewhere slow the password of an account in unknown browsers only, so a stranger cannot lock
its owner out (OWASP, "Device cookies").
"""

from datetime import timedelta

from django.conf import settings
from django.core.signing import BadSignature, dumps, loads
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

COOKIE = "known_browser"
AGE = timedelta(days=365)
SALT = "accounts.known_browsers"


def is_known(request: HttpRequest, account: str) -> bool:
    """Whether this account has signed in with this browser. account: as `accounts.limits.account_of` returns it."""
    try:
        known = loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=AGE)
    except BadSignature:
        return False
    return known == _mark(account)


def remember(response: HttpResponse, account: str) -> None:
    """Set the cookie, which names nobody, after the account has signed in."""
    response.set_cookie(
        COOKIE,
        dumps(_mark(account), salt=SALT),
        max_age=AGE,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def _mark(account: str) -> str:
    return salted_hmac(SALT, account, algorithm="sha256").hexdigest()
