"""Sources that many cities share, in the reader's language. Other sources are shown as they were entered."""

import re
from datetime import datetime

from django.utils.translation import gettext, gettext_noop, ngettext, pgettext

from core.i18n import dates

SHARED = (
    gettext_noop("United Nations Statistics Division, Demographic Yearbook"),
    gettext_noop("National Bureau of Statistics of China, census"),
    gettext_noop("UNESCO Institute for Lifelong Learning"),
    gettext_noop("UNESCO press release"),
    gettext_noop("only members can receive it, the year of admission is not on record"),
    gettext_noop("the year of admission is not on record"),
    gettext_noop("Example"),
)


def source_text(source: str) -> str:
    """The source for readers: each part between semicolons in the active language if it is one of SHARED or FORMS."""
    return pgettext("between two sources", "; ").join(map(_part, source.split("; ")))


def _part(text: str) -> str:
    if text in SHARED:
        return gettext(text)
    for pattern, words in FORMS:
        if found := re.fullmatch(pattern, text):
            return words(**found.groupdict())
    return text


def _recipients(publisher: str, year: str) -> str:
    words = gettext("%(publisher)s, recipients of the award of %(year)s")
    return words % {"publisher": _part(publisher), "year": year}


def _award(publisher: str, year: str) -> str:
    words = gettext("%(publisher)s, press release on the award of %(year)s")
    return words % {"publisher": _part(publisher), "year": year}


def _admission(publisher: str, day: str, number: str) -> str:
    words = ngettext(
        "%(publisher)s, %(day)s: %(number)s new member", "%(publisher)s, %(day)s: %(number)s new members", int(number)
    )
    on = dates.day(datetime.strptime(day, "%d %B %Y").date())
    return words % {"publisher": _part(publisher), "day": on, "number": number}


def _correction(number: str) -> str:
    return gettext("corrected to %(number)s") % {"number": number}


# Sentences with values; a publisher may be one of SHARED. Each: what is entered, and the function that translates it.
FORMS = (
    (r"(?P<publisher>.+), recipients of the award of (?P<year>\d{4})", _recipients),
    (r"(?P<publisher>.+), press release on the award of (?P<year>\d{4})", _award),
    (r"(?P<publisher>.+), (?P<day>\d{1,2} [A-Z][a-z]+ \d{4}): (?P<number>\d+) new members?", _admission),
    (r"corrected to (?P<number>\d+)", _correction),
)
