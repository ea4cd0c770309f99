"""What is logged, and how."""

from .environment import env

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
# The names of formatters.
FORMATS = ("text", "json")
FORMATTERS = {
    "text": {
        "()": "portal.logs.masking.MaskingFormatter",
        "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
    },
    "json": {"()": "portal.logs.json_lines.JsonLines"},
    "message": {"format": "%(message)s"},
}
SECRETS = {"()": "portal.logs.masking.MaskSecrets"}

# What it sends: portal.logs.reports.
REPORTS = {
    "class": "sentry_sdk.integrations.logging.EventHandler",
    "level": "ERROR",
    "filters": ["in_line_of_request"],
}


def sentry_dsn() -> str:
    """Where errors are reported; "": nowhere."""
    return env("SENTRY_DSN", default="")


def logging_of_django() -> dict:
    """The setting LOGGING. Raises ImproperlyConfigured."""
    log_format = env.choice("LOG_FORMAT", FORMATS, default="text")
    level = env.choice("LOG_LEVEL", LEVELS, default="WARNING")
    # Programs read lines of JSON, and count requests. People read what is wrong.
    requests = {"level": "INFO"} if log_format == "json" else {}
    # First: the others write masked texts into a record.
    handlers = ["reports", "console", "errors"] if sentry_dsn() else ["console", "errors"]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": FORMATTERS,
        "filters": {
            "secrets": SECRETS,
            "in_line_of_request": {"()": "portal.logs.request_lines.InLineOfRequest"},
        },
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": log_format,
                "filters": ["in_line_of_request", "secrets"],
            },
            "audit": {"class": "logging.StreamHandler", "formatter": "message"},
            "errors": {"class": "portal.error_log.ErrorLog", "level": "ERROR", "filters": ["in_line_of_request"]},
            # Made, and so imported, only where it is used.
            **({"reports": REPORTS} if sentry_dsn() else {}),
        },
        "loggers": {
            # The entries of the audit log: one line of JSON each, whatever LOG_LEVEL is.
            "audit": {"handlers": ["audit"], "level": "INFO", "propagate": False},
            "portal.requests": requests,
            # Without Django's own handlers, which say the same again.
            "django": {"handlers": []},
            # What logs the path of a request, also for handlers that others add.
            "django.request": {"filters": ["secrets"]},
            "django.security.csrf": {"filters": ["secrets"]},
            "django.server": {"filters": ["secrets"]},
        },
        "root": {"handlers": handlers, "level": level},
    }


def logging_of_gunicorn() -> dict:
    """The logging of the web server itself, until Django is set up and afterwards. Raises ImproperlyConfigured."""
    log_format = env.choice("LOG_FORMAT", FORMATS, default="text")
    handler = {"class": "logging.StreamHandler", "formatter": log_format}
    server = {"handlers": ["server"], "level": "INFO", "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": FORMATTERS,
        "filters": {"secrets": SECRETS},
        "handlers": {"server": handler},
        # There is no access log: each request is logged by portal.logs.request_lines, without its query.
        "loggers": {"gunicorn.error": {**server, "filters": ["secrets"]}},
        "root": {"handlers": ["server"], "level": "WARNING"},
    }
