"""Model fields that several apps use."""

import pytest
from django.core.exceptions import ValidationError
from django.db.models import DecimalField
from django.utils.translation import gettext_lazy, override

from core.fields import LanguageCodesField, LatitudeField, LongitudeField
from core.local_times.fields import PlaceField


@pytest.mark.parametrize(("field", "limit"), [(LatitudeField(), 90), (LongitudeField(), 180)])
def test_coordinates_have_a_limit_and_need_not_be_known(field, limit):
    assert field.clean(f"{limit}.00000", None) == limit
    assert field.clean(f"-{limit}", None) == -limit
    assert field.clean(None, None) is None
    for value in (f"{limit}.00001", f"-{limit}.00001", "1.000001", "north"):
        with pytest.raises(ValidationError):
            field.clean(value, None)


@pytest.mark.parametrize("field", [LatitudeField("latitude"), LongitudeField("longitude")])
def test_migrations_know_coordinates_as_decimal_fields(field):
    _name, path, args, kwargs = field.deconstruct()
    assert path == "django.db.models.DecimalField"
    assert DecimalField(*args, **kwargs).deconstruct()[3] == kwargs


@pytest.mark.parametrize("kind", [LanguageCodesField, PlaceField])
def test_the_label_of_a_form_is_in_the_language_of_its_reader(kind):
    """A form is made once, when the portal starts."""
    label = kind(verbose_name=gettext_lazy("date")).formfield().label
    assert str(label) == "Date"
    with override("es"):
        assert str(label) == "Fecha"
