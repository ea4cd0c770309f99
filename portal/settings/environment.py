"""Where an installation is, and what its environment and the file `.env` beside `manage.py` set.

A variable of the environment beats a line of `.env`, which beats the default.
"""

import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent.parent
ON = {"true", "on", "yes", "y", "1"}
OFF = {"false", "off", "no", "n", "0"}
DATABASES = {"postgres", "postgresql", "sqlite"}


class Environment(environ.Env):
    """django-environ, with one sentence for each value that cannot be read.

    A variable that is set but empty counts as not set; `empty` has the names of those that were read.
    """

    def __init__(self, **scheme: Any):
        super().__init__(**scheme)
        self.empty: set[str] = set()

    def get_value(self, var, cast=None, default=environ.Env.NOTSET, parse_default=False) -> Any:
        """The value of a variable. Raises ImproperlyConfigured where it is required and not set."""
        value = self.ENVIRON.get(var)
        if value is not None and not value.strip():
            self.empty.add(var)
            if default is self.NOTSET:
                raise ImproperlyConfigured(f"{var} is empty, but required.")
            return default
        if value is None and default is self.NOTSET:
            raise ImproperlyConfigured(f"{var} is not set, but required.")
        return super().get_value(var, cast, default, parse_default)

    def number(self, var: str, default: float, *, least: float = 0, most: float = 10_000) -> Any:
        """A number of the kind of `default` (int or float) between `least` and `most`."""
        text = self.get_value(var, default=str(default))
        try:
            value = type(default)(text)
        except ValueError:
            value = None
        if value is None or not least <= value <= most:
            kind = "a whole number" if isinstance(default, int) else "a number"
            raise ImproperlyConfigured(f"{var} must be {kind} from {least} to {most}, not “{text}”.")
        return value

    def switch(self, var: str, default: bool) -> bool:
        """On or off; django-environ would take a misspelt “true” for off."""
        text = self.get_value(var, default=str(default)).strip().lower()
        if text not in ON | OFF:
            raise ImproperlyConfigured(f"{var} must be on or off, not “{text}”.")
        return text in ON

    def choice(self, var: str, allowed: tuple[str, ...], **default: str) -> str:
        """One of the words `allowed`."""
        value = self.get_value(var, **default)
        if value not in allowed:
            raise ImproperlyConfigured(f"{var} must be one of {', '.join(allowed)}, not “{value}”.")
        return value

    def database(self, var: str, default: str) -> dict:
        """Django's settings of a PostgreSQL or SQLite database, from its address."""
        try:
            return database_at(self.get_value(var, default=default))
        except ValueError as error:
            raise ImproperlyConfigured(f"{var} must have {error}.") from error

    def mail(self, var: str, default: str) -> dict:
        """Django's settings of a mail server, from its address."""
        try:
            mail = self.email(var, default=default)
            known = mail["EMAIL_HOST"] or not mail["EMAIL_BACKEND"].endswith("smtp.EmailBackend")
        except (ValueError, ImproperlyConfigured):
            known = False
        if not known:
            raise ImproperlyConfigured(f"{var} must have the form smtp+tls://user:password@host:587 or consolemail://.")
        return mail


def database_at(url: str) -> dict:
    """Django's settings of a PostgreSQL or SQLite database, from its address. Raises ValueError for another address."""
    database = {}
    if url.partition("://")[0] in DATABASES:
        with suppress(ValueError):
            database = environ.Env.db_url_config(url)
    if not database.get("NAME"):
        # Without the address, which may hold a password.
        raise ValueError("the form postgres://user:password@host:5432/name or sqlite:////folder/file.sqlite3")
    return database


def unusable_folder(folder: Path) -> str | None:
    """Make the folder if there is none. Return one sentence if nothing can be written in it, else None."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return None
    except OSError as error:
        return f"DATA_DIR must be a folder that can be written: {folder} ({error.strerror})."


env = Environment()
env.read_env(BASE_DIR / ".env")

# Everything that an installation writes: database, media, search index, generated secret.
DATA_DIR = Path(env("DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
