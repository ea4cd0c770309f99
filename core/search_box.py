"""The search box of those lists in the admin that are no lists of Wagtail: a plain form that sends `?q=`."""

from collections.abc import Iterable

from django import forms
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import pgettext_lazy
from django.views.generic.base import ContextMixin


class SearchBox(forms.Form):
    """What is looked for."""

    q = forms.CharField(
        label=pgettext_lazy("button of a list", "Search"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
    )


class SearchBoxMixin(ContextMixin):
    """Mixin before a view with a template that includes templates/core/admin/search_box.html."""

    request: HttpRequest

    @cached_property
    def search_box(self) -> SearchBox:
        """The form, with what was sent."""
        return SearchBox(self.request.GET)

    @cached_property
    def words(self) -> str:
        """What is looked for; "" without a search and for a text that cannot be looked for."""
        return self.search_box.cleaned_data["q"] if self.search_box.is_valid() else ""

    def is_found(self, texts: Iterable[str]) -> bool:
        """Whether each word of the search is in one of the texts of a row."""
        text = "\n".join(map(str, texts)).casefold()
        return all(word in text for word in self.words.casefold().split())

    def get_context_data(self, **kwargs):
        """Add `search_box` and `words`."""
        return super().get_context_data(**kwargs, search_box=self.search_box, words=self.words)
