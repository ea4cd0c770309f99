"""Countries and territories have the names that UNESCO uses, and are known by all their usual ones."""

import csv
import re
import unicodedata

import pytest
from django.utils import translation

from core.i18n.countries import DATA, country_choices, country_name, country_names, regions, searched_names
from tests.texts import catalogue

LANGUAGES = ("en", "fr", "es", "pt", "ar", "ru", "zh-hans")
TERRITORIES = ["AI", "AW", "AX", "BM", "FK", "FO", "HK", "KY", "MO", "MS", "NC", "SX", "TK", "TW", "VG", "VI"]
# Code → its name in each of LANGUAGES, of states that CLDR names otherwise in most of them.
UNESCO = {
    "PS": "Palestine|Palestine|Palestina|Palestina|فلسطين|Палестина|巴勒斯坦",
    "KR": "Republic of Korea|République de Corée|República de Corea|República da Coreia|جمهورية كوريا"
    "|Республика Корея|大韩民国",
    "IR": "Iran|Iran|Irán|Irão|إيران|Иран|伊朗",
    "VN": "Viet Nam|Viet Nam|Viet Nam|Vietname|فييت نام|Вьетнам|越南",
    "TR": "Türkiye|Türkiye|Türkiye|Türkiye|تركيا|Турция|土耳其",
    "CI": "Côte d’Ivoire|Côte d’Ivoire|Côte d’Ivoire|Côte d’Ivoire|كوت ديفوار|Кот-д’Ивуар|科特迪瓦",
    "CV": "Cabo Verde|Cabo Verde|Cabo Verde|Cabo Verde|كابو فيردي|Кабо-Верде|佛得角",
    "TL": "Timor-Leste|Timor-Leste|Timor-Leste|Timor-Leste|تيمور-ليشتي|Тимор-Лешти|东帝汶",
    "MM": "Myanmar|Myanmar|Myanmar|Mianmar|ميانمار|Мьянма|缅甸",
    "CD": "Democratic Republic of the Congo|République démocratique du Congo|República Democrática del Congo"
    "|República Democrática do Congo|جمهورية الكونغو الديمقراطية|Демократическая Республика Конго|刚果民主共和国",
    "CG": "Congo|Congo|Congo|Congo|الكونغو|Конго|刚果",
    "MO": "Macao, China|Macao (Chine)|Macao (China)|Macau (China)|ماكاو (الصين)|Макао (Китай)|中国澳门",
    "KE": "Kenya|Kenya|Kenya|Quénia|كينيا|Кения|肯尼亚",
}
# Names that readers type, each with the language that it is from.
USUAL = {
    "AE": "en:UAE fr:Émirats ar:الإمارات ru:ОАЭ zh-hans:阿联酋",
    "CI": "en:Ivory_Coast es:Costa_de_Marfil pt:Costa_do_Marfim ar:ساحل_العاج zh-hans:象牙海岸",
    "CV": "en:Cape_Verde fr:Cap-Vert ar:الرأس_الأخضر",
    "CZ": "en:Czech_Republic fr:République_tchèque es:República_Checa ru:Чешская_Республика :Česko",
    "GB": "en:UK en:Great_Britain en:England fr:Angleterre es:Inglaterra ar:بريطانيا ru:Великобритания zh-hans:英格兰",
    "IR": "en:Persia pt:Irã :ایران",
    "KP": "en:North_Korea en:DPRK fr:Corée_du_Nord ru:КНДР",
    "KR": "en:South_Korea fr:Corée_du_Sud pt:Coreia_do_Sul ar:كوريا_الجنوبية ru:Южная_Корея zh-hans:韩国 :대한민국",
    "LA": "en:Laos en:Lao_PDR ru:Лаос zh-hans:老挝",
    "MM": "en:Burma fr:Birmanie es:Birmania ar:بورما ru:Бирма",
    "NL": "en:Holland fr:Hollande es:Holanda ru:Голландия :Nederland",
    "PS": "en:Palestinian_Territories en:State_of_Palestine fr:État_de_Palestine ar:دولة_فلسطين",
    "RU": "en:Russia fr:Russie ar:روسيا ru:Россия zh-hans:俄罗斯",
    "SZ": "en:Swaziland fr:Swaziland pt:Suazilândia ru:Свазиленд",
    "TR": "en:Turkey fr:Turquie es:Turquía pt:Turquia",
    "US": "en:USA en:America es:EEUU pt:EUA ar:أمريكا ru:США zh-hans:美国",
    "VN": "en:Vietnam es:Vietnam ar:فيتنام pt:Vietnã",
}


