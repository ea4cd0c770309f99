"""A real browser, and a web server with a copy of the demonstration."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from core.page_cache.models import new_mark
from tests import services
from tests.demonstration import served

# Playwright has an event loop in this process, in which Django would refuse to use the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
# Chromium knows only the last list of features. The first two lines are Playwright's, as far as they matter here.
# Each context would start the list of suggestions of an address bar twice, which nobody sees, and a spare process:
# together three fifths of the time that a context takes.
WITHOUT = [
    "AvoidUnnecessaryBeforeUnloadCheckSync", "AvoidCorsURLLoaderRestartOnRedirect", "DestroyProfileOnBrowserClose",
    "HttpsUpgrades", "HttpsFirstBalancedModeAutoEnable", "MediaRouter", "OptimizationHints", "PaintHolding",
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "SpareRendererForSitePerProcess",
]  # fmt: skip
FLAGS = [
    f"--disable-features={','.join(WITHOUT)}",
    "--no-sandbox",  # CI runs as root
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def portal_folder(tmp_path_factory) -> Path:
    """The folder with the data of the portal that is served."""
    return tmp_path_factory.mktemp("portal")


@pytest.fixture(scope="session")
def portal(demonstration, portal_folder) -> Iterator[str]:
    """The address of a portal, served as `make run` does."""
    with served(demonstration, portal_folder) as address:
        yield address


@pytest.fixture(scope="session")
def staff(browser, portal, demonstration) -> Callable[[str], dict]:
    """A function that signs in as "editor", "translator" …, and returns an option of `open_page`."""
    lines = (demonstration / "demonstration-accounts.txt").read_text().splitlines()
    passwords = dict(line.split() for line in lines)

    @cache
    def signed_in(role: str) -> dict:
        with closing(browser.new_context()) as context:
            page = context.new_page()
            page.goto(f"{portal}/admin/login/")
            page.locator("[name=username]").fill(f"{role}@example.org")
            page.locator("[name=password]").fill(passwords[f"{role}@example.org"])
            with page.expect_navigation():
                page.locator("[name=password]").press("Enter")
            assert "/login/" not in page.url
            return {"storage_state": context.storage_state()}

    return signed_in


@pytest.fixture
def restrict(portal, portal_folder) -> Iterator[Callable]:
    """A function that restricts the page at a path in every language, or without a path all documents, for one test."""
    with closing(sqlite3.connect(portal_folder / "portal.sqlite3", timeout=60)) as database:

        def restricted(kind: str, path: str = "", password: str = "") -> None:
            columns, row = "restriction_type, password", (kind, password)
            with database:
                # The portal writes it with every such change: pages that it has kept do not count any more.
                change = "INSERT INTO core_contentchange (mark, noted_at) VALUES (?, ?)"
                database.execute(change, (new_mark(), datetime.now(UTC).isoformat(" ")))
                if path:
                    pages = "SELECT ?, ?, id FROM wagtailcore_page WHERE url_path LIKE ?"
                    table = "wagtailcore_pageviewrestriction"
                    database.execute(f"INSERT INTO {table} ({columns}, page_id) {pages}", (*row, f"/%/{path}"))
                else:
                    root = "SELECT ?, ?, id FROM wagtailcore_collection WHERE depth = 1"
                    table = "wagtailcore_collectionviewrestriction"
                    database.execute(f"INSERT INTO {table} ({columns}, collection_id) {root}", row)

        yield restricted
        with database:
            database.execute("DELETE FROM wagtailcore_pageviewrestriction")
            database.execute("DELETE FROM wagtailcore_collectionviewrestriction")
            # The wrong passwords of one test must not count in the next: all come from one network address.
            database.execute("DELETE FROM accounts_attempt")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium."""
    path = services.need(services.CHROMIUM)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser, portal):
    """A function that opens a path and returns the page; `complaints` are the errors on its console.

    It takes the options of Playwright's `new_context`: colour scheme, no JavaScript …
    """
    contexts = []

    def opened(path: str, *, width: int = 1280, **options) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.complaints = []
        page.requests = []
        page.on("console", lambda message: page.complaints.append(message.text) if message.type == "error" else None)
        page.on("request", lambda request: page.requests.append(request.url))
        page.goto(f"{portal}{path}", wait_until="load")
        return page

    yield opened
    for context in contexts:
        context.close()
