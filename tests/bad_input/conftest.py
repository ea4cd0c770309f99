"""A small network in seven languages, and a reader who keeps account of bad answers."""

import time
from collections.abc import Iterable

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext, pgettext

from core.i18n.languages import LANGUAGE_CODES, html_code
from search.rebuild import rebuild_index
from tests import factories

SECONDS_OF_CPU = 2
FINE = {200, 301, 302, 400, 404}


def _headings(status: int, language: str) -> list[str]:
    """What the page for a mistake may be called in a language."""
    with translation.override(language):
        if status == 400:
            return [gettext("This request is not valid")]
        elsewhere = pgettext("write the name of your own language", "This page is not in English yet")
        return [gettext("There is no page at this address"), elsewhere]


@pytest.fixture
def network(tmp_path, settings):
    """One thing of every kind in English, the lists in all languages, and an index."""
    settings.SEARCH_DIRECTORY = tmp_path / "search"
    factories.tree(*LANGUAGE_CODES[1:])
    city = factories.city(code="dk-sonderborg", own_name="Sønderborg")
    cluster = factories.cluster(code="literacy")
    factories.cluster_page(cluster)
    factories.practice(title="Learning at the market", slug="market", city=city, clusters=[cluster])
    factories.event(title="A learning webinar", slug="webinar", host_city=city)
    factories.news(title="Learning cities met", slug="met")
    factories.standard_page(title="About learning", slug="about")
    factories.call_page(factories.call(code="award"), title="A call for learning", slug="award")
    rebuild_index()


class Reader:
    """Somebody with a browser who goes on whatever comes back, and notes what should not have."""

    def __init__(self) -> None:
        self.client = Client(raise_request_exception=False)
        self.complaints: list[str] = []

    def send(self, path: str, *, method: str = "GET", fine: Iterable[int] = FINE, **extra):
        """Ask for an address; the answer, after what is wrong with it was noted."""
        begin = time.process_time()
        answer = self.client.generic(method, path, **extra)
        seconds = time.process_time() - begin
        what = f"{method} {path[:120]}: {answer.status_code}"
        if answer.status_code not in fine:
            self.complaints.append(what)
        if seconds > SECONDS_OF_CPU:
            self.complaints.append(f"{what} after {seconds:.1f} s")
        return answer

    def read(self, path: str, language: str = "", **extra) -> None:
        """Ask for a page; what went wrong must be said in `language`."""
        answer = self.send(path, **extra)
        if not answer.headers.get("Content-Type", "").startswith("text/html") or answer.status_code in {301, 302}:
            return
        page = BeautifulSoup(answer.content, "lxml")
        shown_in = page.html.get("lang") if page.html else None
        heading = page.h1.get_text() if page.h1 else ""
        if language and shown_in != html_code(language):
            self.complaints.append(f"{path[:120]}: {answer.status_code} in {shown_in}")
        if language and answer.status_code >= 400 and heading not in _headings(answer.status_code, language):
            self.complaints.append(f"{path[:120]}: {answer.status_code} says “{heading}”")


@pytest.fixture
def reader() -> Reader:
    """A reader without complaints so far."""
    return Reader()
