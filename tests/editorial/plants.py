"""Work for the home page of the admin: by the code of a row, a function that adds what it counts, and decoys.

A decoy looks like what is counted and is not: it turns a number or a list red that does not look closely.
"""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import count

from django.utils import timezone
from post_office.models import STATUS, Email

from home.models import StandardPage
from mails.kinds import MailKind
from mails.outbox import send_once
from moderation import services
from practices.models import PracticePage
from search.models import SearchStatistic
from search.search_analytics import LEAST, this_month
from tests import factories
from tests.moderation.submissions import Case

_numbers = count(1)


def practices_waiting() -> None:
    """Decoys: one that was sent back, one that was withdrawn."""
    Case()
    Case().send_back()
    withdrawn = Case()
    services.withdraw(withdrawn.page, by=withdrawn.owner)


def failed_mails() -> None:
    """Decoys: one that was sent, one that waits, one that is late."""
    for status in (STATUS.failed, STATUS.failed, STATUS.sent, STATUS.queued, STATUS.requeued):
        words = {"title": "Lessons", "city": "Cork", "days": 14}
        notice = send_once(MailKind.RECEIVED, to=factories.user(), about=f"thing-{next(_numbers)}", context=words)
        long_ago = timezone.now() - timedelta(hours=3)
        assert notice
        Email.objects.filter(pk=notice.mail_id).update(status=status, created=long_ago, scheduled_time=None)


def outdated_translations() -> None:
    """One in Arabic, two in French. Decoys: one that is up to date, one that readers do not see."""
    now = timezone.now()
    first, second = factories.standard_page(), factories.standard_page()
    outdated = [
        factories.translated(first, "ar"),
        factories.translated(first, "fr"),
        factories.translated(second, "fr"),
    ]
    factories.translated(second, "ar")
    draft = factories.translated(factories.standard_page(), "fr", publish=False)
    StandardPage.objects.filter(pk__in=[page.pk for page in [*outdated, draft]]).update(text_outdated_since=now)


def unconfirmed_practices() -> None:
    """Decoys: one confirmed since, one of the secretariat, one that is not public, and a translation."""
    long_ago = date(2019, 5, 20)
    factories.practice(**factories.BY_CITY, written_on=long_ago)
    old = factories.practice(**factories.BY_CITY, written_on=long_ago)
    factories.translated(old, "fr", publish=False)
    confirmed = factories.practice(**factories.BY_CITY, written_on=long_ago)
    hidden = factories.practice(**factories.BY_CITY, written_on=long_ago)
    hidden.unpublish()
    factories.practice(written_on=long_ago)
    PracticePage.objects.filter(pk=confirmed.pk).update(confirmed_on=timezone.localdate())


def open_changes() -> None:
    """Decoys: one that is not public, one that its city changes, one with a day of publication."""
    changed = factories.practice()
    changed.problem = "Changed"
    changed.save_revision()
    fresh = factories.practice()
    fresh.unpublish()
    fresh.save_revision()
    planned = factories.practice()
    planned.go_live_at = timezone.now() + timedelta(days=2)
    planned.save_revision().publish()
    returned = Case()
    returned.approve()
    returned.submit(problem="New")
    returned.send_back()


def unanswered_searches() -> None:
    """Three in English, one in French. Decoys: too rare, of another month, a filter."""
    words = SearchStatistic.Kind.WORDS

    def counted(language: str, kind=words, month=None, times=LEAST) -> None:
        SearchStatistic.objects.create(
            month=month or this_month(), language=language, kind=kind, value=f"word {next(_numbers)}", count=times
        )

    for language in ("en", "en", "en", "fr"):
        counted(language)
    counted("en", times=LEAST - 1)
    counted("en", month=(this_month() - timedelta(days=1)).replace(day=1))
    SearchStatistic.objects.get_or_create(
        month=this_month(), language="en", kind=SearchStatistic.Kind.FILTER, value="region", count=9
    )


PLANTS: dict[str, Callable[[], None]] = {
    "practices-waiting": practices_waiting,
    "failed-mails": failed_mails,
    "outdated-translations": outdated_translations,
    "unconfirmed-practices": unconfirmed_practices,
    "open-changes": open_changes,
    "unanswered-searches": unanswered_searches,
}
