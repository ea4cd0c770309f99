"""Settings that every installation shares.

What differs between installations is read from the environment, or from the file `.env` beside
`manage.py`. `.env.example` lists and explains every variable.
"""

from datetime import timedelta
from email.utils import parseaddr
from urllib.parse import quote

from csp.constants import NONE, SELF

from .caches import caches
from .environment import BASE_DIR, DATA_DIR, env
from .languages import *  # noqa: F403
from .logs import logging_of_django, sentry_dsn
from .metrics import metrics_port
from .search import *  # noqa: F403

INSTALLED_APPS = [
    "operations",
    "desk",
    "editorial",
    "open_data",
    "search",
    "home",
    "moderation",
    "practices",
    "events",
    "calls",
    "cities",
    "clusters",
    "feedback",
    "links",
    "accounts",
    "mails",
    "audit",
    "core",
    "portal",
    "wagtail_localize",
    "wagtail.locales",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.search_promotions",
    "wagtail.embeds",
    "wagtail.sites",
    "accounts.apps.UsersConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "post_office",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "portal.logs.request_lines.RequestLogMiddleware",
    "core.middleware.PermissionsPolicyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.page_cache.middleware.PageCacheMiddleware",
    "core.middleware.ContentSecurityPolicyMiddleware",
    # Before the first one that looks at the host.
    "portal.health.HealthMiddleware",
    "core.middleware.InvalidAddressMiddleware",
    "core.middleware.AdminSearchMiddleware",
    "core.middleware.ReadOnceMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "core.middleware.AddressLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "accounts.middleware.StaffMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.redirects.RedirectMiddleware",
    "core.middleware.TranslationLockMiddleware",
    "core.middleware.AdminRequestMiddleware",
    "core.middleware.ProtectedRowsMiddleware",
    "moderation.middleware.ActorMiddleware",
]

METRICS_PORT = metrics_port()
if METRICS_PORT:
    MIDDLEWARE.insert(1, "portal.metrics.requests.RequestMetricsMiddleware")

# Whether this is a portal on a developer's own machine, which `make run` may start.
LOCAL_ONLY = False

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
ASGI_APPLICATION = "portal.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
                "home.context_processors.network",
            ],
            # A template tag library outside of an app's templatetags/, beside the code that it belongs to.
            "libraries": {"translation_tags": "core.translations.tags"},
        },
    },
]

# --- Database -----------------------------------------------------------------------------
DATABASES = {
    # The folder may have characters that end the path of a URL: # and ?.
    "default": env.database("DATABASE_URL", default=f"sqlite:///{quote(str(DATA_DIR / 'portal.sqlite3'))}"),
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Without the first three, concurrent writers fail at once with "database is locked". The last one caches up
    # to 32 MB of the database for each connection; the default is 2 MB.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA cache_size=-32000;",
    }
# Opening a connection costs more than most queries. The health check notices a server that was restarted.
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env("REDIS_URL", default="")
CACHES = caches(DATA_DIR / "cache", REDIS_URL)
# For how many seconds a page for readers without a cookie is kept at most; 0: none is kept. docs/caching.md.
PAGE_CACHE_SECONDS = env.number("PAGE_CACHE_SECONDS", default=900, most=86_400)

# --- People -------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "accounts.validators.MinimumLength",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "wagtailadmin_login"
# The name of the address at which people of cities sign in.
DESK_SIGN_IN = "desk-sign-in"
# Who has forgotten the password gets a link (people of cities) or a new invitation (staff).
WAGTAIL_PASSWORD_RESET_ENABLED = False
# An administrator changes the e-mail addresses of staff: both addresses are told.
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
# People choose their passwords themselves: accounts.viewsets.
WAGTAILUSERS_PASSWORD_ENABLED = False
# The name of the portal in apps for one-time codes. Wrong codes are counted by accounts.limits instead.
OTP_TOTP_ISSUER = "Lyceum"
OTP_TOTP_THROTTLE_FACTOR = 0
# Readers of pages for some people only.
WAGTAIL_PASSWORD_REQUIRED_TEMPLATE = "core/password_required.html"  # noqa: S105
WAGTAILDOCS_PASSWORD_REQUIRED_TEMPLATE = "core/document_password_required.html"  # noqa: S105
LOGIN_REDIRECT_URL = "/"

