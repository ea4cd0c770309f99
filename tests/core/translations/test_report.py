"""The report of translations says what readers are told."""

from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from core.i18n import dates
from core.translations.report import translated_models, translations_in_report
from tests import factories
from tests.core.translations.test_round import (
    call_page,
    cluster_page,
    event,
    news,
    practice,
    profile,
    standard_page,
)

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

MAKERS = (call_page, cluster_page, event, news, practice, profile, standard_page)
LONG_AGO = datetime(2019, 3, 1, 12, tzinfo=UTC)


def address(version) -> str:
    page = version.city if hasattr(version, "city") and not hasattr(version, "slug") else version
    return f"/fr/cities/{page.code}/" if page is not version else version.get_url()


def test_the_report_agrees_with_the_public_pages(client, sign_in):
    factories.tree("fr")
    versions = []
    for number, make in enumerate(MAKERS * 2):
        version = factories.translated(make("en"), "fr", publish=number != 3)
        since = LONG_AGO + timedelta(days=number) if number < len(MAKERS) else None
        type(version).objects.filter(pk=version.pk).update(text_outdated_since=since)
        version.refresh_from_db()
        versions.append(version)
    deleted = factories.translated(practice("en"), "fr")
    deleted.delete()
    told = {}
    for version in versions:
        text = client.get(address(version)).content.decode() if version.live else ""
        for number in range(len(versions)):
            with translation.override("fr"):
                day = dates.day(timezone.localtime(LONG_AGO + timedelta(days=number)))
            if day in text:
                told[version.translation_key] = LONG_AGO + timedelta(days=number)
    records = translations_in_report()
    assert {row.source.object_id for row in records} == {version.translation_key for version in versions}
    assert {row.source.object_id: row.outdated_since for row in records if row.outdated_since} == told
    assert len(told) == len(MAKERS) - 1  # all but the draft

    browser = sign_in(factories.user("Translators"))
    answer = browser.get(reverse("wagtail_localize:translations_report"))
    rows = BeautifulSoup(answer.content, "html.parser").select("table tbody tr")
    assert len(rows) == len(versions)
    shown = [row.select("td")[2].get_text(strip=True) for row in rows]
    expected = [dates.day(timezone.localtime(since)) for since in sorted(told.values())]
    assert shown == expected + [""] * (len(versions) - len(told))
    assert all(row.select_one("a[href]") for row in rows)
    filtered = browser.get(
        reverse("wagtail_localize:translations_report_results"), {"is_outdated": "true", "language": "fr"}
    )
    assert len(BeautifulSoup(filtered.content, "html.parser").select("table tbody tr")) == len(told)


def test_the_report_knows_every_type_that_has_translations(sign_in):
    factories.tree()
    browser = sign_in(factories.user("Translators"))
    page = BeautifulSoup(browser.get(reverse("wagtail_localize:translations_report")).content, "html.parser")
    kinds = {label.get_text(strip=True).lower() for label in page.select("[name=kind] option, label:has([name=kind])")}
    assert {str(model._meta.verbose_name).lower() for model in translated_models()} <= kinds
    languages = page.select("[name=language]")
    assert languages
    for code, _name in settings.LANGUAGES:
        assert f'value="{code}"' in str(page)
