"""The bodies of all requests to Elasticsearch. A search is one request.

How words find documents:

* The portal analyses the words, as it does the documents (`search_engines.analysis`).
* Any word may match. A version in the reader's language is searched with the analysis of that
  language; fallback versions in other languages each with their own, without the stop words of either.
* Title, summary, text and keywords of a version count together, the title most (``combined_fields``).
* Words are also searched as one (``life long``) and divided (``lifelong``): see `SearchTerms`.
* ``names`` has the names of cities, countries and clusters in all languages, and codes such as "sdg4".
  ``titles`` has titles with their stop words, so that a search of stop words alone finds something.
* Near phrases and words in their exact form add to the score; they find nothing by themselves. A
  document whose title or own name is the search comes first.
* Of a Chinese name of three characters and more, a document must have two pairs.
* A quoted phrase must occur in title, summary, text or among the names.
* Recent documents, and those that their city confirmed, count a few percent more.

No query of the ``query_string`` family is used: no input can be a syntax error.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from search_engines import folding
from search_engines.analysis import terms
from search_engines.analysis.codes import whole_code, without_codes
from search_engines.analysis.searches import LEAST_PAIRS, SearchTerms, is_lone
from search_engines.analysis.terms import NEAR, NEUTRAL, Token
from search_engines.analysis.vocabulary import SHORTEST_SPELLED, is_spelled
from search_engines.criteria import Criteria
from search_engines.elasticsearch.definition import (
    ENDINGS,
    LANGUAGES,
    MAX_WINDOW,
    OPENING,
    SEARCHED,
    STOPPED,
    TEXTS,
    WORDS,
)
from search_engines.elasticsearch.documents import written
from search_engines.facets import TIMED_FACETS, VALUE_FACETS, TimedValue

TITLE_BOOST, SUMMARY_BOOST = 3, 2
NAMES_BOOST = 1.5
CODES_BOOST = 3
OTHER_TITLE_BOOST = 2
FORMS_BOOST, NEAR_BOOST = 0.35, 0.25
STOP_WORDS_BOOST = 0.01
PHRASE_SLOP = 8
WHOLE_TITLE = 100
"""Far above the score of any words."""
OWN_LANGUAGE = 4096
"""Far above the score of any words, but small enough that a float keeps three of their decimals."""
FRESH_GAIN, CONFIRMED_GAIN = 0.1, 0.1
FRESH_FOR, CONFIRMED_FOR = "1825d", "730d"
"""After this time, half of the gain is left."""
MAX_FACET_VALUES = 2_000
"""More values than any facet has; on one shard, counts are exact below it."""
MAX_SPELLINGS = 100
FORGIVEN = "AUTO:4,20"
"""One letter may be wrong in words of four letters and more that are typed for suggestions."""
HIT_FIELDS = ("id", "group", "language", "type", "url", "origin", "title", "summary", OPENING, WORDS)
NOTHING: dict[str, dict] = {"match_none": {}}


def search(criteria: Criteria, *, by_beginnings: bool = False) -> dict:
    """Return the body of a search request: hits, total, counts, spelling.

    by_beginnings: of titles that have words with the beginnings of all words.
    """
    text = _beginnings(criteria) if by_beginnings else _text(criteria)
    selections = {facet: selection(facet, values, criteria) for facet, values in criteria.selections.items()}
    body = {
        "query": _ranked(criteria, text),
        "post_filter": _all_of(list(selections.values())),
        "aggs": _counts(selections, criteria),
        "sort": _sort(criteria),
        "track_total_hits": True,
        "from": min((criteria.page - 1) * criteria.per_page, MAX_WINDOW - criteria.per_page),
        "size": criteria.per_page,
        "_source": list(HIT_FIELDS),
    }
    spelled = " ".join(dict.fromkeys(word.folded for word in folding.words(criteria.words) if is_spelled(word.folded)))
    if spelled and (ending := LANGUAGES.get(criteria.language)):
        body["suggest"] = {"text": spelled, "words": _spelling(ending)}
    return body


def total(criteria: Criteria) -> dict:
    """Return the body of a request that only tells whether ``criteria`` find anything."""
    chosen = [selection(facet, values, criteria) for facet, values in criteria.selections.items()]
    query = _all_of([*_text(criteria), *_always(criteria), *chosen])
    return {"query": query, "size": 0, "track_total_hits": 1, "terminate_after": 1}


def phrases(texts: Iterable[str], language: str) -> dict:
    """Return the body of a request that only tells whether a document for these readers has all of these phrases."""
    query = _all_of([*(_phrase(text, language) for text in texts), _term("shown_in", language)])
    return {"query": query, "size": 0, "track_total_hits": 1, "terminate_after": 1}


def spellings(folded: Iterable[str], language: str) -> dict:
    """Return the body of a request for folded words as documents for these readers write them."""
    ending = LANGUAGES[language]
    has_one = {"terms": {f"spelling_{ending}": list(folded)}}
    pattern = "|".join(f"{word} .*" for word in folded)
    written = {"terms": {"field": "vocabulary", "include": pattern, "size": MAX_SPELLINGS}}
    query = _all_of([has_one, _term("shown_in", language), {"terms": {"language": _languages(ending)}}])
    return {"query": query, "size": 0, "aggs": {"written": written}}


def _languages(ending: str) -> list[str]:
    return [language for language, its_ending in LANGUAGES.items() if its_ending == ending]


def suggest(typed: list[str], language: str, limit: int, *, typos: bool) -> dict:
    """Return the body of a request for titles with the beginnings of all words. typos: allow wrong letters."""
    match: dict[str, object] = {"query": " ".join(typed), "operator": "and"}
    if typos:
        match |= {"fuzziness": FORGIVEN, "prefix_length": 1}
    return {
        "query": {
            "bool": {
                "filter": [{"match": {"beginnings": match}}, _term("shown_in", language)],
                "should": [_constant(_term("language", language), 1)],
            }
        },
        "sort": ["_score", {"newest": {"order": "desc", "missing": "_last"}}, "id"],
        "size": limit,
        "_source": list(HIT_FIELDS),
        "track_total_hits": False,
    }


def selection(facet: str, values: Iterable[str], criteria: Criteria) -> dict:
    """Return the filter for one facet: documents with any of these values."""
    if facet not in TIMED_FACETS:
        return {"terms": {facet: list(values)}}
    known = TIMED_FACETS[facet].values
    return _any_of([_timed(known[value], criteria.instant) for value in values if value in known])


# Text


def _text(criteria: Criteria) -> list[dict]:
    """What must match; empty without words and phrases."""
    required = [_phrase(phrase, criteria.language) for phrase in criteria.phrases]
    if criteria.words:
        required.append(_words(criteria.words, criteria.language))
    return required


def _beginnings(criteria: Criteria) -> list[dict]:
    typed = " ".join(word.folded for word in folding.words(criteria.words))
    return [{"match": {"beginnings": {"query": typed, "operator": "and"}}}]


def _search_terms(words: str, language: str) -> SearchTerms:
    return SearchTerms(words, terms.analysis_code(language))


def _words(words: str, language: str) -> dict:
    own = LANGUAGES.get(language)
    searched = _search_terms(words, language)
    names = _query(searched.names(), searched.compounds(NEUTRAL))
    in_titles = _positions(terms.tokens(words, searched.code), with_stops=True)
    clauses: list[dict] = [
        {"match": {"names": {"query": names, "boost": NAMES_BOOST}}},
        *({"match": {"names": {"query": code, "boost": CODES_BOOST}}} for code in searched.codes()),
        {"match_phrase": {"titles": {"query": in_titles, "boost": STOP_WORDS_BOOST}}},
    ]
    if others := [_in_other(searched, ending) for ending in ENDINGS if ending != own]:
        clauses.append({"dis_max": {"queries": others}})
    if own:
        fields = [f"title_{own}^{TITLE_BOOST}", f"summary_{own}^{SUMMARY_BOOST}", f"body_{own}", f"keywords_{own}"]
        query = _query(searched.tokens(own), searched.compounds(own))
        clauses.append({"combined_fields": {"query": query, "fields": fields, "operator": "or"}})
        for division in searched.divisions():
            clauses += [{"match_phrase": {f"{part}_{own}": " ".join(division)}} for part in TEXTS]
    tokens = searched.tokens(searched.code)
    if tokens and all(is_lone(token) for token in tokens):
        # Texts are indexed in pairs of Han characters; `forms` has single ones.
        clauses.append({"match": {"forms": {"query": _query(tokens)}}})
    found = _any_of(clauses)
    if searched.runs:
        allowed = [_several(pairs) for pairs in searched.runs]
        if searched.beside_runs:
            allowed.append(_words(searched.beside_runs, language))
        found["bool"]["filter"] = [_any_of(allowed)]
    return found


def _several(pairs: list[str]) -> dict:
    """Documents with several of these pairs of Han characters, wherever they are."""
    fields = ["names", *(f"{part}_{ending}" for part in SEARCHED for ending in ENDINGS)]
    queries = [{"multi_match": {"query": pair, "fields": fields}} for pair in pairs]
    return {"bool": {"should": queries, "minimum_should_match": min(LEAST_PAIRS, len(pairs))}}


def _in_other(searched: SearchTerms, ending: str) -> dict:
    query = _query(searched.tokens(ending), searched.compounds(ending))
    fields = [f"title_{ending}^{OTHER_TITLE_BOOST}", f"summary_{ending}", f"body_{ending}", f"keywords_{ending}"]
    return {"multi_match": {"query": query, "fields": fields, "type": "best_fields"}}


def _query(tokens: Iterable[Token], compounds: Iterable[str] = ()) -> str:
    """The terms of which any may match."""
    found = [term for token in tokens for term in (token.term, *token.others)]
    return " ".join([*found, *compounds])


def _positions(tokens: Iterable[Token], *, with_stops: bool = False) -> str:
    """The terms in their order, with the places of stop words; without lone Han characters beside other terms."""
    tokens = list(tokens)
    if len(tokens) > 1:
        tokens = [token for token in tokens if not is_lone(token)] or tokens
    return " ".join(STOPPED if token.stop and not with_stops else token.term for token in tokens).strip(f"{STOPPED} ")


def _phrase(phrase: str, language: str) -> dict:
    if code := whole_code(phrase):
        fields = ["names", *(f"{part}_{ending}" for part in SEARCHED for ending in ENDINGS)]
        return {"multi_match": {"query": code, "fields": fields}}
    own = terms.analysis_code(language)
    clauses = []
    for ending in ENDINGS:
        tokens = terms.tokens(phrase, ending)
        clauses += [{f"{part}_{ending}": _positions(tokens)} for part in SEARCHED]
    clauses.append({"names": _positions(terms.tokens(phrase, NEUTRAL))})
    for code in dict.fromkeys((own, *ENDINGS)):
        clauses.append({"titles": _positions(terms.tokens(phrase, code), with_stops=True)})
    tokens = terms.tokens(phrase, own)
    if len(tokens) == 1 and is_lone(tokens[0]):
        clauses.append({"forms": tokens[0].term})
    return _any_of([{"match_phrase": clause} for clause in clauses if all(clause.values())])


# Order


def _ranked(criteria: Criteria, text: list[dict]) -> dict:
    """The query with its scores: the reader's language first, then the order of the criteria."""
    own = _term("language", criteria.language)
    by_words = text and criteria.sort == "relevance"
    query: dict = {
        "filter": _always(criteria) if by_words else [*_always(criteria), *text],
        "should": [_constant(own, OWN_LANGUAGE)],
    }
    if by_words:
        query["must"] = [_weighted(text, criteria)]
    return {"bool": query}