# --- Languages and time -------------------------------------------------------------------
# LANGUAGE_CODE, LANGUAGES, LOCALE_PATHS and Wagtail's two: portal/settings/languages.py.
USE_I18N = True
USE_TZ = True
# Times in the database and in logs are UTC. Every page names the time zone of the times that it shows.
TIME_ZONE = "UTC"
WAGTAIL_I18N_ENABLED = True
# Slugs are ASCII in every language: core.pages transliterates titles.
WAGTAIL_ALLOW_UNICODE_SLUGS = False
# Redirects of renamed pages: core.redirects.
WAGTAILREDIRECTS_AUTO_CREATE = False
# A new translation is a draft, also when its original is live.
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False

# --- Files --------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
# The web server in front of the portal serves pictures. A developer's machine has none.
SERVE_PICTURES = False
STORAGES = {
    "default": {"BACKEND": "core.media.storage.RoomyFileStorage"},
    "staticfiles": {"BACKEND": "core.static_files.PortalStaticFilesStorage"},
}
# Larger requests are refused before they are read into memory.
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# --- Wagtail ------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = "Lyceum"
WAGTAILADMIN_BASE_URL = env("BASE_URL", default="http://localhost:8000")
WAGTAILIMAGES_IMAGE_MODEL = "core.PortalImage"
WAGTAILDOCS_DOCUMENT_MODEL = "core.PortalDocument"
WAGTAILIMAGES_IMAGE_FORM_BASE = "core.media.forms.PictureForm"
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 25_000_000
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "jpg", "jpeg", "png", "webp"]
WAGTAILDOCS_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILDOCS_EXTENSIONS = ["pdf", "odt", "ods", "odp", "docx", "xlsx", "pptx", "csv", "txt"]
# What a browser shows. Never a type that can hold a script, such as SVG or HTML: it would run as a part of the portal.
WAGTAILDOCS_INLINE_CONTENT_TYPES = [
    "application/pdf",
    "image/avif",
    "image/gif",
    "image/jpeg",
    "image/png",
    "image/webp",
]
# Documents are served by Django, so that private collections stay private.
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
# Milliseconds. Each saved draft is a transaction, and SQLite has one writer at a time.
WAGTAIL_AUTOSAVE_INTERVAL = 5000
# The admin's search. The public search has its own index: docs/search.md.
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
TAGGIT_CASE_INSENSITIVE = True

