"""Filters and tags for dates, times and numbers: `{{ page.date|day }}`, `{% money 25000 "EUR" 2015 %}`.

Each returns what the function with its name in `core.i18n.dates` returns, and "" for None and "".
"""

from collections.abc import Callable

from django import template

from core.i18n import dates

register = template.Library()


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
