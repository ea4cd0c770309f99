"""The portal's vocabularies: stable codes with names that readers see.

A code is what the database, addresses, facets and files hold. It is never renamed; a vocabulary
may grow. Names are translated in the message catalogues.
"""

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


class SustainableDevelopmentGoal(TextChoices):
    """The 17 goals of the United Nations' 2030 Agenda, by their short names."""

    NO_POVERTY = "1", _("No poverty")
    ZERO_HUNGER = "2", _("Zero hunger")
    GOOD_HEALTH = "3", _("Good health and well-being")
    QUALITY_EDUCATION = "4", _("Quality education")
    GENDER_EQUALITY = "5", _("Gender equality")
    CLEAN_WATER = "6", _("Clean water and sanitation")
    CLEAN_ENERGY = "7", _("Affordable and clean energy")
    DECENT_WORK = "8", _("Decent work and economic growth")
    INDUSTRY = "9", _("Industry, innovation and infrastructure")
    REDUCED_INEQUALITIES = "10", _("Reduced inequalities")
    SUSTAINABLE_CITIES = "11", _("Sustainable cities and communities")
    RESPONSIBLE_CONSUMPTION = "12", _("Responsible consumption and production")
    CLIMATE_ACTION = "13", _("Climate action")
    LIFE_BELOW_WATER = "14", _("Life below water")
    LIFE_ON_LAND = "15", _("Life on land")
    PEACE = "16", _("Peace, justice and strong institutions")
    PARTNERSHIPS = "17", _("Partnerships for the goals")


class ActionLine(TextChoices):
    """What a learning city does: the six lines of its definition."""

    RESOURCES = "resources", _("Inclusive learning from basic to higher education")
    FAMILIES_COMMUNITIES = "families-communities", _("Learning in families and communities")
    WORKPLACE = "workplace", _("Learning for and in the workplace")
    TECHNOLOGIES = "technologies", _("Modern learning technologies")
    QUALITY = "quality", _("Quality and excellence in learning")
    CULTURE = "culture", _("A culture of learning throughout life")


class TargetGroup(TextChoices):
    """Whom a practice is for."""

    EVERYONE = "everyone", _("Everyone")
    CHILDREN = "children", _("Children")
    YOUTH = "youth", _("Young people")
    ADULTS = "adults", _("Adults")
    OLDER_PEOPLE = "older-people", _("Older people")
    FAMILIES = "families", _("Families")
    WOMEN = "women", _("Women")
    MIGRANTS = "migrants", _("Migrants and refugees")
    JOB_SEEKERS = "job-seekers", _("Job-seekers")
    PERSONS_WITH_DISABILITIES = "persons-with-disabilities", _("Persons with disabilities")
    TEACHERS = "teachers", _("Teachers and trainers")


class LearningSetting(TextChoices):
    """Where the learning happens."""

    FORMAL = "formal", _("Formal education")
    NON_FORMAL = "non-formal", _("Non-formal education")
    INFORMAL = "informal", _("Informal learning")
    WORKPLACE = "workplace", _("Workplace")
    ONLINE = "online", pgettext_lazy("learning setting", "Online")
    PUBLIC_SPACE = "public-space", _("Public space")


class GovernanceLevel(TextChoices):
    """Which level of government carries a practice."""

    NEIGHBOURHOOD = "neighbourhood", _("Neighbourhood")
    CITY = "city", pgettext_lazy("level of government", "City")
    METROPOLITAN = "metropolitan", _("Metropolitan area")
    REGIONAL = "regional", _("Region or province")
    NATIONAL = "national", _("Country")


class CostBand(TextChoices):
    """What a practice costs in a year, in euros."""

    UNDER_10K = "under-10k", _("Under €10,000")
    FROM_10K = "10k-50k", _("€10,000 to €50,000")
    FROM_50K = "50k-250k", _("€50,000 to €250,000")
    OVER_250K = "over-250k", _("Over €250,000")
    UNKNOWN = "unknown", _("Not known")


class Evidence(TextChoices):
    """The evidence ladder, lowest rung first."""

    ACTIVITY = "activity", _("Activity counted")
    OUTPUT = "output", _("Output counted")
    OUTCOME = "outcome", _("Outcome measured")
    INDEPENDENT_EVALUATION = "independent-evaluation", _("Independently evaluated")

    @property
    def step(self) -> int:
        """Its place on the ladder, from 1."""
        return list(type(self)).index(self) + 1


