"""Ten people write at once with the forms of the admin: nobody gets an error, nothing is lost."""

import json
import subprocess
import sys
import threading
from itertools import pairwise

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import connection
from django.db.models.signals import pre_save
from django.urls import reverse
from wagtail.models import Page

from events.models import EventIndexPage, EventPage
from home.models import NewsIndexPage, NewsPage
from search.models import IndexTask
from tests import factories
from tests.waiting import CEILING, wait_until

WRITERS = 10
# The button, and the field that a script adds for a text without blocks.
PUBLISH = {"action-publish": "action-publish", "body-count": "0"}


@pytest.fixture
def address(serve, start):
    """A portal with its worker."""
    start("worker")
    return serve()


@pytest.fixture
def write(address):
    """A function that lets several people submit forms at the same time; returns the answers of each.

    work: for each person, the addresses of forms with the fields to fill in.
    """

    def written(work: list[list[tuple[str, dict]]]) -> list[list[str]]:
        people = [factories.user("Editors") for _forms in work]
        Group.objects.get(name="Moderators").user_set.set(people)
        command = [sys.executable, "-m", "tests.portal.editor", address]
        processes = [
            subprocess.Popen(
                [*command, person.email, "a password for tests"],
                cwd=settings.BASE_DIR,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for person in people
        ]
        for process, forms in zip(processes, work, strict=True):
            assert process.stdin
            process.stdin.write("".join(f"{json.dumps(form)}\n" for form in forms))
            process.stdin.close()
        return [process.stdout.read().splitlines() for process in processes if process.stdout]

    return written


def new_page(parent, model: str, **fields) -> tuple[str, dict]:
    """The form for a new page below `parent`, with the fields to fill in."""
    return reverse("wagtailadmin_pages:add", args=[parent._meta.app_label, model, parent.pk]), {**fields, **PUBLISH}


def existing_page(page, **fields) -> tuple[str, dict]:
    """The form of a page, with the fields to change."""
    return reverse("wagtailadmin_pages:edit", args=[page.pk]), {**fields, **PUBLISH}


def is_published(line: str) -> bool:
    """Return whether an answer confirms that the page is published."""
    return line.startswith("200 ") and "published" in line


def tree_is_whole() -> bool:
    """Return whether the tree has no orphan, no wrong count, and no two siblings with the same slug."""
    slugs = [(page.path[:-4], page.slug) for page in Page.objects.order_by("path")]
    twins = [one for one, other in pairwise(sorted(slugs)) if one == other]
    return not any(Page.find_problems()) and not twins


def test_ten_people_write_at_once_and_every_page_is_there(write):
    factories.tree()
    news, events = NewsIndexPage.objects.get(), EventIndexPage.objects.get()
    old = [factories.news(title=f"Old {number}") for number in range(WRITERS)]
    event = {"kind": "webinar", "mode": "online", "first_day": "2030-01-01", "last_day": "2030-01-01"}
    answers = write(
        [
            [
                # All want the same address at the same time.
                new_page(events, "eventpage", title="Webinar", slug="webinar", **event),
                new_page(news, "newspage", title=f"Added {number}", slug=f"added-{number}", lede="By one of ten."),
                existing_page(old[number], title=f"Changed {number}"),
                # A list that is published while pages are added below it.
                existing_page(news, lede=f"News, as {number} has it."),
            ]
            for number in range(WRITERS)
        ]
    )
    first = [lines[0] for lines in answers]
    made = [line for line in first if is_published(line)]
    assert made
    # The others get the next free address, or the message that this one is in use.
    assert all(is_published(line) or (line.startswith("200 ") and "already in use" in line) for line in first), first
    assert EventPage.objects.live().count() == len(made)
    assert EventPage.objects.filter(slug="webinar").count() == 1

    assert [line for lines in answers for line in lines[1:] if not is_published(line)] == []
    titles = set(NewsPage.objects.live().values_list("title", flat=True))
    assert titles == {f"{word} {number}" for word in ("Added", "Changed") for number in range(WRITERS)}
    assert NewsIndexPage.objects.get().numchild == 2 * WRITERS
    assert tree_is_whole()
    # The worker kept up with them.
    wait_until(lambda: not IndexTask.objects.exists())


def test_a_page_that_is_added_while_its_list_is_being_saved_is_counted(own_database):
    """The other writer begins when the list has been read and waits until it is written."""
    factories.tree()
    index = NewsIndexPage.objects.get()

    trying = threading.Event()

    def add():
        try:
            trying.set()
            NewsIndexPage.objects.get().add_child(instance=NewsPage(title="Added meanwhile", lede="By another."))
        finally:
            connection.close()

    writer = threading.Thread(target=add)

    def begin(sender, **kwargs):
        pre_save.disconnect(begin)
        writer.start()
        assert trying.wait(CEILING)
        writer.join(1)  # as long as nothing holds it up, it comes first

    pre_save.connect(begin)
    index.save()
    writer.join(CEILING)
    assert NewsPage.objects.filter(title="Added meanwhile").exists()
    assert not any(Page.find_problems())
