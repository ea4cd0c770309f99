"""Numbers for Prometheus."""

from .environment import env


def metrics_port() -> int:
    """The port of `/metrics`; 0: there are none. Raises ImproperlyConfigured."""
    return env.number("METRICS_PORT", default=0, most=65_535)
