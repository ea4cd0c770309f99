"""A place has both coordinates or none, in every model that has a place."""

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError

from core.fields import LatitudeField

pytestmark = pytest.mark.django_db

MODELS = [
    model
    for model in apps.get_models()
    if any(isinstance(field, LatitudeField) for field in model._meta.get_fields()) and not model._meta.abstract
]


def test_there_are_models_with_a_place():
    assert {model.__name__ for model in MODELS} >= {"City", "PracticePage"}


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(("given", "missing"), [("latitude", "longitude"), ("longitude", "latitude")])
def test_one_coordinate_alone_is_refused_in_words(model, given, missing):
    thing = model(**{given: "10.5"}, **({"is_example": True} if model.__name__ == "City" else {}))
    with pytest.raises(ValidationError) as refusal:
        thing.clean()
    assert refusal.value.message_dict[missing] == ["Enter both latitude and longitude, or leave both empty."]
