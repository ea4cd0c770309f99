"""Storage of static files."""

import re
from collections.abc import Iterable, Iterator

from django.core.files.base import ContentFile, File
from whitenoise.storage import CompressedManifestStaticFilesStorage

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
# A string, which stays; a mark with the space around it; other space.
_PART = re.compile(r"""("[^"]*"|'[^']*')|\s*([{},;>~/!])\s*|(:)\s+|\s+""")


def compact(css: str) -> str:
    """Return a style sheet without comments and without the space that means nothing: a quarter smaller."""
    short = _PART.sub(lambda part: part[1] or part[2] or part[3] or " ", _COMMENT.sub("", css))
    return short.replace(";}", "}").strip()


class PortalStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage that minifies the portal's own style sheets."""

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Compress what pages name: the files with a digest in their names, and not each file a second time without."""
        yield from super().compress_files(set(paths) & set(self.hashed_files.values()))

    def _save(self, name: str, content: File) -> str:
        if name.startswith("css/") and name.endswith(".css"):
            content.seek(0)  # the file has been read before when the hashed copy is saved
            content = ContentFile(compact(content.read().decode()).encode())
        return super()._save(name, content)
