"""What is shown of a hit, spelling, suggestions, and inputs that nobody would want."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.search_document import MAX_BODY
from search_engines.results import plain


def highlighted(segments):
    return [segment.text for segment in segments if segment.matched]


# Marks


@pytest.mark.parametrize(
    ("language", "typed", "text", "highlights"),
    [
        ("fr", "education", "L'éducation, et l’ÉDUCATION !", ["éducation", "ÉDUCATION"]),
        ("fr", "bibliotheque", "Nos bibliothèques d’été", ["bibliothèques"]),
        ("en", "the libraries", "The library of the city", ["library"]),
        ("ar", "تعلم", "عن التعلُّم مدى الحياة", ["التعلُّم"]),
        ("ar", "ادارة", "عن إدارة المدن", ["إدارة"]),
        ("ru", "елка", "Это Ёлка", ["Ёлка"]),
        ("zh-hans", "学习城市", "建设学习型城市的经验", ["学习", "城市"]),
        ("zh-hans", "学", "大学和学校", ["学", "学"]),
        ("zh-hans", "2025", "计划２０２５年", ["２０２５"]),
        ("en", '"learning city"', "Every learning city", ["learning", "city"]),
    ],
)
def test_what_matches_is_highlighted_as_it_is_written(engine, document, search, language, typed, text, highlights):
    engine.index([document("hit", text, text, language=language)])
    (hit,) = search(typed, language).hits
    assert highlighted(hit.title) == highlights
    assert plain(hit.title) == text
    assert highlighted(hit.snippet) == highlights


def test_html_stays_text(engine, document, search):
    hostile = '<script>alert("library")</script><img src=x onerror=alert(1)>'
    engine.index([document("hit", hostile, hostile, summary=hostile)])
    (hit,) = search("library").hits
    assert plain(hit.title) == plain(hit.snippet) == hostile
    assert highlighted(hit.title) == ["library"]


def test_a_snippet_shows_the_part_of_a_long_text_with_most_of_the_words(engine, document, search):
    body = "The library. " + "Lorem ipsum. " * 200 + "And a library for rural families too. " + "Dolor sit. " * 200
    engine.index([document("hit", "Notes", body, summary="What was done")])
    snippet = search("rural family library").hits[0].snippet
    assert highlighted(snippet) == ["library", "rural", "families"]
    assert plain(snippet).startswith("…")
    assert plain(snippet).endswith("…")
    assert len(plain(snippet)) < 260


def test_the_summary_is_shown_when_it_says_as_much(engine, document, search):
    engine.index([document("hit", "Notes", "libraries " * 50, summary="Our library opens")])
    assert plain(search("library").hits[0].snippet) == "Our library opens"
    assert plain(search("").hits[0].snippet) == "Our library opens"


def test_a_hit_in_another_language_is_highlighted_by_its_own_rules(engine, document, search):
    engine.index([document("hit", "Les bibliothèques", language="fr")])
    (hit,) = search("bibliothèque", "en").hits
    assert (hit.language, highlighted(hit.title)) == ("fr", ["bibliothèques"])


# Did you mean


def test_an_unknown_word_is_corrected_if_that_finds_something(engine, document, search):
    engine.index([document("hit", "Les bibliothèques rurales", language="fr", shown_in=("fr",))])
    results = search("bibliothques rurale", "fr")
    assert results.spelling == "bibliothèques rurale"
    assert search(results.spelling, "fr").total == 1
    assert search('biblothèques "rurales"', "fr").spelling == 'bibliothèques "rurales"'


def test_known_words_are_not_corrected(engine, document, search):
    engine.index([document("a", "Libraries", "a librarie of old"), document("b", "Bibliothèques", language="fr")])
    assert search("libraries").spelling is None
    assert search("librarie").spelling is None
    assert search("bibliothèque").spelling is None


def test_nothing_is_offered_from_documents_that_are_gone_or_not_for_this_reader(engine, document, search):
    engine.index([document("hidden", "Zanzibar", shown_in=("fr",)), document("gone", "Timbuktu"), document("rest")])
    engine.delete(["gone"])
    assert search("zanzibat").spelling is None
    assert search("timbukta").spelling is None


def test_a_correction_that_finds_nothing_with_the_chosen_facets_is_not_offered(engine, document, search):
    engine.index([document("hit", "Libraries", type="news"), document("decoy", "Schools", type="city")])
    assert search("libaries").spelling == "libraries"
    assert search("libaries", selections={"type": ("city",)}).spelling is None


USED = [
    ("en", "waste", "Waist and taste"),
    ("ar", "نفايات", "فتيات المدينة"),
    ("fr", "déchets", "Les décrets"),
    ("fr", "dechets", "Les décrets"),
    ("es", "basura", "La basurta"),
    ("pt", "lixo", "O liso"),
    ("ru", "мусор", "Мусон"),
    ("fr", "waste", "La caste et la vaste"),
]


@pytest.mark.parametrize(("language", "typed", "text"), USED)
def test_a_word_that_people_use_is_not_corrected(engine, document, search, language, typed, text):
    engine.index([document("hit", text, language=language)])
    assert search(typed, language).spelling is None


@pytest.mark.parametrize("typed", ["timbuktoo", "Timbuktoo", "TIMBUKTOO"])
def test_a_corrected_name_keeps_its_capital(engine, document, search, typed):
    engine.index([document("hit", "Libraries in Timbuktu"), document("city", "Zanzibar", type="city")])
    assert search(typed).spelling == "Timbuktu"
    assert search("zanzibaar").spelling == "Zanzibar"
    assert search("libaries").spelling == "libraries", "a capital at the beginning of a title is no name's"


def test_a_word_without_its_accents_is_no_slip(engine, document, search):
    engine.index([document("hit", "La educación en Bogotá", language="es")])
    for typed in ("educacion bogota", "EDUCACIÓN", "Bogóta"):
        results = search(typed, "es")
        assert (results.total, results.spelling) == (1, None)


def test_titles_that_begin_so_are_found_if_nothing_has_the_words(engine, document, find):
    engine.index([document("wanted", "Entrepreneurship for all"), document("body", "Notes", "entrepreneurial spirit")])
    assert find("entrepren") == ["wanted"]
    assert find("entrepren for") == ["wanted"]
    assert find("entrepren zoo") == []


def test_a_whole_word_is_not_the_beginning_of_another(engine, document, find):
    engine.index([document("other", "Carpets")])
    assert find("car") == []


@pytest.mark.parametrize(
    ("language", "title", "typed"),
    [
        ("en", "N'Djamena", "ndjam"),
        ("fr", "L’Aquila", "laqu"),
        ("en", "Münster", "muens"),
        ("en", "Münster", "munst"),
        ("en", "Life-long learning", "lifelo"),
        ("zh-hans", "學習型城市", "学习"),
        ("zh-hans", "学习型城市", "學習"),
    ],
)
def test_suggestions_know_other_spellings(engine, document, language, title, typed):
    engine.index([document("hit", title, language=language)])
    (suggestion,) = engine.suggest(typed, language)
    assert plain(suggestion.title) == title
    assert any(segment.matched for segment in suggestion.title)


# Suggestions


def test_titles_with_the_beginnings_of_all_words_are_suggested(engine, document):
    engine.index(
        [
            document("wanted", "Bibliothèques pour tous", language="fr", url="/fr/b/", type="city"),
            document("decoy", "Écoles", "bibliothèques pour tous", language="fr"),
        ]
    )
    for typed in ("bib", "BIBLIO", "biblioth tou", "tous bi", "biblioteques"):
        (suggestion,) = engine.suggest(typed, "fr")
        assert (suggestion.id, suggestion.url, suggestion.type) == ("wanted", "/fr/b/", "city")
    assert highlighted(engine.suggest("bib", "fr")[0].title) == ["Bibliothèques"]


@pytest.mark.parametrize(
    ("language", "title", "typed"),
    [
        ("zh-hans", "建设学习型城市", "学"),
        ("zh-hans", "建设学习型城市", "城市"),
        ("ar", "التعلُّم مدى الحياة", "التع"),
        ("ru", "Ёлка для всех", "ел"),
        ("es", "Ñandú", "nan"),
    ],
)
def test_suggestions_in_every_script(engine, document, language, title, typed):
    engine.index([document("wanted", title, language=language), document("decoy", "Museum", language=language)])
    assert [suggestion.id for suggestion in engine.suggest(typed, language)] == ["wanted"]


def test_suggestions_come_in_the_readers_language_first_and_only_for_that_reader(engine, document):
    engine.index(
        [
            document("fallback", "Literature"),
            document("own", "Littérature", language="fr"),
            document("hidden", "Litter", shown_in=("en",)),
        ]
    )
    assert [suggestion.id for suggestion in engine.suggest("lit", "fr")] == ["own", "fallback"]
    assert len(engine.suggest("lit", "en", limit=1)) == 1


def test_deleted_titles_are_not_suggested(engine, document):
    engine.index([document("gone", "Libraries"), document("here", "Liberty")])
    engine.delete(["gone"])
    assert [suggestion.id for suggestion in engine.suggest("lib", "en")] == ["here"]


# Hostile input

HOSTILE = [
    "",
    " ",
    "\x00",
    "\ud800",
    "a\udfffb",
    '"',
    '""',
    '"""',
    "“",
    "”“",
    '"the"',
    '"!"',
    '"年"',
    "AND OR NOT",
    "title:x^9~2 +(",
    "a*b?c[ TO ]{}",
    "\\",
    "/.*/",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "%00%ff",
    "{{7*7}}",
    "../../etc/passwd",
    "\u202e\u200b\ufeff",
    "\u0301\u0301\u0301",
    "ـــــ",
    "ًٌٍ",
    "e" + "\u0301" * 500,
    "😀 👩‍👩‍👧",
    "ﷺ",
    "İstanbul ıi",
    "ß œ æ",
    "(" * 2000,
    "a" * 40_000,
    "word " * 20_000,
    "学习" * 5_000,
    "学 " * 500,
    " ".join(f"w{number}" for number in range(5_000)),
    '"' + "city " * 500 + '"',
    '"a" ' * 300,
    "𠀀𠀁",
    "한국어 ไทย हिन्दी",
    "\u2028\u2029\x85",
]


