"""The codes of clusters. Each has a label in the active language."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ClusterSign(TextChoices):
    """The drawn sign of a cluster (core.drawing.signs has the geometry)."""

    LEAF = "leaf", _("Leaf")
    RINGS = "rings", _("Two rings")
    BARS = "bars", _("Bars")
    TARGET = "target", _("Target")
    SPARK = "spark", _("Spark")
    HEART = "heart", _("Heart")
    BOOK = "book", _("Book")
    WAVE = "wave", _("Wave")
    TRIANGLE = "triangle", _("Triangle")
    FRAME = "frame", _("Frame")
