"""One path of every template, without its language, and what renders the templates that have no address."""

import re
from collections.abc import Iterable
from functools import partial

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

TEMPLATES = {
    "home": "",
    "practices": "practices/",
    "practice": "practices/market-traders-learn-to-read/",
    "practice-from-sources": "practices/sonderborg-house-of-science/",
    "cities": "cities/",
    "city": "cities/dk-sonderborg/",
    "example-city": "cities/ex-bahari/",
    "clusters": "clusters/",
    "cluster": "clusters/health-wellbeing/",
    "events": "events/",
    "conference": "events/iclc-4-medellin/",
    "meeting-with-programme": "events/literacy-cluster-annual-meeting/",
    "past-events": "events/past/",
    "calls": "calls/",
    "open-call": "calls/membership-example/",
    "closed-call": "calls/membership-2021/",
    "news": "news/",
    "news-item": "news/new-members-2025/",
    "how-to-join": "how-to-join/?country=gh",
    "evidence-levels": "help/evidence/",
    "help": "help/",
    "help-topic": "help/practice/",
    "open-data": "data/",
    "open-dataset": "data/cities/",
    "about": "about/",
    "contact": "contact/",
    "accessibility": "accessibility/",
    "search": "search/?q=learning",
    "search-with-filters": "search/?q=learning&cluster=literacy&cluster=health-wellbeing&from=2000&region=africa",
    "search-without-result": "search/?q=xyzzyplugh",
    "report-a-mistake": "feedback/?page=/en/about/",
    "report-sent": "feedback/sent/",
    "missing": "no-such-page/",
}

# The file of each template in TEMPLATES.
FILES = {
    "home/home_page.html": ("home",),
    "practices/practice_index_page.html": ("practices",),
    "practices/practice_page.html": ("practice", "practice-from-sources"),
    "practices/evidence_levels.html": ("evidence-levels",),
    "home/help.html": ("help",),
    "home/help_topic.html": ("help-topic",),
    "open_data/overview.html": ("open-data",),
    "open_data/dataset.html": ("open-dataset",),
    "cities/city_index_page.html": ("cities",),
    "cities/city_page.html": ("city", "example-city"),
    "clusters/cluster_index_page.html": ("clusters",),
    "clusters/cluster_page.html": ("cluster",),
    "events/event_index_page.html": ("events",),
    "events/event_page.html": ("conference", "meeting-with-programme"),
    "events/past_events.html": ("past-events",),
    "calls/call_index_page.html": ("calls",),
    "calls/call_page.html": ("open-call", "closed-call"),
    "home/news_index_page.html": ("news",),
    "home/news_page.html": ("news-item",),
    "home/join_page.html": ("how-to-join",),
    "home/standard_page.html": ("about", "contact", "accessibility"),
    "search/search_page.html": ("search", "search-with-filters", "search-without-result"),
    "feedback/report.html": ("report-a-mistake",),
    "feedback/sent.html": ("report-sent",),
    "errors/404.html": ("missing",),
}

TREE = settings.BASE_DIR / "templates"
DESK = "desk/base.html"
EXTENDS = re.compile(r"{%\s*extends\s+[\"']([^\"']+)")
INCLUDES = re.compile(r"{%\s*(?:extends|include)\s+[\"']([^\"']+)")


def page_templates() -> set[str]:
    """The files of all templates of whole pages of the public site, as Django names them; the desk is not public."""
    parents = _parents()
    pages = {name for name in parents if _root(name, parents) == "base.html" and not name.startswith("desk/")}
    return pages - {"styleguide/index.html", "errors/error.html"}


def desk_templates() -> set[str]:
    """The files of all templates of whole pages of the desk."""
    return {name for name in _parents() if name.startswith("desk/")} - {DESK}


def admin_templates() -> set[str]:
    """The files of all templates of whole pages that the portal adds to the admin, or replaces there."""
    parents = _parents()
    pages = {name for name in parents if _root(name, parents).startswith("wagtailadmin/")}
    return {name for name in pages if name not in parents.values() or name == parents[name]}


def desk_files() -> set[str]:
    """The files of all templates of the desk, pages and their parts."""
    return {str(path.relative_to(TREE)) for path in (TREE / "desk").rglob("*.html")}


def parts_of(pages: Iterable[str]) -> set[str]:
    """These templates and all that they extend or include, however deep."""
    found, new = set(), set(pages)
    while new:
        found |= new
        texts = ((TREE / name).read_text(encoding="utf-8") for name in new if (TREE / name).exists())
        new = {part for text in texts for part in INCLUDES.findall(text)} - found
    return found


def _parents() -> dict[str, str]:
    """The templates that extend another one, and which."""
    parents = {}
    for path in TREE.rglob("*.html"):
        if found := EXTENDS.search(path.read_text(encoding="utf-8")):
            parents[str(path.relative_to(TREE))] = found[1]
    return parents


def _root(name: str, parents: dict[str, str]) -> str:
    seen = {name}  # a template of the admin extends the one of Wagtail with the same name
    while (above := parents.get(name, name)) not in seen:
        seen.add(above)
        name = above
    return name


def _rendered(template: str, context: dict, language: str) -> str:
    with translation.override(language):
        network = {"name": "Lyceum", "home_url": f"/{language}/"}
        own = {"page_language": language, "search_url": f"/{language}/search/", "network": network}
        return render_to_string(template, own | context)


PROFILE = {
    "headline": "A city that learns from its river, its markets and its old people",
    "label": "",
    "parts": [{"heading": "What we are good at", "text": "Evening classes on the boats.\n\nEverybody may come."}],
}
ASKED = {"form": {}, "action_url": "/", "return_url": "/", "next": "/", "minutes": 5}
# Templates that need an error, a restriction or the admin: functions of the language that return the page.
RENDERED = {
    **{
        f"errors/{status}.html": partial(_rendered, f"errors/{status}.html", {}) for status in (400, 403, 500, 503, 507)
    },
    **{
        name: partial(_rendered, name, ASKED)
        for name in ("core/password_required.html", "core/document_password_required.html", "accounts/wait.html")
    },
    "core/incomplete_preview.html": partial(
        _rendered, "core/incomplete_preview.html", {"missing": ["Choose the city.", "Write the title."]}
    ),
    "cities/city_profile_preview.html": partial(
        _rendered, "cities/city_profile_preview.html", {"name": "Bahari", "place": "Bahari", "profile": PROFILE}
    ),
}
