"""Prepares a portal on a developer's own machine for `make run`.

Each step is done once, and again when its input changes.
"""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.db.migrations.recorder import MigrationRecorder

from portal.checks import outdated_database
from search.current_engine import current_engine
from search_engines import EngineUnavailable


def database_birth() -> str:
    """Return the time of the database's first migration, which tells it from any other database."""
    return MigrationRecorder.Migration.objects.order_by("pk").values_list("applied", flat=True)[0].isoformat()


def migrate(stdout) -> bool:
    """Make the database's tables, or bring them up to date. Returns whether there was anything to do.

    Raises ImproperlyConfigured for a database that cannot be upgraded.
    """
    if sentence := outdated_database():
        raise ImproperlyConfigured(sentence)
    if not _has_unapplied_migrations():
        return False
    stdout.write("Database … ", ending="")
    stdout.flush()
    call_command("migrate", verbosity=0, interactive=False)
    stdout.write("done")
    return True


def _has_unapplied_migrations() -> bool:
    try:
        call_command("migrate", check_unapplied=True, interactive=False, verbosity=0)
    except SystemExit:
        return True
    return False


def load_demonstration() -> bool:
    """Load the demonstration network, once for each database; return whether it was loaded.

    Later edits and deletions are kept. A load that was interrupted continues where it stopped.
    """
    return _unless_done("demonstration-loaded", database_birth(), lambda: call_command("load_demo"))


def build_search_index(stdout) -> bool:
    """Index a database that this machine has never indexed, or whose index is damaged.

    Returns whether it did. From then on the worker keeps the index up to date. A search engine that is
    away keeps no portal from starting: the worker builds the index when the engine answers.
    """

    def build():
        stdout.write("Search index … ", ending="")
        stdout.flush()
        call_command("search", "rebuild")

    wanted = f"{settings.SEARCH_ENGINE} {database_birth()}"
    try:
        # As patient as a reader: what is slow now is the worker's business.
        reason = current_engine().rebuild_reason(patient=False)
        return _unless_done("search-indexed", wanted, build, intact=not reason)
    except (EngineUnavailable, CommandError) as error:
        stdout.write(f"Search index not built: {error}")
        stdout.write("The portal starts without it: a search finds titles only until the worker has built the index.")
        return False


def prepare_static_files(stdout) -> bool:
    """Collect and compress the static files if one has changed; return whether that was so."""

    def collect():
        stdout.write("Static files … ", ending="")
        stdout.flush()
        call_command("collectstatic", interactive=False, verbosity=0)
        stdout.write("done")

    # Without the manifest of their names, every page of a portal for the public answers 500.
    manifest = getattr(storages["staticfiles"], "manifest_name", None)
    intact = not manifest or (settings.STATIC_ROOT / manifest).exists()
    return _unless_done("static-collected", static_fingerprint(), collect, intact=intact)


def static_fingerprint() -> str:
    """Return a digest that changes when a static file of the portal or of a package is added, changed or removed."""
    digest = hashlib.sha256(str(settings.STATIC_ROOT).encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            state = Path(storage.path(path)).stat()
            digest.update(f"{path} {state.st_mtime_ns} {state.st_size}\n".encode())
    return digest.hexdigest()


def _unless_done(name: str, wanted: str, work, intact: bool = True) -> bool:
    """Call `work` unless the file `name` in DATA_DIR holds `wanted` and the result is `intact`.

    Returns whether it was called.
    """
    mark: Path = settings.DATA_DIR / name
    if intact and mark.exists() and mark.read_text() == wanted:
        return False
    work()
    mark.write_text(wanted)
    return True
