"""Work for the home page of the admin: by the code of a row, a function that adds what it counts, and decoys.

A decoy looks like what is counted and is not: it turns a number or a list red that does not look closely.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import count

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from post_office.models import STATUS, Email
from wagtail.models import Page, Revision

from calls.services import withdraw_change
from calls.states import last_day
from feedback.models import MistakeReport, ReportState
from feedback.services import report, set_state
from home.models import StandardPage
from links.models import Address, Link
from mails.kinds import MailKind
from mails.outbox import send_once
from moderation import services
from practices.models import PracticePage
from search.models import SearchStatistic
from search.search_analytics import LEAST, this_month
from tests import factories
from tests.calls.builders import call_document, extend
from tests.calls.builders import now as at_now
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


def late_schedules() -> None:
    """One to be published, one to be taken down. Decoys: due just now, due later, over long ago."""
    now = timezone.now()
    for minutes in (-6, -1, 60):
        revision = factories.news().save_revision()
        Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=now + timedelta(minutes=minutes))
        Page.objects.filter(pk=factories.news().pk).update(expire_at=now + timedelta(minutes=minutes))
    over = factories.news()
    over.unpublish()
    Page.objects.filter(pk=over.pk).update(expire_at=now - timedelta(days=1))


def reported_mistakes() -> None:
    """Decoy: one that somebody has dealt with."""
    for text in ("The year is wrong.", "A link is broken."):
        report("/en/about/", "en", text, "")
    report("/en/about/", "en", "The year was wrong.", "")
    done = MistakeReport.objects.latest("pk")
    set_state(done.pk, ReportState.DONE, by=factories.user(is_superuser=True), request=None)


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


def calls_due() -> None:
    """One that closes, two that open. Decoys: one that closes a day later, one that has just closed."""
    now = timezone.now()
    factories.call(first_deadline=now + timedelta(days=29))
    factories.call(opens_at=now + timedelta(days=5))
    factories.call(opens_at=now + timedelta(days=20))
    factories.call(first_deadline=now + timedelta(days=31))
    factories.call(first_deadline=now - timedelta(hours=1))


def planned_announcements() -> None:
    """Decoys: one that was announced, one that was withdrawn."""
    later = datetime(2101, 1, 1, tzinfo=UTC)
    tomorrow = timezone.now() + timedelta(days=1)
    for _number in range(2):
        extend(factories.call(), new=later, announce_at=tomorrow)
    extend(factories.call(), new=later)
    withdraw_change(extend(factories.call(), new=later, announce_at=tomorrow), user=factories.user())


def old_flyers() -> None:
    """Two old flyers of one call. Decoys: one with the right date, one without a date."""
    call = factories.call()
    for language, day in {"fr": date(2020, 3, 1), "ar": date(2020, 3, 1), "en": last_day(at_now(call))}.items():
        call_document(call, language=language, shows_deadline=day)
    call_document(factories.call(), shows_deadline=None)


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


def broken_links() -> None:
    """Two in a translation, which everybody may edit. Decoys: one that leads somewhere, one that a person dismissed."""
    original = factories.standard_page()
    page = factories.translated(original, "fr")
    kind = ContentType.objects.get_for_model(page)
    for fault, dismissed in (("not-found", ""), ("moved", "not-found"), ("", ""), ("draft", "draft")):
        number = next(_numbers)
        address = Address.objects.create(
            key=str(number), address=f"/en/{number}/", fault=fault, dismissed_fault=dismissed, since=timezone.now()
        )
        Link.objects.create(
            address=address, content_type=kind, object_id=page.pk, language="fr", is_translation=True, part="body"
        )


PLANTS: dict[str, Callable[[], None]] = {
    "practices-waiting": practices_waiting,
    "failed-mails": failed_mails,
    "late-schedules": late_schedules,
    "reported-mistakes": reported_mistakes,
    "outdated-translations": outdated_translations,
    "unconfirmed-practices": unconfirmed_practices,
    "open-changes": open_changes,
    "calls-due": calls_due,
    "planned-announcements": planned_announcements,
    "old-flyers": old_flyers,
    "broken-links": broken_links,
    "unanswered-searches": unanswered_searches,
}
