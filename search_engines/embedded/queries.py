"""From criteria to Tantivy queries. There is no query parser, so no input can be a syntax error.

How words find documents:

* Any word may match. A document in the reader's language is searched with the analysis of that
  language; a fallback version in another language with the analysis of its own.
* Stop words are ignored, unless the search has no other words; then titles are searched for them.
* ``body`` holds title, summary, text and keywords; ``title`` adds to the score. ``names`` has no language;
  it also has codes such as "sdg4", which a search for "SDG 4" finds.
* Of a Chinese name of three characters and more, a document must have two pairs.
* A lone Han character is searched in ``forms``, because texts are indexed in pairs of characters.
* Words are also searched as one (``life long``) and divided (``lifelong``): see `SearchTerms`.
* Neighbouring words that are neighbours in a document, and words in their exact form, add to the
  score; they find nothing by themselves. A document whose title or own name is the search comes first.
* A quoted phrase must occur in the body, in the title or among the names.
* ``by_beginnings`` instead: titles that have words with the beginnings of all words.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from itertools import islice, pairwise

from tantivy import FieldType, Occur, Query

from core.i18n.languages import LANGUAGE_CODES
from search_engines import folding
from search_engines.analysis import terms as analysis
from search_engines.analysis.codes import whole_code
from search_engines.analysis.searches import LEAST_PAIRS, SearchTerms, is_lone
from search_engines.analysis.terms import NEAR, NEUTRAL, Token, analysis_code, prefixed
from search_engines.criteria import Criteria
from search_engines.embedded.reader import Snapshot
from search_engines.embedded.schema import SCHEMA, clamp_instant
from search_engines.facets import TIMED_FACETS

TITLE_BOOST = 0.25
NAMES_BOOST = 0.6
CODES_BOOST = 2.0
PAIR_BOOST = 0.2
COMMON_MIN_TEXTS, COMMON_ONE_IN = 1_000, 20
"""A word is common when it occurs in more than 1,000 texts, and in more than one text of 20."""
FORMS_BOOST, NEAR_BOOST = 0.35, 0.3
WHOLE_TITLE = 100.0
"""Far above the score of any words."""
MAX_TERMS = 40
"""Most different terms of a search in one language; a pasted Chinese page has twenty times as many."""
_SECOND = timedelta(seconds=1)


class Queries:
    """The queries of one search on one snapshot."""

    def __init__(self, snapshot: Snapshot, criteria: Criteria, *, by_beginnings: bool = False):
        self.snapshot = snapshot
        self.criteria = criteria
        self.by_beginnings = by_beginnings
        self.code = analysis_code(criteria.language)
        self._terms = SearchTerms(criteria.words, self.code)
        self._kept: dict[str, list[Token]] = {}

    @cached_property
    def has_text(self) -> bool:
        """Whether there are words or phrases; without them the reader browses."""
        return bool(self.criteria.words or self.criteria.phrases)

    @cached_property
    def everything(self) -> Query:
        """All hits in all languages without selections, for counting."""
        codes = [self.code, *self._other_codes]
        return all_of([self._text(codes, self.unscored_query), shown_in(self.criteria.language)])

    @cached_property
    def own(self) -> Query:
        """Hits in the reader's language under all selections."""
        return self._hits([self.code], own=True)

    @cached_property
    def others(self) -> Query:
        """Hits in other languages: of groups without a version in the reader's language."""
        language = self.criteria.language
        # Languages such as pt and pt-br have the same analysis.
        is_shared = any(analysis_code(code) == self.code for code in LANGUAGE_CODES if code != language)
        return self._hits([self.code, *self._other_codes] if is_shared else self._other_codes, own=False)

    def narrowed(self, leave_out: str | None = None) -> Query:
        """Everything under all selections but that of one facet."""
        return all_of([self.everything, *self.filters(leave_out)])

    def filters(self, leave_out: str | None = None) -> list[Query]:
        """Selections, ranges and moments; they do not change the score."""
        criteria = self.criteria
        found = []
        for facet, values in criteria.selections.items():
            if facet != leave_out:
                found.append(self.selection(facet, values))
        for name, (first, last) in criteria.ranges.items():
            found += _years(f"{name}_to", first, None)
            found += _years(f"{name}_from", None, last)
        for name, (since, until) in criteria.between.items():
            found += _instants(name, since, until and until - _SECOND)
        return found

    def selection(self, facet: str, values: tuple[str, ...]) -> Query:
        """Documents with one of these values of a facet, at the moment of this search."""
        if facet not in TIMED_FACETS:
            return _keyword(facet, values)
        return _unscored(_any_of([self._timed(facet, value) for value in values]))

    def knows(self, word: str) -> bool:
        """Whether any document for this reader has this word in any form."""
        alone = Queries(self.snapshot, replace(self.criteria, words=word, phrases=()))
        return bool(self.snapshot.number_of_hits(alone.everything))

    def has_phrases(self, phrases: Iterable[str]) -> bool:
        """Whether any document for this reader has all of these phrases."""
        found = [self._phrase(phrase, [self.code, *self._other_codes]) for phrase in phrases]
        queries = [query for query in found if query]
        if len(queries) < len(found):
            return False
        return bool(self.snapshot.number_of_hits(all_of([*queries, shown_in(self.criteria.language)])))

    @cached_property
    def _other_codes(self) -> list[str]:
        return [code for code in self.snapshot.language_sizes if code != self.code]

    def _hits(self, codes: list[str], *, own: bool) -> Query:
        text = (Occur.Must, self._text(codes, self._scored_query))
        language = (Occur.Must if own else Occur.MustNot, _keyword("language", [self.criteria.language]))
        others = [shown_in(self.criteria.language), *self.filters()]
        return Query.boolean_query([text, language, *((Occur.Must, clause) for clause in others)])

    def _timed(self, facet: str, value: str) -> Query:
        """Documents with a value of a `TimedFacet`, in whole seconds; no document for an unknown value."""
        known = TIMED_FACETS[facet].values
        if value not in known:
            return Query.empty_query()
        now = self.criteria.instant.replace(microsecond=0)
        clauses = []
        for name, span in known[value].spans.items():
            first = None if span.after is None else now + span.after + _SECOND
            last = None if span.until is None else now + span.until
            clauses += _instants(name, first, last)
        return all_of(clauses)

    # Words and phrases

    def _text(self, codes: list[str], words: Callable[[list[str]], Query | None]) -> Query:
        if not self.has_text:
            return Query.all_query()
        if self.by_beginnings:
            typed = [word.folded for word in folding.words(self.criteria.words)]
            return all_of([prefix_query(word) for word in typed] or [Query.empty_query()])
        required = [query for phrase in self.criteria.phrases if (query := self._phrase(phrase, codes))]
        if self.criteria.words:
            tokens = words(codes)
            if tokens or not required:
                required.append(tokens or Query.empty_query())
        return all_of(required or [Query.empty_query()])

    def _scored_query(self, codes: list[str]) -> Query | None:
        """Documents with any of the words, with scores."""
        required, optional = self._name_clauses(), self._title_clauses()
        for code in codes:
            tokens = self._search_tokens(code)
            required += self._term_clauses(tokens, code)
            required += [_term("forms", term) for term in self._lone_terms(tokens, code)]
            optional += self._form_clauses(tokens, code)
            if code == self.code:
                required += self._division_clauses()
                optional += self._pair_clauses(tokens, code)
        if not required:
            return None
        clauses = [(Occur.Must, _any_of(required)), *((Occur.Should, clause) for clause in optional)]
        if self._terms.runs:
            clauses.append((Occur.Must, _unscored(self._with_several_pairs(codes))))
        return Query.boolean_query(clauses)

    def unscored_query(self, codes: list[str]) -> Query | None:
        """The same documents as `_scored_query`, without scores, for counting.

        It runs several times, so terms without documents are left out: most words in most languages.
        """
        if self._terms.runs:
            return self._with_several_pairs(codes)
        terms = [("names", term) for term in (*self._name_terms(), *self._code_terms())]
        for code in codes:
            tokens = self._search_tokens(code)
            # The body includes the title, except its stop words.
            terms += [("title" if token.stop else "body", prefixed(code, token.term)) for token in tokens]
            terms += [("body", prefixed(code, term)) for term in self._other_terms(tokens, code)]
            terms += [("forms", term) for term in self._lone_terms(tokens, code)]
        found = [_term(*term) for term in dict.fromkeys(terms) if self.snapshot.frequency(*term)]
        if self.code in codes:
            found += self._division_clauses()
        return _any_of(found) if terms else None

    def _with_several_pairs(self, codes: list[str]) -> Query:
        """Documents with several pairs of one of the runs of Han characters, or with a word beside them."""
        found = []
        for pairs in self._terms.runs:
            fields = [("names", NEUTRAL), *(("body", code) for code in codes)]
            either = [_any_of([_term(field, prefixed(code, pair)) for field, code in fields]) for pair in pairs]
            clauses = [(Occur.Should, query) for query in either]
            least = min(LEAST_PAIRS, len(pairs))
            found.append(Query.boolean_query(clauses, minimum_number_should_match=least))
        if self._terms.beside_runs:
            beside = Queries(self.snapshot, replace(self.criteria, words=self._terms.beside_runs))
            found += [query for query in [beside.unscored_query(codes)] if query]
        return _any_of(found)

    def _search_tokens(self, code: str) -> list[Token]:
        if code not in self._kept:
            self._kept[code] = self._rarest(self._terms.tokens(code), code)
        return self._kept[code]

    def _other_terms(self, tokens: list[Token], code: str) -> list[str]:
        """Other spellings of words, and words written as one."""
        own = {token.term for token in tokens}
        found = [term for token in tokens for term in token.others] + self._terms.compounds(code)
        return [term for term in dict.fromkeys(found) if term not in own]

    def _division_clauses(self) -> list[Query]:
        """Words of the search as two neighbours, where both occur."""
        clauses = []
        for division in self._terms.divisions():
            both: list[str | tuple[int, str]] = [prefixed(self.code, term) for term in division]
            if all(self.snapshot.frequency("body", prefixed(self.code, term)) for term in division):
                clauses.append(Query.phrase_query(SCHEMA, "body", both))
        return clauses

    def _rarest(self, tokens: list[Token], code: str) -> list[Token]:
        """All tokens, or those with the ``MAX_TERMS`` rarest terms, which characterise a long text best."""
        terms = {token.term for token in tokens}
        if len(terms) <= MAX_TERMS:
            return tokens
        frequency = {term: self.snapshot.frequency("body", prefixed(code, term)) for term in terms}
        known = [term for term in terms if frequency[term]]
        kept = set(sorted(known, key=lambda term: (frequency[term], term))[:MAX_TERMS])
        return [token for token in tokens if token.term in kept]

    def _term_clauses(self, tokens: list[Token], code: str) -> list[Query]:
        clauses = []
        searched = {token.term: token.stop for token in tokens} | dict.fromkeys(self._other_terms(tokens, code), False)
        for text, is_stop in searched.items():
            term = prefixed(code, text)
            if self.snapshot.frequency("title" if is_stop else "body", term):
                boost = self._rarity("body", term, code)
                if not is_stop:
                    clauses.append(Query.boost_query(_term("body", term), boost))
                clauses.append(Query.boost_query(_term("title", term), TITLE_BOOST * boost))
        return clauses

    def _lone_terms(self, tokens: list[Token], code: str) -> list[str]:
        """Terms of lone Han characters, if there are no other tokens."""
        if not all(is_lone(token) for token in tokens):
            return []
        return [prefixed(code, term) for term in dict.fromkeys(token.term for token in tokens)]

    def _pair_clauses(self, tokens: list[Token], code: str) -> list[Query]:
        """A bonus for neighbouring words. Not for Chinese pairs: measured, it made results worse.

        Not for two common words either: their bonus means little, and reading all their positions costs
        more than the rest of the search.
        """
        common_above = max(self.snapshot.language_sizes.get(code, 0) / COMMON_ONE_IN, COMMON_MIN_TEXTS)
        clauses = {}
        for left, right in pairwise(tokens):
            distance = right.position - left.position
            is_word_pair = left.term != right.term and not folding.is_han(left.term) and not folding.is_han(right.term)
            if is_word_pair and not left.stop and not right.stop:
                terms = [prefixed(code, left.term), prefixed(code, right.term)]
                if 0 < min(self.snapshot.frequency("body", term) for term in terms) <= common_above:
                    pair = Query.phrase_query(SCHEMA, "body", [(0, terms[0]), (distance, terms[1])])
                    clauses[left.term, right.term] = Query.boost_query(pair, PAIR_BOOST)
        return list(clauses.values())

    def _form_clauses(self, tokens: list[Token], code: str) -> list[Query]:
        clauses = []
        for form in islice(self._terms.forms(tokens, code), MAX_TERMS):
            term = prefixed(code, form)
            if self.snapshot.frequency("forms", term):
                boost = NEAR_BOOST if form.startswith(NEAR) else FORMS_BOOST
                clauses.append(Query.boost_query(_term("forms", term), boost * self._rarity("forms", term, code)))
        return clauses

    def _title_clauses(self) -> list[Query]:
        title = folding.sort_key(self.criteria.words)
        if not title:
            return []
        return [Query.const_score_query(Query.term_query(SCHEMA, "whole_names", title, "basic"), WHOLE_TITLE)]

    def _name_clauses(self) -> list[Query]:
        clauses = [Query.boost_query(_term("names", term), NAMES_BOOST) for term in self._name_terms()]
        return clauses + [Query.boost_query(_term("names", term), CODES_BOOST) for term in self._code_terms()]

    def _name_terms(self) -> list[str]:
        tokens = self._terms.names()
        terms = dict.fromkeys([token.term for token in tokens] + self._other_terms(tokens, NEUTRAL))
        return [prefixed(NEUTRAL, term) for term in islice(terms, MAX_TERMS)]

    def _code_terms(self) -> list[str]:
        return [prefixed(NEUTRAL, code) for code in self._terms.codes()]

    def _rarity(self, field: str, term: str, code: str) -> float:
        """How much rarer the term is in its language than in the whole index, which BM25 uses.

        BM25 has the inverse document frequency ``ln(1 + (N - n + ½) / (n + ½))``. The quotient of that
        of the language and that of the whole index makes words of a language with few documents count
        as in an index of that language alone.
        """
        frequency = self.snapshot.frequency(field, term)
        whole = max(self.snapshot.searcher.num_docs, frequency)
        part = max(self.snapshot.language_sizes.get(code, 0), frequency)
        return _idf(part, frequency) / _idf(whole, frequency)

    def _phrase(self, phrase: str, codes: list[str]) -> Query | None:
        if named := whole_code(phrase):
            return _any_of(
                [_term("names", prefixed(NEUTRAL, named)), *(_term("body", prefixed(code, named)) for code in codes)]
            )
        variants = []
        for code in codes:
            tokens = analysis.tokens(phrase, code)
            variants.append(_sequence("title", code, tokens))
            variants.append(_sequence("body", code, [token for token in tokens if not token.stop]))
        variants.append(_sequence("names", NEUTRAL, analysis.tokens(phrase, NEUTRAL)))
        known = [variant for variant in variants if variant]
        return _any_of(known) if known else None


