"""The term list: how the network names things in each language.

The translation editor shows beside a string the terms that it contains (docs/translations.md).
"""

import re
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel

from core.i18n.languages import SOURCE_LANGUAGE, active_language, language_choices

# Scripts without spaces between words, as in `core.translations.earlier`.
WITHOUT_SPACES = re.compile(r"[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


class Term(ClusterableModel):
    """A thing that the network names, with its word in each language."""

    note = models.CharField(
        _("note"),
        max_length=300,
        blank=True,
        help_text=_("What it means, or what it must not be confused with."),
    )
    words: Any

    panels = [InlinePanel("words", label=_("word"), heading=_("Words"), min_num=1), FieldPanel("note")]

    class Meta:
        ordering = ["pk"]
        verbose_name = pgettext_lazy("in the term list", "term")
        verbose_name_plural = pgettext_lazy("in the term list", "terms")

    def __str__(self):
        return self.word_in(active_language()) or self.word_in(SOURCE_LANGUAGE) or str(self.words.first() or self.pk)

    def word_in(self, language: str) -> str:
        """The word in a language; "" if it has none."""
        return next((row.text for row in self.words.all() if row.language == language), "")


class TermWord(models.Model):
    """The word of a term in one language."""

    term = ParentalKey(Term, on_delete=models.CASCADE, related_name="words")
    language = models.CharField(_("language"), max_length=10, choices=language_choices)
    text = models.CharField(_("word"), max_length=150)
    other_forms = models.CharField(
        _("other forms"),
        max_length=300,
        blank=True,
        help_text=_("The plural and other forms in which it is written, separated by commas."),
    )

    panels = [FieldRowPanel([FieldPanel("language"), FieldPanel("text"), FieldPanel("other_forms")])]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["term", "language"],
                name="one_word_of_a_term_per_language",
                violation_error_message=_("There is already a word in this language."),
            )
        ]

    def __str__(self):
        return self.text

    def is_in(self, text: str) -> bool:
        """Whether a text contains one of the forms: whole words, in any case; in Chinese anywhere."""
        forms = [self.text, *re.split("[,،，、;؛]", self.other_forms)]
        return any(_pattern(form.strip()).search(text) for form in forms if form.strip())


def _pattern(form: str) -> re.Pattern:
    word = re.escape(form)
    if not WITHOUT_SPACES.search(form):
        word = rf"(?<!\w){word}(?!\w)"
    return re.compile(word, re.IGNORECASE)


@dataclass(frozen=True)
class TermHint:
    """A term in a string, with the word that the network uses in the other language ("" if there is none yet)."""

    word: str
    translation: str
    note: str


class TermList:
    """The terms that have a word in the language of an original: one query."""

    def __init__(self, source: str, target: str):
        rows = TermWord.objects.filter(language__in=[source, target]).select_related("term").order_by("term", "pk")
        found = list(rows)
        self._words = [row for row in found if row.language == source]
        self._translations = {row.term_id: row.text for row in found if row.language == target}

    def hints(self, text: str) -> tuple[TermHint, ...]:
        """Return the terms that a text without HTML contains, in the order of the list."""
        return tuple(
            TermHint(row.text, self._translations.get(row.term_id, ""), row.term.note)
            for row in self._words
            if row.is_in(text)
        )
