"""The bar for staff on a city's page, which is a route of the list of cities."""

from django.urls import reverse
from wagtail.admin.userbar import BaseItem, EditPageItem

from cities.models import City, CityIndexPage


class EditCityItem(BaseItem):
    """The link to the form of a city, for users who may change it."""

    template_name = "cities/admin/userbar_edit.html"

    def __init__(self, city: City):
        self.city = city
        self.url = reverse(city.snippet_viewset.get_url_name("edit"), args=[city.pk])

    def render_html(self, parent_context):
        policy = self.city.snippet_viewset.permission_policy
        user = parent_context["request"].user
        return super().render_html(parent_context) if policy.user_has_permission(user, "change") else ""


def lead_to_the_city(request, items: list, page) -> None:
    """Replace the link to the form of the list by that to the form of the city whose page it is, if it is one."""
    match = getattr(request, "routable_resolver_match", None)
    if not isinstance(page, CityIndexPage) or match is None or "code" not in match.kwargs:
        return
    city = City.objects.get(code=match.kwargs["code"])
    items[:] = [EditCityItem(city) if isinstance(item, EditPageItem) else item for item in items]
