"""`manage.py load_demo` a second time, over a network in which people have worked."""

import shutil
import sqlite3
from contextlib import closing

import pytest

from tests import demonstration as demonstration_network

TITLE = "A title that an editor has written"


@pytest.fixture
def portal(demonstration, tmp_path):
    """A copy of the demonstration; the test may write to it."""
    return shutil.copytree(demonstration, tmp_path / "portal")


def all_rows(portal, question: str, *values) -> list[tuple]:
    with closing(sqlite3.connect(portal / "portal.sqlite3")) as database, database:
        return database.execute(question, values).fetchall()


def number(portal, question: str, *values) -> int:
    ((found,),) = all_rows(portal, question, *values)
    return found


def test_what_is_missing_comes_back_and_what_was_edited_stays(portal):
    flyers = "SELECT count(*) FROM calls_calldocument"
    before = number(portal, flyers)
    ((page, old_title),) = all_rows(
        portal,
        "SELECT page_ptr_id, title FROM practices_practicepage JOIN wagtailcore_page ON id = page_ptr_id LIMIT 1",
    )
    all_rows(portal, "UPDATE wagtailcore_page SET title = ? WHERE id = ?", TITLE, page)
    all_rows(portal, "DELETE FROM calls_calldocument WHERE id = (SELECT min(id) FROM calls_calldocument)")
    assert number(portal, flyers) == before - 1
    pages = number(portal, "SELECT count(*) FROM wagtailcore_page")

    demonstration_network.manage(portal, "load_demo")

    assert number(portal, flyers) == before
    assert all_rows(portal, "SELECT title FROM wagtailcore_page WHERE id = ?", page) == [(TITLE,)]
    assert old_title != TITLE
    assert number(portal, "SELECT count(*) FROM wagtailcore_page") == pages


def test_a_new_network_leaves_its_worker_nothing_to_index_row_by_row(portal):
    assert all_rows(portal, "SELECT task_path, count(*) FROM django_tasks_database_dbtaskresult GROUP BY 1") == []
    of_flyers = "SELECT count(*) FROM calls_calldocument"
    known_uses = (
        "SELECT count(*) FROM wagtailcore_referenceindex JOIN django_content_type AS used"
        " ON used.id = to_content_type_id WHERE used.model = 'portaldocument'"
    )
    assert number(portal, known_uses) == number(portal, of_flyers) > 0
    practices = (
        "SELECT count(*) FROM practices_practicepage JOIN wagtailcore_page AS page ON page.id = page_ptr_id"
        " JOIN wagtailsearch_indexentry AS entry ON entry.object_id = page.id AND entry.title = page.title"
    )
    assert number(portal, practices) >= number(portal, "SELECT count(*) FROM practices_practicepage") > 100
