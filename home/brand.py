"""`/brand.css`: the colours of the network and of its clusters; `/covers/network/share`: its picture for links."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from clusters.models import Cluster
from core.drawing.cover_files import cover_response
from home.models import NetworkSettings

DEFAULT_BOARD = NetworkSettings._meta.get_field("board_colour").default


@require_safe
@cache_control(public=True, max_age=300)
@conditional_page
def brand_css(request: HttpRequest) -> HttpResponse:
    """The style sheet: the same for all readers, revalidated by its ETag."""
    sheet = brand_sheet(NetworkSettings.for_request(request).board_colour)
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
