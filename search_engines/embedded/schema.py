"""The fields of the embedded index, and how a document fills them.

One index for all languages. ``title`` and ``body`` are shared fields; their terms have the language as
prefix (``fr:educ``). With a field for each language, BM25 would take every text for several times too
long, because it averages lengths over all documents. ``forms`` is only for ranking. The values of
facets are exact keywords.
"""

import hashlib
import json
import math
from datetime import UTC, datetime

import tantivy
from tantivy import MAX_DATETIME, MIN_DATETIME, Document, PreTokenizedString, SchemaBuilder, Token

from core.i18n.languages import LANGUAGE_CODES
from core.search_document import SearchDocument
from search_engines import folding
from search_engines.analysis import lexicon
from search_engines.analysis import terms as analysis
from search_engines.analysis.vocabulary import beginnings, words_for_correction
from search_engines.base import check_fields
from search_engines.facets import CODE_FACETS, INSTANTS, RANGES
from search_engines.highlighting import STORED_BODY, words_to_highlight

VERSION = 7
"""Raise it when documents fill the same fields differently: old indexes are then rebuilt."""

# Sorted, so that another order of the filter panel does not make an index outdated.
COUNTED_IN_SETS = sorted(facet.code for facet in CODE_FACETS.values() if facet.counted_in_sets)
"""Facets whose values have a second field, which holds all values of a document as one."""
KEYWORDS = ("id", "group", "language", "shown_in", *sorted(CODE_FACETS))
ONGOING = 9999
"""The last year of a range without an end."""
PART_GAP = 20
"""Free positions between title, summary and body, so that no phrase matches across them."""
FIRST_YEAR = 2008
YEARLY_GAIN = 0.01


def counted_field(facet: str) -> str:
    """The field that is aggregated to count the values of a facet."""
    return f"{facet}_set" if facet in COUNTED_IN_SETS else facet


def values_of(facet: str, counted: str) -> list[str]:
    """The values of a facet in one value of its `counted_field`."""
    return counted.split("\n") if facet in COUNTED_IN_SETS else [counted]


