"""Who uses the portal under load, as locust's users: 30 read, 15 search, 5 write at the desk and in the admin."""

import json
import os
import random
import re
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from locust import HttpUser, between, events, task
from lxml import html

LANGUAGES = ("en", "fr", "es", "ar", "zh-hans")
WORDS = (
    "learning",
    "library",
    "water",
    "young people",
    "bibliothèque",
    "jeunes",
    "biblioteca",
    "تعلم",
    "学习",
    "город",
)
EDITOR = "editor@example.org"
# What the script of a text's editor adds to the form: one paragraph.
PARAGRAPH = {
    "key": "a",
    "text": "Under load",
    "type": "unstyled",
    "depth": 0,
    "inlineStyleRanges": [],
    "entityRanges": [],
}
BODY = {
    "body-count": "1",
    "body-0-type": "text",
    "body-0-order": "0",
    "body-0-deleted": "",
    "body-0-id": "",
    "body-0-value": json.dumps({"blocks": [PARAGRAPH], "entityMap": {}}),
}
SECTION = r"/practices/[0-9a-f-]{36}/(?!check|preview|submit|withdraw|discard)[a-z-]+/$"
# The folder of the portal, with the accounts of its demonstration and links that sign in people of cities.
DATA = Path(os.environ["LOAD_DATA"])
ACCOUNTS = dict(line.split() for line in (DATA / "demonstration-accounts.txt").read_text().splitlines())
LINKS = (DATA / "demonstration-links.txt").read_text().split()[1::2]


@events.init.add_listener
def refuse_other_hosts(environment, **_others) -> None:
    """A load on somebody else's portal would be an attack."""
    if environment.host and urlsplit(environment.host).hostname not in {"localhost", "127.0.0.1", "::1"}:
        raise SystemExit("The load is for a portal on this machine only.")


class Person(HttpUser):
    """Somebody who looks at a page for some seconds before the next one."""

    abstract = True
    wait_time = between(2, 6)

    def on_start(self) -> None:
        self.language = random.choice(LANGUAGES)

    def page(self, path: str, name: str):
        """Get a page and return it parsed, with its address."""
        answer = self.client.get(path, name=name)
        page = html.document_fromstring(answer.content or b"<p></p>")
        address = answer.url or urljoin(self.host or "", path)  # none without an answer
        page.make_links_absolute(address)
        return page, address


class Reader(Person):
    """Reads lists, and pages that they link to, without a cookie."""

    fixed_count = 30

    def on_start(self) -> None:
        super().on_start()
        home, address = self.page(f"/{self.language}/", "page: lists")
        self.lists = [address, *self.own_links(home.xpath("//header//a/@href"), address)]

    def own_links(self, links: list[str], address: str) -> list[str]:
        """Those to pages of the portal in the language of this person."""
        below = urljoin(address, f"/{self.language}/")
        return sorted({link.split("#")[0] for link in links if link.startswith(below) and "?" not in link})

    @task
    def read(self) -> None:
        """A list, then two of its links to pages of the portal."""
        self.client.cookies.clear()
        page, address = self.page(random.choice(self.lists), "page: lists")
        own = self.own_links(page.xpath("//main//a/@href"), address)
        for link in random.sample(own, min(2, len(own))):
            self.wait()
            self.page(link, "page: others")


class Searcher(Person):
    """Searches, and narrows the results by a filter."""

    fixed_count = 15

    @task
    def search(self) -> None:
        """What is suggested, the results, and one filter."""
        words = random.choice(WORDS)
        self.client.get(f"/{self.language}/search/suggest/", params={"q": words[:4]}, name="search: suggestions")
        self.client.get(f"/{self.language}/search/", params={"q": words}, name="search: results")
        self.wait()
        narrowed = {"q": words, "type": random.choice(("practice", "event", "news"))}
        self.client.get(f"/{self.language}/search/", params=narrowed, name="search: results")


class Writer(Person):
    """Somebody who is signed in and saves drafts."""

    abstract = True

    def send(self, path: str, name: str, form: str, **changes: str) -> None:
        """Open a page, change its form, and send it as a browser does."""
        page, address = self.page(path, f"{name}: form")
        found = page.xpath(form)
        if not found:
            events.request.fire(
                request_type="FORM", name=name, response_time=0, response_length=0, exception=LookupError(path)
            )
            return
        fields = {key: value or "" for key, value in found[0].form_values()} | changes
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(address))
        target = urljoin(address, found[0].get("action") or "")
        with self.client.post(
            target, fields, name=f"{name}: saved", headers={"Origin": origin}, catch_response=True
        ) as answer:
            if answer.ok and not answer.history:
                answer.failure("The form was shown again.")


class Editor(Writer):
    """Saves drafts of pages in the admin."""

    fixed_count = 3

    def on_start(self) -> None:
        super().on_start()
        signs_in = {"username": EDITOR, "password": ACCOUNTS[EDITOR]}
        self.send("/admin/login/", "admin: sign in", "//form[.//input[@type='password']]", **signs_in)
        home = next(page for page in self.pages_of() if page["meta"]["type"] == "home.HomePage")
        news = next(page for page in self.pages_of(home) if page["meta"]["type"] == "home.NewsIndexPage")
        self.own = [f"/admin/pages/{page['id']}/edit/" for page in self.pages_of(news)]

    def pages_of(self, parent: dict | None = None) -> list[dict]:
        """Some pages, or some below a page: the English ones are originals."""
        below = {"child_of": parent["id"]} if parent else {}
        found = self.client.get("/admin/api/main/pages/", params={"limit": 20, **below}, name="admin: lists").json()
        return [page for page in found["items"] if page["meta"]["locale"] == "en"]

    @task
    def edit(self) -> None:
        """Look at the day's work, then save a draft."""
        self.page("/admin/", "admin: home")
        self.wait()
        self.send(random.choice(self.own), "admin: page", "//form[@id='page-edit-form']", **BODY)


class City(Writer):
    """Writes a practice at the desk of a city."""

    fixed_count = 2

    def on_start(self) -> None:
        super().on_start()
        # Each link works once. The first are of cities that write.
        self.send(LINKS.pop(0), "desk: sign in", "//main//form")
        page, _address = self.page("/en/desk/", "desk: home")
        practices = matching(page, r"/desk/cities/[^/]+/practices/[0-9a-f-]{36}/$")
        pages = [self.page(practice, "desk: practice")[0] for practice in practices]
        # One that is being judged has none.
        self.sections = [section for page in pages for section in matching(page, SECTION)]

    @task
    def write(self) -> None:
        """Look at what there is, and save a section of a practice as it is."""
        self.page("/en/desk/", "desk: home")
        self.wait()
        self.send(random.choice(self.sections), "desk: section", "//main//form")


def matching(page, pattern: str) -> list[str]:
    """The links of a page whose address matches."""
    return sorted({link for link in page.xpath("//main//a/@href") if re.search(pattern, link)})
