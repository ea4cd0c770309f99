"""Readers who know what they are looking for find it among the first three of hundreds of documents."""

import secrets
import sqlite3
import tomllib
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from search_engines import SearchEngine, get_engine
from search_engines.criteria import Criteria, parse_words
from tests.demonstration import manage

SEARCHES: dict[str, dict[str, str]] = tomllib.loads(
    (Path(__file__).parent / "known_items.toml").read_text(encoding="utf-8")
)
NAMES: dict[str, dict[str, str | list[str]]] = tomllib.loads(
    (Path(__file__).parent / "names.toml").read_text(encoding="utf-8")
)
FIRST = 3
WANTED = 0.95


# What each example under the search field of the home page is about.
EXAMPLES = {
    "en": {
        "libraries": "practices/sharjah-home-libraries/",
        "older people": "practices/hangzhou-learning-for-older-people/",
        "learning festival": "practices/wyndham-learning-festival/",
    },
    "fr": {
        "alphabétisation": "practices/bouake-literacy-centres/",
        "jeunes enfants": "practices/clermont-ferrand-mille-formes/",
        "formation des femmes": "practices/damietta-women-friendly-space/",
    },
    "es": {
        "formación de mujeres": "practices/damietta-women-friendly-space/",
        "aprender a leer": "practices/market-traders-learn-to-read/",
        "barrios vulnerables": "practices/queretaro-learning-spaces/",
    },
    "pt": {
        "aprender a programar": "practices/fundao-code-academy/",
        "aprender a ler": "clusters/literacy/",
        "bairros prioritários": "practices/lisbon-bip-zip/",
    },
    "ar": {
        "محو الأمية": "clusters/literacy/",
        "مكتبات": "practices/sharjah-home-libraries/",
        "تدريب النساء": "practices/damietta-women-friendly-space/",
    },
    "ru": {
        "пожилые люди": "practices/shanghai-learning-for-older-people/",
        "образование взрослых": "practices/melitopol-adult-learning-lighthouses/",
        "активное долголетие": "practices/almaty-active-longevity-centres/",
    },
    "zh-hans": {
        "老年人": "practices/shanghai-learning-for-older-people/",
        "社区教育": "practices/changzhou-lifelong-learning-week/",
        "学习地图": "practices/learning-map-residents-edit/",
    },
}


@pytest.fixture(scope="session")
def embedded(demonstration) -> SearchEngine:
    return get_engine("embedded", path=demonstration / "search")


@pytest.fixture(scope="session")
def elasticsearch(demonstration, elasticsearch_url):
    prefix = f"known-items-{secrets.token_hex(6)}"
    engine = get_engine("elasticsearch", urls=[elasticsearch_url], prefix=prefix, timeout=20.0, deadline=30.0)
    manage(
        demonstration,
        "search",
        "rebuild",
        SEARCH_ENGINE="elasticsearch",
        ELASTICSEARCH_URL=elasticsearch_url,
        SEARCH_INDEX_PREFIX=prefix,
    )
    yield engine
    engine.destroy()


@pytest.fixture(params=["embedded", "elasticsearch"])
def engine(request) -> SearchEngine:
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize("language", SEARCHES)
def test_what_readers_look_for_is_among_the_first_three(engine, language):
    searches = SEARCHES[language]
    missed = [
        f"{typed!r} wants {wanted}, finds {found}"
        for typed, wanted in searches.items()
        if wanted not in (found := _first(engine, language, typed))
    ]

    assert len(missed) <= (1 - WANTED) * len(searches) + 1e-9, "\n".join(missed)


@pytest.mark.parametrize("language", NAMES)
def test_codes_acronyms_years_and_other_names_find_what_they_stand_for(engine, language):
    missed = [
        f"{typed!r} wants {wanted}, finds {found}"
        for typed, wanted in NAMES[language].items()
        if not (found := _first(engine, language, typed))
        or not found[0].startswith(tuple(wanted) if isinstance(wanted, list) else wanted)
    ]
    assert missed == [], "\n".join(missed)


def test_every_language_has_twenty_searches(settings):
    assert {language: len(searches) for language, searches in SEARCHES.items()} == {
        language: 20 for language, _name in settings.LANGUAGES
    }


def test_every_example_under_the_search_field_finds_what_it_is_about(engine, demonstration):
    with closing(sqlite3.connect(demonstration / "portal.sqlite3")) as database:
        shown = database.execute(
            "SELECT language_code, query FROM home_examplesearch JOIN wagtailcore_locale AS locale"
            " ON locale.id = locale_id"
        ).fetchall()
    missed = [
        f"{typed!r} ({language}) is about {wanted}, finds {found}"
        for language, typed in shown
        if (wanted := EXAMPLES[language][typed]) not in (found := _first(engine, language, typed))
    ]

    assert len(shown) == 3 * len(EXAMPLES)
    assert not missed, "\n".join(missed)


def test_lessons_in_the_words_of_a_city_are_counted_apart_from_those_of_sources(engine, demonstration):
    """And practices that say their cost, staff or contact are counted: the index agrees with the database."""
    criteria = Criteria(language="en", instant=datetime.now(UTC), selections={"type": ("practice",)})
    facets = engine.search(criteria).facets
    originals = (
        "SELECT authored_by, not_again <> '', cost_band <> 'unknown' OR cost_amount IS NOT NULL, staff_fte IS NOT NULL,"
        " contact_role <> '' FROM practices_practicepage AS practice JOIN wagtailcore_page AS page"
        " ON page.id = practice.page_ptr_id JOIN wagtailcore_locale AS locale ON locale.id = page.locale_id"
        " WHERE page.live AND practice.original_language = locale.language_code"
    )
    with closing(sqlite3.connect(demonstration / "portal.sqlite3")) as database:
        rows = database.execute(originals).fetchall()
    own = sum(1 for author, lesson, *_given in rows if lesson and author == "city")
    from_sources = sum(1 for author, lesson, *_given in rows if lesson and author == "secretariat")
    assert own
    assert from_sources
    assert (facets["lessons"]["not-again"], facets["lessons"]["went-wrong"]) == (own, from_sources)
    for place, code in enumerate(("cost", "staff", "contact"), start=2):
        assert facets["says"][code] == sum(bool(row[place]) for row in rows) > 0, code


def _first(engine: SearchEngine, language: str, typed: str) -> list[str]:
    """The addresses of the first hits, without their language."""
    words, phrases = parse_words(typed)
    criteria = Criteria(language=language, instant=datetime.now(UTC), words=words, phrases=phrases, per_page=FIRST)
    return [hit.url.split("/", 2)[2] for hit in engine.search(criteria).hits]
