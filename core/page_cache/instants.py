"""The next instant at which something that the public can see changes by the clock alone.

One answer for the whole portal: the smallest future value of every field that holds an instant, in all tables that
public pages read, moved by the periods that a page counts from it ("closing soon"). Whole days need no field: a day
ends at a quarter of an hour in every time zone of the world, and no answer is kept beyond one.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta

from django.apps import apps
from django.db import models
from django.db.models import Min

from core.page_cache.statements import is_read

QUARTER = timedelta(minutes=15)

# Names of fields whose instants are never in the future.
_past: set[str] = set()
# Label of a field → the periods.
_periods: defaultdict[str, list[Callable[[], timedelta]]] = defaultdict(list)


def register_past_fields(names: Iterable[str]) -> None:
    """Say which fields note when something happened. names: "created_at" for a field of this name in any model."""
    _past.update(names)


def register_periods(fields: Iterable[str], *periods: Callable[[], timedelta]) -> None:
    """Say that pages also change a period after the instants of some fields; a negative one is before them.

    fields: labels such as "calls.Call.first_deadline". periods: read when asked, because settings may have them.
    """
    for field in fields:
        _periods[field] += periods


def fields_with_instants() -> Iterator[models.DateTimeField]:
    """The fields that count."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy and is_read(model):
            for field in model._meta.local_fields:
                if isinstance(field, models.DateTimeField) and field.name not in _past:
                    yield field


def next_instant(after: datetime) -> datetime:
    """The first instant after `after` (aware) at which anything may change by the clock: a quarter away at most."""
    instants = [next_quarter(after)]
    for field in fields_with_instants():
        rows = field.model._base_manager.order_by()
        for period in [timedelta(), *(period() for period in _periods[str(field)])]:
            later = rows.filter(**{f"{field.name}__gt": after - period}).aggregate(first=Min(field.name))["first"]
            if later is not None:
                instants.append(later + period)
    return min(instants)


def next_quarter(after: datetime) -> datetime:
    """The next quarter of an hour, at which a day can end somewhere."""
    seconds = QUARTER.total_seconds()
    return datetime.fromtimestamp((after.timestamp() // seconds + 1) * seconds, UTC)
