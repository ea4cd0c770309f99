"""The choices of events' fields."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class EventKind(TextChoices):
    """What kind of meeting an event is."""

    CONFERENCE = "conference", _("Conference")
    WEBINAR = "webinar", _("Webinar")
    MEETING = "meeting", _("Meeting")
    FESTIVAL = "festival", _("Festival")


class EventSeries(TextChoices):
    """The series that an event can belong to."""

    ICLC = "iclc", _("International Conference on Learning Cities")


class EventMode(TextChoices):
    """How people take part."""

    PLACE = "place", _("On site")
    ONLINE = "online", pgettext_lazy("way to take part", "Online")
    HYBRID = "hybrid", _("On site and online")


class EventState(TextChoices):
    """Whether an event takes place as announced (RFC 5545 STATUS, schema.org EventStatusType)."""

    PLANNED = "planned", _("As planned")
    MOVED = "moved", _("Moved")
    POSTPONED = "postponed", _("Postponed")
    CANCELLED = "cancelled", _("Cancelled")


# An event with one of these states does not take place when announced.
WILL_NOT = (EventState.POSTPONED, EventState.CANCELLED)
