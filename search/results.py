"""What an engine answers. Frozen, without HTML and safe to pickle, so that an answer may be cached."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Segment:
    """A piece of text as it was written; ``matched`` says that it answers a word of the search.

    Never HTML: a template escapes ``text`` and decides how a match looks.
    """

    text: str
    matched: bool = False


@dataclass(frozen=True)
class Hit:
    """One document that answers a search: the version of its group that this reader should see."""

    id: str
    group: str
    language: str
    type: str
    url: str
    title: tuple[Segment, ...]
    passage: tuple[Segment, ...]
    origin: str = "original"
    """``original``, ``human`` (translated by people) or ``machine``."""
    score: float = 0.0


@dataclass(frozen=True)
class Suggestion:
    """One title offered while the reader is still typing."""

    id: str
    group: str
    language: str
    type: str
    url: str
    title: tuple[Segment, ...]


@dataclass(frozen=True)
class Results:
    """One page of hits, and what surrounds it."""

    hits: tuple[Hit, ...] = ()
    total: int = 0
    """Hits on all pages together; always exact."""
    own_language_total: int = 0
    """How many of them are in the reader's language; these come first."""
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict, hash=False)
    """Facet code to value code to the number of hits; a selected value stays, if need be with 0."""
    spelling: str | None = None
    """The search with its unknown words replaced by known ones, if that finds something."""
    page: int = 1
    """The page that is answered: the wanted one, or the last when there are fewer."""
    degraded: bool = False
    """A stand-in answered: some of this may be missing or out of date."""


def plain(segments: tuple[Segment, ...]) -> str:
    """Return the text of ``segments`` without marks, for titles, logs and tests."""
    return "".join(segment.text for segment in segments)
