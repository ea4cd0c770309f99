"""Lists of words and labels in the reader's language."""

import pytest
from django.utils import translation

from core.i18n.text import label_list


@pytest.mark.parametrize(
    ("language", "labels", "text"),
    [
        ("en", ["Adults", "Women"], "Adults, women"),
        ("ru", ["Взрослые", "Женщины"], "Взрослые, женщины"),
        ("ar", ["الكبار", "النساء"], "الكبار، النساء"),
        ("zh-hans", ["成年人", "妇女"], "成年人、妇女"),
        ("de", ["Erwachsene", "Frauen"], "Erwachsene, Frauen"),
        ("en", ["Adults"], "Adults"),
    ],
)
def test_labels_in_one_line_begin_with_one_capital(language, labels, text):
    with translation.override(language):
        assert label_list(labels) == text
