"""Decoding pictures for Willow, the library with which Wagtail makes renditions.

A decoded picture takes four bytes per pixel, so only one is decoded at a time on a machine. Sizes are read from the
header of a file, which Willow alone decodes for this. Every picture becomes one with eight bits per channel, in grey
or RGB: WebP has nothing else.
"""

import ctypes
import fcntl
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from threading import Lock
from typing import IO

from django.conf import settings
from PIL import Image, ImageCms, ImageOps
from willow.image import (
    INITIAL_IMAGE_CLASSES,
    AvifImageFile,
    GIFImageFile,
    ImageFile,
    JPEGImageFile,
    PNGImageFile,
    WebPImageFile,
)
from willow.plugins.pillow import PillowImage
from willow.registry import registry

# The formats of WAGTAILIMAGES_EXTENSIONS.
FILE_CLASSES = (AvifImageFile, GIFImageFile, JPEGImageFile, PNGImageFile, WebPImageFile)
# Plain, with transparency, with a palette: what WebP and PNG can store after resizing.
PLAIN_MODES = {"L", "LA", "RGB", "RGBA"}
SIXTEEN_BITS = 1 / 256

_in_this_process = Lock()
_library = ctypes.CDLL(None)


class TooManyPixels(ValueError):
    """The picture has more pixels than `most_pixels` allows."""


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Wait until no other thread or process of this machine decodes a picture or reads an uploaded file."""
    with _in_this_process, _locked_file():
        try:
            yield
        finally:
            _give_memory_back()


def _give_memory_back() -> None:
    """Return freed memory to the operating system: malloc of the GNU C library keeps it, separately for each thread.

    Objects of parsers refer to each other in circles, and would be freed some time later.
    """
    gc.collect()
    if hasattr(_library, "malloc_trim"):
        _library.malloc_trim(0)


@contextmanager
def _locked_file() -> Iterator[None]:
    try:
        file = (settings.DATA_DIR / "decoding.lock").open("a")
    except OSError:  # a folder that cannot be written still serves the renditions that exist
        yield
        return
    with file:
        # Released when the file is closed, also by a process that is killed.
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def read_header(file: IO[bytes]) -> Image.Image:
    """Return a picture of which only the header is read, for its size and format; the file stays open.

    Raises what Pillow raises for a file that is no picture, or has so many pixels that nobody can want to decode it.
    """
    file.seek(0)
    return Image.open(file)


# The decoders of some formats keep several copies of a picture (for example libwebp's WebPAnimDecoder, and Pillow's
# bytes), and their encoders need more: the setting WAGTAILIMAGES_MAX_IMAGE_PIXELS counts by a third.
COPIES = {"WEBP": 3, "AVIF": 3}


def most_pixels(picture_format: str | None) -> int:
    """The number of pixels that a picture may have. picture_format: as Pillow names it."""
    return settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS // COPIES.get(picture_format or "", 1)


def decode(image_file: ImageFile) -> PillowImage:
    """The converter of Willow from a file to pixels: the first frame, in one of PLAIN_MODES.

    Raises TooManyPixels, and what Pillow raises for a file that is incomplete.
    """
    picture = read_header(image_file.f)
    if picture.width * picture.height > most_pixels(picture.format):
        raise TooManyPixels(f"{picture.width} × {picture.height} pixels")
    picture.load()
    return PillowImage(plain(picture))


def plain(picture: Image.Image) -> Image.Image:
    """The picture in one of PLAIN_MODES."""
    if picture.mode == "CMYK":
        return _from_cmyk(picture)
    if picture.mode.startswith("I"):  # 16 bits; Pillow alone would cut everything above 255
        return picture.point(lambda value: value * SIXTEEN_BITS).convert("L")
    if picture.mode in PLAIN_MODES and "transparency" not in picture.info:
        return picture
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def _from_cmyk(picture: Image.Image) -> Image.Image:
    """Colours for printing as colours for screens, by the profile of the file if it has one that can be read."""
    profile = picture.info.pop("icc_profile", None)
    if profile:
        try:
            own, screen = ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(picture, own, screen, outputMode="RGB")
        except (OSError, ImageCms.PyCMSError):
            converted = None
        if converted is not None:
            converted.info.pop("icc_profile", None)
            return converted
    return picture.convert("RGB")


def _size(image_file: ImageFile) -> tuple[int, int]:
    """The width and height that the header names, before a rotation by EXIF."""
    return read_header(image_file.f).size


def _one_frame(image_file: ImageFile) -> int:
    """Pages show the first frame of an animation, and nothing decodes the others."""
    return 1


def strip(picture: Image.Image) -> None:
    """Forget what a file says beside its pixels. Pillow writes parts of it into new files: EXIF, XMP, comments.

    The colour profile stays, if it is one: without it the colours are wrong.
    """
    kept: dict[str | tuple[int, int], object] = {}
    if "transparency" in picture.info:
        kept["transparency"] = picture.info["transparency"]
    if profile := _colour_profile(picture.info.get("icc_profile")):
        kept["icc_profile"] = profile
    picture.info = kept


def _colour_profile(content: bytes | None) -> bytes | None:
    """A colour profile without what follows its end (ICC.1:2022, 7.2.2); None if it is none."""
    if not content:
        return None
    content = content[: int.from_bytes(content[:4], "big")]
    try:
        ImageCms.ImageCmsProfile(BytesIO(content))
    except (OSError, ImageCms.PyCMSError):
        return None
    return content


def _upright(image: PillowImage) -> PillowImage:
    """Rotated as EXIF says, then without EXIF. Willow's own operation copies also what needs no rotation."""
    ImageOps.exif_transpose(image.image, in_place=True)
    strip(image.image)
    return image


def _cropped(image: PillowImage, rect) -> PillowImage:
    """Willow's operation, without the copy when nothing is cut off."""
    left, top, right, bottom = rect
    if left <= 0 and top <= 0 and right >= image.image.width and bottom >= image.image.height:
        return image
    return PillowImage.crop(image, rect)


class _Plugin:
    willow_converters = [(kind, PillowImage, decode) for kind in FILE_CLASSES]
    willow_operations = [
        *((kind, "get_size", _size) for kind in FILE_CLASSES),
        *((kind, "get_frame_count", _one_frame) for kind in FILE_CLASSES),
        (PillowImage, "auto_orient", _upright),
        (PillowImage, "crop", _cropped),
    ]


def register() -> None:
    """Make Willow use the functions of this module."""
    registry.register_plugin(_Plugin)
    # An animated PNG is a PNG (PNG specification, third edition, 4.9).
    INITIAL_IMAGE_CLASSES["apng"] = PNGImageFile
