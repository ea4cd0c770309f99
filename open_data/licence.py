"""What every file says about itself: where it comes from, when it was made, and what may be done with it."""

from datetime import UTC

from django.utils import timezone

from core.i18n.addresses import absolute
from core.i18n.languages import SOURCE_LANGUAGE
from core.offered_languages import offered_languages
from open_data.datasets import Dataset

# In English, like the names of the columns. The page says the same in the reader's language.
LICENCE_NOTE = (
    "Dates, figures, names and codes are facts and free to use; name the network and the web address as the source. "
    "The texts of a practice are under the licence in the column licence; where all rights are reserved, they are left "
    "out. All other texts belong to those who wrote them."
)


def about(dataset: Dataset, language: str) -> dict:
    """Return what a JSON file says about itself. language: that of the reader; "" for all languages."""
    return {
        "dataset": dataset.code,
        "language": language or None,
        "made_at": timezone.now().astimezone(UTC),
        "documentation": documentation(dataset.code, language),
        "licence_note": LICENCE_NOTE,
    }


def documentation(code: str, language: str = "") -> str:
    """Return the address of the data dictionary of a dataset, by default in English, or else in an offered language."""
    offered = offered_languages()
    if language not in offered:
        language = SOURCE_LANGUAGE if SOURCE_LANGUAGE in offered else next(iter(offered), SOURCE_LANGUAGE)
    return absolute(f"/{language}/data/{code}/")
