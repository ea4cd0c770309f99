"""The codes of cities. Each has a label in the active language."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Region(TextChoices):
    """The five UNESCO regions."""

    AFRICA = "africa", _("Africa")
    ARAB_STATES = "arab-states", _("Arab States")
    ASIA_PACIFIC = "asia-pacific", _("Asia and the Pacific")
    EUROPE_NORTH_AMERICA = "europe-north-america", _("Europe and North America")
    LATIN_AMERICA_CARIBBEAN = "latin-america-caribbean", _("Latin America and the Caribbean")


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
