"""The index definition: the analysis of each language, and the fields.

There is one index for all languages, with separate fields for each (``title_fr``), so that lengths and
word frequencies are those of one language. All analyzers are custom, none is built in, so that other
defaults of the server change nothing here.

Text of every language is analysed in these steps: apostrophes separate words (``l'éducation`` is ``l``
and ``éducation``), ё becomes е, tatweel is dropped; full-width forms, case and digits are unified; stop
words are removed; accents are folded *before* stemming, so that a word without its accents has the same
stem. Chinese becomes overlapping pairs. Latin words within Arabic, Russian and Chinese text are stemmed
as English.

Every other language is the fallback: its words are unified and folded, but not stemmed, and it has no
stop words. Chinese and Japanese characters become overlapping pairs in it too.
"""

import hashlib
import json

from core.i18n.languages import LANGUAGE_CODES, main_code
from search_engines.facets import CODE_FACETS, INSTANTS, RANGES

VERSION = 2
"""Increase it when documents fill the same fields differently: indexes are then rebuilt."""

LANGUAGES: dict[str, str] = {code: main_code(code) for code in LANGUAGE_CODES}
"""Language of the settings → ending of the names of its fields and analyzers: ``zh-hans`` → ``zh``.

Languages with the same main code, such as pt and pt-br, share them.
"""
ENDINGS = tuple(dict.fromkeys(LANGUAGES.values()))

TEXTS = ("title", "summary", "body")
LONGEST_KEYWORD = 256
MAX_WINDOW = 10_000

# Field ending → (Elasticsearch's stop words, remainders of words before an apostrophe, stemmers).
_RULES = {
    "en": ("_english_", "s t d m ll re ve", ("light_english",)),
    "fr": ("_french_", "l d j qu n s t c m jusqu lorsqu puisqu quoiqu", ("light_french",)),
    "es": ("_spanish_", "", ("spanish",)),
    "pt": ("_portuguese_", "d", ("portuguese",)),
    "ar": ("_arabic_", "", ("arabic", "light_english")),
    "ru": ("_russian_", "", ("russian", "light_english")),
}
# Regular plurals to which Snowball gives another stem than to the singular: pattern → replacement, of
# words without accents. In Portuguese those that change more than an s, in Spanish those whose singular
# it takes for a verb form (ciudad, mujer, joven).
_PLURALS = {
    "pt": {"(..)oes$": "$1ao", "(..)ais$": "$1al", "(..)eis$": "$1el", "(...)ns$": "$1m"},
    "es": {"(..(?:dad|ar|er|en))es$": "$1"},
}
_ALL_STOPS = [name for name, _remainders, _stemmers in _RULES.values()] + [
    word for _name, remainders, _stemmers in _RULES.values() for word in remainders.split()
]
_UNIFY = ["cjk_width", "lowercase", "decimal_digit"]
_FOLD = ["asciifolding", "arabic_normalization"]


def _analyzer(*filters: str) -> dict:
    return {"type": "custom", "tokenizer": "standard", "char_filter": ["letters"], "filter": list(filters)}


def _replace(pattern: str, replacement: str) -> dict:
    return {"type": "pattern_replace", "pattern": pattern, "replacement": replacement, "all": False}


def _language(ending: str) -> tuple[dict, dict]:
    """Filters and analyzers of one language.

    ``other_…`` is for searches in another language than the reader's: the stop words of all languages are
    removed from them, because it is not known which language the words are in.
    """
    if ending == "zh":
        latin = ["cjk_width", "lowercase", "decimal_digit", "asciifolding"]
        chinese = _analyzer(*latin, "pairs", "stem_light_english")
        return {}, {"text_zh": chinese, "other_zh": _analyzer(*latin, "stop_all", "pairs", "stem_light_english")}
    if ending not in _RULES:
        folded = {f"text_{ending}": _analyzer(*_UNIFY, *_FOLD, "pairs")}
        return {}, folded | {f"other_{ending}": _analyzer(*_UNIFY, "stop_all", *_FOLD, "pairs")}
    stops, remainders, stemmers = _RULES[ending]
    filters = {f"stop_{ending}": {"type": "stop", "stopwords": [stops, *remainders.split()]}}
    for number, (pattern, replacement) in enumerate(_PLURALS.get(ending, {}).items(), start=1):
        filters[f"plural_{ending}_{number}"] = _replace(pattern, replacement)
    stems = [name for name in filters if name.startswith("plural_")] + [f"stem_{stemmer}" for stemmer in stemmers]
    filters |= {f"stem_{stemmer}": {"type": "stemmer", "language": stemmer} for stemmer in stemmers}
    return filters, {
        f"text_{ending}": _analyzer(*_UNIFY, f"stop_{ending}", *_FOLD, *stems),
        f"other_{ending}": _analyzer(*_UNIFY, "stop_all", *_FOLD, *stems),
    }


