"""Highlights in titles and snippets of hits, found by the analysis of the index; the same for both engines."""

from collections.abc import Iterable, Iterator, Mapping

from search_engines import folding
from search_engines.analysis import terms as analysis
from search_engines.analysis.searches import SearchTerms
from search_engines.criteria import Criteria
from search_engines.highlights import SNIPPET, Highlight, best_snippet, highlight_beginnings, segments
from search_engines.results import Hit, Segment

STORED_BODY = 10_000
"""Characters of the body that an index keeps for snippets; all of it is searched."""
_COPIED = ("id", "group", "language", "url", "origin")


class Highlighting:
    """Makes the hits of one search. by_beginnings: the search looked for titles with the beginnings of words."""

    def __init__(self, criteria: Criteria, *, by_beginnings: bool = False):
        self._criteria = criteria
        self._terms = SearchTerms(criteria.words, analysis.analysis_code(criteria.language))
        self._by_language: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
        self._typed = [word.folded for word in folding.words(criteria.words)] if by_beginnings else []

    def hit(self, source: Mapping, document_type: str, score: float) -> Hit:
        """Return the hit of a document; ``source`` has its texts and, as ``words``, `words_to_highlight`."""
        title, summary, body = source["title"], source["summary"], source["body"]
        fields = {name: source[name] for name in _COPIED}
        code = analysis.analysis_code(source["language"])
        terms, asked = self._highlighted(code)
        wanted = wanted_words(source["words"], terms)
        if self._typed:
            marked = highlight_beginnings(title, self._typed)
        else:
            marked = segments(title, find_highlights(title, wanted))
        snippet = _snippet(summary, body, code, wanted, len(asked))
        return Hit(**fields, type=document_type, title=marked, snippet=snippet, score=score)

    def _highlighted(self, code: str) -> tuple[frozenset[str], frozenset[str]]:
        if code not in self._by_language:
            self._by_language[code] = self._terms.highlighted(self._criteria.phrases, code)
        return self._by_language[code]


def words_to_highlight(texts: Iterable[str], code: str) -> str:
    """Return the words of ``texts`` by their terms: ``|educ Education educational|citi cities|``.

    Stored with a document, because a page of results contains a hundred thousand characters: to analyse
    them while the reader waits takes too long.
    """
    by_term = analysis.words_by_term(texts, code).items()
    return "|" + "".join(f"{term} {' '.join(words)}|" for term, words in by_term)


def wanted_words(words: str, terms: Iterable[str]) -> list[tuple[str, str]]:
    """Return the words with one of ``terms``, as (word, term), from a result of :func:`words_to_highlight`.

    A Han term is itself the word in the simplified text.
    """
    wanted = []
    for term in terms:
        place = words.find(f"|{term} ")
        if folding.is_han(term):
            wanted.append((term, term))
        elif place >= 0:
            first = place + len(term) + 2
            wanted += [(word, term) for word in words[first : words.index("|", first)].split(" ")]
    return wanted


def find_highlights(text: str, wanted: Iterable[tuple[str, str]]) -> list[Highlight]:
    """Return where ``text`` has one of the ``wanted`` words."""
    highlights = []
    simple = ""
    for word, term in wanted:
        if folding.is_han(word):
            simple = simple or folding.simplified_han(text)
            highlights += [Highlight(place, place + len(word), term) for place in _occurrences(simple, word)]
        else:
            highlights += [Highlight(place, place + len(word), term) for place in _whole_words(text, word)]
    return sorted(highlights)


def _whole_words(text: str, word: str) -> list[int]:
    """All places where `word` stands between signs that belong to no word.

    Spaces are the most frequent neighbours, and need no regular expression.
    """
    places = []
    inside, size = folding.INSIDE.match, len(word)
    start = text.find(word)
    while start >= 0:
        end = start + size
        follows_word = start and text[start - 1] != " " and inside(text, start - 1)
        if not follows_word and (text[end : end + 1] == " " or not inside(text, end)):
            places.append(start)
        start = text.find(word, end)
    return places


def _occurrences(text: str, term: str) -> Iterator[int]:
    """All places of a Han term, also overlapping ones: within Chinese text every pair is a term."""
    place = text.find(term)
    while place >= 0:
        yield place
        place = text.find(term, place + 1)


def _snippet(summary: str, body: str, code: str, wanted: list[tuple[str, str]], terms: int) -> tuple[Segment, ...]:
    """Return the summary, or the part of the body that has more of the ``terms`` (their number) than the summary."""
    in_summary = find_highlights(summary, wanted)
    answered_by_summary = len({highlight.term for highlight in in_summary})
    if summary and answered_by_summary >= terms:
        return segments(summary, in_summary)
    found, answered = best_snippet(body, find_highlights(body, wanted), SNIPPET // 2 if code == "zh" else SNIPPET)
    if body and (answered > answered_by_summary or not summary):
        return found
    return segments(summary, in_summary)
