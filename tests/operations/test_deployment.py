"""`manage.py deploy` does what a new version needs, says so, and does nothing twice."""

import io

import pytest
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations import AlterField
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from accounts.models import User
from portal.locks import only_deployment
from tests import factories
from tests.operations.conftest import in_another_thread


@pytest.fixture
def own_static_files(bare_portal, settings):
    settings.STATIC_ROOT = bare_portal / "static"
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATICFILES_DIRS = [bare_portal / "own"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    (bare_portal / "own").mkdir()
    (bare_portal / "own" / "portal.css").write_text("body { color: black }")


def forget_a_migration() -> None:
    """Let the database be one migration behind: one that changes nothing in the tables."""
    graph = MigrationLoader(connection).graph
    empty = [
        key for key in graph.leaf_nodes() if all(isinstance(step, AlterField) for step in graph.nodes[key].operations)
    ]
    MigrationRecorder(connection).record_unapplied(*empty[0])


def deploy() -> list[str]:
    """Run the command and return what it says."""
    output = io.StringIO()
    call_command("deploy", stdout=output)
    return output.getvalue().splitlines()


def test_a_deployment_does_what_is_missing_and_can_be_repeated(own_static_files, bare_portal):
    forget_a_migration()
    cache.set("page", "old")
    first = deploy()
    assert "Database: 1 migrations applied." in first
    assert "Static files … done" in first
    assert "Search index: the worker builds it when it starts (the embedded index was not built yet)." in first
    assert first[-1].startswith("Next: manage.py add_language en")
    assert (bare_portal / "static" / "staticfiles.json").exists()
    assert Group.objects.get(name="Editors").permissions.exists()
    assert cache.get("page") is None
    factories.tree()
    again = deploy()
    assert [line.split(": ")[1] for line in again if line.startswith(("Message", "Database", "Static"))] == [
        "nothing has changed."
    ] * 3
    assert "invite_administrator" in again[-1]
    User.objects.create_superuser("first@example.org")
    (bare_portal / "static" / "staticfiles.json").unlink()
    third = deploy()
    assert "Static files … done" in third
    assert third[-1] == "Next: restart web server and worker."


def test_a_deployment_that_cannot_be_done_is_refused_in_a_sentence(own_static_files, settings):
    with (
        only_deployment(),
        pytest.raises(CommandError, match=r"Another manage\.py deploy for this database is running"),
    ):
        in_another_thread(deploy)
    MigrationRecorder(connection).record_applied("core", "0999_of_next_year")
    with pytest.raises(CommandError, match=r"The database is of a newer version: core\.0999_of_next_year is unknown"):
        deploy()
    settings.DEFAULT_FROM_EMAIL = "nobody"
    with pytest.raises(CommandError, match="DEFAULT_FROM_EMAIL must have the form"):
        deploy()
