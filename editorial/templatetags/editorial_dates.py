"""The date on the home page of the admin."""

from django.template import Library
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from core.i18n import dates

register = Library()


@register.simple_tag
def now_here() -> str:
    """This day in the time zone of the person who reads it, and which zone that is.

    In HTML, as two elements: "Monday 30 November 2026", "Times are those of Berlin (UTC+1).".
    """
    now = timezone.localtime()
    zone = timezone.get_current_timezone_name()
    day = format_html('<time datetime="{}">{}</time>', now.date().isoformat(), dates.weekday_date(now))
    place = dates.zone_place(zone)
    offset = dates.utc_offset(now)
    words = _("Times are those of %(place)s (%(offset)s).") if place != "UTC" else _("Times are in UTC.")
    return format_html("{} <span>{}</span>", day, words % {"place": place, "offset": offset})
