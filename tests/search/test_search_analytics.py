"""Editors see what readers look for and do not find; nobody sees who looked for it."""

import multiprocessing
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core import left_lines
from portal.periodic_tasks import tidy_up
from search import search_analytics
from search.models import SearchStatistic
from search.rebuild import rebuild_index
from search_engines.criteria import Criteria
from search_engines.results import Results
from tests import factories
from tests.queries import queries_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network")]

REPORT = "/admin/reports/search-analytics/"


@pytest.fixture(autouse=True)
def data_dir(tmp_path, settings):
    settings.DATA_DIR = tmp_path


def read(query: str, language: str = "en", path: str = "search/", times: int = 1) -> None:
    for _time in range(times):
        assert Client().get(f"/{language}/{path}?{query}").status_code == 200


def count() -> dict[tuple[str, str, str], int]:
    """Let the worker take the file away, and read it a minute later."""
    search_analytics.count_searches()
    search_analytics.count_searches()
    return {(row.language, row.kind, row.value): row.count for row in SearchStatistic.objects.all()}


def row(value: str, number: int, month: date | None = None, kind: str = "words", language: str = "en"):
    month = month or timezone.now().date().replace(day=1)
    return SearchStatistic.objects.create(month=month, language=language, kind=kind, value=value, count=number)


# --- counting --------------------------------------------------------------------------------


def test_words_without_results_are_counted_by_language_as_they_were_typed():
    factories.practice(title="Libraries")
    rebuild_index()
    read("q=Floating++SAUNAS", times=2)
    read("q=floating+saunas")
    read("q=saunas+flottants", language="fr")
    read("q=libraries")
    assert count() == {("en", "words", "floating saunas"): 3, ("fr", "words", "saunas flottants"): 1}
    read("q=floating+saunas")
    assert count()["en", "words", "floating saunas"] == 4


def test_filters_are_counted_and_words_that_only_a_filter_left_without_results_are_not():
    factories.practice(title="Libraries", cost_band="unknown")
    rebuild_index()
    read("type=event&q=libraries")
    read("type=event&type=call&from=2015")
    read("cost_band=no-such-band")
    assert count() == {("en", "filter", "type"): 2, ("en", "filter", "period"): 1}


def test_on_the_list_of_practices_its_own_filter_does_not_count():
    read("q=saunas", path="practices/")
    read("", path="practices/")
    assert count() == {("en", "words", "saunas"): 1}


def test_further_pages_and_answers_of_the_fallback_do_not_count(settings, tmp_path):
    read("q=saunas&page=2")
    settings.SEARCH_DIRECTORY = tmp_path / "a-file"
    settings.SEARCH_DIRECTORY.write_text("no folder: the engine cannot answer")
    read("q=steam")
    assert count() == {}


def test_reading_a_page_writes_nothing_to_the_database():
    with CaptureQueriesContext(connection) as queries:
        read("q=saunas&type=event")
    assert queries.captured_queries
    assert not [query["sql"] for query in queries if not query["sql"].startswith(("SELECT", "WITH"))]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Anna.Berg@example.org library", "library"),
        ("call +45 12 34 56 78 now", "call now"),
        ("(030) 123-4567", ""),
        ("٠١٢٣٤٥٦٧٨٩", ""),
        ("call 2026", "call 2026"),
        ("SDG 4 in 30 cities", "sdg 4 in 30 cities"),
        ('"Late  Lessons"', "late lessons"),
        ("é" * 100, "é" * 80),
    ],
)
def test_what_may_tell_who_somebody_is_is_left_out(typed, kept):
    assert search_analytics.normalised(typed) == kept


def test_the_file_says_nothing_of_the_reader_nor_of_the_moment():
    Client(headers={"user-agent": "A browser", "x-forwarded-for": "192.0.2.7"}).get("/en/search/?q=saunas")
    month = f"{timezone.now():%Y-%m}"
    (file,) = search_analytics.LINES.folder.iterdir()
    assert file.read_text() == f'{{"month": "{month}", "language": "en", "words": "saunas", "filters": []}}\n'


# --- several processes, crashes, disks -------------------------------------------------------


def _note_many(word: str) -> None:
    for _time in range(200):
        search_analytics.note(Criteria(language="en", instant=timezone.now(), words=word), Results(), {})


def test_searches_of_several_processes_are_all_counted_though_the_file_is_taken_away_meanwhile():
    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=_note_many, args=(f"saunas {number}",)) for number in range(4)]
    for process in processes:
        process.start()
    search_analytics.count_searches()
    for process in processes:
        process.join()
    assert count() == {("en", "words", f"saunas {number}"): 200 for number in range(4)}


def test_a_worker_that_dies_between_two_steps_loses_nothing():
    read("q=saunas")
    search_analytics.count_searches()  # taken away, and then the worker dies
    read("q=steam")
    assert count() == {("en", "words", "saunas"): 1, ("en", "words", "steam"): 1}
    assert list(search_analytics.LINES.folder.iterdir()) == []


