"""A bare Wagtail to compare with: the home page of what `wagtail start` makes, on SQLite.

Its packages have names that the portal's have, too, so the steps run in its folder, and import nothing of the portal.
"""

import os
import subprocess
import sys
from pathlib import Path

from scripts.bench.serving import served
from scripts.page_times import measured

NAME = "bare"
SETTINGS = """
from bare.settings.base import *

SECRET_KEY = "bare"
ALLOWED_HOSTS = ["localhost"]
DATABASES["default"]["CONN_MAX_AGE"] = 60
"""


def start(folder: Path) -> dict[str, str]:
    """Make the project in a new folder and return the environment of its steps."""
    wagtail = Path(sys.executable).with_name("wagtail")
    folder.mkdir()
    subprocess.run([wagtail, "start", NAME, folder], check=True, stdout=subprocess.DEVNULL)
    (folder / NAME / "settings" / "measured.py").write_text(SETTINGS)
    environment = {"DJANGO_SETTINGS_MODULE": f"{NAME}.settings.measured"}
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(migrate, cwd=folder, env=os.environ | environment, check=True)
    return environment


def made() -> float:
    """Return the processor time of the page (ms)."""
    return measured("/", 50).time


def rate(readers: int) -> float:
    """Return how often a second it is answered under gunicorn."""
    with served(f"{NAME}.wsgi", "/") as site:
        return site.rate("/", readers)
