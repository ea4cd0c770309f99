"""Tokens of e-mailed links are never written to a log: Django and web servers log the path of a request."""

import logging
import re

MASK = "…"
# The addresses that hold a token: `accounts.urls`.
TOKEN_IN_PATH = re.compile(r"(/desk/sign-in/link/|/admin/invitation/)[^\s\"'/?#<>]+")


def masked(text: str) -> str:
    """The text without the tokens in the addresses that it names."""
    return TOKEN_IN_PATH.sub(rf"\1{MASK}", text)


class MaskTokens(logging.Filter):
    """A filter of loggers and handlers that replaces tokens in messages; it lets every record pass."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if (clean := masked(message)) != message:
            record.msg, record.args = clean, None
        return True


class MaskingFormatter(logging.Formatter):
    """A formatter that also masks what a traceback quotes."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))