def test_a_broken_line_holds_up_no_other():
    read("q=saunas")
    with (search_analytics.LINES.folder / "searches").open("ab") as file:
        file.write(b'{"month": "2026-\n\xff\n[]\n{"month": "2026-01", "language": "xx", "words": "a", "filters": []}\n')
    read("q=steam")
    assert set(count()) == {("en", "words", "saunas"), ("en", "words", "steam")}


def test_a_disk_that_takes_nothing_costs_no_reader_the_page(tmp_path, caplog):
    (tmp_path / "search_analytics").write_text("a file where the folder should be")
    read("q=saunas")
    assert "A search is not counted" in caplog.text


def test_nobody_can_fill_the_disk_or_the_table(monkeypatch):
    monkeypatch.setattr(left_lines, "LARGEST_FILE", 100)
    read("q=saunas", times=10)
    assert count()["en", "words", "saunas"] == 2
    monkeypatch.setattr(search_analytics, "MOST_WORDS", 1)
    read("q=steam")
    read("type=event")
    assert count() == {("en", "words", "saunas"): 2, ("en", "filter", "type"): 1}


# --- forgetting ------------------------------------------------------------------------------


def test_counts_are_kept_for_thirteen_months_and_rare_words_until_the_month_has_ended(time_machine):
    time_machine.move_to("2026-03-15T12:00:00Z")
    row("old", 9, date(2025, 1, 1))
    row("last of thirteen", 9, date(2025, 2, 1))
    row("rare", 2, date(2026, 2, 1))
    row("state", 1, date(2026, 2, 1), kind="filter")
    row("rare now", 2)
    tidy_up()
    assert set(SearchStatistic.objects.values_list("value", flat=True)) == {"last of thirteen", "state", "rare now"}


# --- the report ------------------------------------------------------------------------------


@pytest.mark.parametrize("group", ["Editors", "Moderators"])
def test_editors_see_what_was_not_found_and_where_to_write_about_it(group, sign_in):
    row("floating saunas", 3)
    row("said twice", 2)
    row("saunas flottants", 5, language="fr")
    row("last month", 5, date(2026, 1, 1))
    row("cost_band", 7, kind="filter")
    browser = sign_in(factories.user(group))
    assert f'"{REPORT}"' in browser.get("/admin/").content.decode()
    text = browser.get(REPORT).content.decode()
    assert "floating saunas" in text
    assert "Cost per year" in text
    for hidden in ("said twice", "saunas flottants", "last month"):
        assert hidden not in text
    french = browser.get(f"{REPORT}?language=fr").content.decode()
    assert "saunas flottants" in french
    assert "floating saunas" not in french
    for app, model in (("practices", "practicepage"), ("home", "newspage")):
        parts = french.split(f"/admin/pages/add/{app}/{model}/")
        form = browser.get(f"/admin/pages/add/{app}/{model}/{parts[1].split('/')[0]}/")
        assert form.status_code == 200
        assert form.context["page"].locale.language_code == "fr"
    january = browser.get(f"{REPORT}?month=2026-01-01").content.decode()
    assert "last month" in january
    assert "floating saunas" not in january


@pytest.mark.parametrize("query", ["language=xx", "month=2026-13-01", "month=1999-01-01&language="])
def test_an_address_that_nobody_made_shows_this_month(query, sign_in):
    row("floating saunas", 3)
    assert "floating saunas" in sign_in(factories.user("Editors")).get(f"{REPORT}?{query}").content.decode()


def test_the_report_can_be_exported_without_what_too_few_searched_for(sign_in):
    row("floating saunas", 3)
    row("said twice", 2)
    row("cost_band", 7, kind="filter")
    row("saunas flottants", 5, language="fr")
    answer = sign_in(factories.user("Editors")).get(f"{REPORT}?export=csv")
    _head, *lines = b"".join(answer.streaming_content).decode().splitlines()
    month = timezone.now().date().replace(day=1).isoformat()
    assert lines == [f"{month},en,words,floating saunas,3", f"{month},en,filter,cost_band,7"]


def test_the_report_costs_the_same_for_one_row_and_for_three(sign_in):
    editor = sign_in(factories.user("Editors"))
    counts = []
    for number in range(3):
        row(f"floating saunas {number}", 3)
        counts.append(queries_of(REPORT, reader=editor))
    assert counts[0] == counts[1] == counts[2]


def test_others_do_not_see_the_report(sign_in):
    browser = sign_in(factories.user("Translators"))
    assert REPORT not in browser.get("/admin/").content.decode()
    assert browser.get(REPORT, follow=True).redirect_chain == [(reverse("wagtailadmin_home"), 302)]
    assert Client().get(REPORT).status_code == 302
