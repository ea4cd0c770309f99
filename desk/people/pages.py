"""What the pages about people share."""

from django.urls import reverse
from django.utils.translation import gettext as _

from cities.models import City


def city_crumbs(city: City) -> list[dict[str, str]]:
    """The breadcrumb of a page below a city's desk."""
    return [
        {"label": _("Desk"), "url": reverse("desk")},
        {"label": city.name, "url": reverse("desk-city", args=[city.code])},
    ]
