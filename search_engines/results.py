"""What an engine returns. Frozen, without HTML and picklable, so that results can be cached."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Segment:
    """A piece of a text; ``matched`` tells whether it matches a word of the search.

    Never HTML: templates escape ``text`` and decide how a match looks.
    """

    text: str
    matched: bool = False


@dataclass(frozen=True)
class Hit:
    """One document that a search found: the version of its group for this reader."""

    id: str
    group: str
    language: str
    type: str
    url: str
    title: tuple[Segment, ...]
    snippet: tuple[Segment, ...]
    origin: str = "original"
    """``original``, ``human`` (translated by people) or ``machine``."""
    score: float = 0.0


@dataclass(frozen=True)
class Suggestion:
    """One title that is offered while the reader types."""

    id: str
    group: str
    language: str
    type: str
    url: str
    title: tuple[Segment, ...]


@dataclass(frozen=True)
class Results:
    """One page of hits, with totals and counts."""

    hits: tuple[Hit, ...] = ()
    total: int = 0
    """Number of hits on all pages; always exact."""
    own_language_total: int = 0
    """Number of hits in the reader's language; these come first."""
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict, hash=False)
    """Facet code → value code → number of hits; selected values are always there, if necessary with 0."""
    spelling: str | None = None
    """The words of the search with unknown words corrected, if that finds anything."""
    page: int = 1
    """Number of this page: the requested one, or the last if there are fewer."""
    degraded: bool = False
    """Whether the engine failed and the results come from the database: some may be missing or outdated."""


def plain(segments: tuple[Segment, ...]) -> str:
    """Return the text of ``segments`` without highlights, for titles, logs and tests."""
    return "".join(segment.text for segment in segments)
