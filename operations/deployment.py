"""All that a new version of the portal needs before its processes start. It can be done twice.

Each step says what it did. A step that fails ends it; the next run begins again and finds what is done already.
"""

from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import OutputWrapper
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from accounts.models import User
from accounts.roles import ensure_groups
from home.models import HomePage
from operations.refused import Refused, in_one_sentence
from portal.bootstrap import prepare_static_files
from portal.checks import outdated_database, unknown_migrations
from portal.entry_points import refuse_wrong_settings
from portal.locks import Held, only_deployment
from scripts.catalogues import compile_catalogues
from search.rebuild import rebuild_reason
from search_engines import EngineUnavailable

Say = Callable[[str], object]
"""Tells the operator what was done."""


def deploy(output: OutputWrapper) -> None:
    """Bring everything that belongs to this version up to date. Raises Refused.

    Two at once for one database would disturb each other: the second one is refused.
    """
    try:
        refuse_wrong_settings()
    except ImproperlyConfigured as error:
        raise Refused(str(error)) from error
    with in_one_sentence():
        # First, because migrations and pages of a new language write what the catalogues say.
        _compile_catalogues(output.write)
        try:
            with only_deployment():
                _prepare(output)
        except Held as error:
            raise Refused("Another manage.py deploy for this database is running.") from error
    output.write(_next_steps())


def _prepare(output: OutputWrapper) -> None:
    _migrate(output.write)
    ensure_groups()
    output.write("Groups: they have the permissions of this version.")
    if not prepare_static_files(output):
        output.write("Static files: nothing has changed.")
    cache.clear()
    output.write("Cache: emptied.")
    output.write(f"Search index: {_search_index()}")


def _compile_catalogues(say: Say) -> None:
    written = compile_catalogues(settings.BASE_DIR / "locale")
    say(f"Message catalogues: {len(written)} compiled." if written else "Message catalogues: nothing has changed.")


def _migrate(say: Say) -> None:
    if sentence := outdated_database():
        raise Refused(sentence)
    if unknown := sorted(unknown_migrations()):
        raise Refused(
            f"The database is of a newer version: {'.'.join(unknown[0])} is unknown here. Run that version, or restore "
            "the backup that was made before its upgrade."
        )
    loader = MigrationLoader(connection)
    missing = len(set(loader.graph.nodes) - set(loader.applied_migrations))
    if missing:
        call_command("migrate", interactive=False, verbosity=0)
    say(f"Database: {missing} migrations applied." if missing else "Database: nothing has changed.")


def _search_index() -> str:
    try:
        reason = rebuild_reason()
    except EngineUnavailable as error:
        return f"the engine cannot be reached ({error}). The worker looks after the index when it can."
    return f"the worker builds it when it starts ({reason})." if reason else "nothing has changed."


def _next_steps() -> str:
    if not HomePage.objects.exists():
        return "Next: manage.py add_language en, then the other languages, and restart web server and worker."
    if not User.objects.filter(is_superuser=True, is_active=True).exists():
        return "Next: restart web server and worker, and manage.py invite_administrator EMAIL."
    return "Next: restart web server and worker."
