"""Vocabularies (codes with translated labels) that several apps use."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class DatePrecision(TextChoices):
    """The known precision of a date. The database stores the first day of a year or month."""

    YEAR = "year", pgettext_lazy("how exactly a date is known", "Year")
    MONTH = "month", pgettext_lazy("how exactly a date is known", "Month")
    DAY = "day", pgettext_lazy("how exactly a date is known", "Day")


class Licence(TextChoices):
    """The licence of a text or file."""

    CC_BY = "cc-by-4.0", "CC BY 4.0"
    CC_BY_SA = "cc-by-sa-4.0", "CC BY-SA 4.0"
    CC_BY_NC_SA = "cc-by-nc-sa-3.0-igo", "CC BY-NC-SA 3.0 IGO"
    CC0 = "cc0-1.0", "CC0 1.0"
    ALL_RIGHTS = "all-rights-reserved", _("All rights reserved")

    @property
    def url(self) -> str:
        """The address of the licence; "" where there is none."""
        return LICENCE_ADDRESSES.get(self, "")


_CREATIVE_COMMONS = "https://creativecommons.org"
LICENCE_ADDRESSES = {
    Licence.CC_BY: f"{_CREATIVE_COMMONS}/licenses/by/4.0/",
    Licence.CC_BY_SA: f"{_CREATIVE_COMMONS}/licenses/by-sa/4.0/",
    Licence.CC_BY_NC_SA: f"{_CREATIVE_COMMONS}/licenses/by-nc-sa/3.0/igo/",
    Licence.CC0: f"{_CREATIVE_COMMONS}/publicdomain/zero/1.0/",
}


class TranslationKind(TextChoices):
    """How a translation was made."""

    HUMAN = "human", pgettext_lazy("how a translation was made", "Translation")
    MACHINE = "machine", _("Machine translation")


class CreditKind(TextChoices):
    """Who is named as a translator."""

    PERSON = "person", _("A person")
    ORGANISATION = "organisation", _("An organisation")
