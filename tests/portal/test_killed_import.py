"""An import whose worker is killed goes on where it was: nothing is written twice, and nothing is left out."""

import os
import subprocess
import sys

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from audit.models import AuditEntry
from cities.imports import CityImport
from cities.models import City, MembershipEvent
from editorial.imports import running, services
from editorial.imports.models import Import, RowState, Stage
from tests import factories
from tests.editorial.imports.files import csv_bytes
from tests.waiting import CEILING, wait_until

NUMBER = 80


STEPS = """
import django
django.setup()
from editorial.imports import running
while running.step():
    pass
"""


def test_an_import_whose_worker_is_killed_goes_on(own_database):
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
    process = subprocess.Popen(
        [sys.executable, "-c", STEPS], cwd=settings.BASE_DIR, env={**os.environ, "DATABASE_URL": own_database}
    )
    wait_until(lambda: job.rows.filter(state=RowState.WRITTEN).exists())
    process.kill()
    process.wait(CEILING)
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