def _analysis() -> dict:
    filters = {
        "stop_all": {"type": "stop", "stopwords": _ALL_STOPS},
        "stem_light_english": {"type": "stemmer", "language": "light_english"},
        "pairs": {"type": "cjk_bigram", "output_unigrams": False},
        "beginnings": {"type": "edge_ngram", "min_gram": 1, "max_gram": 20},
    }
    analyzers = {
        # Folded, without a language: names, exact forms, single Chinese characters.
        "names": _analyzer(*_UNIFY, *_FOLD),
        # For searches in names, without their stop words.
        "names_query": _analyzer(*_UNIFY, "stop_all", *_FOLD),
        "beginnings": _analyzer(*_UNIFY, *_FOLD, "beginnings"),
        # Not folded, so that a correction has its accents.
        "spelling": _analyzer("cjk_width", "lowercase"),
    }
    for ending in ENDINGS:
        own_filters, own_analyzers = _language(ending)
        filters |= own_filters
        analyzers |= own_analyzers
    letters = ["ё=>е", "Ё=>Е", "ـ=>", "'=>-", "’=>-", "ʼ=>-"]
    return {
        "char_filter": {"letters": {"type": "mapping", "mappings": letters}},
        "filter": filters,
        "analyzer": analyzers,
    }


def _text(analyzer: str, **options) -> dict:
    return {"type": "text", "analyzer": analyzer, **options}


def _properties() -> dict:
    keyword, date = {"type": "keyword"}, {"type": "date"}
    kept: dict = {"type": "keyword", "index": False, "doc_values": False}
    fields: dict[str, dict] = dict.fromkeys(("id", "group", "language", "shown_in", *CODE_FACETS), keyword)
    fields |= dict.fromkeys(("url", "origin", "edges"), kept)
    fields |= dict.fromkeys((*INSTANTS, "newest", "fresh"), date)
    fields |= {name: {"type": "integer_range"} for name in RANGES}
    fields |= {
        "sort_title": {"type": "keyword", "ignore_above": LONGEST_KEYWORD},
        "whole_names": {"type": "keyword", "ignore_above": LONGEST_KEYWORD},
        "own_names": kept,
        "place": {"type": "geo_point"},
        # All text, folded and not stemmed, for exact forms.
        "plain": _text("names"),
        # Titles with their stop words, which the analysis of a language removes.
        "titles": _text("names", norms=False),
        "names": _text("names", norms=False, copy_to=["plain"]),
        "beginnings": _text("beginnings", search_analyzer="names", norms=False, index_options="freqs"),
        # Of a rebuild at work: groups written meanwhile, and a sign of life. Never with `shown_in`.
        "journal": keyword,
        "journal_version": {"type": "long"},
        "beat": date,
    }
    for ending in ENDINGS:
        text = _text(f"text_{ending}", index_options="offsets")
        copies = [f"spelling_{ending}", "plain"]
        fields[f"title_{ending}"] = text | {"copy_to": [*copies, "titles", "beginnings"]}
        fields[f"summary_{ending}"] = fields[f"body_{ending}"] = text | {"copy_to": copies}
        fields[f"keywords_{ending}"] = _text(f"text_{ending}", copy_to=copies)
        fields[f"spelling_{ending}"] = _text("spelling", norms=False, index_options="freqs")
    return fields


SETTINGS = {
    "number_of_shards": 1,
    "auto_expand_replicas": "0-1",
    "refresh_interval": "1s",
    "max_result_window": MAX_WINDOW,
    # Five for each language, and fewer than a hundred for all.
    "mapping.total_fields.limit": 300 + 5 * len(ENDINGS),
    # Longer than a rebuild takes: a deletion keeps its version, so that no older write restores the document.
    "gc_deletes": "24h",
    # The words of a phrase are highlighted one by one, as in the embedded engine.
    "highlight.weight_matches_mode.enabled": False,
    "analysis": _analysis(),
}
PROPERTIES = _properties()


def signature() -> str:
    """A fingerprint of what an index must be made with so that this code can use it.

    The languages too, because the documents say to whose readers a version is shown.
    """
    made_with = json.dumps([VERSION, LANGUAGE_CODES, SETTINGS, PROPERTIES], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(made_with.encode()).hexdigest()


def mappings() -> dict:
    """The mapping of a new index: strict, and with the signature of this code."""
    return {"dynamic": "strict", "_meta": {"signature": signature(), "version": VERSION}, "properties": PROPERTIES}
