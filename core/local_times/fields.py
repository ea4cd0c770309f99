"""Model fields for places and for instants in the time of a place."""

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from core.i18n.places import DEFAULT_PLACE, is_place
from core.i18n.text import sentence_start
from core.local_times.forms import InstantFormField, InstantInput, PlaceFormField
from core.validators import validate_year


def validate_place(code: str) -> None:
    """Raise ValidationError for a code that is no place and no name of the time zone database."""
    if not is_place(code):
        raise ValidationError(_("Choose a place from the list."), code="unknown_place")


class PlaceField(models.CharField):
    """The place whose time counts: a code of `core.i18n.places`. The time zone and its public name follow from it."""

    default_validators = [validate_place]

    def __init__(self, verbose_name=None, **kwargs):
        kwargs.setdefault("max_length", 60)
        kwargs.setdefault("default", DEFAULT_PLACE)
        kwargs.setdefault("help_text", _("All times are in the time zone of this place."))
        super().__init__(verbose_name or _("time zone"), **kwargs)

    def deconstruct(self):
        """For migrations a plain CharField: the column is the same."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs

    def formfield(self, **kwargs):
        defaults = {
            "label": kwargs.get("label", lazy(sentence_start, str)(self.verbose_name)),
            "required": not self.blank,
        }
        return PlaceFormField(help_text=kwargs.get("help_text", self.help_text), initial=self.get_default(), **defaults)


class InstantField(models.DateTimeField):
    """An instant that is typed and shown in the time of its row's place.

    The model has a property `place_of_times`: a code of `core.i18n.places`, or "" for a row whose parent is not
    known. Years are limited as by `core.validators.validate_year`.
    """

    default_validators = [validate_year]

    def deconstruct(self):
        """For migrations a plain DateTimeField: the column is the same."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.DateTimeField", args, kwargs

    def formfield(self, **kwargs):
        return super().formfield(**{**kwargs, "form_class": InstantFormField, "widget": InstantInput})


def instant_fields(model: type[models.Model]) -> list[InstantField]:
    """Return the fields of a model that are instants in the time of its place."""
    return [field for field in model._meta.get_fields() if isinstance(field, InstantField)]


def models_with_instants() -> list[type[models.Model]]:
    """Return all models that have such fields."""
    return [model for model in apps.get_models() if instant_fields(model)]
