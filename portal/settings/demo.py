"""Settings of `make run`: a portal on this machine, as the public sees it.

Debugging is off. Plain http is allowed, on localhost only. The secret is made at the first start and kept
in DATA_DIR.
"""

from .base import *  # noqa: F403
from .base import DATA_DIR, env
from .secret import local_secret

DEBUG = False
SECRET_KEY = local_secret(DATA_DIR)
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
LOCAL_ONLY = True
SERVE_PICTURES = True
_port = env.number("PORT", default=8000, least=1, most=65535)
WAGTAILADMIN_BASE_URL = env("BASE_URL", default=f"http://localhost:{_port}")
