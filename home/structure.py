"""The pages that the tree of every language has: the home page and the list pages.

Their text is in the message catalogues, so that one command adds a language.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_noop as _
from wagtail.models import Locale, Page, Site
from wagtail_localize.strings import StringValue

from accounts.roles import ensure_groups
from calls.models import CallIndexPage
from cities.models import CityIndexPage
from clusters.models import ClusterIndexPage
from core.i18n.languages import LANGUAGE_CODES, SOURCE_LANGUAGE
from core.pages import PortalPage
from core.translations.writing import write_translation
from events.models import EventIndexPage
from home.models import ExampleSearch, HomePage, JoinPage, NewsIndexPage
from practices.models import PracticeIndexPage


@dataclass(frozen=True)
class ListPage:
    """A list page, or “How to join”, as it is first made: its class and slug; its title and lede, of the catalogue.

    Editors may rename it later: nothing else in the code may use the slug.
    """

    model: type[PortalPage]
    slug: str
    title: str
    lede: str


HOME_TITLE = _("Find what worked in a city like yours")
# These texts hold for any network, also for an empty one: they promise nothing of the content.
HOME_LEDE = _(
    "In a learning city, everyone can learn at every age: at school, at work, at home. Here, the "
    "cities of a network share what they tried and what the results were."
)
EXAMPLE_SEARCHES = (_("libraries"), _("parents learning to read"), _("waste"))

LIST_PAGES = (
    ListPage(
        PracticeIndexPage,
        "practices",
        _("Practices"),
        _("What cities did, and with what results."),
    ),
    ListPage(CityIndexPage, "cities", _("Cities"), _("The cities of the network.")),
    ListPage(
        ClusterIndexPage,
        "clusters",
        _("Clusters"),
        _("Groups of cities that work together on the same topic."),
    ),
    ListPage(EventIndexPage, "events", _("Events"), _("Conferences, webinars, meetings and festivals.")),
    ListPage(
        CallIndexPage,
        "calls",
        _("Calls"),
        _("What your city can apply for, and by when."),
    ),
    ListPage(NewsIndexPage, "news", _("News"), _("What is happening in the network.")),
    ListPage(
        JoinPage,
        "how-to-join",
        _("How to join"),
        _("What a city does to become a member, who decides, and by when."),
    ),
)


def source_home() -> HomePage:
    """The home page in the source language. Raises HomePage.DoesNotExist if there is none yet."""
    return HomePage.objects.get(locale__language_code=SOURCE_LANGUAGE)


@transaction.atomic
def create_source_tree(report: Callable[[str], None] = lambda line: None) -> HomePage:
    """Make the missing pages of the source language's tree and return its home page.

    report: called with the address of each new page.
    """
    locale, _created = Locale.objects.get_or_create(language_code=SOURCE_LANGUAGE)
    try:
        home = source_home()
    except HomePage.DoesNotExist:
        home = _create_home(locale)
        report(f"/{SOURCE_LANGUAGE}/")
    for page in LIST_PAGES:
        if not page.model.objects.child_of(home).exists():
            home.add_child(
                instance=page.model(
                    title=page.title,
                    slug=page.slug,
                    lede=page.lede,
                    show_in_menus=page.model is not NewsIndexPage,
                    locale=locale,
                )
            ).save_revision().publish()
            report(f"/{SOURCE_LANGUAGE}/{page.slug}/")
    return home


def _create_home(locale: Locale) -> HomePage:
    root = Page.get_first_root_node()
    home = HomePage(title=HOME_TITLE, slug=SOURCE_LANGUAGE, lede=HOME_LEDE, locale=locale)
    home.examples = [
        ExampleSearch(label=words, query=words, sort_order=order, locale=locale)
        for order, words in enumerate(EXAMPLE_SEARCHES)
    ]
    root.add_child(instance=home)
    home.save_revision().publish()
    site = Site.objects.filter(is_default_site=True).first()
    if site is None:
        site = Site(hostname="localhost", port=80, is_default_site=True)
    welcome = site.root_page if site.pk else None
    site.root_page = home
    site.save()
    if welcome and welcome.specific_class != HomePage and not welcome.get_children().exists():
        welcome.delete()  # the page that Wagtail's migrations make
    return home


@transaction.atomic
def add_language(code: str, report: Callable[[str], None] = lambda line: None) -> list[str]:
    """Make and publish the tree of a language, the home page and the list pages, with text from its catalogue.

    Existing pages stay as they are, also a list that was first written in this language and so translates no
    other. report: called with the address of each new page.
    Returns the strings without a translation in the catalogue; they are English until somebody translates them
    in the admin.
    Raises ValueError for a language that is not in the settings.
    """
    if code not in LANGUAGE_CODES:
        raise ValueError(f"{code} is not one of the languages of the setting LANGUAGES: {', '.join(LANGUAGE_CODES)}.")
    home = create_source_tree(report)
    if code == SOURCE_LANGUAGE:
        ensure_groups()
        return []
    locale, _created = Locale.objects.get_or_create(language_code=code)
    missing: list[str] = []
    for page in [home, *home.get_children().type(*(item.model for item in LIST_PAGES)).specific()]:
        if type(page).objects.filter(locale=locale).exists():
            continue
        strings = _catalogue(code)
        untranslated = write_translation(page, code, strings, publish=True)
        if untranslated:
            english = {text: text for text in untranslated}
            write_translation(page, code, strings | english, publish=True)
        missing += untranslated
        report(f"/{code}/" if page == home else f"/{code}/{page.slug}/")
    ensure_groups()
    return list(dict.fromkeys(missing))


def _catalogue(code: str) -> dict[str, str]:
    """The translations of the strings of all these pages, without the strings that the catalogue lacks."""
    strings = [HOME_TITLE, HOME_LEDE, *EXAMPLE_SEARCHES]
    strings += [text for page in LIST_PAGES for text in (page.title, page.lede)]
    with translation.override(code):
        return {
            StringValue.from_plaintext(text).data: StringValue.from_plaintext(translation.gettext(text)).data
            for text in strings
            if translation.gettext(text) != text or code == SOURCE_LANGUAGE
        }
