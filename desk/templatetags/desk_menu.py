"""The menu of the desk."""

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

register = template.Library()


@register.simple_tag(takes_context=True)
def desk_menu(context) -> list[dict]:
    """The links of the desk's menu, without a query: [{label, url, current}]. Empty for readers without an account.

    On a page of a city, which has it in its context as `city`, the menu has the parts of that city.
    """
    request = context.get("request")
    if request is None or not request.user.is_authenticated:
        return []
    city = context.get("city")
    parts: list[tuple[str, str, tuple]] = [(_("Desk"), "desk", ())]
    if getattr(city, "code", ""):
        parts += [(city.name, "desk-city", (city.code,)), (_("People"), "desk-people", (city.code,))]
    parts += [(_("Your account"), "desk-account", ()), (_("Help"), "help", ())]
    links = [{"label": label, "url": url} for label, name, given in parts if (url := _address(name, given))]
    # The current part is the one with the longest address that begins the address of this page.
    below = [link["url"] for link in links if request.path.startswith(link["url"])]
    current = max(below, key=len, default="")
    return [link | {"current": link["url"] == current} for link in links]


def _address(name: str, given: tuple) -> str:
    """The address of a part of the desk; "" if the desk does not have it."""
    try:
        return reverse(name, args=given)
    except NoReverseMatch:
        return ""
