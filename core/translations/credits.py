"""How a translation was made: by a machine or not, when, and by whom, as far as the translators want to be named."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef
from wagtail_localize.models import StringSegment, StringTranslation

from core.translations.strings import is_machine_translated
from core.vocabularies import TranslationKind


@dataclass(frozen=True)
class TranslationCredit:
    """How one version was translated."""

    kind: str
    """A `TranslationKind`."""
    translated_at: datetime | None
    """When its last string was translated; None without a string."""
    translators: tuple[dict[str, str], ...]
    """{kind, name} of those who want to be named, the one with the most strings first; empty if nobody is known."""


def translation_credit(version) -> TranslationCredit:
    """Return how a translation was made, from its strings; two queries.

    A translator is named only by the `credit_name` of the account, which is empty unless its owner filled it in.
    """
    segments = StringSegment.objects.filter(
        string=OuterRef("translation_of"), context=OuterRef("context"), source__object_id=version.translation_key
    )
    strings = StringTranslation.objects.filter(Exists(segments), locale=version.locale_id)
    rows = list(
        strings.order_by("pk").values_list(
            "updated_at", "last_translated_by__credit_kind", "last_translated_by__credit_name"
        )
    )
    names = Counter((kind, name) for _updated_at, kind, name in rows if name)
    return TranslationCredit(
        kind=(TranslationKind.MACHINE if is_machine_translated(version) else TranslationKind.HUMAN).value,
        translated_at=max((row[0] for row in rows), default=None),
        translators=tuple({"kind": kind, "name": name} for (kind, name), _number in names.most_common()),
    )
