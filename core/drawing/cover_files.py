"""Drawn covers as files: drawn at the first request, stored in DATA_DIR, and cached by browsers for a week."""

import os
import tempfile
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import etag

from core.drawing.covers import Size, draw_cover
from core.i18n.addresses import absolute

BOARD_COLOUR = "#0F3A31"
SIZES = {"cover": (960, 720), "thumb": (480, 270), "share": (1200, 630)}
CONTENT_TYPES = {"cover": "image/webp", "thumb": "image/webp", "share": "image/png"}


def cover_picture(kind: str, code: str, size: Size = "thumb") -> dict:
    """Return a drawn cover as templates/components/picture.html takes it."""
    width, height = SIZES[size]
    return {
        "src": f"/covers/{kind}/{code}/{size}",
        "srcset": "",
        "width": width,
        "height": height,
        "alt": "",
        "is_drawn": True,
    }


def share_image(kind: str, code: str) -> str:
    """The absolute address of the picture that other sites show for a link, for `og:image`: the drawn cover."""
    return absolute(cover_picture(kind, code, "share")["src"])


def _file_name(seed: str, size: Size, colour: str = BOARD_COLOUR, sign: str | None = None) -> str:
    return sha256(f"{seed} {size} {colour} {sign}".encode()).hexdigest()[:32]


@cache_control(public=True, max_age=604_800)
@etag(lambda request, *drawing: f'"{_file_name(*drawing)}"')
def cover_response(
    request: HttpRequest, seed: str, size: Size, colour: str = BOARD_COLOUR, sign: str | None = None
) -> HttpResponse:
    """Return the cover of `seed` as a response. It is drawn at the first request."""
    return HttpResponse(_read_or_draw(seed, size, colour, sign), content_type=CONTENT_TYPES[size])


def _read_or_draw(seed: str, size: Size, colour: str, sign: str | None) -> bytes:
    path = settings.DATA_DIR / "covers" / _file_name(seed, size, colour, sign)
    try:
        return path.read_bytes()
    except OSError:
        picture = draw_cover(seed, colour, sign, size)
    # A folder that cannot be written costs the time of drawing, not the picture.
    with suppress(OSError):
        _keep(picture, path)
    return picture


def _keep(picture: bytes, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "wb") as file:
        file.write(picture)
    os.replace(draft, path)
