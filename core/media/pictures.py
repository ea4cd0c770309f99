"""Pictures as the templates take them."""

from core.media.models import PortalImage


def picture_context(image: PortalImage, alternative_text: str, *filter_specs: str, sizes: str = "") -> dict:
    """A picture as templates/components/picture.html takes it, with `credit` and `licence`.

    filter_specs: the renditions, the smallest first. The browser chooses between several of them by
    `sizes`, the `sizes` attribute of HTML.
    """
    renditions = image.get_renditions(*filter_specs)
    renditions = [renditions[spec] for spec in filter_specs]
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
