"""Search analytics: what readers search for and do not find, and which filters they use; anonymous.

A page that is only read writes nothing to the database: it leaves a line, which the worker adds to the
counts of the month within two minutes (`core.left_lines`). Words that were searched less often than `LEAST` times
in a month are never shown, and deleted when the month has ended: words that only one person typed
may identify that person.
"""

import json
import logging
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from core.i18n.languages import LANGUAGE_CODES
from core.left_lines import LeftLines
from core.page_cache.keeping import do_not_keep
from search.filters import chosen_facets
from search.models import SearchStatistic
from search_engines.criteria import Criteria
from search_engines.results import Results

logger = logging.getLogger(__name__)

LEAST = 3
MONTHS = 13
LONGEST_WORDS = 80
# So that nobody can fill the table. What exceeds it is not counted.
MOST_WORDS = 10_000

_ADDRESS = re.compile(r"\S*[@＠]\S*")
# Seven digits or more in any script, however they are separated.
_NUMBER = re.compile(r"[+(]?\d(?:[\s().\-–/]*\d){6,}")

Key = tuple[date, str, str, str]
"""Month, language, kind, value."""


LINES = LeftLines("search_analytics", "searches")


def note(criteria: Criteria, results: Results, preset: Mapping[str, str]) -> None:
    """Append a line about a search, if there is anything to count. Never raises.

    Words are counted when nothing was found without any filter. Further pages and results from the
    fallback are not counted. preset: facet code → value that the page itself selects.
    """
    if criteria.page > 1 or results.degraded:
        return
    filters = [facet.code for facet in chosen_facets(criteria, preset)]
    words = "" if results.total or filters else normalised(criteria.text)
    if not words and not filters:
        return
    # Kept, the answer would be counted once for many readers.
    do_not_keep()
    line = {"month": f"{criteria.instant:%Y-%m}", "language": criteria.language, "words": words, "filters": filters}
    try:
        LINES.append(json.dumps(line, ensure_ascii=False) + "\n")
    except OSError as error:
        logger.warning("A search is not counted: %s", error)


def normalised(text: str) -> str:
    """Return the words in lower case with single spaces, shortened, without e-mail addresses and telephone numbers."""
    text = _NUMBER.sub(" ", _ADDRESS.sub(" ", text.lower().replace('"', " ")))
    return " ".join(text.split())[:LONGEST_WORDS].strip()


def count_searches() -> bool:
    """Add the lines to the counts; a periodic task of the worker. Returns False: there is nothing more to do now."""
    LINES.take(_add_lines)
    return False


@transaction.atomic
def _add_lines(lines: list[str]) -> None:
    _add(Counter(_keys(lines)))


def _keys(lines: Iterable[str]) -> Iterator[Key]:
    """The keys that the lines count for. Broken lines are ignored."""
    for line in lines:
        try:
            noted = json.loads(line)
            month = date.fromisoformat(f"{noted['month']}-01")
            language, words, filters = noted["language"], noted["words"], noted["filters"]
        except (ValueError, KeyError, TypeError):
            continue
        if language not in LANGUAGE_CODES:
            continue
        if words:
            yield month, language, SearchStatistic.Kind.WORDS, words
        for code in filters:
            yield month, language, SearchStatistic.Kind.FILTER, code


def _add(counts: Mapping[Key, int]) -> None:
    """Add counts to the rows of their months and languages."""
    for month, language in {key[:2] for key in counts}:
        of_month = SearchStatistic.objects.filter(month=month, language=language)
        rows = {(row.month, row.language, row.kind, row.value): row for row in of_month}
        known = [key for key in counts if key in rows]
        for key in known:
            rows[key].count += counts[key]
        SearchStatistic.objects.bulk_update([rows[key] for key in known], ["count"], batch_size=500)
        new = [key for key in counts if key[:2] == (month, language) and key not in rows]
        # The number of filters is limited, the number of different words is not.
        filters = [key for key in new if key[2] == SearchStatistic.Kind.FILTER]
        words = [key for key in new if key[2] == SearchStatistic.Kind.WORDS][: max(MOST_WORDS - len(rows), 0)]
        SearchStatistic.objects.bulk_create(
            [
                SearchStatistic(
                    month=month, language=language, kind=kind, value=value, count=counts[month, language, kind, value]
                )
                for _month, _language, kind, value in filters + words
            ],
            batch_size=500,
        )


def forget() -> None:
    """Delete counts that are older than `MONTHS` months, and rare words of months that have ended."""
    now = this_month()
    year, month = divmod(now.year * 12 + now.month - 1 - MONTHS, 12)
    SearchStatistic.objects.filter(month__lt=date(year, month + 1, 1)).delete()
    SearchStatistic.objects.filter(month__lt=now, kind=SearchStatistic.Kind.WORDS, count__lt=LEAST).delete()


def shown() -> QuerySet[SearchStatistic]:
    """The counts that editors may see."""
    return SearchStatistic.objects.filter(count__gte=LEAST)


def unanswered() -> QuerySet[SearchStatistic]:
    """What readers searched for this month without finding anything."""
    return shown().filter(kind=SearchStatistic.Kind.WORDS, month=this_month())


def this_month() -> date:
    """The first day of the month for which searches are counted now."""
    return timezone.now().date().replace(day=1)
