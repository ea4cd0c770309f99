"""The page cache knows which models the public reads, and a worker without work lets it keep its pages."""

import pytest

from core.page_cache import content_version
from portal.periodic_tasks import periodic_tasks
from search.rebuild import rebuild_index
from tests import factories


@pytest.mark.django_db
def test_a_worker_without_work_lets_pages_be_kept(tmp_path, settings):
    """Each task is called a second time. The dump of the night is new each time.

    The runner of background tasks closes the connection of the test; without a task it writes nothing.
    """
    settings.SEARCH_DIRECTORY, settings.DATA_DIR = tmp_path / "search", tmp_path
    factories.tree()
    rebuild_index()
    tasks = [task for task in periodic_tasks() if task.name not in ("open data", "tasks")]
    for task in tasks:
        task.work()
    changed = []
    for task in tasks:
        before = content_version.current().code
        task.work()
        if content_version.current().code != before:
            changed.append(task.name)
    assert changed == []
