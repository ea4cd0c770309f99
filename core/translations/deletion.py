"""Delete pages with their translations, in one operation.

What is deleted with a page: the pages below it, the translations of the originals among them, and what lies below
those. This can lead back: a section can hold the translation of a page that was first written in a translation of
this section.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import reduce
from operator import or_

from django.contrib.contenttypes.models import ContentType
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from wagtail.models import Page

from core.translations.strings import title_and_language

# Whether the pages that are being deleted are all that have to be.
_is_complete: ContextVar[bool] = ContextVar("deletion_is_complete", default=False)


@contextmanager
def complete_deletion() -> Iterator[None]:
    """Delete exactly the pages of this context: no signal handler adds translations to them."""
    token = _is_complete.set(True)
    try:
        yield
    finally:
        _is_complete.reset(token)


def deletion_is_complete() -> bool:
    """Whether pages are being deleted with everything that belongs to them."""
    return _is_complete.get()


def roots_of_deletion(pages: Iterable[Page]) -> QuerySet:
    """Return the pages whose subtrees are all that is deleted with `pages`; these and translations."""
    roots = _outermost(page.path for page in pages)
    while True:
        found = _outermost([*roots, *_translations_of_originals(_below(roots)).values_list("path", flat=True)])
        if found == roots:
            return Page.objects.filter(path__in=roots)
        roots = found


def deleted_together(pages: Iterable[Page]) -> QuerySet:
    """Return all pages that are deleted with `pages`, themselves included."""
    return _below([page.path for page in roots_of_deletion(pages).only("path")])


def reasons_against_deleting(pages: Iterable[Page], user) -> list[str]:
    """Return the reasons why `user` may not delete what is deleted with `pages`, which the user may delete."""
    pages = list(pages)
    own = {page.pk for page in pages}
    return [
        _("This would also delete “%(title)s” (%(language)s), which you are not allowed to delete.")
        % title_and_language(root.specific)
        for root in roots_of_deletion(pages).exclude(pk__in=own)
        if not root.permissions_for_user(user).can_delete()
    ]


def _outermost(paths: Iterable[str]) -> list[str]:
    """The paths that begin with no other of them, sorted."""
    roots: list[str] = []
    for path in sorted(set(paths)):
        if not roots or not path.startswith(roots[-1]):
            roots.append(path)
    return roots


def _below(roots: Iterable[str]) -> QuerySet:
    conditions = [Q(path__startswith=path) for path in roots]
    return Page.objects.filter(reduce(or_, conditions)) if conditions else Page.objects.none()


def _translations_of_originals(pages: QuerySet) -> QuerySet:
    """The versions, in any language, of the originals among `pages`."""
    keys: set = set()
    for model in _models(pages):
        originals = model._default_manager.filter(pk__in=pages.values("pk"))
        keys.update(
            originals.filter(original_language=F("locale__language_code")).values_list("translation_key", flat=True)
        )
    return Page.objects.filter(translation_key__in=keys)


def _models(pages: QuerySet) -> list:
    """The page classes of `pages` that have originals and translations."""
    types = ContentType.objects.get_for_id
    models = [types(pk).model_class() for pk in pages.order_by().values_list("content_type", flat=True).distinct()]
    return [model for model in models if model is not None and hasattr(model, "original_language")]