def _weighted(text: list[dict], criteria: Criteria) -> dict:
    """The score of the words, a few percent higher for recent and for confirmed documents."""
    now = written(criteria.instant.replace(microsecond=0))

    def gain(field: str, half_life: str, weight: float) -> dict:
        decay = {"exp": {field: {"origin": now, "scale": half_life, "decay": 0.5}}}
        # Without the filter, a document without the date would count as the most recent.
        return {"filter": {"exists": {"field": field}}, "weight": weight, **decay}

    return {
        "function_score": {
            "query": {"bool": {"must": text, "should": _bonuses(criteria)}},
            "functions": [
                {"weight": 1},
                gain("fresh", FRESH_FOR, FRESH_GAIN),
                gain("confirmed_on", CONFIRMED_FOR, CONFIRMED_GAIN),
            ],
            "score_mode": "sum",
            "boost_mode": "multiply",
        }
    }


def _bonuses(criteria: Criteria) -> list[dict]:
    own = LANGUAGES.get(criteria.language)
    bonuses = [_constant(_term("whole_names", folding.sort_key(criteria.words)), WHOLE_TITLE)]
    if not criteria.words or not own:
        return bonuses
    words = without_codes(criteria.words)
    near = {"query": _positions(terms.tokens(words, own)), "slop": PHRASE_SLOP}
    forms = [form for piece in terms.pieces(words, own) if not piece.stop for form in piece.forms]
    exact = " ".join(form for form in forms if not form.startswith(NEAR))
    near_stems = " ".join(form for form in forms if form.startswith(NEAR))
    return [
        *bonuses,
        {"match_phrase": {f"title_{own}": near | {"boost": 2}}},
        {"match_phrase": {f"body_{own}": near}},
        {"match": {"forms": {"query": exact, "boost": FORMS_BOOST}}},
        {"match": {"forms": {"query": near_stems, "boost": NEAR_BOOST}}},
    ]