class PracticeState(TextChoices):
    """How a practice stands. Stopped and failed ones teach as much as the others."""

    ONGOING = "ongoing", pgettext_lazy("state of a practice", "Going on")
    ENDED = "ended", pgettext_lazy("state of a practice", "Ended")
    STOPPED = "stopped", pgettext_lazy("state of a practice", "Stopped")
    FAILED = "failed", pgettext_lazy("state of a practice", "Failed")


class MembershipStatus(TextChoices):
    """A city's standing in the network. Who has applied is no status: that is never public."""

    ADMITTED = "admitted", _("Member")
    REPORTING_DUE = "reporting-due", _("Member, progress report due")
    REPORTING_LATE = "reporting-late", _("Member, progress report late")
    INACTIVE = "inactive", _("Member, inactive")
    LEFT = "left", _("Former member")
    NOT_A_MEMBER = "not-a-member", _("Not a member")

    @classmethod
    def members(cls) -> tuple["MembershipStatus", ...]:
        """The statuses that the map and the counts call "member"."""
        return (cls.ADMITTED, cls.REPORTING_DUE, cls.REPORTING_LATE, cls.INACTIVE)


class CallKind(TextChoices):
    """What a call invites to."""

    MEMBERSHIP = "membership", _("Call for membership")
    AWARD = "award", _("Call for an award")
    PRACTICES = "practices", _("Call for practices")
    HOSTING = "hosting", _("Call for a host city")
    OTHER = "other", pgettext_lazy("kind of call", "Call")


class DateReason(TextChoices):
    """Why a date of a call was moved, as a whole sentence for the page."""

    EMERGENCY = "emergency", _("An emergency kept cities from working.")
    TECHNICAL_FAILURE = "technical-failure", _("The application form was out of order.")
    COMMISSIONS_REQUEST = "commissions-request", _("National Commissions asked for more time.")
    LOW_RESPONSE = "low-response", _("Too few applications had arrived.")
    CORRECTION = "correction", _("The date had been published wrongly.")
    OTHER = "other", _("The reason is not on record.")


class EventKind(TextChoices):
    """What kind of meeting an event is."""

    CONFERENCE = "conference", _("Conference")
    WEBINAR = "webinar", _("Webinar")
    MEETING = "meeting", _("Meeting")
    FESTIVAL = "festival", _("Festival")


class EventSeries(TextChoices):
    """Series of which an event can be an edition."""

    ICLC = "iclc", _("International Conference on Learning Cities")


class EventMode(TextChoices):
    """How one takes part."""

    PLACE = "place", _("On site")
    ONLINE = "online", pgettext_lazy("way to take part", "Online")
    HYBRID = "hybrid", _("On site and online")


class EventState(TextChoices):
    """Whether an event stands as announced (RFC 5545 STATUS, schema.org EventStatusType)."""

    PLANNED = "planned", _("As planned")
    MOVED = "moved", _("Moved")
    CANCELLED = "cancelled", _("Cancelled")


class Licence(TextChoices):
    """Under which licence others may use a text or file."""

    CC_BY = "cc-by-4.0", "CC BY 4.0"
    CC_BY_SA = "cc-by-sa-4.0", "CC BY-SA 4.0"
    CC_BY_NC_SA = "cc-by-nc-sa-3.0-igo", "CC BY-NC-SA 3.0 IGO"
    CC0 = "cc0-1.0", "CC0 1.0"
    ALL_RIGHTS = "all-rights-reserved", _("All rights reserved")


class DatePrecision(TextChoices):
    """How exactly a date is known. The database holds the first day of the year or month."""

    YEAR = "year", _("Year")
    MONTH = "month", _("Month")
    DAY = "day", _("Day")


class ClusterSign(TextChoices):
    """The drawn sign of a cluster (core.signs has the geometry)."""

    LEAF = "leaf", _("Leaf")
    RINGS = "rings", _("Two rings")
    BARS = "bars", _("Bars")
    TARGET = "target", _("Target")
    SPARK = "spark", _("Spark")
    HEART = "heart", _("Heart")
    BOOK = "book", _("Book")
    WAVE = "wave", _("Wave")
    TRIANGLE = "triangle", _("Triangle")
    FRAME = "frame", _("Frame")
