"""System checks: what is set wrongly is refused in one sentence, before somebody meets it.

What cannot be read at all (a number that is none, an unreadable DATABASE_URL) is refused by
portal/settings/environment.py when the settings are loaded.
"""

import re
import ssl
from collections.abc import Iterator
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http.request import validate_host

from portal.entry_points import INSTALLATION
from portal.settings.environment import env, unusable_folder
from search_engines import ENGINES

# What the list of browsers asks for: a year.
PRELOAD_SECONDS = 31_536_000
# What Elasticsearch allows at the beginning of a name, without the dot that our own names end the prefix with.
INDEX_PREFIX = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")
# Every database from before the migrations were collapsed has had this one.
BEFORE_COLLAPSE = ("calls", "0002_initial")
# Written with a port, a host is never matched; an IPv6 address has brackets.
HOST = re.compile(r"\.?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?|\[[0-9A-Fa-f:.]+\]")


@register(INSTALLATION)
def check_installation(app_configs, **kwargs) -> list[CheckMessage]:
    """What is wrong in the environment, in `.env`, or on this machine."""
    return [
        *_empty_variables(),
        *_search(),
        *_base_url(),
        *_redis(),
        *_allowed_hosts(),
        *_data_directory(),
        *_sender(),
        *_elasticsearch(),
        *_file_scanner(),
        *_months(),
        *_contact(),
        *_metrics(),
        *_reports(),
        *_strict_transport(),
        *_ignored_variables(),
    ]


def _error(number: int, sentence: str) -> Error:
    return Error(sentence, id=f"portal.E{number:03}")


def _empty_variables() -> Iterator[Error]:
    for name in sorted(env.empty):
        yield _error(1, f"{name} is empty: give it a value, or remove it.")


def _search() -> Iterator[Error]:
    engine, prefix, urls = settings.SEARCH_ENGINE, settings.SEARCH_INDEX_PREFIX, settings.ELASTICSEARCH_URLS
    if engine not in ENGINES:
        yield _error(2, f"SEARCH_ENGINE must be one of {', '.join(ENGINES)}, not “{engine}”.")
    if not INDEX_PREFIX.fullmatch(prefix):
        yield _error(
            3,
            "SEARCH_INDEX_PREFIX must be up to 100 lower-case letters (a–z), digits, “-” and “_”, "
            f"beginning with a letter or digit, not “{prefix}”.",
        )
    if engine == "elasticsearch" and not urls:
        yield _error(4, "ELASTICSEARCH_URL must name a node when SEARCH_ENGINE is elasticsearch.")
    for url in urls:
        parts = _parts(url)
        if parts is None or parts.scheme not in {"http", "https"} or parts.query or parts.fragment:
            yield _error(4, f"ELASTICSEARCH_URL must have the form https://host:9200, not “{_shown(url)}”.")


def _base_url() -> Iterator[Error]:
    url = settings.WAGTAILADMIN_BASE_URL
    parts = _parts(url)
    if parts is None or parts.scheme not in {"http", "https"} or re.search(r"[/?#@]", url.partition("://")[2]):
        yield _error(
            5, f"BASE_URL must have the form https://host, without anything after the host, not “{_shown(url)}”."
        )
    elif not settings.LOCAL_ONLY and not validate_host(str(parts.hostname), settings.ALLOWED_HOSTS):
        yield _error(
            5, f"BASE_URL names {parts.hostname}, to which the portal does not answer: add it to ALLOWED_HOSTS."
        )


def _redis() -> Iterator[Error]:
    url = settings.REDIS_URL
    if not url:
        return
    socket = urlsplit(url).path if url.startswith("unix://") else ""
    parts = _parts(url)
    # A path that is no number would count as database 0, which another portal may use.
    if not socket and (parts is None or not re.fullmatch(r"rediss?:(/\d*)?", f"{parts.scheme}:{parts.path}")):
        yield _error(6, f"REDIS_URL must have the form redis://host:6379/0, not “{_shown(url)}”.")


def _allowed_hosts() -> Iterator[Error]:
    hosts = settings.ALLOWED_HOSTS
    if not settings.DEBUG and not hosts:
        yield _error(7, "ALLOWED_HOSTS must name the hosts that the portal answers to.")
    for host in hosts:
        if host == "*":
            yield _error(7, "ALLOWED_HOSTS must name your hosts: with * the portal would answer to anybody's.")
        elif not HOST.fullmatch(host):
            yield _error(
                7, f"ALLOWED_HOSTS must have names such as cities.example.org, without scheme and port, not “{host}”."
            )


def _data_directory() -> Iterator[Error]:
    if sentence := unusable_folder(settings.DATA_DIR):
        yield _error(8, sentence)


def _sender() -> Iterator[Error]:
    sender = settings.DEFAULT_FROM_EMAIL
    try:
        validate_email(parseaddr(sender)[1])
    except ValidationError:
        yield _error(
            10, f"DEFAULT_FROM_EMAIL must have the form name@example.org or Name <name@example.org>, not “{sender}”."
        )


