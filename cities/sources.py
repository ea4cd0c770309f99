"""Sources that many cities share, in the reader's language. Other sources are shown as they were entered."""

from django.utils.translation import gettext, gettext_noop, pgettext

SHARED = (
    gettext_noop("United Nations Statistics Division, Demographic Yearbook"),
    gettext_noop("National Bureau of Statistics of China, census"),
    gettext_noop("the year of admission is not on record"),
    gettext_noop("Example"),
)


def source_text(source: str) -> str:
    """The source for readers: each part between semicolons that is one of SHARED in the active language."""
    parts = (gettext(part) if part in SHARED else part for part in source.split("; "))
    return pgettext("between two sources", "; ").join(parts)
