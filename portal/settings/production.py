"""Settings of an installation for the public. A variable without a safe default is required."""

from django.core.exceptions import ImproperlyConfigured

from .base import *  # noqa: F403
from .base import env

DEBUG = False
SECRET_KEY = env("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
WAGTAILADMIN_BASE_URL = env("BASE_URL")
SEARCH_ENGINE = env("SEARCH_ENGINE")
SEARCH_INDEX_PREFIX = env("SEARCH_INDEX_PREFIX")
# Required: mails contain links that sign people in, and by default they would be printed into a log.
env("EMAIL_URL")
REQUIRE_STAFF_SECOND_FACTOR = env.switch("REQUIRE_STAFF_SECOND_FACTOR", default=True)

if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5 or SECRET_KEY.startswith("django-insecure-"):
    raise ImproperlyConfigured(
        "SECRET_KEY is weak: give it 50 random characters or more, "
        "for example from: python -c 'import secrets; print(secrets.token_urlsafe(60))'"
    )

CSRF_TRUSTED_ORIGINS = [f"https://{host.lstrip('.')}" for host in ALLOWED_HOSTS]
SECURE_SSL_REDIRECT = True
# Monitors send requests to the process itself, without the proxy that terminates TLS.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Whoever serves the host decides for how long browsers insist on https, and whether below other names, too.
SECURE_HSTS_SECONDS = env.number("HSTS_SECONDS", default=0, most=100_000_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.switch("HSTS_INCLUDE_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = env.switch("HSTS_PRELOAD", default=False)
# Django's warnings that these three are off: `portal.checks` refuses what contradicts itself.
SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W005", "security.W021"]
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-sessionid"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrftoken"
