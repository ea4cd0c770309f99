"""An import whose worker is killed goes on where it was: nothing is written twice, and nothing is left out."""

import os
import signal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections

from audit.models import AuditEntry
from cities.imports import CityImport
from cities.models import City, MembershipEvent
from editorial.imports import running, services
from editorial.imports.models import Import, RowState, Stage
from tests import factories
from tests.editorial.imports.files import csv_bytes
from tests.waiting import wait_until

NUMBER = 40


def worker() -> int:
    """Start a process that does the steps of the worker, and return its id."""
    connections.close_all()
    process = os.fork()
    if process == 0:
        try:
            while running.step():
                pass
        finally:
            os._exit(0)
    return process


@pytest.mark.usefixtures("own_database")
def test_an_import_whose_worker_is_killed_goes_on():
    rows = [
        {"code": f"de-{number}", "own_name": f"City {number}", "country": "DE", "status": "admitted"}
        for number in range(NUMBER)
    ]
    factories.tree()
    editor = factories.user("Editors")
    job = services.receive(SimpleUploadedFile("a.csv", csv_bytes(rows)), CityImport, "en", by=editor)
    while Import.objects.get().stage != Stage.JUDGED:
        running.step()
    services.start(job, by=editor)
    process = worker()
    wait_until(lambda: job.rows.filter(state=RowState.WRITTEN).exists())
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
    written = job.rows.filter(state=RowState.WRITTEN).count()
    assert 0 < written < NUMBER
    assert City.objects.count() == written
    assert services.start(job, by=editor) is False
    while running.step():
        pass
    assert Import.objects.get().stage == Stage.DONE
    assert set(job.rows.values_list("state", flat=True)) == {RowState.WRITTEN}
    assert City.objects.count() == MembershipEvent.objects.count() == NUMBER
    assert AuditEntry.objects.filter(action="city.added").count() == NUMBER
