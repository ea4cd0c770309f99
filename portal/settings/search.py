"""The public search: which engine answers it, and how that one is reached."""

from django.core.exceptions import ImproperlyConfigured

from .environment import DATA_DIR, env

SEARCH_ENGINE = env("SEARCH_ENGINE", default="embedded")
SEARCH_INDEX_PREFIX = env("SEARCH_INDEX_PREFIX", default="lyceum")
if not SEARCH_INDEX_PREFIX.strip():
    raise ImproperlyConfigured("SEARCH_INDEX_PREFIX must not be empty: two portals would share one index.")
SEARCH_DIRECTORY = DATA_DIR / "search"
ELASTICSEARCH_URLS = tuple(env.list("ELASTICSEARCH_URL", default=[]))
ELASTICSEARCH = {
    "api_key": env("ELASTICSEARCH_API_KEY", default=""),
    "user": env("ELASTICSEARCH_USER", default=""),
    "password": env("ELASTICSEARCH_PASSWORD", default=""),
    "ca_file": env("ELASTICSEARCH_CA_FILE", default=""),
    # Seconds that a reader's search waits for one node, and other nodes that are tried then.
    "timeout": env.float("ELASTICSEARCH_TIMEOUT", default=1.0),
    "retries": env.int("ELASTICSEARCH_RETRIES", default=2),
}
if SEARCH_ENGINE == "elasticsearch" and not ELASTICSEARCH_URLS:
    raise ImproperlyConfigured("ELASTICSEARCH_URL must name a node when SEARCH_ENGINE is elasticsearch.")
