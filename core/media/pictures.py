"""Pictures as the templates take them: the one way in which pages show a picture."""

from core.media.models import PortalImage

# A picture as wide as the text.
TEXT_WIDTHS = ("width-800|format-webp", "width-1600|format-webp")
TEXT_SIZES = "(min-width: 64rem) 40rem, 100vw"


def picture_context(
    image: PortalImage | None, alternative_text: str, *filter_specs: str, sizes: str = ""
) -> dict | None:
    """A picture as templates/components/picture.html takes it, with `credit` and `licence`.

    None if there is no picture or it cannot be shown: the caller shows what it shows without one.
    filter_specs: the renditions, the smallest first. The browser chooses between several of them by
    `sizes`, the `sizes` attribute of HTML.
    """
    if image is None:
        return None
    renditions = list(image.get_renditions(*filter_specs).values())
    if any(rendition.is_placeholder for rendition in renditions):
        return None
    return {
        "src": renditions[0].url,
        "srcset": ", ".join(f"{row.url} {row.width}w" for row in renditions) if len(renditions) > 1 else "",
        "sizes": sizes,
        "width": renditions[0].width,
        "height": renditions[0].height,
        "alt": alternative_text,
        "credit": image.credit,
        "licence": image.get_licence_display(),
    }


def picture_or_cover(image: PortalImage | None, alternative_text: str, cover: dict, *filter_specs: str) -> dict:
    """The picture as `picture_context` returns it, else the drawn cover.

    `is_broken` tells that there is a picture which cannot be shown.
    """
    shown = picture_context(image, alternative_text, *filter_specs)
    return shown or cover | {"is_broken": image is not None}
