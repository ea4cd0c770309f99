"""The buttons about translations that the admin offers: only those that are not refused."""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.widgets import Button
from wagtail.models import Locale, Page
from wagtail_localize.models import TranslationSource

from core.translations.model import OriginalOrTranslation
from core.translations.strings import reasons_against_publishing
from core.translations.submission import can_submit, reasons_against_submitting

# wagtail-localize's menu items that the portal refuses, by name.
REFUSED = {"localize-convert-to-alias", "localize-restart-translation"}
PUBLISH = "action-publish"


def locales_to_submit(original, user) -> list[Locale]:
    """Return the languages into which `user` can have this page or snippet translated now."""
    if not user.has_perm("wagtail_localize.submit_translation") or not can_submit(original, user):
        return []
    present = original.get_translations(inclusive=True).values("locale")
    missing = Locale.objects.exclude(pk__in=present)
    return [locale for locale in missing if not reasons_against_submitting([original], [locale], user)]


def translation_buttons(version, user, next_url: str | None = None) -> Iterator[Button]:
    """Yield the buttons about translations of one version, for `user`."""
    version = version.specific if isinstance(version, Page) else version
    if not isinstance(version, OriginalOrTranslation) or not version.is_original:
        return
    if locales_to_submit(version, user):
        yield Button(_("Translate"), submit_url(version), icon_name="wagtail-localize-language", priority=60)
    source = TranslationSource.objects.get_for_instance_or_none(version)
    if (
        source is not None
        and user.has_perm("wagtail_localize.submit_translation")
        and can_submit(version, user)
        and source.translations.filter(enabled=True).exists()
    ):
        url = reverse("wagtail_localize:update_translations", args=[source.pk])
        if next_url:
            url += f"?{urlencode({'next': next_url})}"
        yield Button(_("Update the translations"), url, icon_name="resubmit", priority=61)


def submit_url(version) -> str:
    """Return the address of the form that has a page or snippet translated."""
    if isinstance(version, Page):
        return reverse("wagtail_localize:submit_page_translation", args=[version.pk])
    names = [version._meta.app_label, version._meta.model_name, version.pk]
    return reverse("wagtail_localize:submit_snippet_translation", args=names)


def offer_what_is_allowed(menu_items: list, version) -> None:
    """Take the actions out of the menu of an editor that would be refused for this version."""
    menu_items[:] = [item for item in menu_items if item.name not in REFUSED]
    is_translation = isinstance(version, OriginalOrTranslation) and version.pk and not version.is_original
    if is_translation and reasons_against_publishing(version):
        menu_items[:] = [item for item in menu_items if item.name != PUBLISH]
