"""Take the pictures of the guides from a running portal with the demonstration.

Usage, with the environment of that portal (`DATA_DIR`, `DATABASE_URL`, `DJANGO_SETTINGS_MODULE`):

    python scripts/guide_pictures.py http://localhost:8000 [LANGUAGE …]

The pictures go to `static/guides/LANGUAGE/SCREEN.png`, from where `manage.py collectstatic` takes them. They are made
when a portal is built and are not kept in the repository, so that none shows an old screen.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

WIDTH, HEIGHT = 1100, 760
STAFF, CITY = "moderator", "city-owner"


@dataclass(frozen=True)
class Screen:
    """A screen of the demonstration."""

    account: str
    """Who sees it: an e-mail address without its domain; "" for a reader."""
    address: Callable[[], str]
    """The address in the active language."""


def screens() -> dict[str, Screen]:
    """The screens by the names that the guides give them. Django has to be set up."""
    from django.urls import reverse

    return {
        "search": Screen("", lambda: reverse("search")),
        "practice": Screen("", lambda: _public("market-traders-learn-to-read")),
        "report": Screen("", lambda: reverse("feedback")),
        "sign-in": Screen("", lambda: reverse("desk-sign-in")),
        "city": Screen(CITY, lambda: _city("desk-city")),
        "invite": Screen(CITY, lambda: _city("desk-people-invite")),
        "profile": Screen(CITY, lambda: _city("desk-profile", _language())),
        "sections": Screen(CITY, lambda: _own("1-bicycle-lessons")),
        "returned": Screen(
            CITY, lambda: _city("desk-practice", uuid5(NAMESPACE_URL, "3-young-people-translate-notices"))
        ),
        "check": Screen(CITY, _revised),
        "confirm": Screen(CITY, lambda: _city("desk-confirm", _practice("evening-school-in-the-bus-depot").code)),
        "review": Screen(STAFF, lambda: reverse("practices-waiting")),
        "waiting practice": Screen(STAFF, _waiting),
        "call": Screen(STAFF, _call),
        "events": Screen(STAFF, lambda: reverse("event_list:index")),
        "event": Screen(STAFF, _event),
        "page": Screen(STAFF, _page),
        "mistakes": Screen(STAFF, lambda: reverse("mistake-reports")),
        "translations": Screen("translator", lambda: reverse("wagtail_localize:translations_report")),
        "translation": Screen("translator", lambda: _translation("accessibility")),
        "complete translation": Screen("translator", lambda: _translation("about")),
        "terms": Screen("translator", lambda: reverse("terms:index")),
    }


def _language() -> str:
    from django.utils.translation import get_language

    return get_language()


def _city(name: str, *values) -> str:
    from django.urls import reverse

    return reverse(name, args=["ex-vale-do-sol", *values])


def _own(name: str) -> str:
    return _city("desk-practice", uuid5(NAMESPACE_URL, name))


def _practice(slug: str):
    from practices.models import PracticePage

    pages = PracticePage.objects.filter(slug=slug, live=True).select_related("locale")
    return next(page for page in pages if page.is_original)


def _public(slug: str) -> str:
    from core.i18n.addresses import page_address
    from practices.models import PracticePage

    page = PracticePage.objects.get(slug=slug, live=True, locale__language_code=_language())
    return page_address(page.url_path, _language())


def _revised() -> str:
    from desk.models import WorkingCopy

    return _city("desk-practice-check", WorkingCopy.objects.get(city__code="ex-vale-do-sol", page__live=True).key)


def _edit(page) -> str:
    from django.urls import reverse

    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def _waiting() -> str:
    from moderation.waiting_submissions import waiting_submissions

    return _edit(waiting_submissions().order_by("pk")[0].content_object)


def _call() -> str:
    from django.urls import reverse

    from calls.models import Call

    return reverse("calls:edit", args=[Call.objects.get(code="membership-example").pk])


def _event() -> str:
    from events.models import EventPage

    return _edit(EventPage.objects.filter(locale__language_code="en", live=True).order_by("pk").first())


def _page() -> str:
    from home.models import StandardPage

    return _edit(StandardPage.objects.get(slug="about", locale__language_code="en"))


def _translation(slug: str) -> str:
    from home.models import StandardPage

    return _edit(StandardPage.objects.get(slug=slug, locale__language_code="ar"))


def take(portal: str, languages: list[str]) -> None:
    """Take the picture of each screen in each language, from the portal at an address without a path."""
    from django.test import Client
    from django.utils.translation import override
    from playwright.sync_api import sync_playwright

    from accounts.models import User

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch()
        for language in languages:
            folder = ROOT / "static" / "guides" / language
            folder.mkdir(parents=True, exist_ok=True)
            for name, screen in screens().items():
                context = browser.new_context(
                    viewport={"width": WIDTH, "height": HEIGHT}, locale=language, color_scheme="light"
                )
                if screen.account:
                    client = Client()
                    client.force_login(User.objects.get(email=f"{screen.account}@example.org"))
                    session = client.cookies["sessionid"].value
                    context.add_cookies([{"name": "sessionid", "value": session, "url": portal}])
                page = context.new_page()
                with override(language):
                    page.goto(portal + screen.address(), wait_until="networkidle")
                page.screenshot(path=folder / f"{name}.png")
                context.close()
        browser.close()


if __name__ == "__main__":
    import django
    from django.conf import settings

    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    django.setup()
    take(sys.argv[1].rstrip("/"), sys.argv[2:] or [code for code, _name in settings.LANGUAGES])
