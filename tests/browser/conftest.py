"""A real browser, and a web server with a copy of the demonstration."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests import services
from tests.demonstration import served

# Playwright has an event loop in this process, in which Django would refuse to use the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
FLAGS = [
    "--no-sandbox",  # CI runs as root
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def portal(demonstration, tmp_path_factory) -> Iterator[str]:
    """The address of a portal, served as `make run` does."""
    with served(demonstration, tmp_path_factory.mktemp("portal")) as address:
        yield address


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
