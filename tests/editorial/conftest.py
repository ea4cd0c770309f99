"""A copy of the demonstration for the tests of the editors' pages."""

import shutil
from collections.abc import Iterator

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from wagtail.models import Site


@pytest.fixture
def network(demonstration, tmp_path, django_db_setup, django_db_blocker) -> Iterator[None]:
    """The connection of the test uses a copy of the demonstration's database."""
    names, copy = connection.settings_dict, tmp_path / "portal.sqlite3"
    original = names["NAME"]
    shutil.copyfile(demonstration / "portal.sqlite3", copy)
    with django_db_blocker.unblock():
        connection.close()
        names["NAME"] = str(copy)
        _forget_rows()
        yield
        connection.close()
        names["NAME"] = original
        _forget_rows()


def _forget_rows() -> None:
    """Forget what the process keeps of the rows of another database."""
    ContentType.objects.clear_cache()
    Site.clear_site_root_paths_cache()
