"""Titles offered while a reader types."""

from tantivy import Occur, Query

from core.search_document import clean_text
from search_engines import folding
from search_engines.embedded.queries import prefix_query, shown_in
from search_engines.embedded.reader import Snapshot
from search_engines.embedded.schema import SCHEMA
from search_engines.highlights import begins, highlight_beginnings
from search_engines.results import Suggestion

MAX_TYPED = 100
MAX_WORDS = 8
_FORGIVEN_FROM = 4
_ROUNDS = 3


def suggest(snapshot: Snapshot, text: str, language: str, limit: int) -> tuple[Suggestion, ...]:
    """Titles with the beginning of every typed word; one slip per word is forgiven if none fits."""
    typed = [word.folded for word in folding.words(clean_text(text, MAX_TYPED))][:MAX_WORDS]
    limit = min(max(limit, 1), 50)
    if not typed:
        return ()
    return _titles(snapshot, typed, language, limit) or _titles(snapshot, typed, language, limit, typos=1)


def _titles(snapshot: Snapshot, typed: list[str], language: str, limit: int, typos: int = 0):
    wanted = [(Occur.Must, shown_in(language))]
    for word in typed:
        forgiven = typos if len(word) >= _FORGIVEN_FROM and not folding.is_han(word) else 0
        wanted.append((Occur.Must, Query.const_score_query(prefix_query(word, max_typos=forgiven), 1.0)))
    own = Query.term_query(SCHEMA, "language", language, index_option="basic")
    found: list[Suggestion] = []
    for occur in (Occur.Must, Occur.MustNot):
        # More than is asked for, so that titles which begin as typed are among them.
        query = Query.boolean_query([*wanted, (occur, Query.const_score_query(own, 0.0))])
        hits = snapshot.searcher.search(query, limit * _ROUNDS, count=False, weight_by_field="weight").hits
        sources = [snapshot.source(address) for _score, address in hits]
        sources.sort(key=lambda source: not begins(source["title"], typed))
        found += [_suggestion(source, typed) for source in sources]
        if len(found) >= limit:
            break
    return tuple(found[:limit])


def _suggestion(source: dict, typed: list[str]) -> Suggestion:
    fields = {name: source[name] for name in ("id", "group", "language", "type", "url")}
    return Suggestion(**fields, title=highlight_beginnings(source["title"], typed))
