"""From the database to the index: signals announce, one function decides.

`announce` writes an outbox row in the transaction that changes something. `drain` takes rows and
recomputes the truth of each group from the database; it may run twice or be killed at any moment.
"""

import logging
import secrets
import tempfile
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from itertools import groupby, islice

from django.conf import settings
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone
from wagtail.models import Page

from cities.indexing import city_documents
from cities.models import City
from core.i18n.languages import LANGUAGE_CODES, shown_in
from core.pages import PortalPage
from core.querysets.visibility import public
from core.search_document import SearchDocument
from search.engines import EngineUnavailable, Rebuilt, SearchEngine, get_engine
from search.models import IndexTask
from search.pdf_documents import document_key, file_documents, searched_files

logger = logging.getLogger(__name__)

BATCH = 100
# Waiting times after failed attempts: 1, 2, 4 … seconds, and never long after an outage has ended.
LONGEST_PAUSE = 15
# Nobody waits for what is only measured.
PATIENT = {"timeout": 60.0, "deadline": 120.0}


@cache
def _engine(name: str, options: tuple) -> SearchEngine:
    return get_engine(name, **dict(options))


def engine() -> SearchEngine:
    """The engine that the settings name: one per process, so that its connections and caches are shared."""
    return _engine(settings.SEARCH_ENGINE, tuple(sorted(_options().items())))


def _options(**changes) -> dict:
    if settings.SEARCH_ENGINE == "embedded":
        return {"path": settings.SEARCH_DIRECTORY} | changes
    return (
        {"urls": settings.ELASTICSEARCH_URLS, "prefix": settings.SEARCH_INDEX_PREFIX} | settings.ELASTICSEARCH | changes
    )


@contextmanager
def throw_away_engine() -> Iterator[SearchEngine]:
    """An engine like the portal's with an index of its own, which is removed in the end."""
    with tempfile.TemporaryDirectory(prefix="search-") as folder:
        places = {
            "embedded": {"path": folder},
            "elasticsearch": {
                "prefix": f"{settings.SEARCH_INDEX_PREFIX}-{secrets.token_hex(6)}",
                **PATIENT,
            },
        }
        made = get_engine(settings.SEARCH_ENGINE, **_options(**places[settings.SEARCH_ENGINE]))
        try:
            yield made
        finally:
            made.destroy()


def page_key(page: Page) -> str:
    """The outbox key of a page's translation group."""
    return f"page:{page.translation_key}"


def city_key(code: str) -> str:
    """The outbox key of a city."""
    return f"city:{code}"


def announce(keys: Iterable[str], due_at: datetime | None = None) -> None:
    """Say that groups may have changed (or will at `due_at`), in the transaction at hand."""
    due_at = due_at or timezone.now()
    IndexTask.objects.bulk_create([IndexTask(key=key, due_at=due_at) for key in dict.fromkeys(keys)])


def documents_of(key: str) -> list[SearchDocument]:
    """The documents that a group has now, by the database. None for a group that is not public."""
    kind, _colon, identity = key.partition(":")
    if kind == "city":
        return city_documents(identity)
    if kind == "document":
        return file_documents(identity)
    return list(_page_documents([identity]))


def _page_documents(identities: Sequence[str]) -> Iterator[SearchDocument]:
    """The documents of groups of pages, for as many queries per page class as one group takes."""
    groups: dict[uuid.UUID, dict[str, PortalPage]] = {uuid.UUID(identity): {} for identity in identities}
    pages = public(Page.objects.filter(translation_key__in=groups)).specific()
    by_class: dict[type[PortalPage], list[PortalPage]] = {}
    for page in pages:
        if isinstance(page, PortalPage):
            by_class.setdefault(type(page), []).append(page)
    for page_class, members in by_class.items():
        prefetch_related_objects(members, "locale", *page_class.indexed_with)
        for page in members:
            groups[page.translation_key][page.language] = page
    for versions in groups.values():
        available = tuple(code for code in LANGUAGE_CODES if code in versions)
        for language in available:
            page = versions[language]
            seen_by = shown_in(language, available, page.original_language)
            if document := page.search_document(seen_by, available):
                yield document


def _lazily(key: str) -> Iterator[SearchDocument]:
    """The documents of a group, read when the engine asks: then nobody can have been faster."""
    yield from documents_of(key)


