"""How many requests, how long they took, and how often a search got the fallback answer.

The worker processes of gunicorn count in files of one folder (PROMETHEUS_MULTIPROC_DIR, which `portal.gunicorn` makes),
so that any of them can tell the numbers of all.
"""

import time

from prometheus_client import Counter, Histogram

from search.signals import fallback_used

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
# The route of what is answered before Django looks for one: kept pages, static files, redirects, refused hosts.
EARLY = "(before routing)"

REQUESTS = Counter("lyceum_requests", "Requests that were answered", ["method", "status", "route"])
SECONDS = Histogram(
    "lyceum_request_seconds",
    "How long requests took until the answer began",
    ["method", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
FALLBACKS = Counter("lyceum_search_fallbacks", "Searches and suggestions that the search engine did not answer")


class RequestMetricsMiddleware:
    """Counts each request under the name of its route. Paths are never labels."""

    def __init__(self, get_response):
        self.get_response = get_response
        fallback_used.connect(_count_fallback)

    def __call__(self, request):
        if getattr(request, "is_dummy", False):
            # A part of another request: Wagtail makes it for a preview.
            return self.get_response(request)
        started = time.perf_counter()
        response = self.get_response(request)
        method = request.method if request.method in METHODS else "other"
        route = request.resolver_match.view_name if request.resolver_match else EARLY
        SECONDS.labels(method, route).observe(time.perf_counter() - started)
        REQUESTS.labels(method, f"{response.status_code // 100}xx", route).inc()
        return response


def _count_fallback(**kwargs) -> None:
    FALLBACKS.inc()
