"""The forms for the facts of a city and for its own words."""

import unicodedata
from collections.abc import Iterable
from typing import cast

from babel.languages import get_official_languages
from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from cities.models import City, CityProfile
from core.i18n.languages import LANGUAGE_CODES, active_language, cldr_locale, html_code, language_name
from core.i18n.text import sentence_start

# What a city may change at once. The year and the source belong to the population.
FACTS = ("website", "answers_in", "contact_role", "population", "population_year", "population_source")
WORDS = ("headline", "vision", "challenges", "plan")
# Signs between groups of three digits, in the languages of the portal.
GROUP_SIGNS = " \u00a0\u202f\u2009.,'’٬،"


def whole_number(text: str) -> int:
    """The whole number that somebody typed in any script: "27 766", "27.766", "٢٧٧٦٦".

    Raises ValueError for anything else.
    """
    digits = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text.strip())
    first, *groups = _split(digits)
    if not first.isdecimal() or any(len(group) != 3 or not group.isdecimal() for group in groups) or len(digits) > 15:
        raise ValueError(text)
    if groups and len(first) > 3:
        raise ValueError(text)
    return int("".join([first, *groups]))


def _split(digits: str) -> list[str]:
    for sign in GROUP_SIGNS:
        digits = digits.replace(sign, " ")
    return digits.split(" ")


class WholeNumberField(forms.CharField):
    """A whole number as people write it; the cleaned value is its digits, or ""."""

    default_error_messages = {"invalid": _("Write a whole number, for example 27766.")}

    def __init__(self, **kwargs):
        widget = forms.TextInput(attrs={"inputmode": "numeric", "dir": "ltr", "autocomplete": "off"})
        super().__init__(**{"max_length": 20, "widget": widget, **kwargs})

    def clean(self, value):
        text = super().clean(value)
        if not text:
            return ""
        try:
            return str(whole_number(text))
        except ValueError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error


class FactsForm(forms.Form):
    """The facts that a city may change at once. Its values are texts: `facts_of` makes them from a city."""

    website = forms.URLField(
        label=_("Website"),
        required=False,
        max_length=200,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"dir": "ltr"}),
        help_text=_("The page of your city about learning, or of the city itself."),
    )
    contact_role = forms.CharField(
        label=_("Contact person"),
        required=False,
        max_length=150,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=_("A role rather than a name, so that it stays valid: “Adult learning officer”."),
    )
    answers_in = forms.MultipleChoiceField(
        label=_("Contact languages"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The languages in which your city answers other cities."),
    )
    another_language = forms.ChoiceField(label=_("Add another language"), required=False)
    population = WholeNumberField(
        label=_("Population"), required=False, help_text=_("Shown only together with its year and its source.")
    )
    population_year = WholeNumberField(
        label=_("Year"), required=False, max_length=4, help_text=_("The year for which the number is valid.")
    )
    population_source = forms.CharField(
        label=_("Source"),
        required=False,
        max_length=150,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=_("Who counted or estimated it."),
    )

    data: MultiValueDict  # that of a request

    def __init__(self, *args, city: City, **kwargs):
        super().__init__(*args, **kwargs)
        codes = _likely_languages(city, self.data.getlist("answers_in") if self.is_bound else ())
        answers_in = cast(forms.ChoiceField, self.fields["answers_in"])
        answers_in.choices = [(code, sentence_start(language_name(code))) for code in codes]
        others = sorted((sentence_start(name), code) for code, name in _all_languages().items() if code not in codes)
        another_language = cast(forms.ChoiceField, self.fields["another_language"])
        another_language.choices = [("", "—"), *((code, name) for name, code in others)]

    def clean(self):
        cleaned = super().clean()
        if extra := cleaned.pop("another_language", ""):
            cleaned["answers_in"] = [*cleaned.get("answers_in", []), extra]
        return cleaned

    def texts(self) -> dict[str, str]:
        """The values of a valid form as `facts_of` writes them."""
        values = self.cleaned_data
        return {name: " ".join(values[name]) if name == "answers_in" else values[name] for name in FACTS}


def facts_of(city: City) -> dict[str, str]:
    """The facts of a city as texts, one for each field of the form."""
    texts = {name: getattr(city, name) for name in FACTS}
    texts["answers_in"] = " ".join(city.answers_in)
    return {name: "" if value is None else str(value) for name, value in texts.items()}


def initial_facts(city: City) -> dict:
    """The facts of a city as initial values of the form."""
    return facts_of(city) | {"answers_in": city.answers_in}


def _likely_languages(city: City, chosen: Iterable[str]) -> list[str]:
    """The languages that a city probably answers in: its own choice, those of its country, those of the portal."""
    known = _all_languages()
    official = get_official_languages(city.country, regional=True, de_facto=True) if city.country else ()
    codes = [*city.answers_in, *chosen, *official, *LANGUAGE_CODES]
    found = [code.lower().replace("_", "-") for code in codes]
    return [code for code in dict.fromkeys(found) if code in known or code in city.answers_in]


def _all_languages() -> dict[str, str]:
    """The names of all languages that CLDR has in the active language, without regional forms."""
    names = cldr_locale(active_language()).languages
    own = {code: language_name(code) for code in LANGUAGE_CODES}
    return {
        code.lower(): name for code, name in names.items() if "_" not in code and code not in {"und", "zxx", "mul"}
    } | own


class WordsForm(forms.ModelForm):
    """The city's own words in one language; what must not be empty is checked when they are published."""

    class Meta:
        model = CityProfile
        fields = WORDS
        labels = {
            "headline": _("Headline"),
            "vision": _("Vision"),
            "challenges": _("Challenges"),
            "plan": _("Plans"),
        }
        help_texts = {
            "headline": _("One sentence that says what is different in your city."),
            "vision": _("What learning should change in the city."),
            "challenges": _("What is hard, for whom, and why."),
            "plan": _("What comes next, and when."),
        }

    def __init__(self, *args, language: str, **kwargs):
        super().__init__(*args, **kwargs)
        for name in WORDS:
            self.fields[name].required = name == "headline"
            self.fields[name].widget.attrs |= {"lang": html_code(language), "dir": "auto"}
