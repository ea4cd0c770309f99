"""Filters and tags for dates, times and numbers: `{{ page.date|day }}`, `{% money 25000 "EUR" 2015 %}`.

Each returns what the function with its name in `core.i18n.dates` returns, and "" for None and "".
"""

import re
from collections.abc import Callable

from django import template
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from core.i18n import dates

register = template.Library()

BEFORE_A_TIME = re.compile(r" (?=\d{1,2}:\d\d)")
# What stands between two moments, and the place whose time it is: lines may break there.
BETWEEN_MOMENTS = re.compile(r"( [–—] (?=[^()（）]*\d:\d\d)|\s*[(（].*)", re.DOTALL)


def _filter(function):
    """Return the function as a filter with at most one argument."""

    def apply(value, argument=None):
        if value in (None, ""):
            return ""
        return function(value) if argument is None else function(value, argument)

    return apply


def _tag(function):
    """Return the function as a tag with several arguments."""

    def apply(value, *others):
        return "" if value in (None, "") else function(value, *others)

    return apply


_filters: tuple[Callable[..., str], ...] = (
    dates.day,
    dates.day_month,
    dates.month,
    dates.year,
    dates.weekday,
    dates.weekday_short,
    dates.weekday_day,
    dates.weekday_moment,
    dates.partial_date,
    dates.clock_time,
    dates.moment,
    dates.moment_in_utc,
    dates.number,
    dates.percent,
    dates.file_size,
    dates.zone_place,
)
_tags: tuple[Callable[..., str], ...] = (dates.day_range, dates.time_range, dates.money)

for _function in _filters:
    register.filter(_function.__name__, _filter(_function))

for _function in _tags:
    register.simple_tag(_tag(_function), name=_function.__name__)


@register.filter
def with_its_time(text):
    """Text of a date with its time in which no line breaks while it fits: "30 June 2026, 23:59".

    A place in brackets may stand on the next line, and so may the second of two moments. Anything else is unchanged.
    """
    if not isinstance(text, str) or hasattr(text, "__html__") or not BEFORE_A_TIME.search(text):
        return text
    parts = BETWEEN_MOMENTS.split(BEFORE_A_TIME.sub("\u00a0", text))
    # Every second part stands between two moments.
    return format_html_join(
        "",
        "{}",
        (
            (format_html('<span class="whole">{}</span>', part) if place % 2 == 0 and part else part,)
            for place, part in enumerate(parts)
        ),
    )


@register.simple_tag
def today() -> str:
    """Today's date in UTC: "30 June 2026"."""
    return dates.day(timezone.now())
