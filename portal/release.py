"""Which Lyceum this is."""

from functools import cache
from pathlib import Path

from django.conf import settings


@cache
def release() -> str:
    """The newest heading of CHANGELOG.md: "Unreleased", or a version with its date."""
    try:
        lines = (settings.BASE_DIR / "CHANGELOG.md").read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    return next((line.removeprefix("## ") for line in lines if line.startswith("## ")), "")


@cache
def commit() -> str:
    """The commit of a checkout, without running git; "" where there is none."""
    try:
        folder = settings.BASE_DIR / ".git"
        if folder.is_file():  # a worktree
            folder = Path(folder.read_text(encoding="utf-8").removeprefix("gitdir:").strip())
        head = (folder / "HEAD").read_text(encoding="utf-8").strip()
        if not head.startswith("ref: "):
            return head[:12]
        shared = folder / "commondir"
        common = (folder / shared.read_text(encoding="utf-8").strip()) if shared.is_file() else folder
        name = head.removeprefix("ref: ")
        if (common / name).is_file():
            return (common / name).read_text(encoding="utf-8").strip()[:12]
        packed = (common / "packed-refs").read_text(encoding="utf-8").splitlines()
        return next((line[:12] for line in packed if line.endswith(f" {name}")), "")
    except OSError:
        return ""
