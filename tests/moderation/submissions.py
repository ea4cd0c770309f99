"""Practices that a city has written and submitted, and what the two sides do with them."""

from dataclasses import dataclass, field
from functools import cached_property

from django.core import mail
from post_office.models import Email
from wagtail.models import Comment, Locale

from accounts.models import User
from audit.models import AuditEntry
from cities.models import City
from mails.models import Notice
from moderation import services
from practices.models import PracticeCluster, PracticePage, PracticeResult, PracticeStep
from tests import factories
from tests.factories import BY_CITY


def written(city: City, language: str = "en", **fields) -> PracticePage:
    """A practice as the desk makes it from a working copy: complete, in memory, without a page."""
    return PracticePage(
        **{
            "title": "Market traders learn to read",
            "city": city,
            "locale": Locale.objects.get(language_code=language),
            "one_line_result": "412 of 530 traders keep their own books.",
            "problem": "They could not read the price lists.",
            "practice_clusters": [PracticeCluster(cluster=factories.public_cluster(), sort_order=0)],
            "steps": [PracticeStep(text="Evening lessons at the market.", sort_order=0)],
            "results": [
                PracticeResult(
                    value=412,
                    label="of 530 traders",
                    evidence="outcome",
                    basis="statistics",
                    source="Census",
                    year=2024,
                    sort_order=0,
                )
            ],
            **BY_CITY,
            **fields,
        }
    )


@dataclass
class Case:
    """A city with an owner, a moderator, and a practice that the city has submitted."""

    language: str = "en"
    owner_language: str = ""
    fields: dict = field(default_factory=dict)

    def __post_init__(self):
        factories.tree(*({self.language} - {"en"}))
        self.city = factories.city()
        self.owner = factories.person(self.city, "owner", language=self.owner_language)
        self.moderator = factories.user("Moderators")
        page = written(self.city, self.language, **self.fields)
        self.submitted = services.submit(page, by=self.owner)
        self.key = page.pk

    @property
    def page(self) -> PracticePage:
        """The page, read again."""
        return PracticePage.objects.get(pk=self.key)

    @cached_property
    def colleague(self) -> User:
        """Another person of the city."""
        return factories.person(self.city)

    def draft(self, **fields) -> PracticePage:
        """The newest draft with other fields, in memory."""
        page = self.page.get_latest_revision_as_object()
        for name, value in fields.items():
            setattr(page, name, value)
        return page

    def submit(self, **fields):
        """The city submits a version with other fields."""
        return services.submit(self.draft(**fields), by=self.owner)

    def approve(self, **words) -> None:
        services.approve(self.page, by=self.moderator, **words)

    def send_back(self, **words) -> None:
        services.send_back(self.page, by=self.moderator, **words)

    def comment(self, text: str = "Which year?", section: str = "problem") -> Comment:
        """The moderator writes a remark; without the admin."""
        return Comment.objects.create(page=self.page, user=self.moderator, text=text, contentpath=section)

    def log(self) -> list[str]:
        """The actions that the audit log has about the practice, oldest first."""
        entries = AuditEntry.objects.filter(object_key=str(self.page.translation_key)).order_by("pk")
        return [entry.action.removeprefix("practice.") for entry in entries]


def mailed(person: User | None = None) -> list[str]:
    """The kinds of the mails that were written, to one person or to everybody, oldest first."""
    notices = Notice.objects.order_by("pk")
    return [notice.kind for notice in (notices.filter(recipient=person) if person else notices)]


def other_mails() -> list:
    """Mails that the portal did not write itself, such as Wagtail's."""
    own = Notice.objects.exclude(mail=None).values("mail")
    return [*Email.objects.exclude(pk__in=own), *mail.outbox]
