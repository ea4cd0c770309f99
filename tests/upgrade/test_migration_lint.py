"""No migration locks a large table for long, or breaks the version before, which runs beside it for a minute.

The rules are those of django-migration-linter, for PostgreSQL. SQLite locks all of the database for every write.
"""

from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django_migration_linter import MigrationLinter

from tests.upgrade.safe_migrations import BEFORE_THE_FIRST_RELEASE, SAFE

# They are about how the code of a migration looks, and about ways back: that is a backup (docs/operations.md).
OTHER = ["RUNPYTHON_ARGS_NAMING_CONVENTION", "RUNPYTHON_MODEL_VARIABLE_NAME", "RUNPYTHON_REVERSIBLE"]


@pytest.fixture
def linter(db):
    if connection.vendor != "postgresql":
        pytest.skip("Migrations are linted as PostgreSQL runs them.")
    return MigrationLinter(
        settings.BASE_DIR, no_cache=True, no_output=True, all_warnings_as_errors=True, exclude_migration_tests=OTHER
    )


def migrations(linter) -> dict:
    """The migrations of the portal's own apps after the first of each, by their names."""
    own = {config.label for config in apps.get_app_configs() if Path(config.path).parent == settings.BASE_DIR}
    found = linter.migration_loader.disk_migrations.values()
    return {f"{one.app_label}.{one.name}": one for one in found if one.app_label in own and not one.initial}


def refused(linter, migration) -> bool:
    before = linter.nb_erroneous
    linter.lint_migration(migration)
    return linter.nb_erroneous > before


def test_no_migration_locks_for_long_or_breaks_the_version_before(linter):
    found = migrations(linter)
    assert SAFE.keys() <= found.keys()
    bad = [name for name, one in found.items() if name not in SAFE and refused(linter, one)]
    assert bad == [], "see CONTRIBUTING.md, “Changes of the database”"


@pytest.mark.parametrize(
    "name",
    [
        "cities.0005_remove_round_code",  # drops a column
        "links.0002_part_of_a_link",  # renames one
        "clusters.0003_other_names",  # NOT NULL without a default in the database
        "home.0003_join_page",  # an index on a table that exists
    ],
)
def test_what_the_linter_refuses(linter, name):
    assert name in BEFORE_THE_FIRST_RELEASE
    assert refused(linter, migrations(linter)[name])