def _sort(criteria: Criteria) -> list:
    newest = {"newest": {"order": "desc", "missing": "_last"}}
    sort = criteria.sort
    if sort == "title":
        return ["_score", {"sort_title": {"order": "asc", "missing": "_last"}}, newest, "id"]
    return ["_score", newest, "id"]


# Filters and counts


def _always(criteria: Criteria) -> list[dict]:
    """The filters of hits and counts: versions for this reader, years, moments."""
    filters = [_term("shown_in", criteria.language)]
    for name, (first, last) in criteria.ranges.items():
        if first is not None and last is not None and first > last:
            filters.append(NOTHING)
        elif first is not None or last is not None:
            filters.append({"range": {name: _limits(gte=first, lte=last) | {"relation": "intersects"}}})
    for name, (since, until) in criteria.between.items():
        limits = _limits(gte=since and written(since), lt=until and written(until))
        filters.append({"range": {name: limits}})
    return filters


def _timed(value: TimedValue, instant: datetime) -> dict:
    """Documents with a value of a `TimedFacet` at an instant, in whole seconds."""
    now = instant.replace(microsecond=0)

    def moment(shift: timedelta | None) -> str | None:
        return None if shift is None else written(now + shift)

    limits = {name: _limits(gt=moment(span.after), lte=moment(span.until)) for name, span in value.spans.items()}
    return _all_of([{"range": {name: limit}} for name, limit in limits.items()])


