"""Numbers for Prometheus, on a port of their own: METRICS_PORT."""