def drain(limit: int = BATCH) -> int:
    """Bring due groups to the index; return how many rows were done.

    Rows are deleted after the engine has answered, so that a crash repeats and never loses.
    When the engine does not answer the rows stay, to be tried again after a pause. A group whose
    documents cannot be made holds up no other.
    """
    rows = list(IndexTask.objects.filter(due_at__lte=timezone.now()).order_by("pk")[:limit])
    if not rows:
        return 0
    try:
        return _send(rows)
    except EngineUnavailable as error:
        _postpone(rows, error)
        return 0
    except Exception:
        return sum(_send_alone([row for row in rows if row.key == key]) for key in {row.key for row in rows})


def _send(rows: Sequence[IndexTask]) -> int:
    send(row.key for row in rows)
    IndexTask.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def send(keys: Iterable[str]) -> None:
    """Make the index hold what groups are now. Raises ``EngineUnavailable``.

    A document that the engine will never take is logged and left out: it would hold up all others.
    """
    version = _next_version()
    for refusal in engine().replace({key: _lazily(key) for key in dict.fromkeys(keys)}, version=version):
        logger.error("The search engine refuses %s: %s", refusal.id, refusal.reason)


def _next_version() -> int:
    """A number above all earlier ones, taken before the truth is read: of two writes, the later one counts.

    The ids of the rows at hand would not do: one that waits for its instant is older than writes that
    are done already.
    """
    with transaction.atomic():
        row = IndexTask.objects.create(key="version")
        version = row.pk
        row.delete()
    return version


def _send_alone(rows: Sequence[IndexTask]) -> int:
    """The rows of one group, after a batch with it failed."""
    try:
        return _send(rows)
    except Exception as error:
        logger.exception("The documents of %s cannot be made", rows[0].key)
        _postpone(rows, error)
        return 0


def _postpone(rows: Sequence[IndexTask], error: Exception) -> None:
    attempts = max(row.attempts for row in rows) + 1
    pause = min(2 ** (attempts - 1), LONGEST_PAUSE)
    logger.warning("Not brought to the search index (%s); again in %s s.", error, pause)
    IndexTask.objects.filter(pk__in=[row.pk for row in rows]).update(
        attempts=attempts,
        last_error=str(error)[:500],
        due_at=timezone.now() + timedelta(seconds=pause),
    )


def all_keys() -> Iterator[str]:
    """The keys of everything that could be found, pages first."""
    keys = Page.objects.filter(depth__gt=2).order_by("translation_key").values_list("translation_key", flat=True)
    for key in keys.distinct().iterator(chunk_size=1000):
        yield f"page:{key}"
    for code in City.objects.public().order_by("code").values_list("code", flat=True).iterator(chunk_size=1000):
        yield city_key(code)
    for pk in searched_files().order_by("pk").values_list("pk", flat=True).iterator(chunk_size=1000):
        yield document_key(pk)


def all_documents() -> Iterator[SearchDocument]:
    """Every document that the index should have, read from the database as it is asked for."""
    # Many pages at once, because one by one they cost ten queries each. What changes after it was read
    # here and before the engine has it is in the rebuild's journal.
    for kind, keys in groupby(all_keys(), key=lambda key: key.partition(":")[0]):
        if kind != "page":
            for key in keys:
                yield from documents_of(key)
            continue
        while batch := list(islice(keys, BATCH)):
            yield from _page_documents([key.partition(":")[2] for key in batch])


def rebuild(documents: Iterable[SearchDocument] | None = None) -> Rebuilt:
    """Make a new index from the database while the old one answers.

    documents: everything that there is, for a caller who counts along; lazy, as `all_documents`.
    """

    def replay(keys: Sequence[str]) -> list[SearchDocument]:
        return [document for key in keys for document in documents_of(key)]

    return engine().rebuild(all_documents() if documents is None else documents, replay)


def repair() -> bool:
    """Rebuild an index that is missing, damaged or of an older version; say whether it was."""
    if engine().is_usable():
        return False
    try:
        rebuild()
    except EngineUnavailable as error:
        logger.warning("The search index cannot be rebuilt now: %s", error)
        return False
    return True


@transaction.atomic
def announce_everything() -> int:
    """Queue every group, for example after a restore; return how many."""
    keys = list(all_keys())
    announce(keys)
    return len(keys)
