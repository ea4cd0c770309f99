"""Model fields that several apps use."""

from functools import cache

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from core.i18n.languages import SOURCE_LANGUAGE, cldr_locale
from core.i18n.text import sentence_start


@cache
def concrete_fields(model: type[models.Model]) -> list[models.Field]:
    """Return the fields of a model that have a column, those of its parents included."""
    fields = (field for field in model._meta.get_fields() if isinstance(field, models.Field))
    return [field for field in fields if field.concrete and not field.many_to_many]


class CodesField(models.JSONField):
    """A list of codes of one vocabulary, edited with checkboxes.

    It is stored as a JSON list in the order of the vocabulary, without duplicates. It is no relation, because
    wagtail-localize does not copy an emptied relation to the translations.

    Validation raises ValidationError for a code that is not in the vocabulary.
    """

    def __init__(self, vocabulary: type[models.TextChoices], **kwargs):
        self.vocabulary = vocabulary
        kwargs.setdefault("default", list)
        kwargs.setdefault("blank", True)
        super().__init__(**kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, [self.vocabulary, *args], kwargs

    def formfield(self, **kwargs):
        return forms.TypedMultipleChoiceField(
            choices=self.vocabulary.choices,
            coerce=str,
            widget=forms.CheckboxSelectMultiple,
            required=not self.blank,
            label=kwargs.get("label", lazy(sentence_start, str)(self.verbose_name)),
            help_text=kwargs.get("help_text", self.help_text),
        )

    def clean(self, value, model_instance):
        value = super().clean(value, model_instance)
        if not isinstance(value, list) or not set(value) <= set(self.vocabulary.values):
            raise ValidationError(_("Choose from the list."), code="unknown_code")
        return [code for code in self.vocabulary.values if code in value]

    def labels(self, instance) -> list[str]:
        """Return the labels of the codes of `instance` in the active language."""
        return [str(self.vocabulary(code).label) for code in getattr(instance, self.attname)]


class LanguageCodesFormField(forms.CharField):
    """Language codes separated by commas: “da, en, de”. The cleaned value is a list."""

    def prepare_value(self, value):
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value) -> list[str]:  # type: ignore[override]  # text comes in, a list goes out
        codes = [code.strip().lower() for code in (super().to_python(value) or "").split(",")]
        return list(dict.fromkeys(filter(None, codes)))

    def run_validators(self, value):
        """Run none: those of CharField expect text, and the model field validates the codes."""

    def has_changed(self, initial, data):
        return (initial or []) != self.to_python(data)


class LanguageCodesField(models.JSONField):
    """A list of codes of any languages, in the order in which they were entered, without duplicates.

    Validation raises ValidationError for any other value, and for a code that CLDR does not have.
    """

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("default", list)
        kwargs.setdefault("blank", True)
        kwargs.setdefault("help_text", _("Language codes, separated by commas: da, en, de."))
        super().__init__(*args, **kwargs)

    def formfield(self, **kwargs):
        return LanguageCodesFormField(
            required=not self.blank,
            label=kwargs.get("label", lazy(sentence_start, str)(self.verbose_name)),
            help_text=kwargs.get("help_text", self.help_text),
        )

    def clean(self, value, model_instance):
        value = super().clean(value, model_instance)
        if not isinstance(value, list) or not all(isinstance(code, str) for code in value):
            raise ValidationError(_("Enter a list of language codes."), code="no_codes")
        known = {code.lower().replace("_", "-") for code in cldr_locale(SOURCE_LANGUAGE).languages}
        if unknown := [code for code in value if code not in known]:
            raise ValidationError(
                _("No language has the code “%(code)s”. Enter for example en for English or da for Danish."),
                code="unknown_code",
                params={"code": unknown[0][:20]},
            )
        return list(dict.fromkeys(value))


class _DegreesField(models.DecimalField):
    """An angle in degrees with five decimal places, which is about a metre. Null: not known."""

    limit: int

    def __init__(self, *args, **kwargs):
        validators = [MinValueValidator(-self.limit), MaxValueValidator(self.limit)]
        defaults = {"decimal_places": 5, "null": True, "blank": True, "validators": validators}
        super().__init__(*args, **{"max_digits": 5 + len(str(self.limit)), **defaults, **kwargs})

    def deconstruct(self):
        """For migrations a plain DecimalField: the column is the same."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.DecimalField", args, kwargs


class LatitudeField(_DegreesField):
    """A latitude, −90 to 90."""

    limit = 90


class LongitudeField(_DegreesField):
    """A longitude, −180 to 180."""

    limit = 180
