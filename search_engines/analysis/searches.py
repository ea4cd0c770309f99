"""What the words of a search become in each language, for the queries of both engines."""

import re
from collections.abc import Iterable
from functools import cache, cached_property
from itertools import pairwise
from typing import NamedTuple

from core.i18n.languages import cldr_locale
from search_engines import folding
from search_engines.analysis import lexicon, terms
from search_engines.analysis.codes import codes, without_codes
from search_engines.analysis.terms import NEUTRAL, Token

MOST_WORDS = 8
"""Words of the longest search in which compounds are looked for: a longer one is prose."""
MOST_DIVIDED = 4
"""Words of the longest search whose words are divided: each division is one more phrase to look for."""
SHORTEST_PART = 3
SHORTEST_NAME = 3
LEAST_PAIRS = 2
"""Pairs of the characters of a Chinese name that a document must have."""
_HAN_RUN = re.compile(f"[{folding.HAN}]+")
_SUFFIXES = frozenset("市省县区镇村州国人语文")
"""The last of three Han characters that says of what kind the first two are: 北京市."""
_FOREIGN = "迦采任彻费统翁灵钦恒奎谢何曼杰"
"""Han characters of foreign names that `_name_characters` does not find in CLDR."""
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
        self.uncoded = without_codes(words)
        """The words without codes such as "SDG 4"."""
        self._codes = codes(words)
        self._tokens: dict[str, list[Token]] = {}

    @cached_property
    def _reader_tokens(self) -> list[Token]:
        return self._analysed(self.code)

    def _analysed(self, code: str) -> list[Token]:
        """The tokens in one language, stop words included; each code is one."""
        found = terms.tokens(self.uncoded, code)
        if self._codes:
            found += [Token(term, start, start, end, stop=False) for term, start, end in self._codes]
            found = [token._replace(position=place) for place, token in enumerate(sorted(found, key=_start))]
        return found

    @cached_property
    def _stopped(self) -> frozenset[int]:
        """Offsets of the stop words to ignore; none when the search has no other words."""
        stops = {token.start for token in self._reader_tokens if token.stop}
        return frozenset(stops if len(stops) < len(self._reader_tokens) else ())

    def tokens(self, code: str) -> list[Token]:
        """The tokens to search for in one language: without its stop words and those of the reader's language."""
        if code not in self._tokens:
            found = [token for token in self._analysed(code) if token.start not in self._stopped]
            content = [token for token in found if not token.stop]
            if not content and not self._stopped:
                content = found  # the search has nothing but stop words
            self._tokens[code] = content
        return self._tokens[code]

    def names(self) -> list[Token]:
        """The tokens to search for among names, which have no language.

        A word for the kind of a place is left out beside other words: “a learning city” is not about Mexico City.
        """
        tokens = [token for token in self._analysed(NEUTRAL) if token.start not in self._stopped]
        return [token for token in tokens if token.term not in KINDS_OF_PLACES] or tokens

    def codes(self) -> list[str]:
        """The terms of codes among names: of goals, and of any word and number that stand together."""
        return [*(code.term for code in self._codes), *folding.joined_codes(self.uncoded)]

    @cached_property
    def runs(self) -> list[list[str]]:
        """The pairs of each Chinese name, of which a document must have ``LEAST_PAIRS``, or the only one.

        Names of different places share one: 巴勒斯坦 and 哈萨克斯坦. Other words do not need to be found whole.
        """
        return [pairs for pairs in map(_pairs, _HAN_RUN.findall(self.uncoded)) if pairs]

    @cached_property
    def beside_runs(self) -> str:
        """The words without `runs`: a document may have any of them."""
        words = self.words
        for run in _HAN_RUN.finditer(self.uncoded):
            if _pairs(run[0]):
                words = words[: run.start()] + " " * len(run[0]) + words[run.end() :]
        return words.strip()

    def forms(self, tokens: list[Token], code: str) -> list[str]:
        """The exact forms of ``tokens``, which add to the score; single characters of Chinese."""
        typed = " ".join(self.uncoded[token.start : token.end] for token in tokens)
        found = (form for piece in terms.pieces(typed, code) if not piece.stop for form in piece.forms)
        return list(dict.fromkeys(found))

    def compounds(self, code: str) -> list[str]:
        """Terms of neighbouring words written as one: ``lifelong`` for ``life long``."""
        tokens = terms.tokens(self.uncoded, code)
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
        return [
            division
            for token in self.tokens(self.code)
            if self._written(token) == self.uncoded[token.start : token.end]
            for division in self._divisions(token)
        ]

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


def pairs_apart(words: str) -> str:
    """Return the words with the pairs of each run of Han characters apart: then any of them may match."""
    return _HAN_RUN.sub(lambda run: " ".join(_pairs(run[0]) or [run[0]]), words)


def _pairs(run: str) -> list[str]:
    """The different pairs of a run of Han characters that is a name; none for any other."""
    run = folding.simplified_han(run)
    if len(run) < SHORTEST_NAME or not _name_characters().issuperset(run):
        return []
    if len(run) == SHORTEST_NAME and run[-1] in _SUFFIXES:
        return [run[:-1]]
    return list(dict.fromkeys(first + second for first, second in pairwise(run)))


@cache
def _name_characters() -> frozenset[str]:
    """The characters with which the names of countries and cities are written in Chinese."""
    chinese = cldr_locale("zh-hans")
    cities = (zone.get("city", "") for zone in chinese.time_zones.values())
    return frozenset("".join((*chinese.territories.values(), *cities, _FOREIGN)))


def _start(token: Token) -> int:
    return token.start


def is_lone(token: Token) -> bool:
    """Whether a token is a single Han character; texts are indexed in pairs of them."""
    return len(token.term) == 1 and folding.is_han(token.term)
