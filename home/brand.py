"""`/brand.css`: the colours of the network and of its clusters; `/covers/network/share`: its picture for links."""

from colorsys import rgb_to_hls

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from clusters.models import Cluster
from core.drawing.cover_files import cover_response
from home.models import NetworkSettings

# Per cent. White on it is readable in every hue.
BUTTON_LIGHTNESS = 22.0
DEFAULT_BOARD = NetworkSettings._meta.get_field("board_colour").default


@require_safe
@cache_control(public=True, max_age=300)
@conditional_page
def brand_css(request: HttpRequest) -> HttpResponse:
    """The style sheet: the same for all readers, revalidated by its ETag."""
    sheet = brand_sheet(NetworkSettings.for_request(request).board_colour)
    return HttpResponse(sheet, content_type="text/css; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=300)
@conditional_page
def admin_brand_css(request: HttpRequest) -> HttpResponse:
    """The style sheet of the admin, also of its sign-in."""
    sheet = admin_brand_sheet(NetworkSettings.for_request(request).board_colour)
    return HttpResponse(sheet, content_type="text/css; charset=utf-8")


@require_safe
def share_card(request: HttpRequest) -> HttpResponse:
    """The picture of a shared link to a page without one of its own: a drawn cover in the colour of the network."""
    return cover_response(request, "network", "share", NetworkSettings.for_request(request).board_colour)


def brand_sheet(board: str) -> str:
    """The CSS rules. board: the colour of header and footer, "#RRGGBB".

    `--c` is the colour of a cluster in the current mode, `--f` that of its band in both modes.
    """
    clusters = list(Cluster.objects.public())
    light = [f".cluster-{cluster.code}{{--c:{cluster.colour};--f:{cluster.colour}}}" for cluster in clusters]
    dark = [f".cluster-{cluster.code}{{--c:{cluster.colour_on_dark}}}" for cluster in clusters]
    root = f":root{{--brand-board:{board};--brand-board-dark:{board}}}" if board.upper() != DEFAULT_BOARD else ""
    chosen_dark = [f"[data-theme=dark] {rule}" for rule in dark]
    chosen_light = [f"[data-theme=light] {rule}" for rule in light]
    return "\n".join(
        filter(
            None,
            [
                root,
                *light,
                f"@media screen and (prefers-color-scheme:dark){{{''.join(dark)}}}",
                *chosen_dark,
                *chosen_light,
            ],
        )
    )


def admin_brand_sheet(board: str) -> str:
    """The colours of Wagtail's admin from the colour of the network, by its documented custom properties.

    Wagtail computes its other colours from these three parts. Buttons and links have the hue of the network and the
    lightness of Wagtail's own, so that their contrast stays; links on dark are as light as those of the public site.
    """
    red, green, blue = (int(board[start : start + 2], 16) / 255 for start in (1, 3, 5))
    hue, lightness, saturation = rgb_to_hls(red, green, blue)
    share = f"{saturation * 100:.1f}%"

    def colour(name: str, light: float) -> str:
        return (
            f"--w-color-{name}-hue:{hue * 360:.1f};--w-color-{name}-saturation:{share};"
            f"--w-color-{name}-lightness:{light:.1f}%"
        )

    dark = "--w-color-secondary-100-lightness:72%;--w-color-secondary-75-lightness:84%"
    return "\n".join(
        [
            f":root,:host{{{colour('primary', lightness * 100)};{colour('secondary', BUTTON_LIGHTNESS)}}}",
            f".w-theme-dark{{{dark}}}",
            f"@media (prefers-color-scheme:dark){{.w-theme-system{{{dark}}}}}",
        ]
    )
