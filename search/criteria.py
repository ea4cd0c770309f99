"""What a reader asks for: words, facets, ranges, order and page, free of forms, URLs and engines."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from core.search_document import clean_text

MAX_CHARACTERS = 1_000
MAX_WORDS = 80
MAX_PER_PAGE = 100
MAX_ROWS = 10_000
"""Rows that can be paged through; Elasticsearch's ``max_result_window``, kept by every engine."""
MAX_VALUES = 100

SORTS = ("relevance", "newest", "title")

INSTANTS = ("published", "updated", "opens_at", "deadline", "starts_at", "ends_at", "confirmed_on")
RANGES = ("period",)

# « » and the guillemets' relatives are left out on purpose: pasted prose is full of them, and every
# quotation would become a requirement.
_QUOTED = re.compile(r'"([^"]*)"|“([^”]*)”')
_QUOTES = re.compile(r'["“”]')


@dataclass(frozen=True)
class Span:
    """Where an instant lies, seen from the moment of asking: ``now + after < instant <= now + until``.

    Open below and closed above, because a deadline is the first instant that is too late: a call is
    open while its deadline lies after now, and closed from that instant on.
    """

    after: timedelta | None = None
    until: timedelta | None = None


FUTURE = Span(after=timedelta(0))
PAST = Span(until=timedelta(0))


@dataclass(frozen=True)
class Facet:
    """One way to narrow a search down. Selected values widen each other, facets narrow each other."""

    code: str
    several: bool = True
    """Whether a reader may choose more than one value."""
    spans: Mapping[str, Mapping[str, Span]] = field(default_factory=dict, hash=False)
    """For a facet that depends on the clock: value code to the spans that its instants all lie in.

    Such a facet is no field of a document; engines compute it from the instants when they are asked.
    A document without one of the named instants has no such value.
    """

    @property
    def timed(self) -> bool:
        """Whether the values are computed from instants."""
        return bool(self.spans)


FACETS: tuple[Facet, ...] = (
    Facet("type"),
    Facet("cluster"),
    Facet("sdg"),
    Facet("action_line"),
    Facet("region"),
    Facet("country"),
    Facet("city"),
    Facet("audience"),
    Facet("cost_band"),
    Facet("evidence"),
    Facet("state"),
    Facet("lessons"),
    Facet(
        "call",
        spans={
            "upcoming": {"opens_at": FUTURE},
            "open": {"opens_at": PAST, "deadline": FUTURE},
            "closed": {"deadline": PAST},
        },
    ),
    Facet(
        "event",
        spans={
            "upcoming": {"starts_at": FUTURE},
            "current": {"starts_at": PAST, "ends_at": FUTURE},
            "past": {"ends_at": PAST},
        },
    ),
    Facet("confirmed", spans={"recently": {"confirmed_on": Span(after=timedelta(days=-365))}}),
    Facet("original_language"),
    Facet("available_language"),
)
"""Every facet of the portal, in the order in which readers meet them; the one list of its kind."""

FACETS_BY_CODE = {facet.code: facet for facet in FACETS}


def parse_words(text: str) -> tuple[str, tuple[str, ...]]:
    """Split what a reader typed into words, of which any may match, and required phrases.

    The one place where input is cleaned: NFC, controls and lone surrogates out, at most
    ``MAX_CHARACTERS`` characters and ``MAX_WORDS`` words, those of the phrases included. A phrase
    stands between ``"`` and ``"`` or “ and ”; a quotation mark without its partner is only a space.
    """
    text = clean_text(text, MAX_CHARACTERS)
    left = MAX_WORDS
    phrases = []
    for match in _QUOTED.finditer(text):
        words = (match[1] or match[2] or "").split()[:left]
        left -= len(words)
        if words:
            phrases.append(" ".join(words))
    words = _QUOTES.sub(" ", _QUOTED.sub(" ", text)).split()[:left]
    return " ".join(words), tuple(dict.fromkeys(phrases))


@dataclass(frozen=True)
class Criteria:
    """One search. Values that no index could know are dropped or clamped, never an error.

    Raises ``ValueError`` for what only a programming mistake can bring: an unknown facet, order,
    range or instant, or a moment without a zone.
    """

    language: str
    """The reader's language, as a code of the ``LANGUAGES`` setting."""
    instant: datetime
    """The "now" of the request: what depends on the clock is computed from it."""
    words: str = ""
    """Cleaned words, of which any may match."""
    phrases: tuple[str, ...] = ()
    """Cleaned phrases, of which each must occur."""
    selections: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    """Facet code to the chosen value codes."""
    ranges: Mapping[str, tuple[int | None, int | None]] = field(default_factory=dict, hash=False)
    """Years from and to by range name; what overlaps matches. ``None`` leaves an end open."""
    between: Mapping[str, tuple[datetime | None, datetime | None]] = field(default_factory=dict, hash=False)
    """First and first-too-late moment by name of an instant, in whole seconds. ``None`` leaves an end open."""
    sort: str = "relevance"
    page: int = 1
    per_page: int = 20

    def __post_init__(self):
        if self.instant.utcoffset() is None:
            raise ValueError("the moment of a search needs a zone")
        if self.sort not in SORTS:
            raise ValueError(f"sort must be one of {SORTS}, not {self.sort!r}")
        _refuse_unknown("facet", self.selections, FACETS_BY_CODE)
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
        """The search as the reader could have typed it: words, then phrases in quotation marks."""
        return " ".join(filter(None, [self.words, *(f'"{phrase}"' for phrase in self.phrases)]))

    def without(self, facet: str) -> "Criteria":
        """Return the same search without the selection of one facet, from its first page."""
        selections = {code: values for code, values in self.selections.items() if code != facet}
        return replace(self, selections=selections, page=1)


def _refuse_unknown(kind: str, given: Mapping, known) -> None:
    unknown = [name for name in given if name not in known]
    if unknown:
        raise ValueError(f"unknown {kind}: {', '.join(map(str, unknown))}")


def _selections(selections: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Drop what was left empty or repeated; keep one value where a facet takes only one."""
    chosen = {}
    for code, values in selections.items():
        limit = MAX_VALUES if FACETS_BY_CODE[code].several else 1
        cleaned = tuple(dict.fromkeys(filter(None, (clean_text(value, 200) for value in values))))
        if cleaned:
            chosen[code] = cleaned[:limit]
    return chosen


def _year(year: int | None) -> int | None:
    return None if year is None else min(max(int(year), 1), 9999)
