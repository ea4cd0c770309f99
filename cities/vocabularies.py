"""The codes of cities. Each has a label in the active language."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Region(TextChoices):
    """The five UNESCO regions."""

    AFRICA = "africa", _("Africa")
    ARAB_STATES = "arab-states", _("Arab States")
    ASIA_PACIFIC = "asia-pacific", _("Asia and the Pacific")
    EUROPE_NORTH_AMERICA = "europe-north-america", _("Europe and North America")
    LATIN_AMERICA_CARIBBEAN = "latin-america-caribbean", _("Latin America and the Caribbean")


class PopulationBand(TextChoices):
    """The size of a city by its population. The codes are in addresses and in the search index."""

    UNDER_50K = "under-50k", _("Fewer than 50,000 inhabitants")
    FROM_50K = "50k-200k", _("50,000 to 200,000 inhabitants")
    FROM_200K = "200k-500k", _("200,000 to 500,000 inhabitants")
    FROM_500K = "500k-1m", _("500,000 to 1 million inhabitants")
    FROM_1M = "1m-2m", _("1 to 2 million inhabitants")
    FROM_2M = "2m-5m", _("2 to 5 million inhabitants")
    FROM_5M = "5m-10m", _("5 to 10 million inhabitants")
    FROM_10M = "over-10m", _("10 million inhabitants or more")
    UNKNOWN = "unknown", _("Population not on record")


# Lower bounds. Up to 500,000 they are those of OECD, "Redefining 'Urban'" (2012): towns, small, medium-sized and
# metropolitan areas. Above, they are those of the United Nations, "World Urbanization Prospects" (1, 5 and 10
# million), with 2 million between them.
_LOWER_BOUNDS = {
    PopulationBand.UNDER_50K: 1,
    PopulationBand.FROM_50K: 50_000,
    PopulationBand.FROM_200K: 200_000,
    PopulationBand.FROM_500K: 500_000,
    PopulationBand.FROM_1M: 1_000_000,
    PopulationBand.FROM_2M: 2_000_000,
    PopulationBand.FROM_5M: 5_000_000,
    PopulationBand.FROM_10M: 10_000_000,
}


def population_band(population: int | None) -> PopulationBand:
    """The band of a number of inhabitants; a bound belongs to the band above it. UNKNOWN for None and 0."""
    return max(
        (band for band, bound in _LOWER_BOUNDS.items() if bound <= (population or 0)),
        key=_LOWER_BOUNDS.__getitem__,
        default=PopulationBand.UNKNOWN,
    )


class MembershipStatus(TextChoices):
    """A city's membership status. "Applicant" is not one of them: applications are not public."""

    ADMITTED = "admitted", _("Member")
    REPORTING_DUE = "reporting-due", _("Member, progress report due")
    REPORTING_LATE = "reporting-late", _("Member, progress report late")
    INACTIVE = "inactive", _("Member, inactive")
    LEFT = "left", _("Former member")
    NOT_A_MEMBER = "not-a-member", _("Not a member")

    @classmethod
    def members(cls) -> tuple["MembershipStatus", ...]:
        """The statuses that count as membership on the map and in numbers."""
        return (cls.ADMITTED, cls.REPORTING_DUE, cls.REPORTING_LATE, cls.INACTIVE)


class CityRole(TextChoices):
    """What a person may do at the desk of a city: `desk.permissions`."""

    OWNER = "owner", pgettext_lazy("role of a person of a city", "Owner")
    EDITOR = "editor", pgettext_lazy("role of a person of a city", "Editor")
