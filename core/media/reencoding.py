"""Pictures encoded again on arrival: the pixels upright, the colour profile, and nothing else of the file.

What a camera, a phone or a program adds ends here: position, time, camera, author, comments, small previews, the
other pictures of an animation, and whatever somebody appended to the file. The format stays, because the name of the
file tells it.
"""

import tempfile
from typing import IO

from django.conf import settings
from django.core.files import File
from PIL import Image, ImageOps, JpegImagePlugin

from core.media.decoding import most_pixels, one_at_a_time, plain, read_header, strip
from core.media.refusals import CannotBeCleaned, CleanFile

# What the formats can store as it is; every other picture becomes a plain one.
MODES = {
    "GIF": {"1", "L", "P"},
    "JPEG": {"L", "RGB"},
    "PNG": {"1", "L", "LA", "P", "RGB", "RGBA"},
}
QUALITY = {"JPEG": 92, "WEBP": 90, "AVIF": 85}
# Pixels of a picture that is encoded again, where the encoder needs much memory for each. Pages show far fewer.
MOST_WRITTEN = {"AVIF": 4_000_000, "WEBP": 4_000_000}
# Of a WebP file: where the kind of its first picture is named.
BEGINNING = 65_536


def clean_picture(file: File) -> CleanFile:
    """Return a picture with nothing but its pixels and its colour profile, under the same name.

    file: open, at any position; afterwards at position 0. Raises CannotBeCleaned.
    """
    if isinstance(file, CleanFile):
        return file
    try:
        with one_at_a_time():
            return reencode(file, file.name)
    except Exception as error:  # a malicious file can raise any exception in a decoder
        raise CannotBeCleaned("unreadable") from error
    finally:
        file.seek(0)


def reencode(file: IO[bytes], name: str | None) -> CleanFile:
    """Return the picture as a new file, without waiting for other pictures. Raises what Pillow raises."""
    picture = read_header(file)
    kind = "JPEG" if picture.format == "MPO" else picture.format
    if kind not in Image.SAVE or picture.width * picture.height > most_pixels(kind):
        raise ValueError("not a picture of a size that is stored")
    options = _options(picture, kind, file)
    picture.load()
    _limit(picture, kind)
    mode = picture.mode
    ImageOps.exif_transpose(picture, in_place=True)
    if mode not in MODES.get(kind, ()) or picture.mode != mode:
        picture = plain(picture)
        if picture.mode != mode:
            _forget_tables(options)
    if kind == "JPEG" and picture.mode not in MODES["JPEG"]:
        picture = picture.convert("RGB")
    strip(picture)
    if profile := picture.info.get("icc_profile"):
        options["icc_profile"] = profile
    if kind == "TIFF":  # Pillow writes the tags of a file that it has read
        picture = picture.copy()
    content = tempfile.SpooledTemporaryFile(max_size=settings.FILE_UPLOAD_MAX_MEMORY_SIZE)  # noqa: SIM115 – returned
    _write(picture, content, kind, options)
    content.seek(0)
    return CleanFile(content, name=name)


def _limit(picture: Image.Image, kind: str) -> None:
    """Make a picture smaller, in place, if its format could not be written in little memory."""
    share = MOST_WRITTEN.get(kind, picture.width * picture.height) / (picture.width * picture.height)
    if share < 1:
        picture.thumbnail((int(picture.width * share**0.5), int(picture.height * share**0.5)))


def _options(picture: Image.Image, kind: str, file: IO[bytes]) -> dict:
    """How a picture is written: as far as possible in the quality that it has."""
    if kind == "JPEG":
        sampling = JpegImagePlugin.get_sampling(picture)
        return {"qtables": getattr(picture, "quantization", None), "subsampling": sampling if sampling >= 0 else 0}
    if kind == "WEBP":
        file.seek(0)
        return {"lossless": b"VP8L" in file.read(BEGINNING), "quality": QUALITY[kind]}
    if kind == "AVIF":
        return {"quality": QUALITY[kind], "speed": 8, "max_threads": 1}
    return {"compress_level": 3} if kind == "PNG" else {}


def _write(picture: Image.Image, content: IO[bytes], kind: str, options: dict) -> None:
    try:
        picture.save(content, kind, **options)
    except ValueError:
        if "qtables" not in options:
            raise
        content.seek(0)
        content.truncate()
        _forget_tables(options)
        picture.save(content, kind, **options)


def _forget_tables(options: dict) -> None:
    """Write a JPEG in a good quality instead of in that of its source."""
    if options.pop("qtables", None):
        options |= {"quality": QUALITY["JPEG"], "subsampling": 0}