def _elasticsearch() -> Iterator[Error]:
    options = settings.ELASTICSEARCH
    if bool(options["user"]) != bool(options["password"]):
        yield _error(11, "ELASTICSEARCH_USER and ELASTICSEARCH_PASSWORD belong together: set both, or neither.")
    if options["ca_file"]:
        try:
            ssl.create_default_context(cafile=options["ca_file"])
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            yield _error(12, f"ELASTICSEARCH_CA_FILE must name a certificate: {options['ca_file']} ({reason}).")


def _file_scanner() -> Iterator[Error]:
    path = settings.CLAMD_SOCKET
    if path and not path.startswith("/"):
        yield _error(13, f"CLAMD_SOCKET must be the path of a socket, such as /run/clamav/clamd.ctl, not “{path}”.")


def _months() -> Iterator[Error]:
    asked, marked = settings.PRACTICE_QUESTION_MONTHS, settings.PRACTICE_CONFIRMATION_MONTHS
    if asked >= marked:
        yield _error(
            14,
            f"PRACTICE_QUESTION_MONTHS ({asked}) must be less than PRACTICE_CONFIRMATION_MONTHS ({marked}): "
            "a city is asked before its practice is marked.",
        )


def _contact() -> Iterator[Error]:
    if settings.CHECK_EXTERNAL_LINKS and parseaddr(settings.DEFAULT_FROM_EMAIL)[1].endswith("@example.org"):
        yield _error(
            15,
            "CHECK_EXTERNAL_LINKS needs DEFAULT_FROM_EMAIL: the sites that are asked are told whom they can write to.",
        )


def _metrics() -> Iterator[Error]:
    port = settings.METRICS_PORT
    if port and port == env.number("PORT", default=8000, least=1, most=65535):
        yield _error(16, f"METRICS_PORT ({port}) is the port of the portal: choose another one.")


def _reports() -> Iterator[Error]:
    dsn = settings.SENTRY_DSN
    parts = _parts(dsn)
    if dsn and (
        parts is None
        or parts.scheme not in {"http", "https"}
        or not parts.username
        or not re.fullmatch(r"/(.*/)?\d+", parts.path)
    ):
        yield _error(17, f"SENTRY_DSN must have the form https://key@host/1, not “{_shown(dsn)}”.")


def _strict_transport() -> Iterator[Error]:
    seconds, subdomains = settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS
    if subdomains and not seconds:
        yield _error(18, "HSTS_INCLUDE_SUBDOMAINS needs HSTS_SECONDS: without it browsers are told nothing.")
    if settings.SECURE_HSTS_PRELOAD and (seconds < PRELOAD_SECONDS or not subdomains):
        yield _error(
            19,
            f"HSTS_PRELOAD needs HSTS_SECONDS of {PRELOAD_SECONDS} or more and HSTS_INCLUDE_SUBDOMAINS: "
            "the list of browsers refuses other hosts.",
        )


def _ignored_variables() -> Iterator[Warning]:
    if settings.LOCAL_ONLY and env("ALLOWED_HOSTS", default=""):
        yield Warning(
            f"ALLOWED_HOSTS is set, but {settings.SETTINGS_MODULE} does not read it: an installation for the public "
            "sets DJANGO_SETTINGS_MODULE=portal.settings.production.",
            id="portal.W001",
        )


@register(Tags.database)
def check_database(app_configs, databases=None, **kwargs) -> list[CheckMessage]:
    """Whether this version can work with the database; asked by `migrate` and `check --database default`."""
    if DEFAULT_DB_ALIAS not in (databases or []):
        return []
    if sentence := outdated_database():
        return [_error(9, sentence)]
    unknown = ", ".join(f"{app}.{name}" for app, name in sorted(unknown_migrations()))
    if not unknown:
        return []
    return [
        Warning(
            f"{_database()} has migrations that this version does not know ({unknown}): run the version that it "
            "belongs to, or restore a backup that was made before the upgrade.",
            id="portal.W002",
        )
    ]


def outdated_database() -> str | None:
    """One sentence about a database from before the migrations were collapsed; None for any other."""
    if BEFORE_COLLAPSE not in unknown_migrations():
        return None
    way_out = (
        "move this file, and those beside it that begin with its name, out of the way"
        if connection.vendor == "sqlite"
        else "name another, empty one in DATABASE_URL"
    )
    return f"{_database()} was made by an early development version and cannot be upgraded: {way_out}, and start again."


def _database() -> str:
    return f"The database {connection.settings_dict['NAME']}"


def unknown_migrations(database=connection) -> set[tuple[str, str]]:
    """The migrations of the portal's own apps that the database has had and this version does not have."""
    own = {config.label for config in apps.get_app_configs() if Path(config.path).parent == settings.BASE_DIR}
    applied = {key for key in MigrationRecorder(database).applied_migrations() if key[0] in own}
    return applied - MigrationLoader(None, ignore_no_migrations=True).disk_migrations.keys()


def _parts(url: str) -> SplitResult | None:
    """The parts of an address that has a scheme, a host, and either a port from 1 to 65535 or none; else None."""
    try:
        parts = urlsplit(url)
        has_host = parts.scheme and parts.hostname and parts.port != 0
    except ValueError:
        return None
    return parts if has_host and not re.search(r"\s", url) else None


def _shown(url: str) -> str:
    """An address as a message shows it: without name and password."""
    return re.sub(r"(^|//)[^/@]*@", r"\1…@", url)
