"""How readers write the number of an edition: "5th", "fifth", "V", «5-я», «第五届»."""

from django.utils.translation import get_language, override, pgettext_lazy

from core.i18n.languages import main_code

HIGHEST_ROMAN = 39
_ENGLISH_ENDINGS = {1: "st", 2: "nd", 3: "rd"}
_NUMERALS = {
    "fr": ("{n}e", "{n}ème"),
    "es": ("{n}ª", "{n}º"),
    "pt": ("{n}ª", "{n}º"),
    "ru": ("{n}-я", "{n}-й"),
    "zh": ("第{n}届", "第{n}次"),
}
_FRENCH_FIRST = ("1re", "1ère", "1er")
# Translators: the forms of the word that names the edition of a conference, separated by spaces; in Chinese «第一届».
_WORDS = (
    pgettext_lazy("edition of a conference", "first"),
    pgettext_lazy("edition of a conference", "second"),
    pgettext_lazy("edition of a conference", "third"),
    pgettext_lazy("edition of a conference", "fourth"),
    pgettext_lazy("edition of a conference", "fifth"),
    pgettext_lazy("edition of a conference", "sixth"),
    pgettext_lazy("edition of a conference", "seventh"),
    pgettext_lazy("edition of a conference", "eighth"),
    pgettext_lazy("edition of a conference", "ninth"),
    pgettext_lazy("edition of a conference", "tenth"),
    pgettext_lazy("edition of a conference", "eleventh"),
    pgettext_lazy("edition of a conference", "twelfth"),
)


def edition_forms(number: int, language: str) -> tuple[str, ...]:
    """The ways in which `language` writes the ordinal `number` (from 1): as numeral, as word up to twelve, as Roman."""
    forms = [str(number), *_numerals(number, main_code(language))]
    if number <= len(_WORDS):
        with override(language):
            forms.append(str(_WORDS[number - 1]))
    if number <= HIGHEST_ROMAN:
        forms.append(_roman(number))
    return tuple(forms)


def edition_ordinal(number: int) -> str:
    """The number of an edition in “Edition 3” of the active language: French writes "1re" and "3e" instead of a number.

    In the other languages the sentence holds what follows the number.
    """
    if main_code(get_language() or "") != "fr":
        return str(number)
    return _numerals(number, "fr")[0]


def _numerals(number: int, language: str) -> tuple[str, ...]:
    if language == "en":
        ending = "th" if number % 100 in (11, 12, 13) else _ENGLISH_ENDINGS.get(number % 10, "th")
        return (f"{number}{ending}",)
    forms = tuple(form.format(n=number) for form in _NUMERALS.get(language, ()))
    return (*_FRENCH_FIRST, *forms) if (language, number) == ("fr", 1) else forms


def _roman(number: int) -> str:
    tens, ones = divmod(number, 10)
    return "X" * tens + ["", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"][ones]
