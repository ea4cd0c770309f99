"""How every process of the portal begins: manage.py, the web server and the worker."""

import gc
import importlib.util
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connection

from portal.locks import Held, be_present
from portal.settings.environment import DATA_DIR, env, unusable_folder

# The tag of the checks of the installation: portal/checks.py.
INSTALLATION = "installation"
# How SQLite names a file, a folder or a disk in which nothing can be written.
UNWRITABLE = ("readonly database", "disk is full", "disk I/O error")


def use_settings(default: str) -> None:
    """Choose the settings module: `DJANGO_SETTINGS_MODULE` of the environment, or of `.env`, or `default`.

    Garbage collection rests until `PortalConfig.ready`: it takes a fifth of the time of a start, and what is imported
    stays. The process counts as one of the portal from now on.

    Raises ImproperlyConfigured when there is no such module, when a command replaces the database just now, or when
    nothing can be written in DATA_DIR: the cache and the static files open it while the apps are loaded, before any
    check runs.
    """
    gc.disable()
    # Reading the settings' environment has read `.env` into it.
    name = os.environ["DJANGO_SETTINGS_MODULE"] = env("DJANGO_SETTINGS_MODULE", default=default)
    try:
        found = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        found = None
    if found is None:
        raise ImproperlyConfigured(f"DJANGO_SETTINGS_MODULE names {name}, but there is no such module.")
    if sentence := unusable_folder(DATA_DIR):
        raise ImproperlyConfigured(sentence)
    try:
        be_present(DATA_DIR)
    except Held as error:
        raise ImproperlyConfigured("Its database is being replaced: start again when that is done.") from error
    except OSError as error:
        raise ImproperlyConfigured(f"{error.filename} cannot be written ({error.strerror}).") from error


@contextmanager
def one_sentence() -> Iterator[None]:
    """End the process with one sentence, without a traceback, for a wrong setting and a database that is away."""
    try:
        yield
    except ImproperlyConfigured as error:
        sys.exit(f"Lyceum cannot start. {error}")
    except OperationalError as error:
        if sentence := unusable_database(error):
            sys.exit(f"Lyceum cannot start. {sentence}")
        raise


def unusable_database(error: OperationalError) -> str | None:
    """One sentence for an error because the database is away or cannot be written; None for any other."""
    if connection.vendor == "sqlite" and any(reason in str(error) for reason in UNWRITABLE):
        return f"The database cannot be written: {_place_of_database()} ({error})."
    connection.close()
    try:
        connection.ensure_connection()
    except OperationalError as reason:
        return f"The database cannot be reached: {_place_of_database()} ({str(reason).splitlines()[0]})."
    return None


def _place_of_database() -> str:
    """Where the database is, without user and password."""
    database = connection.settings_dict
    host = ":".join(str(part) for part in (database["HOST"], database["PORT"]) if part)
    return f"{database['NAME']} on {host}" if host else str(database["NAME"])


def refuse_wrong_settings() -> None:
    """Raise ImproperlyConfigured with what the checks of the installation find.

    For processes that Django starts without its checks: the web server, the worker, `manage.py start`.
    """
    errors = [message.msg for message in run_checks(tags=[INSTALLATION]) if message.is_serious()]
    if errors:
        raise ImproperlyConfigured(" ".join(errors))
