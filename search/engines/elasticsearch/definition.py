"""How the index is made: analysis of each language, and the fields.

One index for all languages, with fields of its own for each (``title_fr``): lengths and word
frequencies stay those of the language. Analyzers are written out, none is built in, so that a
change of the server's defaults changes nothing here.

Text goes through the same steps in every language: apostrophes separate (``l'éducation`` is
``l`` and ``éducation``), ё is е, tatweel is dropped; full-width forms, case and digits are unified;
stop words go; accents are folded *before* stemming, so that words typed without them meet the same
stem. Chinese is cut into overlapping pairs. Latin words within Arabic, Russian and Chinese text are
stemmed as English.
"""

import hashlib
import json

from core.i18n.languages import LANGUAGE_CODES
from search.facets import CODE_FACETS, INSTANTS, RANGES

VERSION = 1
"""To be raised when documents fill the same fields differently: old indexes are rebuilt."""

LANGUAGES: dict[str, str] = {code: code.partition("-")[0] for code in LANGUAGE_CODES}
"""Language of the settings → how names of fields and analyzers end: ``zh-hans`` → ``zh``."""

TEXTS = ("title", "summary", "body")
LONGEST_KEYWORD = 256
MAX_WINDOW = 10_000

# Field ending → (list of stop words, what an apostrophe leaves over, stemmers).
_RULES = {
    "en": ("_english_", "s t d m ll re ve", ("light_english",)),
    "fr": ("_french_", "l d j qu n s t c m jusqu lorsqu puisqu quoiqu", ("light_french",)),
    "es": ("_spanish_", "", ("spanish",)),
    "pt": ("_portuguese_", "d", ("portuguese",)),
    "ar": ("_arabic_", "", ("arabic", "light_english")),
    "ru": ("_russian_", "", ("russian", "light_english")),
}
# Regular plurals whose stem Snowball makes another than the singular's: pattern → replacement, of
# words without accents. In Portuguese those that change more than an s, in Spanish those whose
# singular it takes for a form of a verb (ciudad, mujer, joven).
_PLURALS = {
    "pt": {"(..)oes$": "$1ao", "(..)ais$": "$1al", "(..)eis$": "$1el", "(...)ns$": "$1m"},
    "es": {"(..(?:dad|ar|er|en))es$": "$1"},
}
_ALL_STOPS = [name for name, _left, _stemmers in _RULES.values()] + [
    word for _name, left, _stemmers in _RULES.values() for word in left.split()
]
_UNIFY = ["cjk_width", "lowercase", "decimal_digit"]
_FOLD = ["asciifolding", "arabic_normalization"]


def _analyzer(*filters: str) -> dict:
    return {"type": "custom", "tokenizer": "standard", "char_filter": ["letters"], "filter": list(filters)}


def _replace(pattern: str, replacement: str) -> dict:
    return {"type": "pattern_replace", "pattern": pattern, "replacement": replacement, "all": False}


def _language(ending: str) -> tuple[dict, dict]:
    """Filters and analyzers of one language; a language without rules is folded only."""
    if ending == "zh":
        latin = ["cjk_width", "lowercase", "decimal_digit", "asciifolding"]
        chinese = _analyzer(*latin, "pairs", "stem_light_english")
        return {}, {"text_zh": chinese, "other_zh": _analyzer(*latin, "stop_all", "pairs", "stem_light_english")}
    if ending not in _RULES:
        folded = {f"text_{ending}": _analyzer(*_UNIFY, *_FOLD)}
        return {}, folded | {f"other_{ending}": _analyzer(*_UNIFY, "stop_all", *_FOLD)}
    stops, left, stemmers = _RULES[ending]
    filters = {f"stop_{ending}": {"type": "stop", "stopwords": [stops, *left.split()]}}
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
        # Unstemmed and of no language: names, exact forms, single Chinese characters.
        "names": _analyzer(*_UNIFY, *_FOLD),
        # For a search put to names: its little words decide nothing.
        "names_query": _analyzer(*_UNIFY, "stop_all", *_FOLD),
        "beginnings": _analyzer(*_UNIFY, *_FOLD, "beginnings"),
        # As written, so that a correction has its accents.
        "spelling": _analyzer("cjk_width", "lowercase"),
    }
    for ending in LANGUAGES.values():
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
        "place": {"type": "geo_point"},
        # Unstemmed words of everything, for exact forms.
        "plain": _text("names"),
        # Titles with their little words, which the analysis of a language drops.
        "titles": _text("names", norms=False),
        "names": _text("names", norms=False, copy_to=["plain"]),
        "beginnings": _text("beginnings", search_analyzer="names", norms=False, index_options="freqs"),
        # Of a rebuild at work: groups written meanwhile, and a sign of life. Never with `shown_in`.
        "journal": keyword,
        "journal_version": {"type": "long"},
        "beat": date,
    }
    for ending in LANGUAGES.values():
        text = _text(f"text_{ending}", index_options="offsets")
        copies = [f"spelling_{ending}", "plain"]
        fields[f"title_{ending}"] = text | {"copy_to": [*copies, "titles", "beginnings"]}
        fields[f"summary_{ending}"] = fields[f"body_{ending}"] = text | {"copy_to": copies}
        fields[f"spelling_{ending}"] = _text("spelling", norms=False, index_options="freqs")
    return fields


SETTINGS = {
    "number_of_shards": 1,
    "auto_expand_replicas": "0-1",
    "refresh_interval": "1s",
    "max_result_window": MAX_WINDOW,
    "mapping.total_fields.limit": 300,
    # Deletions keep their version for longer than any rebuild takes: what is older comes back never.
    "gc_deletes": "24h",
    # Words of a phrase are marked one by one, as the embedded engine does.
    "highlight.weight_matches_mode.enabled": False,
    "analysis": _analysis(),
}
PROPERTIES = _properties()


def signature() -> str:
    """What an index must have been made with to be used by this code."""
    made_with = json.dumps([VERSION, SETTINGS, PROPERTIES], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(made_with.encode()).hexdigest()


def mappings() -> dict:
    """The mapping of a new index: strict, and signed."""
    return {"dynamic": "strict", "_meta": {"signature": signature(), "version": VERSION}, "properties": PROPERTIES}
