"""Fixtures of the tests of mails."""

import pytest

from tests.mails.server import mail_server


@pytest.fixture
def server(settings):
    """A mail server that the worker sends to."""
    with mail_server() as running:
        settings.EMAIL_BACKEND = "post_office.EmailBackend"
        settings.POST_OFFICE = settings.POST_OFFICE | {
            "BACKENDS": {"default": "django.core.mail.backends.smtp.EmailBackend"}
        }
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield running
