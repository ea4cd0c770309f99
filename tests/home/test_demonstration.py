"""What the loaded demonstration says of itself: its texts in all languages, and its flyers."""

import re
import sqlite3
import unicodedata
from contextlib import closing

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils import translation
from modelcluster.models import get_all_child_relations
from wagtail.models import TranslatableMixin

from core.i18n.languages import LANGUAGE_CODES, SOURCE_LANGUAGE
from core.translations.model import OriginalOrTranslation
from editorial.demonstration.loading import LATER
from home.demonstration.files import read_folder
from home.models import HomePage
from home.structure import EXAMPLE_SEARCHES, HOME_LEDE, HOME_TITLE, LIST_PAGES
from search.document_texts import words_of

STANDARD_TEXTS = [
    HOME_TITLE,
    HOME_LEDE,
    *EXAMPLE_SEARCHES,
    *(text for page in LIST_PAGES for text in (page.title, page.lede)),
]
LETTERS_OF_ARABIC = re.compile(r"[\u0621-\u064a]+")


@pytest.fixture(scope="module")
def ask(demonstration):
    """Ask the database of the demonstration."""
    with closing(sqlite3.connect(demonstration / "portal.sqlite3")) as database:
        yield lambda question, *values: database.execute(question, values).fetchall()


def versions() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if issubclass(model, OriginalOrTranslation)]


def tables_of_add_language() -> list[tuple[type[models.Model], list[str]]]:
    """The models of the pages that `add_language` makes and of their rows, with their columns of text."""
    pages = [HomePage, *(page.model for page in LIST_PAGES)]
    rows = [child.related_model for page in pages for child in get_all_child_relations(page)]
    return [
        (
            model,
            [f.column or "" for f in model._meta.local_fields if isinstance(f, models.CharField | models.TextField)],
        )
        for model in [*pages, *(row for row in rows if issubclass(row, TranslatableMixin))]
    ]


def test_no_translation_is_out_of_date_but_those_that_show_what_that_looks_like(ask):
    on_purpose = {slug for slug, content in read_folder("practices") if "later" in content}
    assert len(on_purpose) == 1
    on_purpose.add(LATER[0])
    outdated = {}
    for model in versions():
        field = model._meta.get_field("text_outdated_since")
        table, key = field.model._meta.db_table, field.model._meta.pk.column
        for (pk,) in ask(f"SELECT {key} FROM {table} WHERE text_outdated_since IS NOT NULL"):
            name = ask("SELECT slug FROM wagtailcore_page WHERE id = ?", pk) if key == "page_ptr_id" else [(pk,)]
            outdated[(model.__name__, pk)] = name[0][0]

    assert len(versions()) > 10
    assert set(outdated.values()) == on_purpose, outdated


def test_no_version_keeps_a_text_of_add_language_that_its_original_no_longer_has(ask):
    standard = {code: {} for code in LANGUAGE_CODES}
    for code in LANGUAGE_CODES:
        with translation.override(code):
            standard[code] = {translation.gettext(text): text for text in STANDARD_TEXTS}
    kept = []
    checked = 0
    for model, columns in tables_of_add_language():
        of_page = model._meta.pk.column == "page_ptr_id"
        base = "wagtailcore_page" if of_page else model._meta.db_table
        for column in [*columns, *(["title"] if of_page else [])]:
            table = base if column == "title" and of_page else model._meta.db_table
            key = "id" if table == "wagtailcore_page" else model._meta.pk.column
            joined = (
                f"SELECT locale.language_code, text.{column}, own.{column} FROM {table} AS text"
                f" JOIN {base} AS row ON row.id = text.{key}"
                " JOIN wagtailcore_locale AS locale ON locale.id = row.locale_id"
                " JOIN wagtailcore_locale AS english ON english.language_code = ?"
                f" JOIN {base} AS first ON first.translation_key = row.translation_key AND first.locale_id = english.id"
                f" JOIN {table} AS own ON own.{key} = first.id"
            )
            for language, text, original in ask(joined, SOURCE_LANGUAGE):
                checked += 1
                if text in standard[language] and standard[language][text] != original:
                    kept.append((model.__name__, column, language, text, original))

    assert checked > 100
    assert not kept, kept