def prefix_query(word: str, *, max_typos: int = 0) -> Query:
    """Titles with a word that begins with ``word``, with up to ``max_typos`` letters different."""
    return Query.fuzzy_term_query(SCHEMA, "beginnings", word, max_typos, True, prefix=True)


def shown_in(language: str) -> Query:
    """Documents that readers of ``language`` get."""
    return _keyword("shown_in", [language])


def _term(field: str, term: str) -> Query:
    return Query.term_query(SCHEMA, field, term, "freq")


def _unscored(query: Query) -> Query:
    return Query.const_score_query(query, 0.0)


def _keyword(field: str, values: Iterable[str]) -> Query:
    """Any of these exact values. Not a term set query: Tantivy would first collect all documents of the terms."""
    return _unscored(_any_of([Query.term_query(SCHEMA, field, value, "basic") for value in values]))


def all_of(queries: list[Query]) -> Query:
    """Documents that match all of these."""
    return Query.boolean_query([(Occur.Must, query) for query in queries])


def _any_of(queries: list[Query]) -> Query:
    return Query.boolean_query([(Occur.Should, query) for query in queries])


def _years(field: str, first, last) -> list[Query]:
    if first is None and last is None:
        return []
    return [_unscored(Query.range_query(SCHEMA, field, FieldType.Integer, first, last))]


def _instants(field: str, first, last) -> list[Query]:
    if first is None and last is None:
        return []
    first, last = (value and clamp_instant(value) for value in (first, last))
    return [_unscored(Query.range_query(SCHEMA, field, FieldType.Date, first, last))]


def _sequence(field: str, code: str, tokens: list[Token]) -> Query | None:
    """These terms in this order and distance. A phrase of one term is a term: Tantivy panics on it.

    A lone Han character beside other terms is not required, since the text has it within a pair.
    """
    if len(tokens) > 1:
        tokens = [token for token in tokens if not is_lone(token)] or tokens
    if not tokens:
        return None
    if len(tokens) == 1:
        if field == "body" and is_lone(tokens[0]):
            field = "forms"
        return _term(field, prefixed(code, tokens[0].term))
    first = tokens[0].position
    phrase: list[str | tuple[int, str]] = [(token.position - first, prefixed(code, token.term)) for token in tokens]
    return Query.phrase_query(SCHEMA, field, phrase)


def _idf(documents: int, frequency: int) -> float:
    return math.log(1 + (documents - frequency + 0.5) / (frequency + 0.5))
