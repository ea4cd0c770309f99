"""The practices of cities as their desk shows them: read in a fixed number of queries, for any number of practices."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Revision

from cities.models import City
from core.i18n.languages import language_name, settings_order
from core.pages import PortalPageQuerySet
from core.querysets.visibility import public, restricted_condition
from desk.models import WorkingCopy
from moderation.states import Stage, SubmissionStatus, seen_by_city, submission_statuses
from practices.models import PracticePage
from practices.provenance import is_unconfirmed, last_word

# What the desk shows of a page. The texts of a practice are most of its row.
PAGE_FIELDS = (
    *("title", "url_path", "translation_key", "live", "locale__language_code", "original_language", "city"),
    *("authored_by", "written_on", "confirmed_on", "first_published_at", "last_published_at", "live_revision"),
)


@dataclass(frozen=True)
class Version:
    """A public language version of a practice."""

    language: str
    url: str
    is_outdated: bool

    @property
    def name(self) -> str:
        """The name of its language, for a reader."""
        return language_name(self.language)


@dataclass
class DeskPractice:
    """One practice of a city: its page, what the city is writing, and where it stands."""

    city: City
    page: PracticePage | None
    """The original; None until the first submission."""
    copy: WorkingCopy | None
    """What the city is writing; None if nobody has opened it since the last publication."""
    submission: SubmissionStatus
    versions: list[Version] = field(default_factory=list)
    goes_live_at: datetime | None = None
    """When the version that the secretariat has accepted becomes public."""

    def version_for(self, reader: str) -> Version:
        """The public version that a reader opens: in the reader's language, else the original, else the first one.

        Raises IndexError without a public version.
        """
        by_language = {version.language: version for version in self.versions}
        return by_language.get(reader) or by_language.get(self.language) or self.versions[0]

    @property
    def title(self) -> str:
        """The title that the city writes now, else the published one."""
        typed = self.copy.answers.get("title") if self.copy else ""
        if isinstance(typed, str) and typed.strip():
            return typed.strip()
        return self.page.title if self.page else _("Practice without a title")

    @property
    def language(self) -> str:
        """The language of the title."""
        return self.copy.language if self.copy else self.page.language if self.page else ""

    @property
    def is_public(self) -> bool:
        """Whether readers can open it, in its original language or in another one: the visibility rule."""
        return bool(self.versions)

    @property
    def is_closed(self) -> bool:
        """Whether it is published, and readers cannot open it: an editor restricted it, or a page above it."""
        return bool(self.page and self.page.live) and not self.is_public

    @property
    def is_restricted(self) -> bool:
        """Whether an editor restricted it, or a page above it; what `_originals` has read with the page."""
        return bool(self.page and getattr(self.page, "is_restricted", False))

    @property
    def is_submitted(self) -> bool:
        """Whether the secretariat has what the city submitted."""
        return self.submission.stage == Stage.SUBMITTED and self.submission.by_city

    @property
    def is_with_secretariat(self) -> bool:
        """Whether the secretariat judges a version that it has written itself."""
        return self.submission.stage == Stage.SUBMITTED and not self.submission.by_city

    @property
    def is_returned(self) -> bool:
        """Whether the secretariat has returned it, and waits for the city."""
        return self.submission.stage == Stage.RETURNED and self.submission.by_city

    @property
    def is_in_progress(self) -> bool:
        """Whether the city has words that it has not submitted."""
        if self.copy is None or self.is_submitted or self.is_returned:
            return False
        return self.copy.submitted_version != self.copy.version

    @property
    def by_secretariat(self) -> bool:
        """Whether the secretariat has written what is published: the city can take it over."""
        return bool(self.page and self.page.authored_by == PracticePage.AuthoredBy.SECRETARIAT)

    @property
    def last_word(self) -> date | None:
        """The day of the last word of the city about what is public; None for a text of the secretariat."""
        return last_word(self.page) if self.page and self.is_public else None

    @property
    def is_unconfirmed(self) -> bool:
        """Whether readers are told that the city has not confirmed it for long."""
        return is_unconfirmed(self.last_word, timezone.localdate())

    @property
    def changed_at(self) -> datetime | None:
        """When somebody last worked at it."""
        return self.copy.updated_at if self.copy else self.page.last_published_at if self.page else None


def practices_of(cities: Sequence[City]) -> list[DeskPractice]:
    """The practices of these cities that their people may see, in five queries.

    Which those are: `desk.access.seen_by_city`, and what the city has begun to write.
    """
    by_pk = {city.pk: city for city in cities}
    copies = list(WorkingCopy.objects.filter(city__in=by_pk).select_related("updated_by"))
    pages = {page.pk: page for page in _originals(by_pk)}
    where = submission_statuses(pages.values())
    versions = _public_versions([page.translation_key for page in pages.values()])
    found = []
    for copy in copies:
        page = pages.pop(copy.page_id, None) if copy.page_id else None
        found.append(_practice(by_pk[copy.city_id], page, copy, where, versions))
    found += [_practice(by_pk[page.city_id], page, None, where, versions) for page in pages.values()]
    days = _days([practice.page.page_ptr_id for practice in found if practice.page])
    for practice in found:
        practice.goes_live_at = days.get(str(practice.page.pk)) if practice.page else None
    return found


def _days(pages: list[int]) -> dict[str, datetime]:
    """The days on which scheduled versions become public, by the key of the page."""
    of_pages = Revision.page_revisions.filter(object_id__in=map(str, pages), approved_go_live_at__isnull=False)
    return dict(of_pages.values_list("object_id", "approved_go_live_at"))


def _practice(city, page, copy, where, versions) -> DeskPractice:
    if page is None:
        return DeskPractice(city, None, copy, SubmissionStatus(Stage.NOT_SUBMITTED))
    return DeskPractice(city, page, copy, where[page.pk], versions[page.translation_key])


def _originals(cities: Iterable[int]) -> PortalPageQuerySet:
    """The originals of the practices of these cities that their people may see, the newest first."""
    originals = PracticePage.objects.filter(
        seen_by_city(), city__in=cities, locale__language_code=F("original_language")
    )
    originals = originals.select_related("locale").only(*PAGE_FIELDS).annotate(is_restricted=restricted_condition())
    return originals.order_by("-last_published_at", "-pk")


def _public_versions(keys: list) -> dict:
    """The public versions by translation key, in the order of the settings."""
    found: dict = defaultdict(list)
    pages = public(PracticePage.objects.filter(translation_key__in=keys)).select_related("locale")
    for page in pages.only("title", "url_path", "translation_key", "text_outdated_since", *PAGE_FIELDS[4:6]):
        is_outdated = page.text_outdated_since is not None and not page.is_original
        found[page.translation_key].append(Version(page.language, page.address, is_outdated))
    for versions in found.values():
        versions.sort(key=lambda version: settings_order(version.language))
    return found
