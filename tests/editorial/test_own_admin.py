"""The admin is the network's own: its name, mark and colours, and a menu in the order of the work."""

import re

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils.translation import override
from wagtail import hooks
from wagtail.admin.menu import SubmenuMenuItem, admin_menu
from wagtail.users.models import UserProfile

from home.brand import admin_brand_sheet
from tests import factories

pytestmark = pytest.mark.django_db

OF_WORK = ["today", "calls", "practices", "events", "translations", "cities", "explorer", "images", "documents"]


def visible_words(content: bytes) -> str:
    page = BeautifulSoup(content, "html.parser")
    for hidden in page(["script", "style", "noscript"]):
        hidden.decompose()
    return page.text


@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_page_shows_the_name_or_the_bird_of_wagtail(language, sign_in):
    factories.tree("ar")
    factories.network("en", {"name": "Cities that learn"}, board_colour="#28569C")
    user = factories.user(is_superuser=True)
    staff = sign_in(user)
    UserProfile.objects.create(user=user, preferred_language=language)
    pages = {
        "sign-in": Client().get(reverse("wagtailadmin_login"), headers={"accept-language": language}),
        "home": staff.get(reverse("wagtailadmin_home")),
        "not found": staff.get("/admin/nothing-here/"),
        "user bar": staff.get(f"/{language}/"),
    }
    for name, answer in pages.items():
        html = answer.content.decode()
        assert "Wagtail" not in visible_words(answer.content), name
        assert not re.search('class="[^"]*icon-wagtail', html), name
        assert "wagtailadmin/images/favicon" not in html, name
        assert "network-mark" in html or "Cities that learn" in html, name
    for name in ("sign-in", "home"):
        assert "Cities that learn" in visible_words(pages[name].content), name


def test_the_colours_are_those_of_the_network():
    factories.tree()
    factories.network(board_colour="#28569C")
    answer = Client().get(reverse("admin-brand"))
    assert answer["Content-Type"].startswith("text/css")
    assert "--w-color-primary-hue:216.2" in answer.content.decode()
    with override("ar"):
        assert admin_brand_sheet("#0F3A31") == admin_brand_sheet("#0f3a31")


def our_menu_names() -> set[str]:
    """The names of the portal's own items of the menus, made again as by the first request of a process."""
    found = set()
    for menu in ("admin", "settings", "reports"):
        for register in hooks.get_hooks(f"register_{menu}_menu_item"):
            owner = getattr(register, "__self__", None)
            module = register.__module__ if owner is None else type(owner).__module__
            if (settings.BASE_DIR / module.partition(".")[0]).is_dir():
                item = register()
                below = item.menu.registered_menu_items if isinstance(item, SubmenuMenuItem) else []
                found |= {each.name for each in (item, *below)}
    return found


def test_items_of_the_menu_have_the_same_names_whoever_asks_first():
    with override("en"):
        names = our_menu_names()
    assert {*OF_WORK, "people", "audit-log"} - {"explorer", "images", "documents"} <= names
    for language in ("fr", "ar"):
        with override(language):
            assert our_menu_names() == names, "give the item a name; Wagtail makes one from the translated label"


@pytest.mark.parametrize(
    ("role", "others"),
    [("Translators", set()), ("Editors", {"settings"}), ("", {"people", "settings"})],
)
def test_the_menu_has_the_order_of_the_work(role, others, rf: RequestFactory):
    factories.tree()
    request = rf.get("/")
    request.user = factories.user(role) if role else factories.user(is_superuser=True)
    items = sorted(admin_menu.menu_items_for_request(request), key=lambda item: item.order)
    names = [item.name for item in items]
    work = [name for name in OF_WORK if name in names]
    assert [name for name in names if name in OF_WORK] == work
    assert names[0] == "today"
    assert "translations" in names
    assert others <= set(names)
    assert ("people" in names) == (not role)
    assert not [item for item in items if re.search("wagtail", str(item.label), re.IGNORECASE)]
