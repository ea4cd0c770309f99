"""One search: words, facets, ranges, order and page. Knows neither forms, addresses nor engines."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from core.search_document import clean_text
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
PROSE = 9
"""Words from which a search is prose: what it quotes is no phrase."""

# Opening and closing marks. Single quotation marks are apostrophes too often.
_MARKS = (('"', '"'), *(tuple(pair) for pair in ("“”", "„“", "„”", "«»", "‹›", "「」", "『』", "＂＂")))
_QUOTED = re.compile("|".join(f"{opens}([^{opens}{closes}]*){closes}" for opens, closes in _MARKS))
_QUOTES = re.compile('["“”]')
_SEARCH_MARKS = '"“'
"""Opening marks that people type to search for a phrase; the others come with pasted text."""
_ENDS = " .,;:!?…。，；：！？"
_HAN_WORD = re.compile("[\u3400-\u9fff]{1,2}|[^\\s\u3400-\u9fff]+")


class Quotation(str):
    """A phrase that is required only if something has it; otherwise its words are searched as words."""

    __slots__ = ()


def parse_words(text: str) -> tuple[str, tuple[str, ...]]:
    """Split the reader's input into words, of which any may match, and required phrases.

    The only place where input is cleaned: NFC, without controls and lone surrogates, at most
    ``MAX_CHARACTERS`` characters and ``MAX_WORDS`` words, those of the phrases included.

    Quotation marks are punctuation of prose more often than a wish. A phrase is what they enclose if it is the whole
    search, or if it has at most ``SHORT_QUOTATION`` words. Engines treat it as words if nothing has it, or if the
    search is prose (`settled`). Only a short phrase between ``"`` or “ ” that is the whole search is always required.
    """
    text = clean_text(text, MAX_CHARACTERS)
    if whole := _QUOTED.fullmatch(text.strip(_ENDS)):
        phrase = " ".join(_content(whole).split()[:MAX_WORDS])
        is_wish = whole[0][0] in _SEARCH_MARKS and _length(phrase) <= SHORT_QUOTATION
        return "", ((phrase if is_wish else Quotation(phrase)),) if phrase else ()
    left = MAX_WORDS
    phrases = []

    def kept(match: re.Match) -> str:
        """What remains of a quotation among the words."""
        nonlocal left
        words = _content(match).split()[:left]
        shortest = 1 if match[0][0] in _SEARCH_MARKS else 2
        if not shortest <= _length(" ".join(words)) <= SHORT_QUOTATION:
            return match[0]
        left -= len(words)
        phrases.append(Quotation(" ".join(words)))
        return " "

    words = _QUOTES.sub(" ", _QUOTED.sub(kept, text)).split()[:left]
    return " ".join(words), tuple(dict.fromkeys(phrases))


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


def settled(criteria: Criteria, is_found: Callable[[str], bool]) -> Criteria:
    """Return the criteria in which each `Quotation` is a required phrase; words, if nothing has it or in prose."""
    if not any(isinstance(phrase, Quotation) for phrase in criteria.phrases):
        return criteria
    is_prose = bool(criteria.words) and _length(criteria.text) >= PROSE
    words, phrases = [criteria.words], []
    for phrase in criteria.phrases:
        if isinstance(phrase, Quotation) and (is_prose or not is_found(phrase)):
            words.append(phrase)
        else:
            phrases.append(str(phrase))
    return replace(criteria, words=" ".join(filter(None, words)), phrases=tuple(phrases))