def _counts(selections: Mapping[str, dict], criteria: Criteria) -> dict:
    """Counts of each facet under the selections of all others; facets without a selection share a filter."""
    free = {code: _count(code, criteria) for code in VALUE_FACETS if code not in selections}
    free["language"] = {"terms": {"field": "language", "size": len(LANGUAGES) + 1}}
    aggregations = {"free": {"filter": _all_of(list(selections.values())), "aggs": free}}
    for facet in selections:
        others = [query for other, query in selections.items() if other != facet]
        aggregations[facet] = {"filter": _all_of(others), "aggs": {facet: _count(facet, criteria)}}
    return aggregations


def _count(facet: str, criteria: Criteria) -> dict:
    if facet not in TIMED_FACETS:
        return {"terms": {"field": facet, "size": MAX_FACET_VALUES}}
    values = TIMED_FACETS[facet].values.items()
    return {"filters": {"filters": {code: _timed(value, criteria.instant) for code, value in values}}}


# Spelling


def _spelling(ending: str) -> dict:
    """Suggestions for words that the index does not have in this form."""
    return {
        "term": {
            "field": f"spelling_{ending}",
            "suggest_mode": "missing",
            "max_edits": 2,
            "prefix_length": 1,
            "min_word_length": SHORTEST_SPELLED,
            "size": 5,
        }
    }


# Small parts


def _term(field: str, value: str) -> dict:
    return {"term": {field: value}}


def _constant(query: dict, boost: float) -> dict:
    return {"constant_score": {"filter": query, "boost": boost}}


def _all_of(queries: list[dict]) -> dict:
    return {"bool": {"filter": queries}} if queries else {"match_all": {}}


def _any_of(queries: list[dict]) -> dict:
    return {"bool": {"should": queries, "minimum_should_match": 1}} if queries else NOTHING


def _limits(**limits) -> dict:
    return {name: value for name, value in limits.items() if value is not None}
