"""“Same again, new dates”: begin a call from the last one of its kind.

Facts, contact, words and translations are copied; the pages as drafts. Flyers, history, sessions and results are not.
"""

import re
from datetime import date, datetime

from django.db import transaction

from calls.deadlines import A_MINUTE
from calls.models import Call, CallPage
from calls.vocabularies import Precision
from core.translations.copies import copy_as_draft

YEAR = re.compile(r"(?:19|20)\d\d")
# What a new call takes over.
FACTS = (
    "kind",
    "precision",
    "quota_per_country",
    "results_precision",
    "application_url",
    "contact_email",
    "is_example",
)
# The words that belong to one call only.
WORDS_LEFT_OUT = {"extension_note": "", "results_text": ""}
LONGEST_CODE = 60


def last_of_each_kind() -> list[Call]:
    """Return the newest call of each kind, the newest first, with what `calls.admin_words.title_of` needs."""
    newest: dict[str, Call] = {}
    for call in Call.objects.order_by("-pk").prefetch_related("pages__locale"):
        newest.setdefault(call.kind, call)
    return list(newest.values())


def proposal(call: Call, *, with_dates: bool) -> dict:
    """Return the initial values of `calls.forms.NewCallForm` for a call that follows `call`.

    call: from `Call.objects.with_history(now)`. with_dates: move its first dates by as many whole years as bring them
    into the future; otherwise the dates are empty.
    """
    dates = {
        "opening": call.opens_at or call.opening,
        "city": _last_minute(call.first_deadline or call.deadline),
        "commission": _last_minute(call.first_commission_deadline or call.commission_deadline),
    }
    years = _years(call, [instant for instant in dates.values() if instant])
    values: dict = {name: getattr(call, name) for name in FACTS} | {
        "code": _free_code(call, years),
        "time_zone": call.place_of_times,
        "clusters": [cluster.pk for cluster in call.clusters.all()],
    }
    if not with_dates:
        return values
    for name, instant in dates.items():
        if instant:
            local = instant.astimezone(call.zone)
            values[f"{name}_day"] = _in_year(local.date(), local.year + years)
            if call.precision == Precision.MINUTE and (name != "opening" or local.time() != datetime.min.time()):
                values[f"{name}_time"] = local.time()
    if call.results_on:
        values["results_on"] = _in_year(call.results_on, call.results_on.year + years)
    return values


def _last_minute(deadline: datetime | None) -> datetime | None:
    return deadline - A_MINUTE if deadline else None


def _years(call: Call, instants: list[datetime]) -> int:
    """The smallest number of years that brings all dates of a call after `call.as_of`; at least one."""
    years = 1
    first = min(instants, default=call.as_of).astimezone(call.zone).date()
    today = call.as_of.astimezone(call.zone).date()
    while _in_year(first, first.year + years) <= today:
        years += 1
    return years


def _in_year(day: date, year: int) -> date:
    """The same day of another year; 28 February for the 29th where there is none."""
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)


def _free_code(call: Call, years: int) -> str:
    """A code that no call has: with the year moved, or with the year after the code."""
    if found := YEAR.search(call.code):
        code = YEAR.sub(str(int(found[0]) + years), call.code, count=1)
    else:
        reference = call.first_deadline or call.opens_at or call.as_of
        year = str(reference.astimezone(call.zone).year + years)
        code = f"{call.code[: LONGEST_CODE - 5]}-{year}"
    taken = set(Call.objects.values_list("code", flat=True))
    number, candidate = 2, code
    while candidate in taken:
        candidate = f"{code[: LONGEST_CODE - 4]}-{number}"
        number += 1
    return candidate


@transaction.atomic
def copy_pages(source: Call, target: Call, user) -> list[CallPage]:
    """Copy the pages of a call for another one, as drafts: the original and the translations of its words.

    Returns the new pages, the original first; none if the user may not add a page where the original is. A language in
    which the user may not add translations is left out; there, a translator begins it.
    """
    original = next((page for page in source.pages.all() if page.is_original), None)
    if original is None:
        return []
    if not original.get_parent().specific.permissions_for_user(user).can_add_subpage():
        return []
    values = {"call": target, "slug": target.code, **WORDS_LEFT_OUT}
    return copy_as_draft(original, values=values, user=user)
