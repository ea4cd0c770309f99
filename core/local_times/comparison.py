"""How Wagtail's comparison of revisions shows places, and instants in the time of their row's place."""

from django.utils.html import escape
from wagtail.admin.compare import FieldComparison, TextDiff, register_comparison_class

from core.i18n.places import place_name
from core.local_times.conversion import moment_at
from core.local_times.fields import InstantField, PlaceField


class ShownComparison(FieldComparison):
    """Compares two values as texts for editors."""

    def __init__(self, field, obj_a, obj_b):
        super().__init__(field, obj_a, obj_b)
        self.val_a, self.val_b = self.text(obj_a, self.val_a), self.text(obj_b, self.val_b)

    def text(self, row, value) -> str:
        raise NotImplementedError

    def htmldiff(self):
        if self.val_a == self.val_b:
            return escape(self.val_a)
        return TextDiff([("deletion", self.val_a), ("addition", self.val_b)]).to_html()


class InstantComparison(ShownComparison):
    def text(self, row, value) -> str:
        return moment_at(value, row.place_of_times) if row else ""


class PlaceComparison(ShownComparison):
    def text(self, row, value) -> str:
        return place_name(value) if value else ""


def register_comparisons() -> None:
    register_comparison_class(InstantField, comparison_class=InstantComparison)
    register_comparison_class(PlaceField, comparison_class=PlaceComparison)
