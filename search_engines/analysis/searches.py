"""What the words of a search become in each language, for the queries of both engines."""

from collections.abc import Iterable
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from search_engines import folding
from search_engines.analysis import lexicon, terms
from search_engines.analysis.terms import NEUTRAL, Token

MOST_WORDS = 8
"""Words of the longest search in which compounds are looked for: a longer one is prose."""
MOST_DIVIDED = 4
"""Words of the longest search whose words are divided: each division is one more phrase to look for."""
SHORTEST_PART = 3
KINDS_OF_PLACES = frozenset(["city", "town", "ville", "ciudad", "cidade", "город", "مدينه", "المدينه", "市", "城市"])
"""Words in the names of many cities, which do not tell one from another."""


class Division(NamedTuple):
    """A word of a search in two: ``lifelong`` as ``life long``, ``SDG4`` as ``SDG 4``."""

    first: str
    second: str
    """Both are terms."""


class SearchTerms:
    """The terms of ``words``, typed by a reader whose language has the analysis ``code``."""

    def __init__(self, words: str, code: str):
        self.words = words
        self.code = code
        self._tokens: dict[str, list[Token]] = {}

    @cached_property
    def _reader_tokens(self) -> list[Token]:
        return terms.tokens(self.words, self.code)

    @cached_property
    def _stopped(self) -> frozenset[int]:
        """Offsets of the stop words to ignore; none when the search has no other words."""
        stops = {token.start for token in self._reader_tokens if token.stop}
        return frozenset(stops if len(stops) < len(self._reader_tokens) else ())

    def tokens(self, code: str) -> list[Token]:
        """The tokens to search for in one language: without its stop words and those of the reader's language."""
        if code not in self._tokens:
            found = [token for token in terms.tokens(self.words, code) if token.start not in self._stopped]
            content = [token for token in found if not token.stop]
            if not content and not self._stopped:
                content = found  # the search has nothing but stop words
            self._tokens[code] = content
        return self._tokens[code]

    def names(self) -> list[Token]:
        """The tokens to search for among names, which have no language.

        A word for the kind of a place is left out beside other words: “a learning city” is not about Mexico City.
        """
        tokens = [token for token in terms.tokens(self.words, NEUTRAL) if token.start not in self._stopped]
        return [token for token in tokens if token.term not in KINDS_OF_PLACES] or tokens

    def forms(self, tokens: list[Token], code: str) -> list[str]:
        """The exact forms of ``tokens``, which add to the score; single characters of Chinese."""
        typed = " ".join(self.words[token.start : token.end] for token in tokens)
        found = (form for piece in terms.pieces(typed, code) if not piece.stop for form in piece.forms)
        return list(dict.fromkeys(found))

    def compounds(self, code: str) -> list[str]:
        """Terms of neighbouring words written as one: ``lifelong`` for ``life long``."""
        tokens = terms.tokens(self.words, code)
        if not 1 < len(tokens) <= MOST_WORDS:
            return []
        return [
            terms.joined([self._written(left), self._written(right)], code)
            for left, right in pairwise(tokens)
            if self._may_be_part(left) and self._may_be_part(right)
        ]

    def divisions(self) -> list[Division]:
        """The words of a short search in two: between two words of the reader’s language, and before a number."""
        if len(self._reader_tokens) > MOST_DIVIDED:
            return []
        return [division for token in self.tokens(self.code) for division in self._divisions(token)]

    def _divisions(self, token: Token) -> list[Division]:
        word = folding.fold(self._written(token))
        if code := folding.CODE.fullmatch(word):
            return [Division(*(terms.joined([part], self.code) for part in code.groups()))]
        known = lexicon.known(self.code)
        places = range(SHORTEST_PART, len(word) - SHORTEST_PART + 1)
        parts = ((word[:place], word[place:]) for place in places)
        return [
            Division(*(terms.joined([part], self.code) for part in both))
            for both in parts
            if all(part in known and not terms.is_stop_word(part, self.code) for part in both)
        ]

    def _written(self, token: Token) -> str:
        return self.words[token.start : token.end]

    def _may_be_part(self, token: Token) -> bool:
        """A letter may be one (``e learning``), another stop word not: ``in form`` is not ``inform``."""
        return not folding.is_han(token.term) and (not token.stop or token.end - token.start == 1)

    def highlighted(self, phrases: Iterable[str], code: str) -> tuple[frozenset[str], frozenset[str]]:
        """The terms to highlight in a text of one language, and those of them that the search asks for.

        The others are further spellings of the same words. phrases: those that must occur.
        """
        tokens = list(self.tokens(code))
        for phrase in phrases:
            tokens += [token for token in terms.tokens(phrase, code) if not token.stop]
        asked = frozenset(token.term for token in tokens)
        others = [term for token in tokens for term in token.others] + self.compounds(code)
        if code == self.code:
            others += [term for division in self.divisions() for term in division]
        return asked | frozenset(others), asked


def is_lone(token: Token) -> bool:
    """Whether a token is a single Han character; texts are indexed in pairs of them."""
    return len(token.term) == 1 and folding.is_han(token.term)
