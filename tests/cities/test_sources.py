"""Sources that many cities share are in the reader's language."""

import csv
from collections import Counter

from django.conf import settings
from django.utils.translation import override

from cities.sources import SHARED, source_text

LANGUAGES = {code for code, _name in settings.LANGUAGES} - {"en"}
DEMONSTRATION = settings.BASE_DIR / "home" / "demonstration"
OFTEN = 6


def rows(name: str) -> list[dict[str, str]]:
    with (DEMONSTRATION / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def parts() -> Counter[str]:
    """The parts of what the demonstration's cities name as sources of their admission → how many cities do."""
    admissions = {row["id"]: row["description"] for row in rows("admission_sources.csv")}
    rounds = {row["code"]: row["source"] for row in rows("admission_rounds.csv")}
    found: Counter[str] = Counter()
    for city in rows("cities.csv"):
        sources = (admissions.get(city["admission_source"]), rounds.get(city["admission_round"]))
        found.update(part for source in filter(None, sources) for part in source.split("; "))
    return found


def test_a_shared_source_is_translated_in_every_language_and_another_one_stays():
    for language in LANGUAGES:
        with override(language):
            assert [source for source in SHARED if source_text(source) == source] == [], language
            text = source_text("UNESCO Courier 2019-2; the year of admission is not on record")
            assert text.startswith("UNESCO Courier 2019-2")
            assert "record" not in text
            assert source_text("alice.ch, 2024: Lausanne as the Swiss member").startswith("alice.ch, 2024: Lausanne")
    with override("en"):
        assert [source_text(source) for source in SHARED] == list(SHARED)


def test_what_stands_below_many_cities_is_in_the_language_of_the_page():
    often = [part for part, cities in parts().items() if cities >= OFTEN or " award of " in part]
    assert len(often) > 10
    for language in LANGUAGES:
        with override(language):
            assert [part for part in often if source_text(part) == part] == [], language
            assert [part for part in often if " award of " in source_text(part)] == [], language
    with override("en"):
        assert [source_text(part) for part in often] == often
    with override("fr"):
        assert source_text("UNESCO press release, 4 December 2025: 72 new members").startswith("Communiqué de presse")
        assert "4 décembre 2025" in source_text("UNESCO press release, 4 December 2025: 72 new members")
