"""Sources that many cities share are in the reader's language."""

from django.conf import settings
from django.utils.translation import override

from cities.sources import SHARED, source_text


def test_a_shared_source_is_translated_in_every_language_and_another_one_stays():
    for language in {code for code, _name in settings.LANGUAGES} - {"en"}:
        with override(language):
            assert [source for source in SHARED if source_text(source) == source] == [], language
            text = source_text("UNESCO Courier 2019-2; the year of admission is not on record")
            assert text.startswith("UNESCO Courier 2019-2")
            assert "record" not in text
    with override("en"):
        assert [source_text(source) for source in SHARED] == list(SHARED)
