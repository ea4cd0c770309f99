"""The version of the code: another one after every change of a program, template, catalogue or setting."""

import hashlib
from pathlib import Path

from django.conf import settings

SUFFIXES = {".py", ".html", ".txt", ".xml", ".mo", ".css", ".js", ".svg", ".csv", ".json"}
# Of the folders at the top, those that hold no part of the running program.
LEFT_OUT = {"tests", "docs", "node_modules"}
SIMPLE = (str, bytes, int, float, bool, tuple, list, dict, set, frozenset, Path, type(None))


def code_version() -> str:
    """Return a short text that differs between two states of the files and settings of the portal.

    Files are compared by size and by the time of their last change. Read once, when a process starts: a process that
    still runs the code of before keeps the version of before.
    """
    digest = hashlib.sha256()
    for folder in sorted(path for path in settings.BASE_DIR.iterdir() if path.is_dir()):
        if folder.name in LEFT_OUT or folder.name.startswith(".") or folder == settings.DATA_DIR:
            continue
        for path in sorted(folder.rglob("*")):
            if path.suffix in SUFFIXES:
                found = path.stat()
                digest.update(f"{path}\0{found.st_size}\0{found.st_mtime_ns}\n".encode())
    for name in sorted(dir(settings)):
        if name.isupper() and isinstance(value := getattr(settings, name), SIMPLE):
            digest.update(f"{name}={_plain(value)}\n".encode())
    return digest.hexdigest()[:16]


def _plain(value: object) -> str:
    """The value as text that is the same in all processes: sets have no order, and lazy texts no value yet."""
    if isinstance(value, dict):
        return str({str(key): _plain(item) for key, item in value.items()})
    if isinstance(value, set | frozenset):
        return str(sorted(_plain(item) for item in value))
    if isinstance(value, list | tuple):
        return str([_plain(item) for item in value])
    return str(value) if isinstance(value, SIMPLE) else type(value).__name__
