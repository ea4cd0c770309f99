"""Factories: each function creates one valid, published object.

A test gives the fields that matter to it as keywords; the others have defaults. Titles and codes are
unique, so that a test can create any number of objects.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from itertools import count

from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.test import TestCase
from django.utils import timezone
from PIL import Image
from wagtail.models import Locale, Site

from accounts.models import User
from accounts.roles import ensure_groups
from calls.models import Call, CallIndexPage, CallPage, CallStep
from cities.models import City, CityPerson, CityProfile, MembershipRound
from cities.vocabularies import CityRole
from clusters.models import Cluster, ClusterIndexPage, ClusterName, ClusterPage
from core.i18n.languages import SOURCE_LANGUAGE
from core.media.models import PortalDocument, PortalImage
from core.pages import PortalPage
from core.translations.writing import write_translation
from desk.models import WorkingCopy
from events.models import EventIndexPage, EventPage
from home.models import HomePage, NetworkSettings, NetworkWords, NewsIndexPage, NewsPage, StandardPage
from home.structure import LIST_PAGES, create_source_tree
from practices.models import (
    PracticeCluster,
    PracticeIndexPage,
    PracticePage,
    PracticeResult,
    PracticeStep,
)
from tests.remembered import remembered

_numbers = count(1)


def tree(*languages: str) -> HomePage:
    """Create the trees of English and of `languages`, published, with the groups and their permissions.

    Their text is invented; `add_language` takes it from the catalogues.
    """
    # Also by date, because some tests change the time.
    if remembered(("tree", languages, timezone.now().date()), lambda: _make_tree(languages)):
        Site.clear_site_root_paths_cache()
    return HomePage.objects.get(locale__language_code=SOURCE_LANGUAGE)


def _make_tree(languages: Sequence[str]) -> None:
    home = create_source_tree()
    for code in languages:
        locale, _created = Locale.objects.get_or_create(language_code=code)
        if home.has_translation(locale):
            continue
        own_home = _version_of(home, locale, home.get_parent(), slug=code)
        for page in home.get_children().type(*(item.model for item in LIST_PAGES)).specific():
            _version_of(page, locale, own_home, slug=page.slug)
    ensure_groups()


def _version_of(page: PortalPage, locale: Locale, parent, slug: str) -> PortalPage:
    version = type(page)(
        title=f"{page.title} ({locale.language_code})",
        slug=slug,
        lede=page.lede,
        locale=locale,
        translation_key=page.translation_key,
        original_language=page.original_language,
        live=False,
    )
    parent.add_child(instance=version)
    type(page).objects.filter(pk=version.pk).update(live=True, has_unpublished_changes=False)
    return type(page).objects.get(pk=version.pk)


def publish(page, parent, language: str):
    """Add a page under the version of `parent` (an index class) in `language`, and publish it."""
    page.locale = Locale.objects.get(language_code=language)
    parent.objects.get(locale=page.locale).add_child(instance=page)
    page.save_revision().publish()
    return type(page).objects.get(pk=page.pk)


def rename(page, slug: str) -> None:
    """Change the slug of a page: of an original as an editor does, of a translation in its row only."""
    page = type(page).objects.get(pk=page.pk)
    page.slug = slug
    with commit():
        if page.is_original:
            page.save_revision().publish()
        else:
            page.save_synchronised_fields()


def commit():
    """A context that runs on-commit callbacks at its end: the transaction of a test is never committed."""
    return TestCase.captureOnCommitCallbacks(execute=True)


def translated(original, language: str, words: dict[str, str] | None = None, *, publish: bool = True):
    """Translate every string of `original` with wagtail-localize and return the translation.

    words: source string → translation; other strings become "<language>: <source string>".
    """
    texts = {text: f"{language}: {text}" for text in write_translation(original, language, {}, publish=False)}
    with commit():
        write_translation(original, language, texts | (words or {}), publish=publish)
    return original.get_translation(Locale.objects.get(language_code=language))


def city(**fields) -> City:
    """A member city in Denmark, unless `fields` differ. A population has a year and a source."""
    number = next(_numbers)
    if fields.get("population"):
        fields = {"population_year": 2020, "population_source": "Census", **fields}
    return City.objects.create(
        **{
            "code": f"dk-city-{number}",
            "own_name": f"City {number}",
            "country": "DK",
            "region": "europe-north-america",
            "latitude": "55.0",
            "longitude": "9.8",
            "status": "admitted",
            **fields,
        }
    )


def membership_round(year: int = 2016, **fields) -> MembershipRound:
    """The membership round of a year, made once; without a day."""
    facts = {"year": year, "source": f"Press release of {year}", **fields}
    row, _made = MembershipRound.objects.get_or_create(code=facts.pop("code", f"membership-{year}"), defaults=facts)
    return row


def profile(city_row: City | None = None, language: str = "en", **fields) -> CityProfile:
    """The published profile of a city in one language."""
    words = CityProfile(
        city=city_row or city(),
        locale=Locale.objects.get(language_code=language),
        live=False,
        **{"headline": f"Headline {next(_numbers)}", "vision": "Everybody learns.", **fields},
    )
    words.save()
    words.save_revision().publish()
    return CityProfile.objects.get(pk=words.pk)


def cluster(**fields) -> Cluster:
    """A cluster with an English name; its hub is `cluster_page`."""
    number = next(_numbers)
    row = Cluster(
        **{
            "code": f"cluster-{number}",
            "sign": "book",
            "colour": "#35621A",
            "colour_on_dark": "#BFE3A0",
            **fields,
        }
    )
    row.names = [ClusterName(language="en", name=f"Cluster {number}")]
    row.save()
    return row


def public_cluster(**fields) -> Cluster:
    """A cluster with its English hub, so that pages name it."""
    row = cluster(**fields)
    cluster_page(row)
    return row


def cluster_page(cluster_row: Cluster | None = None, language: str = "en", **fields) -> ClusterPage:
    """A cluster's hub."""
    row = cluster_row or cluster()
    page = ClusterPage(**{"title": f"Hub of {row.code}", "introduction": "Two lines.", "cluster": row, **fields})
    return publish(page, ClusterIndexPage, language)


