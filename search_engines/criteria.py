"""One search: words, facets, ranges, order and page. Knows neither forms, addresses nor engines."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from core.search_document import clean_text
from search_engines.analysis import terms
from search_engines.facets import INSTANTS, RANGES, VALUE_FACETS

MAX_CHARACTERS = 1_000
MAX_WORDS = 80
MAX_PER_PAGE = 100
MAX_ROWS = 10_000
"""Hits that can be reached by paging: Elasticsearch's ``max_result_window``, the same on every engine."""
MAX_VALUES = 100

SORTS = ("relevance", "newest", "title")

SHORT_QUOTATION = 4
"""Words of the longest quotation within a search that may be a phrase."""
FEW_WORDS = 4
"""Words of the longest search in which a quotation is a phrase whatever else is searched."""
PROSE = 9
"""Words from which a search is prose: what it quotes is no phrase."""

_PAIRS = ("“”", "„“", "„”", "””", "«»", "»«", "‹›", "「」", "『』", "《》", "〈〉", "＂＂")
# Opening and closing marks. Single quotation marks are apostrophes too often.
_MARKS = (('"', '"'), *(tuple(pair) for pair in _PAIRS))
_QUOTED = re.compile("|".join(f"{opens}([^{opens}{closes}]*){closes}" for opens, closes in _MARKS))
_QUOTES = re.compile('["“”]')
_SEARCH_MARKS = '"“'
"""Opening marks that people type to search for a phrase; the others come with pasted text."""
_ENDS = " .,;:!?…。，；：！？؟،؛¿¡"
_HAN_WORD = re.compile("[\u3400-\u9fff]{1,2}|[^\\s\u3400-\u9fff]+")


class Quotation(str):
    """A phrase that is required only if something has it; otherwise its words are searched as words."""

    __slots__ = ("place",)
    place: int
    """How many of the words of the search stand before it."""

    def __new__(cls, phrase: str, place: int = 0):
        made = super().__new__(cls, phrase)
        made.place = place
        return made


def parse_words(text: str) -> tuple[str, tuple[str, ...]]:
    """Split the reader's input into words, of which any may match, and required phrases.

    The only place where input is cleaned: NFC, without controls and lone surrogates, at most
    ``MAX_CHARACTERS`` characters and ``MAX_WORDS`` words, those of the phrases included.

    Quotation marks are punctuation of prose more often than a wish. A phrase is what they enclose if it is the whole
    search, or if it has at most ``SHORT_QUOTATION`` words. Engines decide whether it must occur (`settled`). Only a
    short phrase between ``"`` or “ ” that is the whole search is always required.
    """
    text = clean_text(text, MAX_CHARACTERS)
    if whole := _QUOTED.fullmatch(text.strip(_ENDS)):
        phrase = " ".join(_content(whole).split()[:MAX_WORDS])
        is_wish = whole[0][0] in _SEARCH_MARKS and _length(phrase) <= SHORT_QUOTATION
        return "", ((phrase if is_wish else Quotation(phrase)),) if phrase else ()
    words: list[str] = []
    phrases: list[Quotation] = []
    left, start = MAX_WORDS, 0
    for match in _QUOTED.finditer(text):
        content = _content(match).split()[:left]
        shortest = 1 if match[0][0] in _SEARCH_MARKS else 2
        if shortest <= _length(" ".join(content)) <= SHORT_QUOTATION:
            words += _QUOTES.sub(" ", text[start : match.start()]).split()
            phrases.append(Quotation(" ".join(content), len(words)))
            left, start = left - len(content), match.end()
    words += _QUOTES.sub(" ", text[start:]).split()
    return " ".join(words[:left]), tuple(dict.fromkeys(phrases))


def _content(match: re.Match) -> str:
    """What is between the marks."""
    return match[0][1:-1]


def _length(text: str) -> int:
    """The number of words; two Han characters count as one."""
    return len(_HAN_WORD.findall(text))


