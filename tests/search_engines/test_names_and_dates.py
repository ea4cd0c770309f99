"""Codes, other names and keywords find a document; the newest go by the date of what they are about."""

from datetime import UTC, datetime

import pytest

LONG_AGO, YESTERDAY, TODAY = (datetime(*day, tzinfo=UTC) for day in [(2015, 1, 2), (2026, 6, 13), (2026, 6, 14)])
# A keyword in each language, and another form of it that a reader types.
INFLECTED = {
    "en": ("sister cities", "sister city"),
    "fr": ("Villes jumelées", "ville jumelée"),
    "es": ("ciudades hermanas", "ciudad hermana"),
    "pt": ("cidades irmãs", "cidade irmã"),
    "ar": ("مدينة القراءة", "المدينة"),
    "ru": ("Голландия", "в Голландии"),
    "zh-hans": ("世界公民教育", "公民教育"),
}


@pytest.mark.parametrize("language", INFLECTED)
def test_keywords_are_found_in_other_forms_and_shown_nowhere(engine, document, search, language):
    keyword, typed = INFLECTED[language]
    found = document("wanted", "1", language=language, shown_in=(language,), keywords=(keyword,))
    engine.index([found, document("other", "2", language=language)])
    (hit,) = search(typed, language).hits
    assert hit.id == "wanted"
    assert keyword not in "".join(part.text for part in (*hit.title, *hit.snippet))
    assert [hit.id for hit in search(f'"{keyword}"', language).hits] == ["wanted"]


def test_keywords_are_found_by_readers_of_other_languages_who_see_the_version(engine, document, find):
    one = document("one", "1", language="fr", shown_in=("fr", "ru"), keywords=("Villes jumelées",))
    engine.index([one])
    assert find("villes jumelees", "ru") == ["one"]


@pytest.mark.parametrize("typed", ["SDG 4", "sdg4", "SDG-4", "sdg 4 practices", "SDG\u00a04", "Sdg ٤"])
def test_a_code_is_found_with_and_without_a_space_before_its_number(engine, document, find, typed):
    text = "A long text about many things. " * 20
    documents = [
        document("wanted", "Reading", text, names=("SDG4", "SDG11")),
        document("others", "Reading", f"{text} SDG 5", names=("SDG5",), keywords=("SDG 5", "Goal 5")),
    ]
    engine.index(documents)
    assert find(typed)[0] == "wanted"


# Who types one of them finds the same in every language.
GOAL_4 = [
    "SDG4",
    "SDG 4",
    "sdg-4",
    "SDGs 4",
    "ODS 4",
    "ODD4",
    "ODD n° 4",
    "ЦУР 4",
    "Goal 4",
    "Цель 4",
    "SDG 4.7",
    '"SDG 4"',
]
GOAL_4 += ["可持续发展目标4", "可持續發展目標 4", "目标4", "الهدف 4", "الهدف ٤", "objectif de développement durable 4"]


def test_all_names_of_a_goal_find_the_same(engine, document, find):
    documents = [
        document("by-name", "Reading", names=("SDG4", "ODD4", "ЦУР4")),
        document("in-french", "Lire", "Notre plan suit l’ODD 4 depuis 2019.", language="fr"),
        document("in-chinese", "阅读", "为实现可持续发展目标4，全市行动。", language="zh-hans"),
        document("in-arabic", "قراءة", "الهدف 4 في المدينة", language="ar"),
        document("14", "Oceans", "SDG 14 and 4 schools: an SDG of 4 districts", names=("SDG14", "ODD14")),
        document("40", "Forty", "SDG 40, ODD 40, ЦУР 40, 可持续发展目标40, الهدف 40", names=("SDG40",)),
    ]
    engine.index(documents)
    for language in ("en", "fr", "ar", "ru", "zh-hans"):
        found = {typed: sorted(find(typed, language)) for typed in GOAL_4}
        wanted = ["by-name", "in-arabic", "in-chinese", "in-french"]
        assert [typed for typed, ids in found.items() if ids != wanted] == []
        assert find("SDG 14", language) == ["14"]


def test_who_types_one_of_its_own_names_finds_a_thing_first(engine, document, find):
    documents = [
        document("hub", "Education for sustainable development", own_names=("esd", "EDD"), names=("esd", "EDD")),
        document("event", "EDD and EDD", "EDD " * 30, names=("esd", "EDD")),
    ]
    engine.index(documents)
    assert find("Edd", "fr")[0] == "hub"


def test_the_newest_go_by_the_date_of_what_they_are_about(engine, document, find):
    documents = [
        document("old-news", "Notes", instants={"dated": LONG_AGO, "published": TODAY}),
        document("event", "Notes", instants={"dated": TODAY, "published": LONG_AGO}),
        document("page", "Notes", instants={"published": YESTERDAY}),
    ]
    engine.index(documents)
    assert find(sort="newest") == ["event", "page", "old-news"]
    assert find("notes", sort="newest") == ["event", "page", "old-news"]