def build_schema() -> tantivy.Schema:
    """Make the schema; its facet fields are those of `search_engines.facets`."""
    builder = SchemaBuilder()
    for name in KEYWORDS:
        builder.add_text_field(name, tokenizer_name="raw", fast=True, index_option="basic")
    for name in COUNTED_IN_SETS:
        builder.add_text_field(counted_field(name), tokenizer_name="raw", fast=True, index_option="basic")
    # Pre-tokenised: the tokenizer named here is never called.
    for name in ("title", "body", "names"):
        builder.add_text_field(name, tokenizer_name="whitespace")
    # Only counted, never looked for in order: the one text that Tantivy cuts itself, at our spaces.
    builder.add_text_field("forms", tokenizer_name="whitespace", index_option="freq")
    for name in ("beginnings", "vocabulary", "fingerprint", "whole_names"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("sort_title", tokenizer_name="raw", fast=True, index_option="basic")
    for name in (*INSTANTS, "newest"):
        builder.add_date_field(name, fast=True, indexed=True)
    for name in RANGES:
        builder.add_integer_field(f"{name}_from", fast=True, indexed=True)
        builder.add_integer_field(f"{name}_to", fast=True, indexed=True)
    builder.add_float_field("weight", fast=True)
    builder.add_bytes_field("source", stored=True)
    return builder.build()


SCHEMA = build_schema()


def signature() -> str:
    """Return a hash of everything that an index must have been made with to be read by this code.

    The languages too, because the documents name the readers to whom a version is shown.
    """
    library = tantivy.__version__  # type: ignore[attr-defined]  # its stubs leave this out
    versions = [library, VERSION, analysis.VERSION, lexicon.fingerprint()]
    made_with = [*versions, LANGUAGE_CODES, KEYWORDS, COUNTED_IN_SETS, sorted(INSTANTS), RANGES]
    return hashlib.sha256(json.dumps(made_with).encode()).hexdigest()


def to_document(document: SearchDocument) -> Document:
    """Turn a document of the portal into a Tantivy document.

    Raises ``ValueError`` for unknown facets, instants and ranges; Tantivy would drop them silently.
    """
    check_fields(document)
    facets = document.indexed_facets
    fields = {
        "id": document.id,
        "group": document.group,
        "language": document.language,
        "shown_in": list(document.shown_in),
        **{name: list(codes) for name, codes in facets.items()},
        **{counted_field(name): "\n".join(sorted(facets[name])) for name in COUNTED_IN_SETS if name in facets},
        **{name: clamp_instant(value) for name, value in document.instants.items()},
        **_years(document),
        **_order(document),
        "beginnings": sorted(beginnings(document.title)),
        "vocabulary": sorted(_vocabulary(document)),
        "whole_names": sorted({folding.sort_key(name) for name in (document.title, *document.own_names)}),
        "fingerprint": f"{document.id} {document.group} {document.content_hash}",
        "source": _source(document),
    }
    made = Document.from_dict(fields, SCHEMA)
    _add_texts(made, document)
    return made


def clamp_instant(value: datetime) -> datetime:
    """Return the nearest instant that the index can hold: a whole second from 1677 to 2262."""
    try:
        value = value.astimezone(UTC).replace(microsecond=0)
    except OverflowError:
        return MIN_DATETIME if value.year < 2000 else MAX_DATETIME
    return min(max(value, MIN_DATETIME), MAX_DATETIME)


def _years(document: SearchDocument) -> dict[str, int]:
    years = {}
    for name, (first, last) in document.ranges.items():
        years[f"{name}_from"] = first
        years[f"{name}_to"] = ONGOING if last is None else last
    return years


def _order(document: SearchDocument) -> dict:
    """The keys to sort by, and the weight of the score.

    Tantivy multiplies a score by ``log2(2 + weight)``. The weight makes that factor
    ``1 + YEARLY_GAIN * years``, with the years since FIRST_YEAR of the newest date plus those of the
    date on which the city confirmed the content. Absolute dates need no update as time passes.
    """
    instants = document.instants
    fresh = [value for name in ("published", "updated", "confirmed_on") if (value := instants.get(name))]
    gain = sum(_years_since(value) for value in [*sorted(fresh)[-1:], instants.get("confirmed_on")] if value)
    order = {
        "sort_title": folding.sort_key(document.title),
        "weight": math.pow(2, 1 + YEARLY_GAIN * gain) - 2,
    }
    if document.newest:
        order["newest"] = clamp_instant(document.newest)
    return order


def _years_since(value: datetime) -> float:
    return min(max(value.year + value.month / 12 - FIRST_YEAR, 0), 50)


def _vocabulary(document: SearchDocument) -> set[str]:
    """Words for "did you mean": the language, the folded word and the word as it is to be written, in one term."""
    code = analysis.analysis_code(document.language)
    return {f"{code}:{folded} {written}" for folded, written in words_for_correction(document)}


def _add_texts(made: Document, document: SearchDocument) -> None:
    code = analysis.analysis_code(document.language)
    title, _forms = _terms((document.title,), code, with_stops=True)
    texts = (document.title, document.summary, document.body, *document.keywords)
    body, forms = _terms(texts, code, with_stops=False)
    names, _forms = _terms(document.names, analysis.NEUTRAL, with_stops=True)
    for name, terms in {"title": title, "body": body, "names": names}.items():
        made.add_pre_tokenized_text(name, PreTokenizedString("", terms))
    made.add_text("forms", " ".join(forms))


def _terms(parts, code: str, *, with_stops: bool) -> tuple[list[Token], list[str]]:
    """Terms and exact forms of consecutive texts; a stop word leaves its position free."""
    terms, forms, position = [], [], 0
    prefix = analysis.prefixed(code, "")
    for part in parts:
        for piece in analysis.pieces(part, code):
            if piece.stop and not with_stops:
                position += 1
                continue
            terms += [Token(prefix + other, position, 0, 0) for other in piece.others]
            for term in piece.terms:
                terms.append(Token(prefix + term, position, 0, 0))
                position += 1
            forms += [prefix + form for form in piece.forms]
        position += PART_GAP
    return terms, forms


def _source(document: SearchDocument) -> bytes:
    """The stored fields of a hit."""
    shown = {"title": document.title, "summary": document.summary, "body": document.body[:STORED_BODY]}
    kept = {
        "id": document.id,
        "group": document.group,
        "language": document.language,
        "type": document.type,
        "url": document.url,
        "origin": document.origin,
        **shown,
        "words": words_to_highlight(shown.values(), analysis.analysis_code(document.language)),
    }
    return json.dumps(kept, ensure_ascii=False).encode()