# What a practice that is written by its city needs besides.
BY_CITY: dict = {
    "authored_by": "city",
    "period_start": date(2020, 1, 1),
    "not_again": "Begin in winter.",
    "contact_role": "Education officer",
    "consent": True,
}


def practice(language: str = "en", clusters: Sequence[Cluster] = (), **fields) -> PracticePage:
    """A practice with one step and one result, in one cluster."""
    rows = {
        "practice_clusters": [
            PracticeCluster(cluster=row, sort_order=order) for order, row in enumerate(clusters or [cluster()])
        ],
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
    }
    page = PracticePage(
        **{
            "title": f"Practice {next(_numbers)}",
            "authored_by": "secretariat",
            "city": fields.pop("city", None) or city(),
            "one_line_result": "412 of 530 traders keep their own books.",
            "problem": "They could not read the price lists.",
            **rows,
            **fields,
        }
    )
    return publish(page, PracticeIndexPage, language)


def event(language: str = "en", **fields) -> EventPage:
    """A webinar of one day, next month."""
    day = timezone.localdate() + timedelta(days=30)
    page = EventPage(
        **{
            "title": f"Event {next(_numbers)}",
            "kind": "webinar",
            "mode": "online",
            "first_day": day,
            "last_day": day,
            **fields,
        }
    )
    return publish(page, EventIndexPage, language)


def call(**fields) -> Call:
    """A call that opened in 2020 and closes in 2100; its page is `call_page`."""
    return Call.objects.create(
        **{
            "code": f"call-{next(_numbers)}",
            "kind": "membership",
            "opens_at": datetime(2020, 1, 1, tzinfo=UTC),
            "first_deadline": datetime(2100, 1, 1, tzinfo=UTC),
            **fields,
        }
    )


def call_page(call_row: Call | None = None, language: str = "en", **fields) -> CallPage:
    """A page of a call."""
    row = call_row or call()
    steps = [CallStep(actor="city", text="Write it.", sort_order=0)]
    page = CallPage(**{"title": f"Page of {row.code}", "lede": "Hand in.", "call": row, "steps": steps, **fields})
    return publish(page, CallIndexPage, language)


def news(language: str = "en", **fields) -> NewsPage:
    """News with the date of today."""
    page = NewsPage(**{"title": f"News {next(_numbers)}", "date": date(2026, 1, 1), "lede": "It happened.", **fields})
    return publish(page, NewsIndexPage, language)


def standard_page(language: str = "en", **fields) -> StandardPage:
    """A page of text under the home page."""
    page = StandardPage(**{"title": f"Text {next(_numbers)}", "body": [("text", "<p>A paragraph.</p>")], **fields})
    return publish(page, HomePage, language)


def network(language: str = "en", words: dict[str, str] | None = None, **fields) -> NetworkSettings:
    """The settings of the network, with its text in one language."""
    settings = NetworkSettings.for_site(Site.objects.get(is_default_site=True))
    for name, value in fields.items():
        setattr(settings, name, value)
    settings.words = [NetworkWords(language=language, **{"name": "Lyceum", **(words or {})})]
    settings.save()
    return settings


def image(**fields) -> PortalImage:
    """A small grey picture."""
    content = BytesIO()
    Image.new("RGB", (16, 9), "grey").save(content, "PNG")
    number = next(_numbers)
    return PortalImage.objects.create(
        **{
            "title": f"Picture {number}",
            "file": ContentFile(content.getvalue(), f"picture-{number}.png"),
            "credit": "City",
            **fields,
        }
    )


def document(**fields) -> PortalDocument:
    """A text file."""
    number = next(_numbers)
    return PortalDocument.objects.create(
        **{
            "title": f"Document {number}",
            "file": ContentFile(b"Text", f"document-{number}.txt"),
            **fields,
        }
    )


def user(group: str | None = None, **fields) -> User:
    """A user in a group ("Editors", "Moderators", "Translators"), or in none."""
    email = fields.pop("email", f"person-{next(_numbers)}@example.org")
    person = User.objects.create_user(email, "a password for tests", **fields)
    if group:
        person.groups.add(Group.objects.get(name=group))
    return person


def person(city_row: City | None = None, role: str = CityRole.EDITOR, **fields) -> User:
    """A person who may write for a city (by default a new one), without a name unless given."""
    found = user(**fields)
    CityPerson.objects.create(user=found, city=city_row or city(), role=role)
    return found


def working_copy(city_row: City | None = None, language: str = "en", **answers) -> WorkingCopy:
    """A practice that a city has begun to write, with these answers."""
    return WorkingCopy.objects.create(city=city_row or city(), language=language, answers=answers)
