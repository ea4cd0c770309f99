"""No secret is written to a log: not the token of a link, no query of an address, no e-mail address.

`masked` is the one rule, for lines of text and of JSON, for the log of gunicorn, and for reports of errors.
deploy/nginx/lyceum.conf has a copy of its addresses.
"""

import logging
import re

MASK = "…"
# The addresses that end with a secret. tests/portal/test_masking.py walks all URL patterns.
SECRET_IN_PATH = re.compile(
    r"(/desk/sign-in/link/|/admin/invitation/|/admin/bulk/undo/|/admin/password_reset/confirm/)[^\s\"'?#<>\\]+",
    re.IGNORECASE,
)
# What people search for, where they go `next`, and whatever else a query may hold.
QUERY = re.compile(r"(?<=[\w/.%-])\?[^\s\"'<>\\]+")
EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(\.[\w-]+)+")


def masked(text: str) -> str:
    """The text without the secrets in the addresses that it names, and without e-mail addresses."""
    return EMAIL.sub(MASK, QUERY.sub(f"?{MASK}", SECRET_IN_PATH.sub(rf"\1{MASK}", text)))


class MaskSecrets(logging.Filter):
    """A filter of loggers and handlers that masks messages; it lets every record pass."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if (clean := masked(message)) != message:
            record.msg, record.args = clean, None
        return True


class MaskingFormatter(logging.Formatter):
    """A formatter that also masks what a traceback quotes."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))
