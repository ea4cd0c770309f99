"""How every process of the portal begins: manage.py, the web server and the worker."""

import importlib.util
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured

from portal.settings.environment import env

# The tag of the checks of the installation: portal/checks.py.
INSTALLATION = "installation"


def use_settings(default: str) -> None:
    """Choose the settings module: `DJANGO_SETTINGS_MODULE` of the environment, or of `.env`, or `default`.

    Raises ImproperlyConfigured when there is no such module.
    """
    # Reading the settings' environment has read `.env` into it.
    name = os.environ["DJANGO_SETTINGS_MODULE"] = env("DJANGO_SETTINGS_MODULE", default=default)
    try:
        found = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        found = None
    if found is None:
        raise ImproperlyConfigured(f"DJANGO_SETTINGS_MODULE names {name}, but there is no such module.")


@contextmanager
def one_sentence() -> Iterator[None]:
    """End the process with the sentence of an ImproperlyConfigured, without a traceback."""
    try:
        yield
    except ImproperlyConfigured as error:
        sys.exit(f"Lyceum cannot start. {error}")


def refuse_wrong_settings() -> None:
    """Raise ImproperlyConfigured with what the checks of the installation find.

    For processes that Django starts without its checks: the web server, the worker, `manage.py start`.
    """
    errors = [message.msg for message in run_checks(tags=[INSTALLATION]) if message.is_serious()]
    if errors:
        raise ImproperlyConfigured(" ".join(errors))
