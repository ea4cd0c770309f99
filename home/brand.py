"""The second style sheet: colours that a network changes, and those of its clusters."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from clusters.models import Cluster
from home.models import NetworkSettings

DEFAULT_BOARD = NetworkSettings._meta.get_field("board_colour").default


@require_safe
@cache_control(public=True, max_age=300)
@conditional_page
def brand_css(request: HttpRequest) -> HttpResponse:
    """`/brand.css`: small, the same for everybody, revalidated by its content."""
    sheet = brand_sheet(NetworkSettings.for_request(request).board_colour)
    return HttpResponse(sheet, content_type="text/css; charset=utf-8")


def brand_sheet(board: str) -> str:
    """The rules: `--c` is a cluster's colour on the page, `--f` its band in both modes."""
    clusters = list(Cluster.objects.all())
    light = [f".cluster-{c.code}{{--c:{c.colour};--f:{c.colour}}}" for c in clusters]
    dark = [f".cluster-{c.code}{{--c:{c.colour_on_dark}}}" for c in clusters]
    root = f":root{{--brand-board:{board};--brand-board-dark:{board}}}" if board.upper() != DEFAULT_BOARD else ""
    chosen = [f"[data-theme=dark] {rule}" for rule in dark]
    kept = [f"[data-theme=light] {rule}" for rule in light]
    return "\n".join(
        filter(
            None,
            [
                root,
                *light,
                f"@media screen and (prefers-color-scheme:dark){{{''.join(dark)}}}",
                *chosen,
                *kept,
            ],
        )
    )
