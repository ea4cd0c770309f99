"""`/metrics`, on the port of the metrics and nowhere else."""

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.db import close_old_connections
from prometheus_client import CollectorRegistry, make_wsgi_app
from prometheus_client.multiprocess import MultiProcessCollector

from portal.metrics.state import PortalState


def with_metrics(application: WSGIApplication, port: int) -> WSGIApplication:
    """The application, and the metrics for whoever connects to `port`. Gunicorn listens there, too."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    registry.register(PortalState())
    metrics = make_wsgi_app(registry)

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        # The port of the socket, not of the header Host.
        if environ["SERVER_PORT"] != str(port):
            return application(environ, start_response)
        if environ["PATH_INFO"] != "/metrics":
            start_response("404 Not Found", [("Content-Type", "text/plain")])
            return [b"/metrics\n"]
        close_old_connections()
        try:
            return metrics(environ, start_response)
        finally:
            close_old_connections()

    return answer
