"""Settings of `make dev`, for developers."""

from .base import *  # noqa: F403
from .base import DATA_DIR, STORAGES
from .secret import local_secret

DEBUG = True
SECRET_KEY = local_secret(DATA_DIR)
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
LOCAL_ONLY = True
SERVE_PICTURES = True
# A changed template shows at once.
PAGE_CACHE_SECONDS = 0
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
