"""The choices of calls' fields."""

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Clock(TextChoices):
    """The dates of a call that can move, and the place whose time counts."""

    OPENING = "opening", _("Opening of the call")
    CITY = "city", _("Deadline for cities")
    COMMISSION = "commission", _("Deadline for National Commissions")
    PLACE = "place", pgettext_lazy("what a change moves", "Time zone")


DATED_CLOCKS = (Clock.OPENING, Clock.CITY, Clock.COMMISSION)
# The fields of a call with the dates that it was created with.
FIRST_DATES: dict[Clock, str] = {
    Clock.OPENING: "opens_at",
    Clock.CITY: "first_deadline",
    Clock.COMMISSION: "first_commission_deadline",
}


class Precision(TextChoices):
    """How exactly dates are shown. The database stores an instant in both cases."""

    DAY = "day", _("Day: until the end of the day")
    MINUTE = "minute", _("Minute: until the time given")


class Decider(TextChoices):
    """Who decided to move a date."""

    SECRETARIAT = "secretariat", _("The secretariat")
    GOVERNING_BODY = "governing-body", _("The governing body of the network")
    HOST = "host", _("The host city")
    NOT_ON_RECORD = "not-on-record", _("Not on record")


class CallState(TextChoices):
    """The state of a call at an instant. `calls.states.state_of` computes it."""

    UPCOMING = "upcoming", pgettext_lazy("status of a call", "Upcoming")
    OPEN = "open", pgettext_lazy("status of a call", "Open")
    EXTENDED = "extended", _("Open – deadline extended")
    CLOSING_SOON = "closing-soon", _("Closing soon")
    CLOSED = "closed", pgettext_lazy("status of a call", "Closed")
    UNDER_REVIEW = "under-review", _("Under review")
    RESULTS = "results", pgettext_lazy("status of a call", "Results published")
    UNDATED = "undated", _("No date yet")

    @property
    def is_open(self) -> bool:
        """Whether cities can submit."""
        return self in (self.OPEN, self.EXTENDED, self.CLOSING_SOON)

    @property
    def is_to_come(self) -> bool:
        """Whether cities can submit later, as far as is known."""
        return self in (self.UPCOMING, self.UNDATED)

    @property
    def tag(self) -> str:
        """The kind of its status tag (core.templatetags.portal_components)."""
        return "review" if self == self.UNDER_REVIEW else self.value


class CallKind(TextChoices):
    """What a call is for."""

    MEMBERSHIP = "membership", _("Call for membership")
    AWARD = "award", _("Call for an award")
    PRACTICES = "practices", _("Call for practices")
    HOSTING = "hosting", _("Call for a host city")
    OTHER = "other", pgettext_lazy("kind of call", "Call")


class DateReason(TextChoices):
    """Why a date was moved. The labels are sentences on the call's page."""

    EMERGENCY = "emergency", _("An emergency prevented cities from preparing their applications.")
    TECHNICAL_FAILURE = "technical-failure", _("The application form did not work.")
    COMMISSIONS_REQUEST = "commissions-request", _("National Commissions asked for more time.")
    LOW_RESPONSE = "low-response", _("Too few applications had arrived.")
    CORRECTION = "correction", _("The published date was wrong.")
    OTHER = "other", _("The reason is not on record.")
    # Only for dates that are set for the first time (`calls.services.set_date`): nothing was moved.
    FIRST_DATE = "first-date", _("The date was set for the first time.")

    @classmethod
    def for_moves(cls) -> list[tuple[str, Promise]]:
        """The choices of a form that moves a date."""
        return [(code, label) for code, label in cls.choices if code != cls.FIRST_DATE]