@dataclass(frozen=True)
class Criteria:
    """One search. Values that no index can have are dropped or clamped, never an error.

    Raises ``ValueError`` for programming mistakes: an unknown facet, order, range or instant, or a
    moment without a time zone.
    """

    language: str
    """The reader's language, as a code of the ``LANGUAGES`` setting."""
    instant: datetime
    """The "now" of the request. Everything that depends on time is computed from it."""
    words: str = ""
    """Cleaned words; any of them may match."""
    phrases: tuple[str, ...] = ()
    """Cleaned phrases; each must occur."""
    selections: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    """Facet code → the chosen value codes."""
    ranges: Mapping[str, tuple[int | None, int | None]] = field(default_factory=dict, hash=False)
    """Name of a range → years from and to; what overlaps matches. ``None`` leaves an end open."""
    between: Mapping[str, tuple[datetime | None, datetime | None]] = field(default_factory=dict, hash=False)
    """Name of an instant → first moment and first moment too late, in seconds. ``None`` leaves an end open."""
    sort: str = "relevance"
    page: int = 1
    per_page: int = 20

    def __post_init__(self):
        if self.instant.utcoffset() is None:
            raise ValueError("the moment of a search needs a time zone")
        if self.sort not in SORTS:
            raise ValueError(f"sort must be one of {SORTS}, not {self.sort!r}")
        _refuse_unknown("facet", self.selections, VALUE_FACETS)
        _refuse_unknown("range", self.ranges, RANGES)
        _refuse_unknown("instant", self.between, INSTANTS)
        per_page = min(max(int(self.per_page), 1), MAX_PER_PAGE)
        self._set("per_page", per_page)
        self._set("page", min(max(int(self.page), 1), MAX_ROWS // per_page))
        self._set("selections", _selections(self.selections))
        self._set("ranges", {name: tuple(map(_year, years)) for name, years in self.ranges.items()})
        self._set("between", dict(self.between))

    def _set(self, name, value):
        object.__setattr__(self, name, value)

    @property
    def text(self) -> str:
        """The search as a reader types it: words, then phrases in quotation marks."""
        return " ".join(filter(None, [self.words, *(f'"{phrase}"' for phrase in self.phrases)]))

    def years(self, name: str) -> tuple[int | None, int | None]:
        """The chosen years of a range, from and to; ``None`` for an open end."""
        return self.ranges.get(name, (None, None))

    def is_chosen(self, facet: str) -> bool:
        """Whether values or years of this facet are chosen."""
        return bool(self.selections.get(facet)) or any(self.years(facet))

    def without(self, facet: str, *values: str) -> "Criteria":
        """Return the same search without these values of a facet, or without the facet; its first page."""
        selections = {code: chosen for code, chosen in self.selections.items() if code != facet or values}
        if facet in selections:
            selections[facet] = tuple(value for value in selections[facet] if value not in values)
        ranges = {name: years for name, years in self.ranges.items() if name != facet}
        return replace(self, selections=selections, ranges=ranges, page=1)


def _refuse_unknown(kind: str, given: Mapping, known) -> None:
    unknown = [name for name in given if name not in known]
    if unknown:
        raise ValueError(f"unknown {kind}: {', '.join(map(str, unknown))}")


def _selections(selections: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Drop empty and repeated values; keep one value of a facet that allows only one."""
    chosen = {}
    for code, values in selections.items():
        limit = MAX_VALUES if VALUE_FACETS[code].several else 1
        cleaned = tuple(dict.fromkeys(filter(None, (clean_text(value, 200) for value in values))))
        if cleaned:
            chosen[code] = cleaned[:limit]
    return chosen


def _year(year: int | None) -> int | None:
    return None if year is None else min(max(int(year), 1), 9999)


def settled(criteria: Criteria, are_found: Callable[[Iterable[str]], bool]) -> Criteria:
    """Return the criteria in which each `Quotation` is a required phrase or words.

    It is a phrase if something has it. Beside more than ``FEW_WORDS`` in all, it is one only if something has the
    other words, too; beside ``PROSE``, never. are_found: whether one document has all of these phrases.
    """
    if not any(isinstance(phrase, Quotation) for phrase in criteria.phrases):
        return criteria
    length = _length(" ".join((criteria.words, *criteria.phrases))) if criteria.words else 0
    others = _content_words(criteria) if length > FEW_WORDS else []
    words = criteria.words.split()
    phrases: list[str] = []
    for phrase in reversed(criteria.phrases):
        if isinstance(phrase, Quotation) and (length >= PROSE or not are_found([phrase, *others])):
            words.insert(phrase.place, phrase)
        else:
            phrases.insert(0, str(phrase))
    return replace(criteria, words=" ".join(words), phrases=tuple(phrases))


def _content_words(criteria: Criteria) -> list[str]:
    """The words of a search that are no stop words."""
    tokens = terms.tokens(criteria.words, terms.analysis_code(criteria.language))
    return [criteria.words[token.start : token.end] for token in tokens if not token.stop]
