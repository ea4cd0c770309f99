"""Settings of the public search: which engine answers, and how it is reached."""

from .environment import DATA_DIR, env

SEARCH_ENGINE = env("SEARCH_ENGINE", default="embedded")
SEARCH_INDEX_PREFIX = env("SEARCH_INDEX_PREFIX", default="lyceum")
SEARCH_DIRECTORY = DATA_DIR / "search"
ELASTICSEARCH_URLS = tuple(env.list("ELASTICSEARCH_URL", default=[]))
ELASTICSEARCH = {
    "api_key": env("ELASTICSEARCH_API_KEY", default=""),
    "user": env("ELASTICSEARCH_USER", default=""),
    "password": env("ELASTICSEARCH_PASSWORD", default=""),
    "ca_file": env("ELASTICSEARCH_CA_FILE", default=""),
    # Seconds that a reader's search waits for one node; how many other nodes are tried afterwards.
    "timeout": env.number("ELASTICSEARCH_TIMEOUT", default=1.0, least=0.01, most=60),
    "retries": env.number("ELASTICSEARCH_RETRIES", default=2, most=20),
}
