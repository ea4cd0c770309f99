"""Where an installation is, and what its environment (or a file `.env` beside `manage.py`) says."""

from pathlib import Path

import environ

BASE_DIR = Path(__file__).resolve().parent.parent.parent

env = environ.Env()
env.read_env(BASE_DIR / ".env")

# Everything that an installation writes: database, media, search index, generated secret.
DATA_DIR = Path(env("DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