def test_the_home_pages_of_all_languages_have_their_own_text(ask):
    ledes = ask(
        "SELECT language_code, lede FROM home_homepage JOIN wagtailcore_page AS page ON page.id = page_ptr_id"
        " JOIN wagtailcore_locale AS locale ON locale.id = page.locale_id"
    )

    assert {language for language, _lede in ledes} == set(LANGUAGE_CODES)
    assert len({lede for _language, lede in ledes}) == len(LANGUAGE_CODES)


def test_every_population_has_a_year_and_a_source_and_every_year_of_membership_a_round(ask):
    facts = "population IS NOT NULL, population_year IS NOT NULL, population_source != ''"
    known = ask(f"SELECT {facts}, count(*) FROM cities_city GROUP BY 1, 2, 3")
    assert {row[:3] for row in known} == {(0, 0, 0), (1, 1, 1)}
    assert sum(count for has, _year, _source, count in known if has) > 50
    own_dates = 'SELECT count(*) FROM cities_membershipevent WHERE year IS NOT NULL OR "on" IS NOT NULL'
    assert ask(own_dates) == [(0,)]
    assert ask("SELECT count(*) > 50 FROM cities_membershipevent WHERE round_id IS NOT NULL") == [(1,)]
    assert ask("SELECT count(*) FROM cities_membershipround WHERE source = ''") == [(0,)]


def flyers(ask, demonstration) -> list[tuple]:
    """(code of the call, whether it is an example, language, day shown, title of the page, its address, text)."""
    rows = ask(
        "SELECT thing.code, thing.is_example, item.language, item.shows_deadline, page.title, page.url_path, file.file"
        " FROM calls_calldocument AS item JOIN calls_call AS thing ON thing.id = item.call_id"
        " JOIN core_portaldocument AS file ON file.id = item.document_id"
        " JOIN calls_callpage AS words ON words.call_id = thing.id"
        " JOIN wagtailcore_page AS page ON page.id = words.page_ptr_id"
        " JOIN wagtailcore_locale AS locale ON locale.id = page.locale_id AND locale.language_code = item.language"
    )
    return [(*row[:-1], words_of((demonstration / "media" / row[-1]).read_bytes())) for row in rows]


def letters(text: str) -> str:
    """A text without spaces; of Arabic words, whose letters a PDF may give in another order, the sorted letters."""
    text = unicodedata.normalize("NFKC", text)
    return re.sub(r"\s+", "", LETTERS_OF_ARABIC.sub(lambda word: "".join(sorted(word[0])), text))


def test_a_flyer_tells_all_that_a_city_needs(ask, demonstration):
    read = flyers(ask, demonstration)
    hours = dict.fromkeys(LANGUAGE_CODES, 0)
    for code, is_example, language, shown, title, path, text in read:
        where = (code, language)
        with translation.override(language):
            labels = [translation.gettext(label) for label in ("Who can apply", "How to apply", "Contact")]
        for wanted in (title, *labels):
            assert letters(wanted) in letters(text), (where, wanted)
        assert f"/{language}/{path.split('/', 2)[2]}" in text.replace(" ", ""), where
        assert shown[:4] in text, where
        assert re.search(r"[\w.]+@[\w.]+", text), where
        assert text.count("UTC+") == (2 if is_example else 1), where
        if is_example:
            assert text.count("23:59") == 2, where
            assert "00000" in text, where
            hours[language] += 1

    assert all(hours.values()), hours


def test_there_are_flyers_in_all_languages(ask, demonstration):
    assert {row[2] for row in flyers(ask, demonstration)} == {code for code, _name in settings.LANGUAGES}


def test_a_moved_and_a_cancelled_event_say_why_in_every_language(ask):
    rows = ask(
        "SELECT event.state, locale.language_code, event.change_note, event.note_is_about = event.noted_sequence"
        " FROM events_eventpage event JOIN wagtailcore_page page ON page.id = event.page_ptr_id"
        " JOIN wagtailcore_locale locale ON locale.id = page.locale_id WHERE event.change_note <> '' AND page.live"
    )
    assert {(state, language) for state, language, _note, _is_current in rows} == {
        (state, language) for state in ("moved", "cancelled") for language in LANGUAGE_CODES
    }
    assert len({note for _state, _language, note, _is_current in rows}) == len(rows), "a note is not translated"
    assert all(is_current for *_row, is_current in rows)