# --- Background work ----------------------------------------------------------------------
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
# Mails are stored in the database first; the worker sends them to the server of EMAIL_URL.
_mail = env.mail("EMAIL_URL", default="consolemail://")
globals().update(_mail)
POST_OFFICE = {
    "BACKENDS": {"default": _mail["EMAIL_BACKEND"]},
    "DEFAULT_PRIORITY": "medium",
    # A worker that is killed after it has sent a mail sends this one again, but no others.
    "BATCH_SIZE": 1,
    # Attempts for one day.
    "RETRY_INTERVAL": timedelta(minutes=2),
    "MAX_RETRIES": 720,
    # A mail that is sent twice, after a worker was killed, has one Message-ID, by which mail programs know it.
    "MESSAGE_ID_ENABLED": True,
}
EMAIL_BACKEND = "post_office.EmailBackend"
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="lyceum@example.org")
POST_OFFICE["MESSAGE_ID_FQDN"] = parseaddr(DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
# Wagtail mails moderators when something is submitted; administrators read the list of what waits.
WAGTAILADMIN_NOTIFICATION_INCLUDE_SUPERUSERS = False
# An approval publishes what was judged. A publication ends a workflow through `moderation.signal_handlers`.
WAGTAIL_FINISH_WORKFLOW_ACTION = "moderation.publishing.publish_judged"
WAGTAIL_WORKFLOW_CANCEL_ON_PUBLISH = False

# --- Security -----------------------------------------------------------------------------
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "home.errors.csrf_failure"
# The public site has no inline scripts and styles, and loads nothing from other hosts.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
# Only sharing is used, by the button of pages. Each name is one that browsers know: they warn of others.
PERMISSIONS_POLICY = ", ".join(
    [
        "web-share=(self)",
        *(
            f"{feature}=()"
            for feature in (
                "accelerometer",
                "autoplay",
                "bluetooth",
                "camera",
                "display-capture",
                "encrypted-media",
                "gamepad",
                "geolocation",
                "gyroscope",
                "hid",
                "idle-detection",
                "local-fonts",
                "magnetometer",
                "microphone",
                "midi",
                "payment",
                "picture-in-picture",
                "publickey-credentials-get",
                "screen-wake-lock",
                "serial",
                "storage-access",
                "usb",
                "window-management",
                "xr-spatial-tracking",
            )
        ),
    ]
)
# Wagtail's admin has inline scripts and styles without a nonce.
ADMIN_CONTENT_SECURITY_POLICY = {
    "default-src": [SELF],
    "script-src": [SELF, "'unsafe-inline'", "'unsafe-eval'"],
    "style-src": [SELF, "'unsafe-inline'"],
    "img-src": [SELF, "data:", "blob:"],
    "font-src": [SELF, "data:"],
    "connect-src": [SELF],
    "frame-src": [SELF],
    "form-action": [SELF],
    "base-uri": [SELF],
    "frame-ancestors": [SELF],
    "object-src": [NONE],
}

LOGGING = logging_of_django()
SENTRY_DSN = sentry_dsn()

# --- Rules of the portal ------------------------------------------------------------------
# A call "closes soon" in its last days.
CALL_CLOSING_SOON_DAYS = env.number("CALL_CLOSING_SOON_DAYS", default=14)
# Within so many days the secretariat answers what a city has submitted: cities are told the day.
SUBMISSION_ANSWER_DAYS = env.number("SUBMISSION_ANSWER_DAYS", default=14, least=1)
# So many months after its last word a city is asked whether a practice is still true …
PRACTICE_QUESTION_MONTHS = env.number("PRACTICE_QUESTION_MONTHS", default=12, least=1)
# … and after so many, with two reminders in between, readers see that the city has not confirmed it.
PRACTICE_CONFIRMATION_MONTHS = env.number("PRACTICE_CONFIRMATION_MONTHS", default=24, least=1)
REQUIRE_STAFF_SECOND_FACTOR = env.switch("REQUIRE_STAFF_SECOND_FACTOR", default=False)
# Proxies in front of the portal that append to X-Forwarded-For.
TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXY_COUNT", default=0)
# Days after which a report of a mistake is deleted, with the address of who wrote it.
# Whether the worker asks other sites whether what pages link to is still there.
CHECK_EXTERNAL_LINKS = env.switch("CHECK_EXTERNAL_LINKS", default=False)
MISTAKE_REPORT_DAYS = env.number("MISTAKE_REPORT_DAYS", default=180, least=1)
# Days after which an uploaded file of an import is deleted with its rows. What was imported stays.
IMPORT_DAYS = env.number("IMPORT_DAYS", default=30, least=1)
# How long entries of the audit log are kept.
AUDIT_LOG_DAYS = env.number("AUDIT_LOG_DAYS", default=1_825, least=30)
# The Unix socket of ClamAV's daemon, which reads uploaded files. Empty: no scanner.
CLAMD_SOCKET = env("CLAMD_SOCKET", default="")
