"""The language version of a page that a reader gets: the query follows the rule."""

import pytest

from core.i18n.languages import LANGUAGE_CODES, best_language
from core.querysets.versions import best_versions, order_by_language_preference
from practices.models import PracticePage
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("original", "translations"),
    [("en", ["fr", "ar"]), ("pt", ["zh-hans", "es", "fr"]), ("zh-hans", ["ru", "ar"]), ("ru", [])],
)
def test_every_reader_gets_the_version_of_the_rule(original, translations):
    factories.tree(*(code for code in LANGUAGE_CODES if code != "en"))
    practice = factories.practice(language=original)
    for language in translations:
        factories.translated(practice, language)
    factories.practice(language="fr").unpublish()

    versions = PracticePage.objects.filter(translation_key=practice.translation_key)
    rule = {reader: best_language([original, *translations], reader, original) for reader in LANGUAGE_CODES}
    found = {reader: [page.language for page in best_versions(PracticePage.objects.all(), reader)] for reader in rule}
    assert found == {reader: [language] for reader, language in rule.items()}
    assert {reader: order_by_language_preference(versions, reader)[0].language for reader in rule} == rule
