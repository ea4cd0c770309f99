"""Who says it: where the text of a practice comes from, how this version was translated, and how old it is.

One object, which pages, cards and results show with templates/components/provenance.html.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from core.i18n import dates
from core.i18n.languages import language_name
from core.i18n.text import name_list
from core.vocabularies import TranslationKind


@dataclass(frozen=True)
class Provenance:
    """The provenance of one language version of a practice, as data."""

    by_city: bool
    """Whether the city wrote the text; otherwise the secretariat did, from public sources."""
    language: str
    original_language: str
    written_on: date
    translation: str
    """A `TranslationKind`; "" for the original."""
    translators: tuple[str, ...]
    """The names of the translators; empty where they are not known."""
    translated_on: date
    outdated_since: date | None
    """Since when the original has another text than this translation."""
    confirmed_on: date | None
    """The last confirmation by the city."""

    def items(self, reader: str) -> list[dict[str, str]]:
        """The lines of templates/components/provenance.html, for a reader of this language: {kind, text}.

        kind: a key of `STATUSES` in core.templatetags.portal_components; "" for a line without a status.
        """
        items = [{"kind": "", "text": self._author()}]
        if self.language != reader:
            items.append({"kind": "", "text": self._language()})
        if self.translation:
            is_machine = self.translation == TranslationKind.MACHINE
            items.append({"kind": "machine" if is_machine else "", "text": self._translation()})
        elif self.language == reader:
            items.append({"kind": "", "text": _("Original text")})
        if self.outdated_since:
            words = _("Out of date: the original changed on %(date)s")
            items.append({"kind": "out-of-date", "text": words % {"date": dates.day(self.outdated_since)}})
        return [*items, *self._confirmation()]

    def _author(self) -> str:
        words = _("Written by the city on %(date)s") if self.by_city else _("Written from public sources on %(date)s")
        return words % {"date": dates.day(self.written_on)}

    def _language(self) -> str:
        words = _("In %(language)s") if self.translation else _("In %(language)s (original)")
        return words % {"language": language_name(self.language)}

    def _translation(self) -> str:
        if self.translation == TranslationKind.MACHINE:
            words = _("Machine translation from %(language)s on %(date)s, not checked")
        elif self.translators:
            words = _("Translated from %(language)s by %(names)s on %(date)s")
        else:
            words = _("Translated from %(language)s on %(date)s; the translator is not named")
        return words % {
            "language": language_name(self.original_language),
            "names": name_list(self.translators),
            "date": dates.day(self.translated_on),
        }

    def _confirmation(self) -> list[dict[str, str]]:
        last = self.confirmed_on or (self.written_on if self.by_city else None)
        if last is not None and is_unconfirmed(last, timezone.localdate()):
            words = _("Not confirmed since %(year)s. Ask the city before you rely on it.")
            return [{"kind": "unconfirmed", "text": words % {"year": dates.year(last)}}]
        if self.confirmed_on is None:
            return []
        words = _("Confirmed by the city on %(date)s")
        return [{"kind": "confirmed", "text": words % {"date": dates.day(self.confirmed_on)}}]


def provenance_of(practice) -> Provenance:
    """Return the provenance of a version; no queries. A draft has the date of today, on which it would be published."""
    translated = timezone.localdate(practice.translated_at) if practice.translated_at else timezone.localdate()
    outdated = None if practice.is_original else practice.text_outdated_since
    return Provenance(
        by_city=practice.authored_by == practice.AuthoredBy.CITY,
        language=practice.language,
        original_language=practice.original_language,
        written_on=practice.written_on or timezone.localdate(),
        translation="" if practice.is_original else practice.translation_kind or TranslationKind.HUMAN.value,
        translators=tuple(translator["name"] for translator in practice.translators),
        translated_on=translated,
        outdated_since=timezone.localdate(outdated) if outdated else None,
        confirmed_on=practice.confirmed_on,
    )


def last_word(practice) -> date | None:
    """The day on which the city last said that the text is true: it confirmed it, else it wrote it.

    None for a text of the secretariat that no city has confirmed.
    """
    by_city = practice.authored_by == practice.AuthoredBy.CITY
    return practice.confirmed_on or (practice.written_on if by_city else None)


def sign(practice) -> None:
    """Make a version that a city hands in its word of today: the city is its author, and says that it is true.

    A text that the secretariat wrote before was written by the city today. To be called before the version is saved.
    """
    today = timezone.localdate()
    if practice.authored_by != practice.AuthoredBy.CITY:
        practice.authored_by = practice.AuthoredBy.CITY
        practice.written_on = today
    if practice.first_published_at:
        practice.confirmed_on = today


def is_unconfirmed(last: date | None, today: date) -> bool:
    """Whether the last word of the city, of the day `last`, is older than PRACTICE_CONFIRMATION_MONTHS."""
    return last is not None and today >= unconfirmed_from(last)


def unconfirmed_from(last: date) -> date:
    """The day from which readers are told that the city has not confirmed a practice since its last word."""
    return add_months(last.replace(day=1), settings.PRACTICE_CONFIRMATION_MONTHS)


def add_months(day: date, months: int) -> date:
    """The same day of the month that many months later; the last day of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    year = min(day.year + years, date.max.year)
    return day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))