@pytest.mark.parametrize("code", UNESCO)
def test_a_state_has_the_name_that_unesco_uses(code):
    assert [country_name(code, language) for language in LANGUAGES] == UNESCO[code].split("|")


def test_no_member_has_a_name_with_brackets_or_an_abbreviation_of_cldr():
    shortened = [
        (code, language, name)
        for language in LANGUAGES
        for code in (*regions(), *TERRITORIES)
        if re.search(r"&|\bSt\b|\bо-в|SAR|R\.A\.S\.", name := country_name(code, language))
        or (code in regions() and re.search(r"[(（]", name))
    ]
    assert shortened == []


def test_no_page_says_palestinian_territories_in_any_language():
    forms = re.compile("territor|terri?toire|الأراضي|территор|领土", re.IGNORECASE)
    assert not [
        (code, language)
        for language in LANGUAGES
        for code, name in country_names(language).items()
        if code in regions() and forms.search(name)
    ]


@pytest.mark.parametrize(("language", "script"), [("ar", "ARABIC"), ("ru", "CYRILLIC"), ("zh-hans", "CJK")])
def test_a_name_is_in_the_script_of_its_language(language, script):
    names = country_names(language).items()
    assert [(code, name) for code, name in names if not all(is_in(letter, script) for letter in name)] == []


def is_in(letter: str, script: str) -> bool:
    return not letter.isalpha() or unicodedata.name(letter).startswith(script)


def test_russian_names_have_their_letter_yo():
    """Names are written as the interface writes the same words: “Объединённые”, not “Объединенные”."""
    words = {word for _place, text in catalogue("ru") for word in re.findall(r"\w+", text.casefold()) if "ё" in word}
    words |= {"объединённые", "объединённая", "соединённые", "соединённое"}
    without = {word.replace("ё", "е") for word in words}
    with (DATA / "places.csv").open(encoding="utf-8", newline="") as file:
        names = [row["ru"] for row in csv.DictReader(file)]
    names += country_names("ru").values()
    assert [name for name in names if without & set(re.findall(r"\w+", name.casefold()))] == []
    assert [name for name in names if name.startswith("Йо")] == []


@pytest.mark.parametrize("code", USUAL)
def test_a_country_is_looked_for_under_its_usual_names(code):
    for pair in USUAL[code].split():
        language, _colon, name = pair.partition(":")
        assert name.replace("_", " ") in searched_names(code, language)


def test_the_name_that_pages_show_comes_first_among_those_that_are_found():
    assert searched_names("KR", "fr")[0] == "République de Corée"


def test_no_name_that_is_found_is_a_word_for_something_else():
    # "car", "eau" and the like would find whole countries.
    words = {"car", "eau", "great", "state", "people", "us", "ru", "in", "it", "no", "la", "de", "el"}
    found = {
        (code, name)
        for code in regions()
        for language in (*LANGUAGES, "")
        for name in searched_names(code, language)
        if name.casefold() in words
    }
    assert found == {("US", "US")}, "a stop word in English, so it is looked for only by itself"


def test_choices_are_in_the_order_of_a_reader_also_with_accents():
    with translation.override("fr"):
        names = [name for _code, name in country_choices()]
    assert names.index("Égypte") < names.index("Fidji")
    assert names.index("Îles Cook") < names.index("Inde") < names.index("Japon")


def test_a_language_outside_the_table_keeps_the_names_of_cldr():
    assert country_name("KR", "de") == "Südkorea"
    assert country_name("IR", "pt-br") == "Irã"