@pytest.fixture
def three(engine, document):
    """An engine that has something in several scripts to be confused by."""
    engine.index(
        [
            document("en", "Learning city", "AND the city"),
            document("zh", "学习型城市", "一年一学", language="zh-hans"),
            document("ar", "مدينة التعلم", language="ar"),
        ]
    )
    return engine


@pytest.mark.parametrize("language", ["en", "ar", "zh-hans", "tlh"])
def test_hostile_strings_are_only_words(three, search, language):
    for text in HOSTILE:
        results = search(text, language)
        assert 0 <= results.total <= 3
        assert len(results.hits) == results.total
        assert len(three.suggest(text, language)) <= 3


@given(text=st.text(max_size=80), language=st.sampled_from(["en", "fr", "ar", "ru", "zh-hans"]))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_input_is_an_error(three, search, text, language):
    results = search(text, language)
    assert len(results.hits) == results.total
    three.suggest(text, language)


@given(text=st.text(max_size=60))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_document_says_can_be_indexed_found_and_shown(engine, document, search, text):
    assert engine.index([document("any", text, text, names=(text,), summary=text)]) == ()
    (hit,) = search().hits
    assert plain(hit.title) == document("any", text).title


def test_a_text_of_any_length_is_indexed(engine, document, find):
    assert engine.index([document("long", "x" * 10_000, "word " * MAX_BODY), document("word", "y" * 70_000)]) == ()
    assert find("word") == ["long"]


@pytest.mark.parametrize("limit", [-1, 0, 10**9])
def test_any_number_of_suggestions_may_be_asked_for(three, limit):
    assert 1 <= len(three.suggest("learning", "en", limit)) <= 50
