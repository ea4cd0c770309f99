"""Guides: what to do, step by step, in the words of the screens.

A step names a button or menu item by the message of the interface, so that it has the same words in every language;
`tests/home/test_guides.py` looks for them on the screen. The pictures of the screens are made by
`scripts/guide_pictures.py`; a guide is complete without them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.utils.functional import Promise
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, pgettext


@dataclass(frozen=True)
class Word:
    """A word of a screen: the message of the interface with its context."""

    message: str
    context: str = ""
    values: Mapping[str, "Word"] = field(default_factory=dict)
    """The words for the placeholders of the message."""

    def __str__(self) -> str:
        text = pgettext(self.context, self.message) if self.context else gettext(self.message)
        text = text % {name: str(word) for name, word in self.values.items()} if self.values else text
        return text.strip()  # of a translation of Wagtail


@dataclass(frozen=True)
class Step:
    """One thing to do. `text` has placeholders for its words."""

    text: str | Promise
    screen: str = ""
    """The screen that has the words, by its name in `scripts/guide_pictures.py`."""
    words: dict[str, Word] = field(default_factory=dict)

    def html(self) -> SafeString:
        """The text with its words set off."""
        if not self.words:
            return escape(str(self.text))
        return format_html(
            str(self.text), **{name: format_html("<b>{}</b>", str(word)) for name, word in self.words.items()}
        )

    def picture(self) -> str:
        """The address of the picture of the screen in the active language; "" if none was made."""
        path = f"guides/{get_language()}/{self.screen}.png"
        if not self.screen or not finders.find(path):
            return ""
        try:
            return static(path)
        except ValueError:  # made, and not collected yet
            return ""


@dataclass(frozen=True)
class Task:
    """Something that a person wants to do."""

    code: str
    heading: str | Promise
    steps: tuple[Step, ...]
    views: tuple[str, ...] = ()
    """The names of the pages of the admin on which this task is done, and linked."""


@dataclass(frozen=True)
class Guide:
    """Tasks that belong together."""

    code: str
    heading: str | Promise
    lede: str | Promise
    tasks: tuple[Task, ...]

    def steps(self) -> Iterator[Step]:
        """All steps of all tasks."""
        for task in self.tasks:
            yield from task.steps


def step(text: str | Promise, screen: str = "", **words: Word | str) -> Step:
    """A step with the words that it names: a message, or a `Word` with a context."""
    named = {name: word if isinstance(word, Word) else Word(word) for name, word in words.items()}
    return Step(text, screen, named)
