"""The versions of a page by language in the admin: their titles, their state, and what can be done with them."""

from collections.abc import Callable, Sequence

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from wagtail.models import Locale, Page

from core.i18n import dates
from core.i18n.languages import LANGUAGE_CODES, direction, html_code, own_name
from core.querysets.visibility import public
from core.translations.submission import reasons_against_submitting


def version_rows(
    pages: Sequence[Page], user, *, preview_url: Callable[[str], str], translate_url: Callable[[str], str]
) -> list[dict]:
    """Return a row for each language, also for those without a version, for templates/core/admin/versions.html.

    pages: the versions, with `locale`. user: who reads the table; a translation is offered to whoever may begin it.
    preview_url, translate_url: the addresses of the views of a language.
    """
    by_language = {page.language: page for page in pages}
    original = next((page for page in pages if page.is_original), None)
    seen = _public_keys(pages) if pages else set()
    locales = {locale.language_code: locale for locale in Locale.objects.all()}
    rows = []
    for code in LANGUAGE_CODES:
        page = by_language.get(code)
        if page is None and code not in locales:
            continue
        can_begin = page is None and original and not reasons_against_submitting([original], [locales[code]], user)
        is_shown = page is not None and page.pk in seen
        state, words = state_of_version(page, is_shown)
        rows.append(
            {
                "language": own_name(code),
                "code": html_code(code),
                "direction": direction(code),
                "title": "" if page is None else page.draft_title or page.title,
                "state": state,
                "words": words,
                "is_original": page is not None and page.is_original,
                "edit_url": "" if page is None else reverse("wagtailadmin_pages:edit", args=[page.pk]),
                "url": page.url if page is not None and page.live else "",
                "is_public": is_shown,
                "preview_url": "" if page is None else preview_url(code),
                "translate_url": translate_url(code) if can_begin else "",
            }
        )
    return rows


def _public_keys(pages: Sequence[Page]) -> set[int]:
    rows = type(pages[0])._default_manager.filter(pk__in=[page.pk for page in pages])
    return set(public(rows).values_list("pk", flat=True))


def state_of_version(page, is_public: bool) -> tuple[str, str]:
    """Return the state of a version as a code and in words. page: None for a language that has none."""
    if page is None:
        return "missing", pgettext("version of a page", "Missing")
    if not page.live:
        if page.go_live_at and page.go_live_at > timezone.now() and page.approved_schedule:
            return "scheduled", _("Goes live on %(day)s") % {"day": dates.day(timezone.localtime(page.go_live_at))}
        return "draft", _("Draft")
    if not is_public:
        return "closed", _("Live, not open to the public now")
    if page.text_outdated_since and not page.is_original:
        return "outdated", _("Out of date since %(day)s") % {
            "day": dates.day(timezone.localtime(page.text_outdated_since))
        }
    if page.has_unpublished_changes:
        return "changed", _("Live, with changes that are not published")
    return "live", pgettext("version of a page", "Live")
