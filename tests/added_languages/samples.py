"""The languages that are added to the shipped ones, and what is written in each."""

from dataclasses import dataclass
from io import StringIO

import pytest
from django.core.management import call_command

from core.i18n.languages import html_code
from practices.models import PracticePage


@dataclass(frozen=True)
class Sample:
    """A language with a title in it, a word of that title, and what the portal should know of the language."""

    title: str
    word: str
    own_name: str
    in_english: str
    in_french: str
    direction: str = "ltr"
    # The language of the interface strings: that of the catalogue which is the fallback.
    interface: str = "en"


SAMPLES = {
    "de": Sample("Lesen lernen am Straßenbahnhof", "Straßenbahnhof", "Deutsch", "German", "allemand"),
    "fa": Sample("خواندن در بازار", "بازار", "فارسی", "Persian", "persan", direction="rtl"),
    # Django knows neither Amharic nor Pashto.
    "am": Sample("በገበያ ማንበብ መማር", "ማንበብ", "አማርኛ", "Amharic", "amharique"),
    "ps": Sample("په ښار کې لوستل", "لوستل", "پښتو", "Pashto", "pachto", direction="rtl"),
    # Portuguese has a catalogue, and is itself one of the languages.
    "pt-br": Sample(
        "Leitura na roda de capoeira",
        "capoeira",
        "Português Brasileiro",
        "Brazilian Portuguese",
        "portugais brésilien",
        interface="pt",
    ),
}

each_language = pytest.mark.parametrize("code", SAMPLES)


def added(code: str) -> tuple[str, str]:
    """Add a language by the command; what that writes to its output and to its errors."""
    out, err = StringIO(), StringIO()
    call_command("add_language", code, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def practice(code: str) -> PracticePage:
    """The practice that was first written in a language."""
    return PracticePage.objects.get(slug=f"practice-{code}", locale__language_code=code)


def is_in(page, code: str) -> bool:
    """Whether a page declares the language and its direction."""
    return (page.get("lang"), page.get("dir")) == (html_code(code), SAMPLES[code].direction)
