"""Every text that this project writes in a language: the catalogues and the demonstration."""

import csv
import tomllib
from collections.abc import Iterator

from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation import to_locale

DEMONSTRATION = settings.BASE_DIR / "home" / "demonstration"
NAMES_TO_FIND = {"other_names"}
"""Lists of names that only the search reads."""
LIST_OF_NAMES = "SDG %(number)s, "
LANGUAGES = ("en", "fr", "es", "pt", "ar", "ru", "zh-hans")


def catalogue(language: str) -> Iterator[tuple[str, str]]:
    """Yield (message id, text) for the interface strings; the message ids themselves are the English texts."""
    with (settings.BASE_DIR / "locale" / to_locale(language) / "LC_MESSAGES/django.po").open("rb") as file:
        for message in read_po(file):
            ids = [message.id] if isinstance(message.id, str) else list(message.id)
            strings = [message.string] if isinstance(message.string, str) else list(message.string or [])
            if ids[0].startswith(LIST_OF_NAMES):
                continue
            for text in filter(None, strings if any(strings) else ids if language == "en" else ()):
                if message.id:
                    yield ids[0], text


def demonstration(language: str) -> Iterator[tuple[str, str]]:
    """Yield (file and keys, text) for the texts of the demonstration."""
    for path in sorted(DEMONSTRATION.rglob("*.toml")):
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        yield from _below(content, path.name, language, is_its=False)
    with (DEMONSTRATION / "city_names.csv").open(newline="", encoding="utf-8") as file:
        yield from (("city_names.csv", row[language]) for row in csv.DictReader(file) if row.get(language))


def _below(value, name: str, language: str, *, is_its: bool) -> Iterator[tuple[str, str]]:
    """The texts under a key that is the language's code, at any depth."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in NAMES_TO_FIND:
                continue
            yield from _below(inner, f"{name}: {key}", language, is_its=is_its or key == language)
    elif isinstance(value, list):
        for inner in value:
            yield from _below(inner, name, language, is_its=is_its)
    elif is_its and isinstance(value, str):
        yield name, value
