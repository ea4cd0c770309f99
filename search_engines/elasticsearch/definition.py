"""The index definition: the fields, and the analyzers that take their terms apart.

Text is analysed by the portal (`search_engines.analysis`), as for the embedded engine, so that both find the same
words. A field of text holds terms with spaces between them: at each position one or more, joined by ``|``, or ``_``
where a stop word was. There is one index for all languages, with separate fields for each (``body_fr``), so that
lengths and word frequencies are those of one language. The terms are indexed and not kept; the texts are kept for
hits and not indexed.

All analyzers are custom, none is built in, so that other defaults of the server change nothing here.
"""

import hashlib
import json

from core.i18n.languages import LANGUAGE_CODES, main_code
from search_engines.analysis import lexicon, terms
from search_engines.facets import CODE_FACETS, INSTANTS, RANGES

VERSION = 2
"""Increase it when documents fill the same fields differently: indexes are then rebuilt."""

LANGUAGES: dict[str, str] = {code: main_code(code) for code in LANGUAGE_CODES}
"""Language of the settings → ending of the names of its fields: ``zh-hans`` → ``zh``.

Languages with the same main code, such as pt and pt-br, share them.
"""
ENDINGS = tuple(dict.fromkeys(LANGUAGES.values()))

TEXTS = ("title", "summary", "body")
"""The texts of a document, which are kept."""
SEARCHED = (*TEXTS, "keywords")
"""The parts of a document that are searched in the field of their language."""
OPENING = "opening"
"""The kept beginning of the body, for snippets."""
WORDS = "words"
"""What is kept to highlight: `search_engines.highlighting.words_to_highlight`."""
STOPPED, AT_ONE_POSITION = "_", "|"
"""In a field of terms: the place of a stop word, and what is between terms of one position."""
LONGEST_KEYWORD = 256
MAX_WINDOW = 10_000


def _analyzer(*filters: str) -> dict:
    return {"type": "custom", "tokenizer": "whitespace", "filter": list(filters)}


ANALYSIS = {
    "filter": {
        "stopped": {"type": "stop", "stopwords": [STOPPED]},
        "positions": {"type": "pattern_capture", "preserve_original": False, "patterns": ["([^|]+)"]},
        "beginnings": {"type": "edge_ngram", "min_gram": 1, "max_gram": 20},
    },
    "analyzer": {
        "terms": _analyzer("stopped", "positions"),
        # Searches have one term at each position.
        "searched": _analyzer("stopped"),
        "beginnings": _analyzer("beginnings"),
        "words": _analyzer(),
    },
}


def _text(analyzer: str, search_analyzer: str, **options) -> dict:
    return {"type": "text", "analyzer": analyzer, "search_analyzer": search_analyzer, **options}


def _properties() -> dict:
    keyword, date = {"type": "keyword"}, {"type": "date"}
    kept: dict = {"type": "keyword", "index": False, "doc_values": False}
    found = _text("terms", "searched")
    fields: dict[str, dict] = dict.fromkeys(("id", "group", "language", "shown_in", *CODE_FACETS), keyword)
    fields |= dict.fromkeys(("url", "origin", *TEXTS, "named", "own_names", "keywords", OPENING, WORDS), kept)
    fields |= dict.fromkeys((*INSTANTS, "newest", "fresh"), date)
    fields |= {name: {"type": "integer_range"} for name in RANGES}
    fields |= {
        "sort_title": {"type": "keyword", "ignore_above": LONGEST_KEYWORD},
        "whole_names": {"type": "keyword", "ignore_above": LONGEST_KEYWORD},
        "place": {"type": "geo_point"},
        # All text, folded and not stemmed, for exact forms and single Chinese characters.
        "forms": _text("words", "words"),
        # Titles with their stop words, which the terms of a language leave out.
        "titles": found | {"norms": False},
        "names": found | {"norms": False},
        "beginnings": _text("beginnings", "words", norms=False, index_options="freqs"),
        # Folded words, and words as they are written after their folded form, for corrections.
        **{f"spelling_{ending}": _text("words", "words", norms=False, index_options="freqs") for ending in ENDINGS},
        "vocabulary": {"type": "keyword"},
        # Of a rebuild at work: groups written meanwhile, and a sign of life. Never with `shown_in`.
        "journal": keyword,
        "journal_version": {"type": "long"},
        "beat": date,
    }
    return fields | {f"{name}_{ending}": found for name in SEARCHED for ending in ENDINGS}


SETTINGS = {
    "number_of_shards": 1,
    "auto_expand_replicas": "0-1",
    "refresh_interval": "1s",
    "max_result_window": MAX_WINDOW,
    # Five for each language, and fewer than a hundred for all.
    "mapping.total_fields.limit": 300 + 5 * len(ENDINGS),
    # Longer than a rebuild takes: a deletion keeps its version, so that no older write restores the document.
    "gc_deletes": "24h",
    "analysis": ANALYSIS,
}
PROPERTIES = _properties()
_NOT_KEPT = [name for name, field in PROPERTIES.items() if field["type"] == "text"] + ["vocabulary"]


def signature() -> str:
    """A fingerprint of what an index must be made with so that this code can use it.

    The languages too, because the documents say to whose readers a version is shown.
    """
    versions = [VERSION, terms.VERSION, lexicon.fingerprint()]
    made_with = json.dumps([versions, LANGUAGE_CODES, SETTINGS, PROPERTIES], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(made_with.encode()).hexdigest()


def mappings() -> dict:
    """The mapping of a new index: strict, and with the signature of this code."""
    return {
        "dynamic": "strict",
        "_meta": {"signature": signature(), "version": VERSION},
        "_source": {"excludes": _NOT_KEPT},
        "properties": PROPERTIES,
    }
